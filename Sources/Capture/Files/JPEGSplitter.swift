// Where the pictures of a stream of JPEG files begin and end.
import Glibc

/// Takes a stream of JPEG files that lie one behind the other apart, by their markers: what lies between them is passed over, and a picture
/// that breaks off ends where the next begins.
///
/// Complexity: O(bytes) in all, whatever they are; holds one picture and one piece of the stream.
struct JPEGSplitter {
    struct Picture: Equatable {
        let bytes: [UInt8]
        let width: Int
        let height: Int
        /// Ends as it should.
        let isWhole: Bool
    }

    /// Pictures of which nothing can be shown: they broke off before their pixels, or are longer than `mostBytes`.
    private(set) var unreadable = 0
    private let mostBytes: Int
    private var buffer: [UInt8] = []
    /// Where the picture begins, and where the search goes on.
    private var start = 0
    private var at = 0
    private var state = State.between
    private var size: (width: Int, height: Int)?
    private var hasPixels = false

    private enum State { case between, segments, pixels }

    /// What looking at the buffer gave.
    private enum Step {
        case more, hungry
        /// The picture is over at this place.
        case over(Int, isWhole: Bool)
    }

    init(mostBytes: Int = 1 << 26) { self.mostBytes = mostBytes }

    mutating func append(_ bytes: UnsafeRawBufferPointer) {
        buffer.removeSubrange(..<start)
        at -= start
        start = 0
        buffer.append(contentsOf: bytes)
    }

    /// The next picture that is complete, or broken off with something behind it; `nil` until more is appended.
    mutating func next() -> Picture? {
        while true {
            switch step() {
            case .more: break
            case .hungry:
                guard state != .between, buffer.count - start > mostBytes else { return nil }
                unreadable += 1
                begin(at: at)
            case .over(let end, let isWhole):
                if let picture = take(end, isWhole: isWhole) { return picture }
            }
        }
    }

    /// The picture with which the stream breaks off, if anything of it can be shown.
    mutating func finish() -> Picture? { state == .between ? nil : take(buffer.count, isWhole: false) }

    private mutating func take(_ end: Int, isWhole: Bool) -> Picture? {
        defer { begin(at: end) }
        guard hasPixels, let size else {
            unreadable += 1
            return nil
        }
        return Picture(bytes: Array(buffer[start..<end]), width: size.width, height: size.height, isWhole: isWhole)
    }

    /// Looks for a picture from `place` on.
    private mutating func begin(at place: Int) {
        (start, at, state, size, hasPixels) = (place, place, .between, nil, false)
    }

    private mutating func step() -> Step {
        switch state {
        case .between: findStart()
        case .segments: segment()
        case .pixels: pixels()
        }
    }

    private mutating func findStart() -> Step {
        while let place = find(0xFF, from: at) {
            guard place + 2 < buffer.count else {
                begin(at: place)
                return .hungry
            }
            guard buffer[place + 1] == Marker.start, buffer[place + 2] == 0xFF else {
                at = place + 1
                continue
            }
            begin(at: place)
            (at, state) = (place + 2, .segments)
            return .more
        }
        begin(at: buffer.count)
        return .hungry
    }

    private mutating func segment() -> Step {
        guard at + 1 < buffer.count else { return .hungry }
        guard buffer[at] == 0xFF else { return .over(at, isWhole: false) }
        let marker = buffer[at + 1]
        switch marker {
        case 0xFF: at += 1
        case Marker.start: return .over(at, isWhole: false)
        case Marker.end: return .over(at + 2, isWhole: hasPixels)
        case 0x01, Marker.restarts: at += 2
        default:
            // As much as the size of a picture takes.
            guard at + 8 < buffer.count else { return .hungry }
            let length = Int(buffer[at + 2]) << 8 | Int(buffer[at + 3])
            guard length >= 2, marker != 0 else { return .over(at, isWhole: false) }
            if Marker.isFrame(marker), length >= 8 {
                size = (
                    Int(buffer[at + 7]) << 8 | Int(buffer[at + 8]), Int(buffer[at + 5]) << 8 | Int(buffer[at + 6])
                )
            }
            guard at + 2 + length <= buffer.count else { return .hungry }
            // Notes may hold whole pictures; elsewhere one that begins means that this one broke off.
            if length > 2, !Marker.isNote(marker), let next = findPicture((at + 4)..<(at + 2 + length)) {
                return .over(next, isWhole: false)
            }
            at += 2 + length
            if marker == Marker.scan { (state, hasPixels) = (.pixels, true) }
        }
        return .more
    }

    private mutating func pixels() -> Step {
        while let place = find(0xFF, from: at) {
            guard place + 1 < buffer.count else {
                at = place
                return .hungry
            }
            switch buffer[place + 1] {
            case 0, Marker.restarts: at = place + 2
            case 0xFF: at = place + 1
            default:
                (at, state) = (place, .segments)
                return .more
            }
        }
        at = buffer.count
        return .hungry
    }

    /// Where a picture begins inside a part of the buffer.
    private func findPicture(_ part: Range<Int>) -> Int? {
        part.dropLast(2).first { buffer[$0] == 0xFF && buffer[$0 + 1] == Marker.start && buffer[$0 + 2] == 0xFF }
    }

    /// Where the byte is next.
    private func find(_ byte: UInt8, from place: Int) -> Int? {
        buffer.withUnsafeBytes { bytes in
            guard place < bytes.count, let base = bytes.baseAddress,
                let found = memchr(base + place, Int32(byte), bytes.count - place)
            else { return nil }
            return UnsafeRawPointer(found) - base
        }
    }

    private enum Marker {
        static let start: UInt8 = 0xD8
        static let end: UInt8 = 0xD9
        static let scan: UInt8 = 0xDA
        static let restarts: ClosedRange<UInt8> = 0xD0...0xD7

        /// Whether it holds what an application or a person notes down, as a thumbnail.
        static func isNote(_ marker: UInt8) -> Bool { (0xE0...0xEF).contains(marker) || marker == 0xFE }

        /// Whether it tells the picture's size.
        static func isFrame(_ marker: UInt8) -> Bool {
            (0xC0...0xCF).contains(marker) && ![0xC4, 0xC8, 0xCC].contains(marker)
        }
    }
}
