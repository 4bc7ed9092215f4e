// A web server.
import CMicroHTTPD
import Glibc

/// Answers requests on a thread of its own, by libmicrohttpd, until it is stopped or let go.
public final class HTTPServer: Sendable {
    /// The port that it listens at.
    public let port: Int
    private let loop: ServerLoop

    /// - Parameters:
    ///   - address: of this machine, as numbers; whoever can reach it can ask. `::` is IPv4's, too.
    ///   - port: 0 takes any that is free.
    ///   - identity: for HTTPS with TLS 1.2 and 1.3; plain HTTP without.
    ///   - answer: is called on the server's thread, one request at a time, and must be quick: a millisecond or so. What
    ///     takes longer (a picture to draw, a commit) it answers with `.later`, whose work is done on other threads.
    /// - Throws: `HTTPError` when the address is none or the port is taken, and where the library has no TLS.
    public init(
        address: String, port: Int, identity: TLSIdentity? = nil, limits: HTTPLimits = .small,
        answer: @escaping @Sendable (HTTPRequest) -> HTTPResponse
    ) throws(HTTPError) {
        do throws(HTTPError) {
            loop = try ServerLoop(address: address, port: port, identity: identity, limits: limits, answer: answer)
        } catch {
            throw HTTPError(description: "\(address) port \(port): \(error)")
        }
        self.port = loop.port
    }

    deinit { stop() }

    /// Takes no more requests, ends all streams and closes all connections. Waits for handlers that are at work. May be
    /// called again; a handler must not call it.
    public func stop() { loop.stop() }
}
