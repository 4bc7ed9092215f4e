// One end of a MAVLink stream.

/// Makes the frames of a component and reads those of others, signed where there is a key.
public struct MAVLinkChannel: Sendable {
    /// Who is speaking here.
    public let sender: MAVLinkFrame.Sender
    /// Set its time before each use; keep its time over a restart.
    public var signing: MAVLinkSigning?
    public private(set) var refused: [MAVLinkSigning.Verdict: Int] = [:]
    private var reader = MAVLinkReader()
    private var sequence: UInt8 = 0
    private var textNumber: UInt16 = 0

    /// - Parameter sender: with a component of its own (100 to 105 for cameras, 191 for onboard computers): two that
    ///   share one upset each
    ///   other's counts.
    public init(sender: MAVLinkFrame.Sender, signing: MAVLinkSigning? = nil) {
        (self.sender, self.signing) = (sender, signing)
    }

    public var counts: MAVLinkCounts { reader.counts }

    /// The bytes of a message's frame.
    public mutating func frame(_ message: some MAVLinkMessage) -> [UInt8] {
        let frame = MAVLinkFrame(message, sender: sender, sequence: sequence)
        sequence &+= 1
        return (signing?.signed(frame) ?? frame).bytes
    }

    /// The frames of a line for people, in as many pieces as it needs.
    public mutating func frames(text: String, severity: UInt8) -> [[UInt8]] {
        textNumber = textNumber == .max ? 1 : textNumber + 1
        return StatusText.pieces(of: text, severity: severity, number: textNumber).map { frame($0) }
    }

    /// Frames do not span datagrams: the rest of one is no frame's begin, and nobody puts a head before somebody else's frame.
    public mutating func forgetRest() { reader.forgetRest() }

    /// The frames that end in these bytes, without those that the key refuses.
    public mutating func read(_ bytes: some Sequence<UInt8>) -> [MAVLinkFrame] {
        reader.read(bytes).filter { frame in
            guard let verdict = signing?.verdict(on: frame), verdict != .accepted else { return true }
            refused[verdict, default: 0] += 1
            return false
        }
    }
}
