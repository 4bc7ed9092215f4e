// How many threads each step of a program is worth.

/// Estimates of what each step takes on one thread: first from its size, then from its first runs.
///
/// A start and a join cost a good part of a microsecond, so a short step is faster on one thread. How fast a kernel is depends on the
/// machine and the instruction set; a few runs tell. Which threads compute a step never changes its result.
struct StepSharing {
    private struct Entry {
        var units: Int
        /// Nanoseconds on one thread.
        var cost: UInt64
    }

    private let entries: UnsafeMutablePointer<Entry>
    private let threadCount: Int
    /// Runs to be timed yet: the fastest counts, as other work on the machine and cold caches only ever slow a step down.
    private var runsToTime = runs

    /// Two threads share a step of this many nanoseconds or more, three one of half as much again.
    static let usuallyWorthSharing: UInt64 = 5000
    private let worthSharing: UInt64
    /// Start and join of a step, a share that does not shrink with the number of threads.
    private static let handOff: UInt64 = 500
    private static let runs = 8

    /// - Parameter worthSharing: with 0 all threads share every step.
    init(_ program: Program, threadCount: Int, worthSharing: UInt64) {
        self.threadCount = threadCount
        self.worthSharing = worthSharing
        entries = .allocate(capacity: max(1, program.steps.count))
        for (index, step) in program.steps.enumerated() {
            let cost = Self.guess(step, bytes: program.bytesTouched(byStep: index))
            (entries + index).initialize(to: Entry(units: step.units, cost: cost))
        }
    }

    func deallocate() { entries.deallocate() }

    /// Nanoseconds as a middling kernel would take: 50 multiply-accumulates or 10 bytes in each.
    static func guess(_ step: Step, bytes: Int) -> UInt64 {
        guard step.units >= 2 * step.grain else { return 0 }
        return UInt64(max(0, step.multiplyAccumulates)) / 50 + UInt64(max(0, bytes)) / 10
    }

    /// In how many bands to cut step `index`.
    func parts(_ index: Int) -> Int {
        let worthwhile = worthSharing == 0 ? threadCount : Int(min(2 * entries[index].cost / worthSharing, 256))
        return max(1, min(threadCount, worthwhile, entries[index].units))
    }

    /// Whether this run should be timed.
    var wantsTimes: Bool { runsToTime > 0 }

    /// Notes that step `index` took `nanoseconds` in `parts` bands.
    func note(_ nanoseconds: UInt64, step index: Int, parts: Int) {
        let alone = parts == 1 ? nanoseconds : (nanoseconds - min(nanoseconds, Self.handOff)) * UInt64(parts)
        entries[index].cost = runsToTime == Self.runs ? alone : min(entries[index].cost, alone)
    }

    mutating func endRun() { runsToTime = max(0, runsToTime - 1) }
}
