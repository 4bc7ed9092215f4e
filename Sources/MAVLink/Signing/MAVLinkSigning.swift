// Who may speak: signatures made and judged.

/// Signs what is sent and judges what comes, after mavlink.io, "Message Signing".
public struct MAVLinkSigning: Sendable {
    /// What is to be done with a frame that came.
    public enum Verdict: Hashable, Sendable {
        case accepted
        /// No signature, where one is due.
        case unsigned
        /// Another key's, or something was changed.
        case forged
        /// No later than one that came before, or by a minute or more too old: somebody repeats it.
        case old
    }

    private struct Stream: Hashable {
        var sender: MAVLinkFrame.Sender
        var link: UInt8
    }

    private let key: SigningKey
    private let link: UInt8
    /// The last one that was used or came. Keep it over a restart: none may be used twice.
    public private(set) var time: SigningTime
    private var streams: [Stream: SigningTime] = [:]

    /// Only who has the key can make a new stream.
    private static let mostStreams = 256

    /// - Parameters:
    ///   - link: tells apart the ways on which this sender signs.
    ///   - time: the world's, or, where it is later or the world's is not known, the one that was kept.
    public init(key: SigningKey, link: UInt8, time: SigningTime) {
        (self.key, self.link, self.time) = (key, link, time)
    }

    /// The world's time goes on; it never goes back.
    public mutating func advance(to time: SigningTime) { self.time = max(self.time, time) }

    /// The frame with a signature, each with a later time than the last.
    mutating func signed(_ frame: MAVLinkFrame) -> MAVLinkFrame {
        time = time.next
        let signature = MAVLinkFrame.Signature(
            link: link, time: time, bytes: key.signature(of: frame, link: link, time: time))
        return MAVLinkFrame(
            version: frame.version, sender: frame.sender, sequence: frame.sequence, id: frame.id,
            payload: frame.payload, signature: signature, compatibleFlags: frame.compatibleFlags)
    }

    /// Judges a frame of a known message. Radios cannot sign what they say of themselves.
    mutating func verdict(on frame: MAVLinkFrame) -> Verdict {
        guard let signature = frame.signature else { return frame.id == RadioStatus.id ? .accepted : .unsigned }
        guard key.fits(signature, of: frame) else { return .forged }
        let stream = Stream(sender: frame.sender, link: signature.link)
        if let last = streams[stream] {
            guard signature.time > last else { return .old }
        } else {
            let isRecent = signature.time.steps + SigningTime.patience >= time.steps
            guard isRecent, streams.count < Self.mostStreams else { return .old }
        }
        streams[stream] = signature.time
        advance(to: signature.time)
        return .accepted
    }
}
