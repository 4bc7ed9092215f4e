// Why a satellite modem does not take a message, or does not send it.

/// What the caller did wrong.
public enum SBDError: Error, Hashable, Sendable, CustomStringConvertible {
    case size(Int)
    case busy

    public var description: String {
        switch self {
        case .size(let count): "a message of \(count) bytes: a satellite takes 1 to \(SBDModem.mostSentBytes)"
        case .busy: "the last message is not sent yet: wait, or withdraw it"
        }
    }
}

/// Why a try was in vain; another one follows.
public enum SBDFault: Hashable, Sendable, CustomStringConvertible {
    /// No answer, or an unfinished one.
    case silent
    /// ERROR, or a message that it does not take.
    case refused
    /// The status of the session: 32 for instance is no satellite in sight.
    case session(Int)

    public var description: String {
        switch self {
        case .silent: "the satellite modem does not answer: look at its plug, its power and the rate"
        case .refused: "the satellite modem refuses a command: is it a 9602 or 9603?"
        case .session(32): "no satellite in sight: give the antenna a free view of the sky"
        case .session(let status): "the satellite session failed with status \(status)"
        }
    }
}
