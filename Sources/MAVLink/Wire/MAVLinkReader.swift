// Frames out of a stream of bytes.

/// What a stream held so far.
public struct MAVLinkCounts: Hashable, Sendable {
    /// Of known messages, whole.
    public internal(set) var frames = 0
    /// Of messages that are not known: passed over, unchecked.
    public internal(set) var unknown = 0
    /// Frames with a wrong sum. What begins as a frame by chance counts too.
    public internal(set) var badChecksums = 0
    /// Bytes that belong to no frame.
    public internal(set) var noise = 0
    /// Frames that did not come, by the gaps in their senders' counts.
    public internal(set) var lost: [MAVLinkFrame.Sender: Int] = [:]
}

/// Takes any pieces of a stream and gives its frames, MAVLink 1 and 2. After noise it goes on at the next byte that
/// begins a frame which is one.
///
/// Keeps less than 300 bytes of a stream, and counts for at most 64 senders.
public struct MAVLinkReader: Sendable {
    public private(set) var counts = MAVLinkCounts()
    private var rest: [UInt8] = []
    private var sequences: [MAVLinkFrame.Sender: UInt8] = [:]

    private static let mostSenders = 64
    /// A jump in a count that is longer is an older frame, or a sender that began anew.
    private static let longestGap: UInt8 = 127

    /// Bytes of a frame whose end has not come.
    var keptBytes: Int { rest.count }

    public init() {}

    /// What came has no end: frames do not span datagrams.
    public mutating func forgetRest() { rest.removeAll(keepingCapacity: true) }

    /// The frames of known messages that end in these bytes.
    ///
    /// Complexity: O(bytes) for what senders write, at worst 280 times that.
    public mutating func read(_ bytes: some Sequence<UInt8>) -> [MAVLinkFrame] {
        rest += bytes
        var frames: [MAVLinkFrame] = []
        var place = 0
        while place < rest.count {
            switch step(at: place) {
            case .noise:
                counts.noise += 1
                place += 1
            case .broken:
                counts.badChecksums += 1
                counts.noise += 1
                place += 1
            case .unknown(let sender, let sequence, let length):
                counts.unknown += 1
                if sequences[sender] != nil { follow(sender, sequence) }
                place += length
            case .frame(let frame, let length):
                counts.frames += 1
                follow(frame.sender, frame.sequence)
                frames.append(frame)
                place += length
            case .unfinished:
                rest.removeFirst(place)
                return frames
            }
        }
        rest.removeAll(keepingCapacity: true)
        return frames
    }

    private enum Step {
        case noise
        /// A frame with a wrong sum.
        case broken
        /// More bytes must come.
        case unfinished
        case unknown(MAVLinkFrame.Sender, sequence: UInt8, length: Int)
        case frame(MAVLinkFrame, length: Int)
    }

    private func step(at place: Int) -> Step {
        let version: MAVLinkFrame.Version
        switch rest[place] {
        case MAVLinkMark.one: version = .one
        case MAVLinkMark.two: version = .two
        default: return .noise
        }
        let head = version == .one ? 6 : 10
        guard rest.count - place >= head else { return .unfinished }
        let flags = version == .one ? 0 : rest[place + 2]
        // Of other flags nobody knows what they do to a frame.
        guard flags & ~MAVLinkFrame.signedFlag == 0 else { return .noise }
        let payload = place + head..<place + head + Int(rest[place + 1])
        let end = payload.upperBound + 2 + (flags == 0 ? 0 : 13)
        let tail = version == .one ? place + 2 : place + 4
        let sequence = rest[tail]
        let sender = MAVLinkFrame.Sender(system: rest[tail + 1], component: rest[tail + 2])
        var id = UInt32(rest[tail + 3])
        if version == .two { id |= UInt32(rest[tail + 4]) << 8 | UInt32(rest[tail + 5]) << 16 }
        guard let kind = MessageTable.byID[id] else {
            // Its sum cannot be checked. What follows it tells whether it was a frame: then another one begins there.
            guard rest.count > end else { return .unfinished }
            guard rest[end] == MAVLinkMark.one || rest[end] == MAVLinkMark.two else { return .noise }
            return .unknown(sender, sequence: sequence, length: end - place)
        }
        guard rest.count >= end else { return .unfinished }
        var sum = MAVLinkChecksum()
        sum.add(rest[place + 1..<payload.upperBound])
        sum.add(kind.crcExtra)
        guard UInt16(rest[payload.upperBound]) | UInt16(rest[payload.upperBound + 1]) << 8 == sum.value else {
            return .broken
        }
        var signature: MAVLinkFrame.Signature?
        if flags != 0 {
            let start = payload.upperBound + 2
            signature = MAVLinkFrame.Signature(
                link: rest[start], time: SigningTime(bytes: rest[start + 1..<start + 7]),
                bytes: Array(rest[start + 7..<start + 13]))
        }
        let frame = MAVLinkFrame(
            version: version, sender: sender, sequence: sequence, id: id, payload: Array(rest[payload]),
            signature: signature, compatibleFlags: version == .one ? 0 : rest[place + 3])
        return .frame(frame, length: end - place)
    }

    private mutating func follow(_ sender: MAVLinkFrame.Sender, _ sequence: UInt8) {
        if let last = sequences[sender] {
            let gap = sequence &- last &- 1
            if gap > 0, gap <= Self.longestGap { counts.lost[sender, default: 0] += Int(gap) }
        } else if sequences.count == Self.mostSenders {
            return
        }
        sequences[sender] = sequence
    }
}
