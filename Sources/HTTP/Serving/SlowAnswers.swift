// Answers that take their time.
import Glibc
import Synchronization
import Threads

/// Threads that make answers, in the order in which they are asked for. No more wait than there are connections.
final class SlowAnswers: @unchecked Sendable {
    private struct Queue {
        var jobs: [@Sendable () -> Void] = []
        var isStopping = false
    }

    private let queue = Mutex(Queue())
    /// Counts jobs; one more for each thread at the end.
    private let count = UnsafeMutablePointer<sem_t>.allocate(capacity: 1)
    private var threads: [SystemThread] = []

    init(threads number: Int) throws(HTTPError) {
        sem_init(count, 0, 0)
        do throws(HTTPError) {
            for _ in 0..<number { threads.append(try SystemThread.serving { [unowned self] in work() }) }
        } catch {
            stop()
            throw error
        }
    }

    deinit {
        sem_destroy(count)
        count.deallocate()
    }

    var isEmpty: Bool { threads.isEmpty }

    func add(_ job: @escaping @Sendable () -> Void) {
        queue.withLock { $0.jobs.append(job) }
        sem_post(count)
    }

    /// Waits for the jobs at work, leaves the others.
    func stop() {
        queue.withLock { $0.isStopping = true }
        for _ in threads { sem_post(count) }
        for thread in threads { thread.join() }
        threads = []
    }

    private func work() {
        while true {
            while sem_wait(count) != 0 {}
            let job = queue.withLock { queue -> (@Sendable () -> Void)? in
                queue.isStopping || queue.jobs.isEmpty ? nil : queue.jobs.removeFirst()
            }
            guard let job else { return }
            job()
        }
    }
}
