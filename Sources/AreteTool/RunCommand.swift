// arete run: a pipeline from its file, until its sources end or somebody asks it to.
import Arete
import CPlatform
import Evaluation
import Pipeline

enum RunCommand: Command {
    static let form = CommandForm(
        name: "run", summary: "Runs a pipeline: sources, model, tracker, rules, sinks",
        positionals: "PIPELINE.json", positionalCount: 1...1,
        options: [
            .init(name: "--check", value: nil, help: "only tell whether the file and what it names are sound"),
            .init(name: "--frames", value: "N", help: "end after N results of each source"),
            ModelOptions.json,
        ] + ModelOptions.running.filter { $0.name != "--shape" })

    static func run(_ arguments: ParsedArguments) throws {
        let most = try arguments.integer("--frames", in: 1...Int.max) ?? .max
        let isJSON = arguments.has("--json")
        let configuration = try PipelineConfiguration.read(path: arguments.positionals[0])
        let pipeline = try Pipeline(configuration, options: try ModelOptions.options(arguments))
        guard !arguments.has("--check") else {
            for remark in pipeline.remarks { Output.error("arete: \(remark)") }
            return try Output.print(
                isJSON ? RunReport.checked(pipeline).text : "\(configuration.path): sound: \(RunReport.parts(pipeline))"
            )
        }
        let usesOutput = configuration.sinks.contains(where: \.writesToStandardOutput)
        guard !isJSON || !usesOutput else {
            throw UsageError(
                "--json prints figures where a sink of \(configuration.path) prints its lines; leave one out")
        }
        arete_keep_large_blocks_apart()
        Interruption.watch()
        let service = ServiceManager()
        let log = RunLog(printsEvents: !isJSON && !usesOutput)
        let start = Clock.wall
        try pipeline.run(frames: most) { report in
            log.tell(report)
        } started: { metrics in
            if let metrics { log.say("figures at \(metrics)") }
            service.ready()
        } tick: {
            if Interruption.isWanted || log.hasNoReader {
                service.stopping()
                pipeline.stop()
            }
            if pipeline.longestSilence < Self.longestSilence(service) { service.live() }
            log.show(pipeline.figures, seconds: Clock.wall - start, to: service)
        }
        log.finish()
        guard !log.hasNoReader else { throw AlreadyReported() }
        let report = RunReport(pipeline.figures, seconds: Clock.wall - start)
        if isJSON {
            try Output.print(report.json.text)
        } else if usesOutput {
            for line in report.lines { log.say(line) }
        } else {
            try Output.print(report.lines.joined(separator: "\n"))
        }
        if report.hasFailed { throw AlreadyReported() }
    }

    /// Milliseconds: a part that is silent for longer than the service manager waits for a sign of life hangs.
    private static func longestSilence(_ service: ServiceManager) -> Int { max(service.watchdog ?? 0, 1000) }
}
