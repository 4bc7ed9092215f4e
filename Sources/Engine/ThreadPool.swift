import CPlatform
import Glibc

/// Threads that compute bands of one step after another together with the thread that runs the session.
///
/// A worker waits for the next step actively for a while, since a step is shorter than waking a thread takes, and sleeps when none
/// comes: between the frames of a camera nothing runs. Nothing is allocated after `init`. Not for several callers at once.
final class ThreadPool: @unchecked Sendable {
    /// All threads, the caller's included, as far as the system let them start.
    var threadCount: Int { workers.count + 1 }

    private struct Worker {
        var thread: pthread_t
        var desk: Desk
    }

    /// The threads that the pool started.
    var startedThreads: [pthread_t] { workers.map(\.thread) }

    private let workers: [Worker]
    private var seats: ProcessorSeats

    /// - Parameters:
    ///   - threadCount: with the caller's; with 1 none is started.
    ///   - spinMicroseconds: how long a worker waits actively for the next step before it sleeps.
    init(threadCount: Int, spinMicroseconds: Int = 200) {
        var workers: [Worker] = []
        for number in 1..<max(threadCount, 1) {
            let desk = Desk()
            let start = Unmanaged.passRetained(
                Start(desk: desk, worker: number, spin: UInt64(max(0, spinMicroseconds)) * 1000))
            var thread = pthread_t()
            let status = arete_start_thread(
                &thread,
                { argument in
                    guard let argument else { return nil }
                    let start = Unmanaged<Start>.fromOpaque(argument).takeRetainedValue()
                    start.desk.work(as: start.worker, spin: start.spin)
                    return nil
                }, start.toOpaque())
            guard status == 0 else {
                start.release()
                desk.deallocate()
                break
            }
            workers.append(Worker(thread: thread, desk: desk))
        }
        self.workers = workers
        seats = ProcessorSeats(threads: workers.map(\.thread))
    }

    private final class Start {
        let desk: Desk
        let worker: Int
        let spin: UInt64

        init(desk: Desk, worker: Int, spin: UInt64) {
            self.desk = desk
            self.worker = worker
            self.spin = spin
        }
    }

    /// Waits for the threads to end.
    deinit {
        for worker in workers { worker.desk.stop() }
        for worker in workers {
            pthread_join(worker.thread, nil)
            worker.desk.deallocate()
        }
    }

    /// Wakes the workers for a run of several steps. Only a run without this call finds them asleep, and waits for none of them.
    func wake() {
        seats.keepCallerAlone()
        for index in 0..<workers.count { workers[index].desk.wake() }
    }

    /// Computes `step` in `parts` bands at most, one a thread; returns when all are done.
    ///
    /// Which units a band has depends on the number of bands alone.
    func run(_ step: UnsafePointer<StepCall>, memory: Memory, parts: Int) {
        let units = step.pointee.units
        let parts = min(parts, threadCount, units)
        guard parts > 1 else { return step.pointee.compute(memory) }
        for part in 1..<parts {
            let band = Self.band(part, of: parts, units: units)
            workers[part - 1].desk.post(Job(step: step, memory: memory, units: band))
        }
        let start = monotonicNanoseconds()
        step.pointee.compute(Self.band(0, of: parts, units: units), memory)
        // The others should need as long as this thread did. Whoever needs much longer has lost its core: leave it this one.
        let patience = monotonicNanoseconds() - start + 50_000
        for part in 1..<parts { workers[part - 1].desk.finish(patience: patience) }
    }

    /// Units of one of `parts` bands of nearly the same size, which together are all `units`.
    ///
    /// Where units are many they are elements: their bands meet where two cache lines do.
    static func band(_ part: Int, of parts: Int, units: Int) -> Range<Int> {
        let line = units / parts >= 4096 ? 64 : 1
        let (size, rest) = ((units + line - 1) / line).quotientAndRemainder(dividingBy: parts)
        func start(_ part: Int) -> Int { min(units, (part * size + min(part, rest)) * line) }
        return start(part)..<start(part + 1)
    }
}
