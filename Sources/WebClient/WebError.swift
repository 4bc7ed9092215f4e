// Why something did not reach a server.

public enum WebError: Error, Hashable, Sendable, CustomStringConvertible {
    /// This machine cannot make connections.
    case absent(String)
    /// It cannot work as it was asked for.
    case request(String)
    /// The host, and what happened. It may work later.
    case failed(String, String)

    public var description: String {
        switch self {
        case .absent(let reason), .request(let reason): reason
        case .failed(let host, let reason): "\(host): \(reason)"
        }
    }
}
