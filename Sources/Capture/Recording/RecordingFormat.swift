// How a recording lies in its file. Numbers are little-endian.

/// A recording: a head, then one record a frame. What was written last may be cut off: it is the end then.
///
///     head    "ARETEREC", version 1 as UInt32, length of the source's name as UInt32, the name as UTF-8
///     record  "FRAM", then as UInt32 each: format, width, height, colour space, encoding, range, sequence, flags (1 damaged, 2 has a time),
///             number of planes; time as UInt64; of each plane its stride and its bytes as UInt64 each; a sum of all this as UInt64; the
///             planes' bytes; a sum of them as UInt64
///
/// The sums are FNV-1a over 64-bit words: they find damage, not forgery.
enum RecordingFormat {
    static let head = Array("ARETEREC".utf8)
    static let version: UInt32 = 1
    static let mark: UInt32 = 0x4D41_5246  // "FRAM"
    static let longestName = 1024
    static let mostPlanes = 8
    /// Of one frame: 16,384 x 16,384 pixels of 3 bytes are below.
    static let mostBytes = 1 << 30

    static let isDamaged: UInt32 = 1
    static let hasTime: UInt32 = 2

    static let emptySum: UInt64 = 0xcbf2_9ce4_8422_2325

    /// Bytes of a record before its planes' bytes.
    static func headerBytes(planes: Int) -> Int { planesAt + 4 + 8 + planes * 16 + 8 }

    /// Where a record tells how many planes it has.
    static let planesAt = 9 * 4

    /// Of any number of bytes; a last word that is not full is filled with zeros.
    static func sum(_ bytes: UnsafeRawBufferPointer, from start: UInt64 = emptySum) -> UInt64 {
        var sum = start
        let words = bytes.count / 8
        for word in 0..<words {
            let value = UInt64(littleEndian: bytes.loadUnaligned(fromByteOffset: 8 * word, as: UInt64.self))
            sum = (sum ^ value) &* 0x100_0000_01b3
        }
        var rest: UInt64 = 0
        for byte in bytes[(8 * words)...].reversed() { rest = rest << 8 | UInt64(byte) }
        return bytes.count % 8 == 0 ? sum : (sum ^ rest) &* 0x100_0000_01b3
    }
}

/// What a record says of its frame.
struct RecordHeader: Equatable {
    var format: FrameFormat
    var planeBytes: [Int]
    var sequence: UInt32
    var time: UInt64?
    var isDamaged: Bool

    init(_ frame: Frame) {
        format = frame.format
        planeBytes = frame.planes.map(\.count)
        sequence = frame.sequence
        time = frame.time
        isDamaged = frame.isDamaged
    }

    var bytes: [UInt8] {
        var bytes: [UInt8] = []
        func put<T: FixedWidthInteger>(_ value: T) {
            withUnsafeBytes(of: value.littleEndian) { bytes.append(contentsOf: $0) }
        }
        let flags = (isDamaged ? RecordingFormat.isDamaged : 0) | (time == nil ? 0 : RecordingFormat.hasTime)
        let colour = format.colour
        for value in [
            RecordingFormat.mark, format.format.code, UInt32(format.width), UInt32(format.height), colour.space,
            colour.encoding, colour.range, sequence, flags, UInt32(planeBytes.count),
        ] {
            put(value)
        }
        put(time ?? 0)
        for (index, count) in planeBytes.enumerated() {
            put(UInt64(index < format.strides.count ? format.strides[index] : 0))
            put(UInt64(count))
        }
        put(bytes.withUnsafeBytes { RecordingFormat.sum($0) })
        return bytes
    }

    /// `nil` for bytes that are no record's header, or one with numbers that no frame has.
    init?(_ bytes: [UInt8]) {
        var at = 0
        func take<T: FixedWidthInteger>(_ type: T.Type) -> T {
            defer { at += MemoryLayout<T>.size }
            return bytes.withUnsafeBytes { T(littleEndian: $0.loadUnaligned(fromByteOffset: at, as: T.self)) }
        }
        guard bytes.count >= RecordingFormat.headerBytes(planes: 0), take(UInt32.self) == RecordingFormat.mark else {
            return nil
        }
        let code = FourCC(code: take(UInt32.self))
        let (width, height) = (Int(take(UInt32.self)), Int(take(UInt32.self)))
        let colour = ColourSpace(space: take(UInt32.self), encoding: take(UInt32.self), range: take(UInt32.self))
        sequence = take(UInt32.self)
        let flags = take(UInt32.self)
        let count = Int(take(UInt32.self))
        let time = take(UInt64.self)
        guard (1...RecordingFormat.mostPlanes).contains(count), (1...65536).contains(width),
            (1...65536).contains(height),
            bytes.count == RecordingFormat.headerBytes(planes: count)
        else { return nil }
        var strides: [Int] = []
        planeBytes = []
        for _ in 0..<count {
            guard let stride = Int(exactly: take(UInt64.self)), let length = Int(exactly: take(UInt64.self)),
                stride <= RecordingFormat.mostBytes, length <= RecordingFormat.mostBytes
            else { return nil }
            strides.append(stride)
            planeBytes.append(length)
        }
        let sum = bytes.withUnsafeBytes { RecordingFormat.sum(UnsafeRawBufferPointer(rebasing: $0.dropLast(8))) }
        guard take(UInt64.self) == sum, planeBytes.reduce(0, +) <= RecordingFormat.mostBytes else { return nil }
        format = FrameFormat(format: code, width: width, height: height, strides: strides, colour: colour)
        self.time = flags & RecordingFormat.hasTime == 0 ? nil : time
        isDamaged = flags & RecordingFormat.isDamaged != 0
    }

    /// The number of planes that a record's first bytes, up to that number, tell.
    static func planes(_ start: [UInt8]) -> Int? {
        let count = start.withUnsafeBytes {
            UInt32(littleEndian: $0.loadUnaligned(fromByteOffset: RecordingFormat.planesAt, as: UInt32.self))
        }
        return (1...UInt32(RecordingFormat.mostPlanes)).contains(count) ? Int(count) : nil
    }
}
