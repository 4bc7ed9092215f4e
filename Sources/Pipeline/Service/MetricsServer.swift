// A pipeline's figures for Prometheus.
import HTTP

/// Serves `/metrics` until it is let go.
final class MetricsServer {
    /// Where it can be asked.
    let location: String
    private let server: HTTPServer

    /// - Throws: `PipelineError.system` when it cannot listen there.
    init(_ listen: ListenAddress, figures: @escaping @Sendable () -> PipelineFigures) throws(PipelineError) {
        do throws(HTTPError) {
            server = try HTTPServer(address: listen.address, port: listen.port) { request in
                guard request.path == "/metrics" else {
                    return .init(status: 404, text: "There is only /metrics here.\n")
                }
                guard ["GET", "HEAD"].contains(request.method) else {
                    return .init(status: 405, text: "/metrics can only be read.\n")
                }
                return .init(
                    type: "text/plain; version=0.0.4; charset=utf-8",
                    text: MetricsText.text(figures(), process: .now))
            }
        } catch {
            throw .system("metrics: \(error)")
        }
        let host = listen.address.contains(":") ? "[\(listen.address)]" : listen.address
        location = "http://\(host):\(server.port)/metrics"
    }
}
