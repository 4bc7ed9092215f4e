// Where results go.

/// Takes results, on one thread. A failure is told and counted; the next result is tried again.
protocol Sink: AnyObject {
    /// What people call it in messages.
    var name: String { get }
    func take(_ result: FrameResult) throws(SinkFailure)
    func take(_ event: Event) throws(SinkFailure)
    /// Nothing more comes: what takes time may begin, beside that of other sinks.
    func stop()
    /// Nothing more comes: what was taken is brought to where a loss of power leaves it.
    func finish() throws(SinkFailure)
}

extension Sink {
    func stop() {}
}

/// Why a sink could not take a result.
struct SinkFailure: Error, CustomStringConvertible {
    let description: String
}
