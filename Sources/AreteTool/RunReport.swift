// What a pipeline did, in words and as JSON.
import Evaluation
import JSON
import Pipeline

struct RunReport {
    private let figures: PipelineFigures
    private let seconds: Double

    init(_ figures: PipelineFigures, seconds: Double) {
        self.figures = figures
        self.seconds = seconds
    }

    /// Whether a source ended before its time.
    var hasFailed: Bool { figures.sources.contains { $0.failure != nil } }

    /// What a pipeline consists of.
    static func parts(_ pipeline: Pipeline) -> String {
        let configuration = pipeline.configuration
        let sources = configuration.sources.map(\.name).joined(separator: ", ")
        let follows = configuration.tracker == nil ? "" : ", tracker"
        return "\(configuration.sources.count) source\(configuration.sources.count == 1 ? "" : "s") (\(sources)), "
            + "model \(configuration.model.file)\(follows), \(configuration.rules.count) rules, "
            + "\(configuration.sinks.count) sinks"
    }

    static func checked(_ pipeline: Pipeline) -> JSONValue {
        let configuration = pipeline.configuration
        return [
            "pipeline": JSONValue(configuration.path), "sound": JSONValue(true),
            "sources": JSONValue(configuration.sources.map { JSONValue($0.name) }),
            "model": JSONValue(configuration.model.file), "model_sha256": JSONValue(pipeline.modelDigest),
            "tracker": JSONValue(configuration.tracker != nil), "rules": JSONValue(configuration.rules.count),
            "sinks": JSONValue(configuration.sinks.count),
        ]
    }

    /// One line on how it goes.
    static func status(_ figures: PipelineFigures, seconds: Double) -> String {
        figures.sources.map { source in
            func milliseconds(_ share: Double, _ stage: Stage) -> String {
                source.recent.percentile(share, of: stage).map { Figures.text($0 * 1e3, digits: 1) } ?? "-"
            }
            let rate = Figures.text(seconds > 0 ? Double(source.results) / seconds : 0, digits: 1)
            var text =
                "\(source.name) \(rate)/s, \(milliseconds(0.5, .total)) ms (p99 \(milliseconds(0.99, .total)), "
                + "model \(milliseconds(0.5, .model)))"
            if source.tracks > 0 { text += ", \(source.tracks) followed" }
            let trouble = losses(source).map { "\($0.count) \($0.name)" }
            if !trouble.isEmpty { text += ", " + trouble.joined(separator: ", ") }
            if source.isLost { text += ", LOST" }
            if !source.faults.isEmpty {
                text += ", " + source.faults.map { $0.rawValue.uppercased() }.sorted().joined(separator: ", ")
            }
            return text
        }.joined(separator: " | ")
    }

    /// What did not become a result, where there was any.
    private static func losses(_ source: SourceFigures) -> [(name: String, count: Int)] {
        [
            ("lost", source.counts.lost), ("damaged", source.allDamaged),
            ("late", source.counts.late),
            ("unreadable", source.allUnreadable), ("skipped", source.skipped), ("OVERRUN", source.overruns),
            ("restarts", source.counts.restarts),
        ].filter { $0.1 > 0 }.map { (name: $0.0, count: $0.1) }
    }

    /// For people.
    var lines: [String] { figures.sources.flatMap(lines) }

