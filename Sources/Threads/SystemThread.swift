// Threads of the system.
import CPlatform
import Glibc

/// A thread that no signal disturbs, from start to end.
public final class SystemThread: @unchecked Sendable {
    private var thread = pthread_t()

    /// - Throws: `ThreadError` where the machine gives no thread.
    public init(_ body: @escaping @Sendable () -> Void) throws(ThreadError) {
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
            throw ThreadError(number: status)
        }
    }

    /// One that nobody waits for.
    ///
    /// - Throws: `ThreadError` where the machine gives no thread.
    public static func detach(_ body: @escaping @Sendable () -> Void) throws(ThreadError) {
        pthread_detach(try SystemThread(body).thread)
    }

    /// Waits for its end, to be called once; the thread itself only lets go.
    public func join() {
        if pthread_equal(thread, pthread_self()) != 0 { pthread_detach(thread) } else { pthread_join(thread, nil) }
    }

    private final class Start: Sendable {
        let body: @Sendable () -> Void
        init(_ body: @escaping @Sendable () -> Void) { self.body = body }
    }
}

/// Why there is no thread.
public struct ThreadError: Error, Hashable, Sendable, CustomStringConvertible {
    /// As `errno` has it.
    public let number: Int32

    public var description: String { "cannot start a thread: \(String(cString: strerror(number)))" }
}
