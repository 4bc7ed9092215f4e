// Telemetry logs, as ground stations write them.

/// A frame, and when a ground station got it.
public struct LoggedFrame: Hashable, Sendable {
    public let frame: MAVLinkFrame
    /// Since 1970 (UTC), as the ground station knew it.
    public let microseconds: Int
}

/// Takes any pieces of a log (.tlog of MAVProxy, QGroundControl and Mission Planner: before each frame, eight bytes with the microseconds since 1970, the highest
/// first) and gives its frames. Where it is damaged it goes on at the next known frame that has a time.
///
/// Keeps less than 300 bytes of a log.
public struct TelemetryLogReader: Sendable {
    /// Bytes that belong to no record.
    public private(set) var noise = 0
    /// Records so far, those of messages that are not known among them.
    public private(set) var records = 0
    private var rest: [UInt8] = []
    private var isLost = false

    private static let timeBytes = 8
    /// Until 2100: what is later is no time.
    private static let possible = 1...4_102_444_800_000_000

    public init() {}

    /// Bytes of a record whose end has not come.
    public var unfinishedBytes: Int { rest.count }

    /// The frames of known messages that end in these bytes.
    ///
    /// Complexity: O(bytes) for what ground stations write, at worst 280 times that.
    public mutating func read(_ bytes: some Sequence<UInt8>) -> [LoggedFrame] {
        rest += bytes
        var frames: [LoggedFrame] = []
        var place = 0
        reading: while place < rest.count {
            switch step(at: place) {
            case .unfinished: break reading
            case .noise:
                (noise, isLost) = (noise + 1, true)
                place += 1
            case .record(let frame, let length):
                (records, isLost) = (records + 1, false)
                if let frame { frames.append(frame) }
                place += length
            }
        }
        rest.removeFirst(place)
        return frames
    }

    private enum Step {
        case noise
        /// More bytes must come.
        case unfinished
        /// `nil`: of a message that is not known.
        case record(LoggedFrame?, length: Int)
    }

    private func step(at place: Int) -> Step {
        let start = place + Self.timeBytes
        guard rest.count > start else { return .unfinished }
        let microseconds = rest[place..<start].reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
        guard let time = Int(exactly: microseconds), Self.possible.contains(time) else { return .noise }
        let isOne = rest[start] == MAVLinkMark.one
        guard isOne || rest[start] == MAVLinkMark.two else { return .noise }
        let head = isOne ? 6 : 10
        guard rest.count >= start + head else { return .unfinished }
        let flags = isOne ? 0 : rest[start + 2]
        guard flags & ~MAVLinkFrame.signedFlag == 0 else { return .noise }
        let end = start + head + Int(rest[start + 1]) + 2 + (flags == 0 ? 0 : 13)
        guard rest.count >= end else { return .unfinished }
        var reader = MAVLinkReader()
        if let frame = reader.read(rest[start..<end]).first {
            return .record(LoggedFrame(frame: frame, microseconds: time), length: end - place)
        }
        // What is not known has no sum that could be checked: it counts where a record must begin.
        let isKnown = reader.counts.badChecksums > 0
        return isLost || isKnown ? .noise : .record(nil, length: end - place)
    }
}
