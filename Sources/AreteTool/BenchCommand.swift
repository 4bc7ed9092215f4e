// arete bench: how fast a model runs here.
import Arete
import CPlatform
import Engine
import Glibc
import JSON

enum BenchCommand: Command {
    static let form = CommandForm(
        name: "bench", summary: "Measures the latency of a model on this machine", positionals: "MODEL",
        positionalCount: 1...1,
        options: [
            .init(name: "--seconds", value: "S", help: "how long to measure (default 3)"),
            .init(name: "--profile", value: nil, help: "time of each step"),
            .init(name: "--cpu", value: "LIST", help: "processors to run on: 0,2-3"),
            ModelOptions.json,
        ] + ModelOptions.running)

    static func run(_ arguments: ParsedArguments) throws {
        let options = try ModelOptions.options(arguments)
        let shapes = try ModelOptions.shapes(arguments)
        let seconds = try arguments.number("--seconds", in: 0.01...86400) ?? 3
        if let list = arguments.last("--cpu") { try ProcessorList(list).bind() }

        let start = Clock.wall
        let model = try Model(path: arguments.positionals[0])
        let session = try model.session(options: options, shapes: shapes)
        let loaded = Clock.wall
        for index in 0..<session.inputCount { session.fillInput(index) }
        let ready = Clock.wall
        try session.run()
        let first = Clock.wall
        if arguments.has("--profile") { session.measureSteps() }
        let samples = try measure(session, seconds: seconds)
        let report = BenchReport(
            model: model, session: session, samples: samples, loadMilliseconds: (loaded - start) * 1e3,
            firstMilliseconds: (loaded - start + first - ready) * 1e3, showsSteps: arguments.has("--profile"))
        try Output.print(arguments.has("--json") ? report.json.text : report.text)
    }

    private static func measure(_ session: Session, seconds: Double) throws -> BenchSamples {
        // A tenth of the time warms caches, clocks and threads up.
        let warm = Clock.wall + seconds / 10
        repeat { try session.run() } while Clock.wall < warm
        var samples = BenchSamples(stepCount: session.stepNanoseconds.count)
        let end = Clock.wall + seconds
        repeat {
            let (cpu, wall) = (Clock.processor, Clock.wall)
            try session.run()
            samples.add(wall: Clock.wall - wall, processor: Clock.processor - cpu, steps: session.stepNanoseconds)
        } while Clock.wall < end
        return samples
    }
}

extension Session {
    /// Fills input `index` with numbers that look like data: bytes all over the range, floats from 0 to 1, small integers as zeros.
    fileprivate func fillInput(_ index: Int) {
        let element = inputType(index).element
        withInput(index) { bytes in
            var state: UInt32 = 1
            func next() -> UInt8 {
                state = state &* 1_664_525 &+ 1_013_904_223
                return UInt8(state >> 24)
            }
            switch element {
            case .float32:
                for slot in bytes.bindMemory(to: Float.self).indices {
                    bytes.bindMemory(to: Float.self)[slot] = Float(next()) / 255
                }
            case .int8, .uint8, .int16: for slot in bytes.indices { bytes[slot] = next() }
            default: break
            }
        }
    }
}

/// Seconds of two clocks.
enum Clock {
    static var wall: Double { read(CLOCK_MONOTONIC) }
    /// Of all threads of this process.
    static var processor: Double { read(CLOCK_PROCESS_CPUTIME_ID) }

    private static func read(_ clock: clockid_t) -> Double {
        var time = timespec()
        clock_gettime(clock, &time)
        return Double(time.tv_sec) + Double(time.tv_nsec) * 1e-9
    }
}

/// Processors named as `0,2-3`.
struct ProcessorList {
    let processors: [Int]

    init(_ text: String) throws {
        let wrong = UsageError("--cpu must look like 0,2-3, not '\(text)'")
        var processors: [Int] = []
        for part in text.split(separator: ",", omittingEmptySubsequences: false) {
            let bounds = part.split(separator: "-", omittingEmptySubsequences: false).map { Int($0) }
            guard (1...2).contains(bounds.count), let first = bounds[0], let last = bounds.last ?? nil, 0 <= first,
                first <= last, last < 1024
            else {
                throw wrong
            }
            processors += first...last
        }
        self.processors = processors
    }

    /// Restricts this process, and the threads it makes later, to the processors.
    func bind() throws {
        var mask = [UInt8](repeating: 0, count: 128)
        for processor in processors { mask[processor / 8] |= 1 << (processor % 8) }
        let status = arete_bind_processors(mask, mask.count)
        guard status == 0 else {
            throw UsageError(
                "this machine does not have processors \(processors): " + String(cString: strerror(status)))
        }
    }
}
