// The pipeline's threads.
import Threads

extension SystemThread {
    /// One of a pipeline's.
    ///
    /// - Throws: `PipelineError.system` where the machine gives no thread.
    static func working(_ body: @escaping @Sendable () -> Void) throws(PipelineError) -> SystemThread {
        do throws(ThreadError) { return try SystemThread(body) } catch { throw .system("\(error)") }
    }
}
