// The figures of a benchmark run, as text and as JSON.
import Arete
import Engine
import JSON
import Pipeline

/// The times of all runs, in seconds.
struct BenchSamples {
    private(set) var wall: [Double] = []
    private(set) var processor: [Double] = []
    /// Times of each step in nanoseconds, run by run.
    private(set) var steps: [[UInt64]]

    init(stepCount: Int) { steps = Array(repeating: [], count: stepCount) }

    /// Runs `session`, several times for one sample where a run is too short for the clocks, and keeps the time of a run.
    mutating func run(_ session: Session, times: Int = 1) throws {
        let (processor, wall) = (Clock.processor, Clock.wall)
        for _ in 0..<times { try session.run() }
        self.wall.append((Clock.wall - wall) / Double(times))
        self.processor.append((Clock.processor - processor) / Double(times))
        guard !steps.isEmpty else { return }
        for (index, time) in session.stepNanoseconds.enumerated() { steps[index].append(time) }
    }
}

extension Array where Element: Comparable {
    /// The element that a share of the sorted elements does not exceed (nearest rank).
    func percentile(_ share: Double) -> Element {
        let sorted = sorted()
        return sorted[Swift.min(sorted.count - 1, Swift.max(0, Int((share * Double(sorted.count)).rounded(.up)) - 1))]
    }
}

extension BenchStart {
    /// What is known as soon as the model has run once.
    func members(_ session: Session) -> [JSONMember] {
        let options = session.executable.options
        return [
            .init("model", JSONValue(path)), .init("threads", JSONValue(options.threads)),
            .init("isa", JSONValue(options.instructionSet.description)), .init("load_ms", rounded(load.wall * 1e3)),
            .init("first_ms", rounded(first.wall * 1e3)), .init("first_cpu_ms", rounded(first.processor * 1e3)),
            .init("added_bytes", JSONValue(addedBytes)),
        ]
    }
}

struct BenchReport {
    let session: Session
    let samples: BenchSamples
    let start: BenchStart
    let showsSteps: Bool
    private let peak: KernelPeak

    init(session: Session, samples: BenchSamples, start: BenchStart, showsSteps: Bool) {
        self.session = session
        self.samples = samples
        self.start = start
        self.showsSteps = showsSteps
        peak = KernelPeak(session.executable.options.instructionSet)
    }

    private var program: Program { session.executable.program }
    private var options: Options { session.executable.options }
    private var multiplyAccumulates: Int { session.executable.multiplyAccumulates }
    private var peakOfAllThreads: Double { peak.registers * Double(options.threads) }
    private var profile: BenchProfile { BenchProfile(program, times: samples.steps, peak: peakOfAllThreads) }

    private func time(_ share: Double) -> Double { samples.wall.percentile(share) * 1e3 }

    private var gmacsPerSecond: Double { Double(multiplyAccumulates) / (time(0.5) * 1e6) }

    var json: JSONValue {
        var members = start.members(session)
        members += [
            .init("runs", JSONValue(samples.wall.count)),
            .init("min_ms", rounded(time(0))), .init("p10_ms", rounded(time(0.1))),
            .init("p50_ms", rounded(time(0.5))), .init("p90_ms", rounded(time(0.9))),
            .init("p99_ms", rounded(time(0.99))),
            .init("mean_ms", rounded(samples.wall.reduce(0, +) / Double(samples.wall.count) * 1e3)),
            .init("cpu_p10_ms", rounded(samples.processor.percentile(0.1) * 1e3)),
            .init("cpu_p50_ms", rounded(samples.processor.percentile(0.5) * 1e3)),
            .init("macs", JSONValue(multiplyAccumulates)), .init("gmacs_per_s", rounded(gmacsPerSecond)),
            .init("peak_gmacs_per_s", rounded(peakOfAllThreads)),
            .init("tile_gmacs_per_s", rounded(peak.tile * Double(options.threads))),
            .init("arena_bytes", JSONValue(program.plan.arenaBytes)),
            .init("weight_bytes", JSONValue(program.constantBytes)),
            .init("resident_bytes", JSONValue(ProcessMemory.residentBytes)),
        ]
        if showsSteps { members.append(.init("steps", profile.json)) }
        return JSONValue(.object(members))
    }

    var text: String {
        let figures = [("min", 0), ("p10", 0.1), ("p50", 0.5), ("p90", 0.9), ("p99", 0.99)].map { name, share in
            "\(name) \(milliseconds(time(share)))"
        }
        let threads = "\(options.threads) thread\(options.threads == 1 ? "" : "s")"
        let share = decimal(gmacsPerSecond / peakOfAllThreads * 100, digits: 1)
        var lines = [
            "\(start.path): \(samples.wall.count) runs on \(threads), \(options.instructionSet) kernels",
            "  ms: " + figures.joined(separator: "  "),
            "  load \(decimal(start.load.wall * 1e3)) ms, first result \(decimal(start.first.wall * 1e3)) ms after the start",
            "  \(decimal(Double(multiplyAccumulates) / 1e6)) million multiply-accumulates, \(decimal(gmacsPerSecond)) GMAC/s, "
                + "\(share) % of the int8 peak of \(decimal(peakOfAllThreads, digits: 1))",
            "  arena \(program.plan.arenaBytes) bytes, constants \(program.constantBytes) bytes",
        ]
        if showsSteps { lines += ["", profile.text] }
        return lines.joined(separator: "\n")
    }
}

/// A number with as many digits as runs that are timed together are worth: a nanosecond of milliseconds.
func rounded(_ value: Double) -> JSONValue { JSONValue((value * 1e6).rounded() / 1e6) }

/// Milliseconds to the microsecond, short ones to the nanosecond.
func milliseconds(_ value: Double) -> String { value < 0.1 ? Figures.text(value, digits: 6) : decimal(value) }

/// A number with at most `digits` digits after the point.
func decimal(_ value: Double, digits: Int = 3) -> String {
    var unit = 1.0
    for _ in 0..<digits { unit *= 10 }
    return String(describing: (value * unit).rounded() / unit)
}
