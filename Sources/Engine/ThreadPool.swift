import Glibc
import Synchronization

/// Threads that share the units of one step after another with the thread that runs the session.
///
/// The threads sleep between steps that are worth sharing. Nothing is allocated after `init`.
final class ThreadPool: @unchecked Sendable {
    /// All threads, the caller's included.
    let threadCount: Int
    private var threads: [pthread_t] = []
    private let mutex: UnsafeMutablePointer<pthread_mutex_t>
    private let work: UnsafeMutablePointer<pthread_cond_t>
    private let done: UnsafeMutablePointer<pthread_cond_t>
    /// Guarded by `mutex`: the number of the current job, its body, and how many threads still work on it.
    private var generation = 0
    private var job: Job?
    private var busy = 0
    private var isStopping = false
    private let next = Atomic<Int>(0)

    private struct Job {
        var step: UnsafePointer<Step>
        var memory: Memory
        var chunk: Int
    }

    init(threadCount: Int) {
        self.threadCount = threadCount
        mutex = .allocate(capacity: 1)
        work = .allocate(capacity: 1)
        done = .allocate(capacity: 1)
        pthread_mutex_init(mutex, nil)
        pthread_cond_init(work, nil)
        pthread_cond_init(done, nil)
        for worker in 1..<max(threadCount, 1) {
            let start = Unmanaged.passRetained(Start(pool: self, worker: worker))
            var thread = pthread_t()
            let status = pthread_create(
                &thread, nil,
                { argument in
                    guard let argument else { return nil }
                    let start = Unmanaged<Start>.fromOpaque(argument).takeRetainedValue()
                    let (pool, worker) = (start.pool, start.worker)
                    pool.takeUnretainedValue().workLoop(worker)
                    return nil
                }, start.toOpaque())
            if status == 0 { threads.append(thread) } else { start.release() }
        }
    }

    private final class Start {
        let pool: Unmanaged<ThreadPool>
        let worker: Int
        init(pool: ThreadPool, worker: Int) {
            self.pool = .passUnretained(pool)
            self.worker = worker
        }
    }

    /// Waits for the threads to end.
    deinit {
        pthread_mutex_lock(mutex)
        isStopping = true
        pthread_cond_broadcast(work)
        pthread_mutex_unlock(mutex)
        for thread in threads { pthread_join(thread, nil) }
        pthread_mutex_destroy(mutex)
        pthread_cond_destroy(work)
        pthread_cond_destroy(done)
        mutex.deallocate()
        work.deallocate()
        done.deallocate()
    }

    /// Runs all units of `step`, shared with the pool's threads where there are enough of them; returns when all are done.
    func run(_ step: UnsafePointer<Step>, memory: Memory) {
        let units = step.pointee.units
        let grain = step.pointee.grain
        guard !threads.isEmpty, units >= 2 * grain else {
            if units > 0 { step.pointee.body(memory, 0..<units) }
            return
        }
        // Four chunks a thread even out what the threads get without much handing out.
        let chunk = max(grain, (units + 4 * threadCount - 1) / (4 * threadCount))
        let current = Job(step: step, memory: memory, chunk: chunk)
        next.store(0, ordering: .relaxed)
        pthread_mutex_lock(mutex)
        job = current
        busy = threads.count
        generation += 1
        pthread_cond_broadcast(work)
        pthread_mutex_unlock(mutex)
        take(current, worker: 0)
        pthread_mutex_lock(mutex)
        while busy > 0 { pthread_cond_wait(done, mutex) }
        job = nil
        pthread_mutex_unlock(mutex)
    }

    private func take(_ job: Job, worker: Int) {
        let units = job.step.pointee.units
        let memory = Memory(
            pointers: job.memory.pointers, faults: job.memory.faults, worker: worker, step: job.memory.step)
        while true {
            let start = next.wrappingAdd(job.chunk, ordering: .relaxed).oldValue
            guard start < units else { return }
            job.step.pointee.body(memory, start..<min(start + job.chunk, units))
        }
    }

    private func workLoop(_ worker: Int) {
        var seen = 0
        pthread_mutex_lock(mutex)
        while true {
            while generation == seen && !isStopping { pthread_cond_wait(work, mutex) }
            if isStopping { break }
            seen = generation
            let current = job
            pthread_mutex_unlock(mutex)
            if let current { take(current, worker: worker) }
            pthread_mutex_lock(mutex)
            busy -= 1
            if busy == 0 { pthread_cond_signal(done) }
        }
        pthread_mutex_unlock(mutex)
    }
}
