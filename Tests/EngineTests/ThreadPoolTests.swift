// Threads that share steps: everything is computed once, nobody waits for ever, and idle threads sleep.
import CPlatform
import Foundation
import Graphs
import Synchronization
import Testing

@testable import Engine

/// A step that counts how often each of its units was computed.
private final class Counted {
    let counts: UnsafeMutablePointer<Int>
    let units: Int
    private let step: UnsafeMutablePointer<StepCall>
    private let pointers: UnsafeMutablePointer<UnsafeMutableRawPointer>
    private let faults: UnsafeMutablePointer<Atomic<Int>>

    init(units: Int, pausing pauses: Int = 0) {
        self.units = units
        counts = .allocate(capacity: max(1, units))
        counts.initialize(repeating: 0, count: max(1, units))
        pointers = .allocate(capacity: 1)
        pointers.initialize(to: UnsafeMutableRawPointer(counts))
        faults = .allocate(capacity: 1)
        faults.initialize(to: Atomic(0))
        step = .allocate(capacity: 1)
        step.initialize(
            to: StepCall(
                Step(
                    kind: "count", origin: Node.Origin(index: 0, operatorName: "COUNT"), reads: [], writes: [],
                    units: units, grain: 1, multiplyAccumulates: 0
                ) { memory, range in
                    let counts = memory[Buffer(index: 0), as: Int.self]
                    for unit in range {
                        counts[unit] += 1
                        for _ in 0..<pauses { arete_pause() }
                    }
                }))
    }

    deinit {
        step.pointee.release()
        step.deallocate()
        pointers.deallocate()
        faults.deallocate()
        counts.deallocate()
    }

    func run(on pool: ThreadPool, parts: Int) {
        pool.run(step, memory: Memory(pointers: pointers, faults: faults, worker: 0, step: 0), parts: parts)
    }

    func wasComputed(_ times: Int) -> Bool { (0..<units).allSatisfy { counts[$0] == times } }
}

/// Seconds that a thread has run so far.
private func processorTime(of thread: pthread_t) -> Double {
    var clock = clockid_t()
    var time = timespec()
    guard pthread_getcpuclockid(thread, &clock) == 0, clock_gettime(clock, &time) == 0 else { return .nan }
    return Double(time.tv_sec) + Double(time.tv_nsec) * 1e-9
}

private func processors(of thread: pthread_t) -> Set<Int> {
    var mask = [UInt8](repeating: 0, count: 128)
    #expect(arete_thread_processors(thread, &mask, mask.count) == 0)
    return Set((0..<1024).filter { mask[$0 / 8] >> UInt8($0 % 8) & 1 == 1 })
}

@Suite struct ThreadPoolTests {
    @Test("bands follow each other, differ by a unit or a line at most, and are all the units")
    func bands() {
        for units in [2, 3, 7, 64, 65, 1000, 4096 * 3 + 1, 100_000, 1_000_003] {
            for parts in 2...min(7, units) {
                let bands = (0..<parts).map { ThreadPool.band($0, of: parts, units: units) }
                #expect(bands.first?.lowerBound == 0 && bands.last?.upperBound == units)
                #expect(zip(bands, bands.dropFirst()).allSatisfy { $0.upperBound == $1.lowerBound })
                let sizes = bands.map(\.count)
                let slack = units / parts >= 4096 ? 64 : 1
                #expect((sizes.max() ?? 0) - (sizes.min() ?? 0) <= slack + slack - 1, "\(units) in \(parts): \(sizes)")
            }
        }
    }

    @Test("every unit is computed once, by any number of threads", arguments: [1, 2, 3, 8])
    func once(threads: Int) {
        let pool = ThreadPool(threadCount: threads)
        for units in [0, 1, 2, 3, 5, 100, 20_000] {
            let counted = Counted(units: units)
            for round in 1...20 {
                pool.run(counted, parts: threads)
                #expect(counted.wasComputed(round), "\(units) units, round \(round)")
            }
        }
    }

    @Test("100,000 tiny steps end, whether the threads spin, sleep at once or hesitate", arguments: [0, 2, 200])
    func manySteps(spinMicroseconds: Int) {
        let pool = ThreadPool(threadCount: 3, spinMicroseconds: spinMicroseconds)
        // Waking threads for each step takes its time.
        let rounds = spinMicroseconds == 0 ? 20_000 : 100_000
        let counted = Counted(units: 3)
        for round in 0..<rounds {
            if round % 50 == 0 { pool.wake() }
            // Gaps of many lengths meet the threads before, while and after they fall asleep.
            for _ in 0..<round % 97 { arete_pause() }
            counted.run(on: pool, parts: 2 + round % 2)
        }
        #expect(counted.wasComputed(rounds))
    }

