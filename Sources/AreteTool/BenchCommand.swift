// arete bench: how fast a model runs here.
import Arete
import CPlatform
import Engine
import Glibc
import JSON
import Pipeline

enum BenchCommand: Command {
    static let form = CommandForm(
        name: "bench", summary: "Measures the latency of a model on this machine", positionals: "MODEL",
        positionalCount: 1...1,
        options: [
            .init(name: "--seconds", value: "S", help: "how long to measure (default 3)"),
            .init(
                name: "--inputs", value: "A.npy [B.npy ...]", help: "inputs to run on (default: made up)",
                takesMany: true),
            .init(name: "--profile", value: nil, help: "time, arithmetic and memory traffic of each step"),
            .init(
                name: "--slices", value: nil,
                help: "measure when told: reads 'SECONDS [FPS]' or 'peak' a line, answers with a JSON document a line"),
            .init(name: "--cpu", value: "LIST", help: "processors to run on: 0,2-3"),
            ModelOptions.json,
        ] + ModelOptions.running)

    static func run(_ arguments: ParsedArguments) throws {
        let options = try ModelOptions.options(arguments)
        let seconds = try arguments.number("--seconds", in: 0.01...86400) ?? 3
        if arguments.has("--slices"), arguments.has("--profile") || arguments.has("--seconds") {
            throw UsageError("--slices takes neither --profile nor --seconds; see 'arete bench --help'")
        }
        if let list = arguments.last("--cpu") { try ProcessorList(list).bind() }
        let inputs = arguments.has("--inputs") ? try ModelInputs(paths: arguments.all("--inputs")) : nil
        let (session, start) = try start(arguments, options: options, inputs: inputs)
        if arguments.has("--slices") { return try BenchSlices(session: session, start: start).serve() }
        if arguments.has("--profile") { session.measureSteps() }
        let samples = try measure(session, seconds: seconds)
        let report = BenchReport(
            session: session, samples: samples, start: start, showsSteps: arguments.has("--profile"))
        try Output.print(arguments.has("--json") ? report.json.text : report.text)
    }

    /// Loads the model and runs it once, watching the clocks. Making up or copying inputs in is not part of it.
    private static func start(_ arguments: ParsedArguments, options: Options, inputs: ModelInputs?) throws -> (
        Session, BenchStart
    ) {
        var shapes = try ModelOptions.shapes(arguments)
        let before = ProcessMemory.proportionalBytes
        var watch = Stopwatch()
        let model = try watch.time { try Model(path: arguments.positionals[0]) }
        for (name, tensor) in zip(try inputs?.names(in: model) ?? [], inputs?.tensors ?? []) {
            shapes[name] = shapes[name] ?? tensor.shape
        }
        let session = try watch.time { try model.session(options: options, shapes: shapes) }
        let load = watch
        for index in 0..<session.inputCount {
            if let tensor = inputs?.tensors[index] {
                try session.setInput(index, to: tensor.readAs(session.inputType(index)))
            } else {
                session.fillInput(index)
            }
        }
        try watch.time { try session.run() }
        let start = BenchStart(
            path: model.path, load: load, first: watch, addedBytes: ProcessMemory.proportionalBytes - before)
        return (session, start)
    }

    private static func measure(_ session: Session, seconds: Double) throws -> BenchSamples {
        // A tenth of the time warms caches, clocks and threads up.
        let warm = Clock.wall + seconds / 10
        repeat { try session.run() } while Clock.wall < warm
        var samples = BenchSamples(stepCount: session.stepNanoseconds.count)
        let end = Clock.wall + seconds
        repeat { try samples.run(session) } while Clock.wall < end
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

/// What it took to the first result.
struct BenchStart {
    let path: String
    /// Until the model could run.
    let load: Stopwatch
    /// Until its first result was there, `load` included.
    let first: Stopwatch
    /// Memory of the process after that beyond what it had before.
    let addedBytes: Int
}

/// Adds up the time of pieces of work on both clocks.
struct Stopwatch {
    private(set) var wall = 0.0
    private(set) var processor = 0.0

    mutating func time<Result>(_ work: () throws -> Result) rethrows -> Result {
        let (processor, wall) = (Clock.processor, Clock.wall)
        defer {
            self.wall += Clock.wall - wall
            self.processor += Clock.processor - processor
        }
        return try work()
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
