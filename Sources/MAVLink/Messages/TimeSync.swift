// A question for the time, and its answer.

/// TIMESYNC (111): two times of two clocks, nanoseconds each.
public struct TimeSync: MAVLinkMessage {
    public static let id: UInt32 = 111
    public static let crcExtra: UInt8 = 34
    public static let length = 16

    /// The answering one's time; 0 in a question.
    public var answered: Int64
    /// The asking one's time, which the answer repeats.
    public var asked: Int64

    public init(answered: Int64, asked: Int64) {
        self.answered = answered
        self.asked = asked
    }

    /// - Parameter nanoseconds: of the clock that answers.
    /// - Returns: `nil` for what is itself an answer.
    public func answer(at nanoseconds: Int64) -> TimeSync? {
        answered == 0 ? TimeSync(answered: nanoseconds, asked: asked) : nil
    }
}

extension TimeSync {
    public init(from reader: inout PayloadReader) {
        answered = reader.integer()
        asked = reader.integer()
    }

    public func write(to writer: inout PayloadWriter) {
        writer.write(answered)
        writer.write(asked)
    }
}
