// A pipeline's figures in the text format that Prometheus reads.
import Publishing
import Vision

/// https://prometheus.io/docs/instrumenting/exposition_formats/, version 0.0.4.
struct MetricsText {
    private var lines: [String] = []

    /// Complexity: O(sources * stages * classes of a histogram).
    static func text(_ figures: PipelineFigures, process: ProcessFigures) -> String {
        var text = MetricsText()
        text.addCounts(figures)
        text.addFindings(figures)
        text.addLatencies(figures)
        text.addOutlets(figures)
        text.addProcess(process)
        return text.lines.joined(separator: "\n") + "\n"
    }

    private mutating func head(_ name: String, _ type: String, _ help: String) {
        lines.append("# HELP \(name) \(help)")
        lines.append("# TYPE \(name) \(type)")
    }

    private mutating func add(_ name: String, _ labels: [(String, String)], _ value: Double) {
        let list = labels.map { "\($0.0)=\"\(Self.escaped($0.1))\"" }.joined(separator: ",")
        let number = value == value.rounded() && abs(value) < 1e15 ? "\(Int(value))" : "\(value)"
        lines.append(name + (list.isEmpty ? "" : "{\(list)}") + " " + number)
    }

    private static func escaped(_ text: String) -> String {
        var escaped = ""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\\": escaped += "\\\\"
            case "\"": escaped += "\\\""
            case "\n": escaped += "\\n"
            default: escaped.unicodeScalars.append(scalar)
            }
        }
        return escaped
    }

    private mutating func addOutlets(_ figures: PipelineFigures) {
        guard !figures.outlets.isEmpty else { return }
        let all: [(name: String, type: String, help: String, value: (OutletFigures) -> Double)] = [
            ("sent_bytes_total", "counter", "Bytes that were sent, with what carriers add.", { Double($0.sentBytes) }),
            ("sent_messages_total", "counter", "Packets or messages that were sent.", { Double($0.sentMessages) }),
            ("waiting", "gauge", "Things that somebody must have and nobody is known to have.", { Double($0.waiting) }),
            ("dropped_total", "counter", "Things that were given up for want of room.", { Double($0.dropped) }),
            ("refused_total", "counter", "Messages that came and that a key refused.", { Double($0.refused) }),
            ("loss", "gauge", "The part of messages that was lost lately.", { $0.loss }),
            ("up", "gauge", "Whether it can do its work.", { $0.trouble == nil ? 1 : 0 }),
        ]
        for figure in all {
            head("arete_outlet_\(figure.name)", figure.type, figure.help)
            for outlet in figures.outlets {
                add("arete_outlet_\(figure.name)", [("outlet", outlet.name)], figure.value(outlet.figures))
            }
        }
    }

    private mutating func addCounts(_ figures: PipelineFigures) {
        let counters: [(name: String, help: String, value: (SourceFigures) -> Int)] = [
            ("frames", "Frames that the source gave.", { $0.counts.frames }),
            ("frames_lost", "Frames that the source took and never gave.", { $0.counts.lost }),
            ("frames_damaged", "Frames that came damaged.", { $0.allDamaged }),
            ("frames_late", "Frames that a newer one had overtaken.", { $0.counts.late }),
            ("frames_unreadable", "Frames without a picture.", { $0.allUnreadable }),
            ("frames_skipped", "Frames that a newer one replaced before the engine was free.", { $0.skipped }),
            ("frames_overrun", "Frames that had to be looked at and were not.", { $0.overruns }),
            ("results", "Frames with a result.", { $0.results }),
            ("source_restarts", "Times that the source was opened again.", { $0.counts.restarts }),
        ]
        for counter in counters {
            let name = "arete_\(counter.name)_total"
            head(name, "counter", counter.help)
            for source in figures.sources { add(name, [("source", source.name)], Double(counter.value(source))) }
        }
        head("arete_source_up", "gauge", "Whether the source gives frames.")
        for source in figures.sources {
            add("arete_source_up", [("source", source.name)], source.isLost || source.hasEnded ? 0 : 1)
        }
        head("arete_view_fault", "gauge", "What is wrong with the camera's view.")
        for source in figures.sources {
            for fault in ViewFault.allCases {
                let labels = [("source", source.name), ("fault", fault.rawValue)]
                add("arete_view_fault", labels, source.faults.contains(fault) ? 1 : 0)
            }
        }
        head("arete_tiles_total", "counter", "Parts of pictures, looked at or left out.")
        for source in figures.sources where source.tilesLooked > 0 {
            for (what, count) in [("looked", source.tilesLooked), ("skipped", source.tilesSkipped)] {
                add("arete_tiles_total", [("source", source.name), ("what", what)], Double(count))
            }
        }
        head("arete_sink_failures_total", "counter", "Results that a sink could not take.")
        add("arete_sink_failures_total", [], Double(figures.sinkFailures))
    }

    private mutating func addFindings(_ figures: PipelineFigures) {
        head("arete_detections_total", "counter", "Detections, by label.")
        for source in figures.sources {
            for (label, count) in source.detections.sorted(by: { $0.key < $1.key }) {
                add("arete_detections_total", [("source", source.name), ("label", label)], Double(count))
            }
        }
        head("arete_events_total", "counter", "Events, by rule.")
        for source in figures.sources {
            for (rule, count) in source.events.sorted(by: { $0.key < $1.key }) {
                add("arete_events_total", [("source", source.name), ("rule", rule)], Double(count))
            }
        }
        head("arete_parts_total", "counter", "Parts, by verdict.")
        for source in figures.sources where source.parts.count > 0 {
            for (verdict, count) in [
                ("pass", source.parts.passed), ("fail", source.parts.failed), ("missed", source.parts.missed),
            ] {
                add("arete_parts_total", [("source", source.name), ("verdict", verdict)], Double(count))
            }
        }
        head("arete_tracks", "gauge", "Objects that are followed now.")
        for source in figures.sources { add("arete_tracks", [("source", source.name)], Double(source.tracks)) }
    }

    /// Upper ends of the histograms' buckets: powers of two nanoseconds, 0.13 ms to 8.6 s.
    private static let bucketBits = 17...33

    private mutating func addLatencies(_ figures: PipelineFigures) {
        let name = "arete_stage_seconds"
        head(name, "histogram", "How long frames took in each stage; camera is from the shutter, total all of it.")
        for source in figures.sources {
            for stage in Stage.allCases {
                guard let histogram = source.latencies[stage] else { continue }
                let labels = [("source", source.name), ("stage", stage.rawValue)]
                for bits in Self.bucketBits {
                    let end = Double(UInt64(1) << UInt64(bits)) * 1e-9
                    add(name + "_bucket", labels + [("le", "\(end)")], Double(histogram.count(upToPowerOfTwo: bits)))
                }
                add(name + "_bucket", labels + [("le", "+Inf")], Double(histogram.count))
                add(name + "_sum", labels, histogram.sum)
                add(name + "_count", labels, Double(histogram.count))
            }
        }
    }

    private mutating func addProcess(_ process: ProcessFigures) {
        head("process_cpu_seconds_total", "counter", "Processor time of all threads.")
        add("process_cpu_seconds_total", [], process.processorSeconds)
        head("process_resident_memory_bytes", "gauge", "Memory in use.")
        add("process_resident_memory_bytes", [], Double(process.residentBytes))
        head("process_open_fds", "gauge", "Open file descriptors.")
        add("process_open_fds", [], Double(process.openDescriptors))
    }
}
