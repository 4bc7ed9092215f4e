// arete record: what a camera sees, into a file.
import Capture
import Evaluation
import JSON

enum RecordCommand: Command {
    static let form = CommandForm(
        name: "record", summary: "Keeps what a source gives, as it comes and when it came",
        positionals: "SOURCE", positionalCount: 1...1,
        options: [
            .init(name: "-o", value: "FILE", help: "the recording; there must be no such file yet"),
            .init(name: "--frames", value: "N", help: "end after so many frames"),
            .init(name: "--seconds", value: "S", help: "end after so long (default: at Ctrl-C)"),
        ] + SourceOptions.all + [ModelOptions.json])

    static func run(_ arguments: ParsedArguments) throws {
        guard let path = arguments.last("-o") else {
            throw UsageError("'record' needs -o FILE; see 'arete record --help'")
        }
        let most = try arguments.integer("--frames", in: 1...Int.max)
        let seconds = try arguments.number("--seconds", in: 0.001...1e9)
        let request = try SourceOptions.request(arguments.positionals[0], arguments)
        let source = try request.open(pace: request.ends ? .fastest : .recorded) { Output.error("arete: \($0)") }
        let writer = try RecordingWriter(path: path, source: source.name)
        Interruption.watch()
        let start = Clock.wall
        var status = StatusLine()
        recording: while !Interruption.isWanted, writer.frames < most ?? .max, Clock.wall - start < seconds ?? .infinity
        {
            switch try source.next(within: 200) {
            case .frame(let frame): try writer.write(frame)
            case .nothing: break
            case .end: break recording
            }
            status.show { line(writer, source.counts, seconds: Clock.wall - start) }
        }
        status.finish()
        try writer.synchronize()
        let took = Clock.wall - start
        if arguments.has("--json") {
            try Output.print(json(writer, source, seconds: took).text)
        } else {
            try Output.print("\(path): \(line(writer, source.counts, seconds: took))")
        }
        guard writer.frames > 0 else {
            Output.error("arete: \(source.name) gave no frame in \(Figures.text(took, digits: 1)) s; \(path) is empty")
            throw AlreadyReported()
        }
    }

    private static func line(_ writer: RecordingWriter, _ counts: SourceCounts, seconds: Double) -> String {
        let rate = seconds > 0 ? Double(writer.frames) / seconds : 0
        var text =
            "\(writer.frames) frames in \(Figures.text(seconds, digits: 1)) s"
            + " (\(Figures.text(rate, digits: 1)) a second), \(Figures.text(Double(writer.bytes) / 1e6, digits: 1)) MB"
        for (count, what) in [
            (counts.lost, "lost"), (counts.damaged, "damaged"), (counts.unreadable, "unreadable"),
            (counts.late, "late"), (counts.restarts, "restarts"),
        ] where count > 0 {
            text += ", \(count) \(what)"
        }
        return text
    }

    private static func json(_ writer: RecordingWriter, _ source: any FrameSource, seconds: Double) -> JSONValue {
        let counts = source.counts
        return [
            "file": JSONValue(writer.path), "source": JSONValue(source.name), "frames": JSONValue(writer.frames),
            "seconds": JSONValue(seconds), "bytes": JSONValue(writer.bytes), "lost": JSONValue(counts.lost),
            "damaged": JSONValue(counts.damaged), "unreadable": JSONValue(counts.unreadable),
            "late": JSONValue(counts.late),
            "restarts": JSONValue(counts.restarts),
        ]
    }
}
