// arete bench --slices: a loaded model that is measured a slice at a time, when a line on standard input says so. Engines in
// several processes can so take turns on one machine, and what slows the machine slows all of them.
import Engine
import Glibc
import JSON

struct BenchSlices {
    let session: Session
    let start: BenchStart

    /// A line of standard input.
    enum Request: Equatable {
        /// As many runs as fit, or one each 1/`rate` seconds.
        case slice(seconds: Double, rate: Double?)
        case peak

        /// - Throws: `UsageError` for a line of another form.
        init(_ line: String) throws {
            let words = line.split(whereSeparator: { $0 == " " || $0 == "\t" || $0 == "\r" })
            if words == ["peak"] {
                self = .peak
                return
            }
            let numbers = words.compactMap { Double($0) }
            guard numbers.count == words.count, (1...2).contains(numbers.count), (0.001...86400).contains(numbers[0]),
                numbers.count == 1 || (0.01...100_000).contains(numbers[1])
            else {
                throw UsageError("a line of --slices must look like 'SECONDS', 'SECONDS FPS' or 'peak', not '\(line)'")
            }
            self = .slice(seconds: numbers[0], rate: numbers.count == 2 ? numbers[1] : nil)
        }
    }

    /// Prints what it took to load, then one document for each line until standard input ends.
    func serve() throws {
        let program = session.executable.program
        let members: [JSONMember] =
            start.members(session) + [
                .init("macs", JSONValue(session.executable.multiplyAccumulates)),
                .init("arena_bytes", JSONValue(program.plan.arenaBytes)),
                .init("weight_bytes", JSONValue(program.constantBytes)),
            ]
        try Output.print(JSONValue(.object(members)).text)
        while let line = readLine() {
            let answer: JSONValue
            switch try Request(line) {
            case .peak:
                let peak = KernelPeak(session.executable.options.instructionSet)
                answer = ["peak_gmacs_per_s": rounded(peak.registers), "tile_gmacs_per_s": rounded(peak.tile)]
            case .slice(let seconds, let rate): answer = try slice(seconds: seconds, rate: rate)
            }
            try Output.print(answer.text)
        }
    }

    /// How many runs take 0.1 ms, a hundred times what reading the clocks takes.
    private func runsWorthTiming() throws -> Int {
        var least = Double.infinity
        for _ in 0..<3 {
            var watch = Stopwatch()
            try watch.time { try session.run() }
            least = min(least, watch.wall)
        }
        return max(1, Int((1e-4 / max(least, 1e-7)).rounded(.up)))
    }

    private func slice(seconds: Double, rate: Double?) throws -> JSONValue {
        // What ran before took the caches: one run brings them back. With pauses between runs that is part of each.
        if rate == nil { try session.run() }
        let batch = rate == nil ? try runsWorthTiming() : 1
        var samples = BenchSamples(stepCount: 0)
        let (begin, used) = (Clock.wall, Clock.processor)
        repeat {
            if let rate { Clock.sleep(until: begin + Double(samples.wall.count) / rate) }
            try samples.run(session, times: batch)
        } while Clock.wall < begin + seconds
        return [
            "batch": JSONValue(batch),
            "wall_ms": JSONValue(samples.wall.map { rounded($0 * 1e3) }),
            "cpu_ms": JSONValue(samples.processor.map { rounded($0 * 1e3) }),
            "process_cpu_ms": rounded((Clock.processor - used) * 1e3),
        ]
    }
}

extension Clock {
    fileprivate static func sleep(until moment: Double) {
        var left = moment - wall
        while left > 0 {
            var time = timespec(tv_sec: Int(left), tv_nsec: Int((left - left.rounded(.down)) * 1e9))
            nanosleep(&time, nil)
            left = moment - wall
        }
    }
}