    @Test("a caller that waits long for a band sleeps, and is woken")
    func longBands() {
        let pool = ThreadPool(threadCount: 3)
        pool.wake()
        let counted = Counted(units: 3, pausing: 20_000)
        for _ in 0..<20 { counted.run(on: pool, parts: 3) }
        #expect(counted.wasComputed(20))
    }

    @Test("threads that have nothing to do sleep after the time they were given")
    func parking() {
        let pool = ThreadPool(threadCount: 3, spinMicroseconds: 1000)
        #expect(pool.startedThreads.count == 2)
        let counted = Counted(units: 3)
        for _ in 0..<10 {
            pool.wake()
            counted.run(on: pool, parts: 3)
        }
        usleep(30_000)
        let before = pool.startedThreads.map(processorTime)
        usleep(100_000)
        let used = zip(pool.startedThreads.map(processorTime), before).map(-)
        // A thread that did not sleep would have run for a good part of the 100 ms, even on a busy machine.
        #expect(used.allSatisfy { $0 < 0.001 }, "seconds: \(used)")
    }

    @Test("two sessions share their steps at the same time")
    func twoAtOnce() async {
        await withTaskGroup(of: Bool.self) { group in
            for _ in 0..<2 {
                group.addTask {
                    let pool = ThreadPool(threadCount: 2)
                    let counted = Counted(units: 1000)
                    for _ in 0..<2000 {
                        pool.wake()
                        counted.run(on: pool, parts: 2)
                    }
                    return counted.wasComputed(2000)
                }
            }
            for await right in group { #expect(right) }
        }
    }

    @Test("a pool ends while its threads start, spin, sleep or are just woken")
    func ending() {
        for round in 0..<100 {
            let pool = ThreadPool(threadCount: 3, spinMicroseconds: round % 4 == 1 ? 0 : 300)
            let counted = Counted(units: 3)
            switch round % 4 {
            case 0: break
            case 1:
                counted.run(on: pool, parts: 3)
                usleep(200)
            case 2: counted.run(on: pool, parts: 3)
            default: pool.wake()
            }
        }
    }

    @Test("one thread starts no other")
    func alone() {
        #expect(ThreadPool(threadCount: 1).startedThreads.isEmpty)
    }

    @Test("threads sit on processors of their own, among those that the process was given")
    func seats() {
        let allowed = processors(of: pthread_self())
        let pool = ThreadPool(threadCount: 2)
        let seat = processors(of: pool.startedThreads[0])
        #expect(seat.isSubset(of: allowed))
        #expect(seat.count == 1 || allowed.count == 1)
    }

    @Test("a process bound to one processor keeps all its threads there")
    func boundFromOutside() {
        let done = DispatchSemaphore(value: 0)
        // A thread of its own, so that the tests' threads keep their processors.
        let thread = Thread {
            let mine = processors(of: pthread_self()).min() ?? 0
            var mask = [UInt8](repeating: 0, count: 128)
            mask[mine / 8] = 1 << UInt8(mine % 8)
            #expect(arete_bind_processors(mask, mask.count) == 0)
            let pool = ThreadPool(threadCount: 3)
            let counted = Counted(units: 30)
            for _ in 0..<200 {
                pool.wake()
                counted.run(on: pool, parts: 3)
            }
            #expect(counted.wasComputed(200))
            for thread in pool.startedThreads { #expect(processors(of: thread) == [mine]) }
            done.signal()
        }
        thread.start()
        done.wait()
    }

    @Test("a thread that was moved from the outside stays where it is")
    func movedFromOutside() throws {
        let allowed = processors(of: pthread_self()).sorted()
        try #require(allowed.count > 1, "this machine has one processor")
        let pool = ThreadPool(threadCount: 2)
        var mask = [UInt8](repeating: 0, count: 128)
        for processor in allowed { mask[processor / 8] |= 1 << UInt8(processor % 8) }
        #expect(arete_bind_thread(pool.startedThreads[0], mask, mask.count) == 0)
        let counted = Counted(units: 2)
        for _ in 0..<200 {
            pool.wake()
            counted.run(on: pool, parts: 2)
        }
        #expect(processors(of: pool.startedThreads[0]) == Set(allowed))
    }
}

extension ThreadPool {
    fileprivate func run(_ counted: Counted, parts: Int) { counted.run(on: self, parts: parts) }
}
