// What the thread that runs a session and one worker of its pool tell each other.
import CPlatform
import Glibc
import Synchronization

/// The share of one step that a thread computes.
struct Job {
    var step: UnsafePointer<StepCall>
    var memory: Memory
    var units: Range<Int>

    func run(worker: Int) {
        let memory = Memory(pointers: memory.pointers, faults: memory.faults, worker: worker, step: memory.step)
        step.pointee.compute(units, memory)
    }
}

/// Two cache lines between the caller and one worker: the caller's orders, and the worker's word that one is done.
///
/// An order is laid open and then taken, by the worker or, if the worker does not come, by the caller itself. So a worker that
/// sleeps, or whose core is busy with something else, costs the caller its help and nothing more.
struct Desk {
    /// The line that the caller writes: number of the order, then the flags below; the job follows it in the same line.
    private let order: UnsafeMutablePointer<Atomic<UInt32>>
    private let job: UnsafeMutablePointer<Job>
    /// The line that the worker writes: number of the last order done, then `isAwaited`.
    private let done: UnsafeMutablePointer<Atomic<UInt32>>

    /// Flags of `order`.
    private static let isOpen: UInt32 = 1
    private static let isParked: UInt32 = 2
    private static let isStopped: UInt32 = 4
    private static let number: UInt32 = 8
    /// Flag of `done`: the caller sleeps.
    private static let isAwaited: UInt32 = 1

    /// Lines are fetched in pairs.
    private static let stride = 128

    init() {
        let memory = UnsafeMutableRawPointer.allocate(byteCount: 2 * Self.stride, alignment: Self.stride)
        order = memory.bindMemory(to: Atomic<UInt32>.self, capacity: 1)
        job = (memory + 8).bindMemory(to: Job.self, capacity: 1)
        done = (memory + Self.stride).bindMemory(to: Atomic<UInt32>.self, capacity: 1)
        order.initialize(to: Atomic(0))
        done.initialize(to: Atomic(0))
    }

    /// When no thread uses the desk any more.
    func deallocate() { UnsafeMutableRawPointer(order).deallocate() }

    // MARK: The caller's side

    /// Lays an order open, and wakes the worker if it sleeps. The one before must be finished.
    func post(_ new: Job) {
        job.initialize(to: new)
        let next = (order.pointee.load(ordering: .relaxed) & ~(Self.number - 1)) &+ Self.number | Self.isOpen
        if order.pointee.exchange(next, ordering: .acquiringAndReleasing) & Self.isParked != 0 { wakeWorker() }
    }

    /// Waits until the order that was posted last is done; computes it here if the worker has not begun.
    ///
    /// - Parameter patience: nanoseconds to wait for a worker that has begun before this thread sleeps.
    func finish(patience: UInt64) {
        let posted = order.pointee.load(ordering: .relaxed)
        if posted & Self.isOpen != 0,
            order.pointee.compareExchange(
                expected: posted, desired: posted & ~Self.isOpen, successOrdering: .acquiring,
                failureOrdering: .relaxed
            ).exchanged
        {
            job.pointee.run(worker: 0)
            return
        }
        let target = posted & ~(Self.number - 1)
        var clock = SpinClock(nanoseconds: patience)
        while true {
            let seen = done.pointee.load(ordering: .acquiring)
            if seen == target { return }
            if clock.pause() { continue }
            let (marked, _) = done.pointee.compareExchange(
                expected: seen, desired: seen | Self.isAwaited, ordering: .acquiringAndReleasing)
            if marked { arete_futex_wait(UnsafePointer(word(done)), seen | Self.isAwaited) }
        }
    }

    /// Wakes a worker that sleeps, so that it is there when the next order comes.
    func wake() {
        let seen = order.pointee.load(ordering: .relaxed)
        guard seen & Self.isParked != 0 else { return }
        order.pointee.store(seen & ~Self.isParked, ordering: .releasing)
        wakeWorker()
    }

    /// Lets the worker end. No order may be open.
    func stop() {
        if order.pointee.exchange(Self.isStopped, ordering: .acquiringAndReleasing) & Self.isParked != 0 {
            wakeWorker()
        }
    }

    private func wakeWorker() { arete_futex_wake(UnsafePointer(word(order))) }

    // MARK: The worker's side

    /// Computes orders until `stop`.
    /// - Parameter spin: nanoseconds to wait for an order before sleeping.
    func work(as worker: Int, spin: UInt64) {
        // How long it is worth waiting: less while others want this core.
        var patience = spin
        var clock = SpinClock(nanoseconds: patience)
        while true {
            let seen = order.pointee.load(ordering: .acquiring)
            if seen & Self.isStopped != 0 { return }
            if seen & Self.isOpen != 0 {
                guard
                    order.pointee.compareExchange(
                        expected: seen, desired: seen & ~Self.isOpen, ordering: .acquiring
                    ).exchanged
                else { continue }
                job.pointee.run(worker: worker)
                let before = done.pointee.exchange(
                    seen & ~(Self.number - 1), ordering: .acquiringAndReleasing)
                if before & Self.isAwaited != 0 { arete_futex_wake(UnsafePointer(word(done))) }
                patience = min(spin, 2 * patience + 1000)
                clock = SpinClock(nanoseconds: patience)
                continue
            }
            if seen & Self.isParked == 0 {
                if clock.pause() { continue }
                if clock.wasInterrupted { patience /= 4 }
                let (parked, _) = order.pointee.compareExchange(
                    expected: seen, desired: seen | Self.isParked, ordering: .acquiringAndReleasing)
                guard parked else { continue }
            }
            arete_futex_wait(UnsafePointer(word(order)), seen | Self.isParked)
            clock = SpinClock(nanoseconds: patience)
        }
    }

    private func word(_ atomic: UnsafeMutablePointer<Atomic<UInt32>>) -> UnsafeMutablePointer<UInt32> {
        UnsafeMutableRawPointer(atomic).assumingMemoryBound(to: UInt32.self)
    }
}

/// A wait with an end, which looks at the clock only now and then.
private struct SpinClock {
    private let nanoseconds: UInt64
    private var end: UInt64 = 0
    private var last: UInt64 = 0
    private var pauses = 0
    /// Whether something else ran on this core during the wait.
    private(set) var wasInterrupted = false

    /// Between two looks at the clock lie 1 or 2 microseconds; a gap much longer means that the core was taken away.
    private static let pausesPerLook = 32
    private static let longestLook: UInt64 = 50_000

    init(nanoseconds: UInt64) { self.nanoseconds = nanoseconds }

    /// Waits for a moment; `false` when the time is over or the core is wanted by others.
    @inline(__always)
    mutating func pause() -> Bool {
        if nanoseconds == 0 { return false }
        arete_pause()
        pauses += 1
        return pauses % Self.pausesPerLook != 1 || look()
    }

    @inline(never)
    private mutating func look() -> Bool {
        let now = monotonicNanoseconds()
        if end == 0 {
            end = now + nanoseconds
        } else if now - last > Self.longestLook {
            wasInterrupted = true
        }
        last = now
        return now < end && !wasInterrupted
    }
}
