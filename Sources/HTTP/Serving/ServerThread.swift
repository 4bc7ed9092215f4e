// The server's threads.
import CPlatform
import Glibc

/// A thread that no signal disturbs, from start to end.
final class ServerThread: @unchecked Sendable {
    private var thread = pthread_t()

    /// - Throws: `HTTPError` where the machine gives no thread.
    init(_ body: @escaping @Sendable () -> Void) throws(HTTPError) {
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
            throw HTTPError(description: "cannot start a thread: \(String(cString: strerror(status)))")
        }
    }

    /// Waits for its end, to be called once; the thread itself only lets go.
    func join() {
        if pthread_equal(thread, pthread_self()) != 0 { pthread_detach(thread) } else { pthread_join(thread, nil) }
    }

    private final class Start: Sendable {
        let body: @Sendable () -> Void
        init(_ body: @escaping @Sendable () -> Void) { self.body = body }
    }
}