    private func lines(_ source: SourceFigures) -> [String] {
        var first = "\(source.name): \(source.counts.frames) frames, \(source.results) results in "
        first += "\(Figures.text(seconds, digits: 1)) s"
        for loss in Self.losses(source) { first += ", \(loss.count) \(loss.name)" }
        var lines = [first]
        let found = source.detections.sorted { $0.key < $1.key }.map { "\($0.value) \($0.key)" }
        if !found.isEmpty { lines.append("  found " + found.joined(separator: ", ")) }
        let tiles = source.tilesLooked + source.tilesSkipped
        if tiles > 0 {
            lines.append("  \(tiles) tiles, \(Figures.percent(Double(source.tilesSkipped) / Double(tiles))) left out")
        }
        let parts = source.parts
        if parts.count > 0 {
            lines.append(
                "  \(parts.count) parts: \(parts.passed) pass, \(parts.failed) fail, \(parts.missed) not inspected")
        }
        let events = source.events.sorted { $0.key < $1.key }.map { "\($0.value) \($0.key)" }
        if !events.isEmpty { lines.append("  events " + events.joined(separator: ", ")) }
        if let failure = source.failure { lines.append("  ended early: \(failure)") }
        guard source.results > 0 else { return lines }
        lines.append("  ms              p50      p90      p99")
        for stage in Stage.allCases {
            guard let latency = source.latencies[stage] else { continue }
            let columns = [0.5, 0.9, 0.99].map { share in
                let text = Figures.text((latency.percentile(share) ?? 0) * 1e3, digits: 2)
                return String(repeating: " ", count: max(0, 9 - text.count)) + text
            }
            lines.append("  \(Figures.column(stage.rawValue, width: 10))\(columns.joined())")
        }
        return lines
    }

    var json: JSONValue {
        [
            "seconds": JSONValue(Figures.rounded(seconds, digits: 3)),
            "sink_failures": JSONValue(figures.sinkFailures), "sources": JSONValue(figures.sources.map(Self.json)),
        ]
    }

    private static func json(_ source: SourceFigures) -> JSONValue {
        func object(_ counts: [String: Int]) -> JSONValue {
            JSONValue(.object(counts.sorted { $0.key < $1.key }.map { JSONMember($0.key, JSONValue($0.value)) }))
        }
        let latencies = Stage.allCases.compactMap { stage -> JSONMember? in
            guard let latency = source.latencies[stage] else { return nil }
            let shares = [("p50", 0.5), ("p90", 0.9), ("p99", 0.99)].map { name, share in
                JSONMember(name, JSONValue(Figures.rounded((latency.percentile(share) ?? 0) * 1e3, digits: 3)))
            }
            return JSONMember(stage.rawValue, JSONValue(.object(shares)))
        }
        let faults = source.faults.map(\.rawValue).sorted().map { JSONValue($0) }
        var members = [
            JSONMember("name", JSONValue(source.name)), JSONMember("frames", JSONValue(source.counts.frames)),
            JSONMember("results", JSONValue(source.results)),
        ]
        members.append(JSONMember("lost", JSONValue(source.counts.lost)))
        members.append(JSONMember("damaged", JSONValue(source.allDamaged)))
        members.append(JSONMember("late", JSONValue(source.counts.late)))
        members.append(JSONMember("unreadable", JSONValue(source.allUnreadable)))
        members.append(JSONMember("skipped", JSONValue(source.skipped)))
        members.append(JSONMember("overruns", JSONValue(source.overruns)))
        members.append(JSONMember("restarts", JSONValue(source.counts.restarts)))
        members.append(JSONMember("view", JSONValue(faults)))
        members.append(JSONMember("detections", object(source.detections)))
        members.append(JSONMember("events", object(source.events)))
        if source.tilesLooked > 0 {
            members.append(
                JSONMember(
                    "tiles", ["looked": JSONValue(source.tilesLooked), "skipped": JSONValue(source.tilesSkipped)]))
        }
        if source.parts.count > 0 {
            let parts: JSONValue = [
                "pass": JSONValue(source.parts.passed), "fail": JSONValue(source.parts.failed),
                "missed": JSONValue(source.parts.missed),
            ]
            members.append(JSONMember("parts", parts))
        }
        members.append(JSONMember("latency_ms", JSONValue(.object(latencies))))
        if let failure = source.failure { members.append(JSONMember("failure", JSONValue(failure))) }
        return JSONValue(.object(members))
    }
}
