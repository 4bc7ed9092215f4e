// The figures of a benchmark run, as text and as JSON.
import Arete
import Engine
import Glibc
import JSON

/// The times of all runs.
struct BenchSamples {
    private(set) var wall: [Double] = []
    private(set) var processor: [Double] = []
    /// Times of each step in nanoseconds, run by run.
    private(set) var steps: [[UInt64]]

    init(stepCount: Int) { steps = Array(repeating: [], count: stepCount) }

    mutating func add(wall: Double, processor: Double, steps: [UInt64]) {
        self.wall.append(wall)
        self.processor.append(processor)
        for (index, time) in steps.enumerated() { self.steps[index].append(time) }
    }
}

extension Array where Element: Comparable {
    /// The element that a share of the sorted elements does not exceed (nearest rank).
    func percentile(_ share: Double) -> Element {
        let sorted = sorted()
        return sorted[Swift.min(sorted.count - 1, Swift.max(0, Int((share * Double(sorted.count)).rounded(.up)) - 1))]
    }
}

struct BenchReport {
    let model: Model
    let session: Session
    let samples: BenchSamples
    let loadMilliseconds: Double
    let firstMilliseconds: Double
    let showsSteps: Bool

    private var program: Program { session.executable.program }
    private var multiplyAccumulates: Int { session.executable.multiplyAccumulates }

    private func milliseconds(_ share: Double) -> Double { samples.wall.percentile(share) * 1e3 }

    private var gmacsPerSecond: Double { Double(multiplyAccumulates) / (milliseconds(0.5) * 1e6) }

    var json: JSONValue {
        var members: [JSONMember] = [
            .init("model", JSONValue(model.path)), .init("threads", JSONValue(session.executable.options.threads)),
            .init("isa", JSONValue(session.executable.options.instructionSet.description)),
            .init("runs", JSONValue(samples.wall.count)),
            .init("load_ms", rounded(loadMilliseconds)), .init("first_ms", rounded(firstMilliseconds)),
            .init("min_ms", rounded(milliseconds(0))), .init("p10_ms", rounded(milliseconds(0.1))),
            .init("p50_ms", rounded(milliseconds(0.5))), .init("p90_ms", rounded(milliseconds(0.9))),
            .init("p99_ms", rounded(milliseconds(0.99))),
            .init("mean_ms", rounded(samples.wall.reduce(0, +) / Double(samples.wall.count) * 1e3)),
            .init("cpu_p10_ms", rounded(samples.processor.percentile(0.1) * 1e3)),
            .init("cpu_p50_ms", rounded(samples.processor.percentile(0.5) * 1e3)),
            .init("macs", JSONValue(multiplyAccumulates)), .init("gmacs_per_s", rounded(gmacsPerSecond)),
            .init("peak_gmacs_per_s", rounded(KernelPeak.gmacsPerSecond * Double(session.executable.options.threads))),
            .init("arena_bytes", JSONValue(program.plan.arenaBytes)),
            .init("weight_bytes", JSONValue(program.constantBytes)),
            .init("resident_bytes", JSONValue(Self.residentBytes)),
        ]
        if showsSteps { members.append(.init("steps", JSONValue(steps.map(\.json)))) }
        return JSONValue(.object(members))
    }

    var text: String {
        let figures = [("min", 0), ("p10", 0.1), ("p50", 0.5), ("p90", 0.9), ("p99", 0.99)].map { name, share in
            "\(name) \(decimal(milliseconds(share)))"
        }
        var lines = [
            "\(model.path): \(samples.wall.count) runs on \(session.executable.options.threads) threads, \(session.executable.options.instructionSet) kernels",
            "  ms: " + figures.joined(separator: "  "),
            "  load \(decimal(loadMilliseconds)) ms, first result \(decimal(firstMilliseconds)) ms after the start",
            "  \(decimal(Double(multiplyAccumulates) / 1e6)) million multiply-accumulates, \(decimal(gmacsPerSecond)) GMAC/s",
            "  arena \(program.plan.arenaBytes) bytes, constants \(program.constantBytes) bytes",
        ]
        if showsSteps {
            let width = steps.map(\.kind.count).max() ?? 0
            for step in steps {
                lines.append(
                    "  " + step.kind + String(repeating: " ", count: width + 2 - step.kind.count)
                        + decimal(step.milliseconds)
                        + " ms  \(step.name)")
            }
        }
        return lines.joined(separator: "\n")
    }

    private struct StepFigures {
        var name: String
        var kind: String
        var milliseconds: Double
        var multiplyAccumulates: Int
        var bytes: Int

        var json: JSONValue {
            [
                "name": JSONValue(name), "kind": JSONValue(kind), "ms": rounded(milliseconds),
                "gmacs_per_s": rounded(milliseconds > 0 ? Double(multiplyAccumulates) / (milliseconds * 1e6) : 0),
                "bytes": JSONValue(bytes),
            ]
        }
    }

    private var steps: [StepFigures] {
        zip(program.steps.indices, samples.steps).map { index, times in
            let step = program.steps[index]
            let name =
                step.origin.nodeName.isEmpty
                ? "\(step.origin.operatorName.lowercased())_\(step.origin.index)" : step.origin.nodeName
            return StepFigures(
                name: name, kind: step.kind, milliseconds: Double(times.percentile(0.5)) / 1e6,
                multiplyAccumulates: step.multiplyAccumulates, bytes: program.bytesTouched(byStep: index))
        }
    }

    /// Memory of this process that is in RAM now.
    private static var residentBytes: Int {
        guard let stream = fopen("/proc/self/statm", "r") else { return 0 }
        defer { fclose(stream) }
        var line = [CChar](repeating: 0, count: 128)
        guard fgets(&line, 128, stream) != nil else { return 0 }
        let fields = line.split(separator: CChar(UInt8(ascii: " "))).map {
            String(decoding: $0.map(UInt8.init(bitPattern:)), as: UTF8.self)
        }
        return fields.count > 1 ? (Int(fields[1]) ?? 0) * sysconf(Int32(_SC_PAGESIZE)) : 0
    }
}

/// A number with as many digits as a clock is worth: microseconds of milliseconds.
private func rounded(_ value: Double) -> JSONValue { JSONValue((value * 1e4).rounded() / 1e4) }

private func decimal(_ value: Double) -> String { String(describing: (value * 1e3).rounded() / 1e3) }
