// The server's threads.
import Threads

extension SystemThread {
    /// One of a server's.
    ///
    /// - Throws: `HTTPError` where the machine gives no thread.
    static func serving(_ body: @escaping @Sendable () -> Void) throws(HTTPError) -> SystemThread {
        do throws(ThreadError) { return try SystemThread(body) } catch { throw HTTPError(description: "\(error)") }
    }
}
