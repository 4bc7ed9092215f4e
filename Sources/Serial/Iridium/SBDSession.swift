// What a satellite modem says of a session.

/// The answer to AT+SBDIX (Iridium ISU AT Command Reference, "+SBDIX").
public struct SBDSession: Hashable, Sendable {
    /// 0 to 4: what was to be sent is there, if there was anything.
    public let sentStatus: Int
    /// The modem's count of what it sent.
    public let sentNumber: Int
    /// 0: nothing came; 1: a message came; else: a fault.
    public let receivedStatus: Int
    public let receivedNumber: Int
    public let receivedLength: Int
    /// Messages that still wait for this modem.
    public let waiting: Int

    static let prefix = "+SBDIX:"

    /// `nil` for a line that is none, or lacks numbers.
    init?(line: String) {
        guard line.hasPrefix(Self.prefix) else { return nil }
        let parts = line.dropFirst(Self.prefix.count).split(separator: ",", omittingEmptySubsequences: false)
        let numbers = parts.compactMap { part in Int(part.filter { $0 != " " }) }
        guard parts.count == 6, numbers.count == 6 else { return nil }
        (sentStatus, sentNumber, receivedStatus) = (numbers[0], numbers[1], numbers[2])
        (receivedNumber, receivedLength, waiting) = (numbers[3], numbers[4], numbers[5])
    }

    var isSent: Bool { (0...4).contains(sentStatus) }
    var hasReceived: Bool { receivedStatus == 1 }

    /// Milliseconds that the network wants to be left alone: 36 within three minutes of the last registration, 38 under
    /// traffic management.
    var enforcedPause: Int? { sentStatus == 36 || sentStatus == 38 ? 180_000 : nil }
}
