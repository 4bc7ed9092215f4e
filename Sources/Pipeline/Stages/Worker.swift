// The pipeline's threads.
import CPlatform
import Glibc

/// A thread that no signal disturbs, from start to end.
final class Worker: @unchecked Sendable {
    private var thread = pthread_t()

    /// - Throws: `PipelineError.system` where the machine gives no thread.
    init(_ body: @escaping @Sendable () -> Void) throws(PipelineError) {
        let start = Unmanaged.passRetained(Start(body))
        let status = arete_start_thread(
            &thread,
            { argument in
                guard let argument else { return nil }
                Unmanaged<Start>.fromOpaque(argument).takeRetainedValue().body()
                return nil
            }, start.toOpaque())
        guard status == 0 else {
            start.release()
            throw .system("cannot start a thread: \(String(cString: strerror(status)))")
        }
    }

    /// Waits for its end; to be called once.
    func join() { pthread_join(thread, nil) }

    private final class Start: Sendable {
        let body: @Sendable () -> Void
        init(_ body: @escaping @Sendable () -> Void) { self.body = body }
    }
}
