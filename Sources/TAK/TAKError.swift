// Why something that came from a TAK client or server is of no use.

public enum TAKError: Error, Hashable, Sendable, CustomStringConvertible {
    /// One message cannot be read; those after it may.
    case event(String)
    /// Nothing after this can be read: end the connection.
    case stream(String)

    public var description: String {
        switch self {
        case .event(let reason): reason
        case .stream(let reason): "\(reason): the connection is of no more use"
        }
    }
}
