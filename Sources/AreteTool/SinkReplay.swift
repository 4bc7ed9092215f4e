// arete link replay --sinks: recorded results, published by sinks.
import Glibc
import JSON
import Link
import Pipeline
import Publishing
import Synchronization

/// Publishes a file of results by the sinks that another file describes.
enum SinkReplay {
    private static let patience = 20

    /// - Parameter patience: seconds to wait at the end for what is not acknowledged.
    static func run(_ path: String, sinks: String, patience: Double, isJSON: Bool) throws {
        let configuration = try PublishingConfiguration(path: sinks)
        let latest = Latest()
        let publication = try Publication(
            configuration.sinks, vehicle: configuration.vehicle, spool: configuration.spool
        ) { name, figures in
            latest.note(figures, of: name)
        }
        try RecordedRun(path).play(into: publication.store) { pause(min($0, Double(Self.patience) / 1000)) }
        // Each looks for what is new before it can tell that nothing waits.
        pause(1)
        let end = Clock.wall + patience
        while latest.waiting > 0, Clock.wall < end, !Interruption.isWanted { pause(0.1) }
        publication.finish()
        for (name, figures) in latest.all {
            try Output.print(isJSON ? json(name, figures).text : text(name, figures))
        }
    }

    private static func pause(_ seconds: Double) { usleep(UInt32(max(seconds, 0) * 1e6)) }

    private static func json(_ name: String, _ figures: OutletFigures) -> JSONValue {
        [
            "sink": JSONValue(name), "sent_bytes": JSONValue(figures.sentBytes),
            "sent_messages": JSONValue(figures.sentMessages), "waiting": JSONValue(figures.waiting),
            "dropped": JSONValue(figures.dropped), "loss": JSONValue(figures.loss),
            "trouble": figures.trouble.map { JSONValue($0) } ?? JSONValue(.null),
        ]
    }

    private static func text(_ name: String, _ figures: OutletFigures) -> String {
        "\(name): \(figures.sentMessages) messages, \(figures.sentBytes) bytes; \(figures.waiting) things not acknowledged"
            + (figures.trouble.map { "; \($0)" } ?? "")
    }

    /// How each does, told by their threads; what troubles one is told when it begins.
    private final class Latest: Sendable {
        private let figures = Mutex<[String: OutletFigures]>([:])

        private let troubles = SinkTroubles()

        func note(_ now: OutletFigures, of name: String) {
            figures.withLock { $0[name] = now }
            troubles.tell(now.trouble, of: name)
        }

        var waiting: Int { figures.withLock { $0.values.reduce(0) { $0 + $1.waiting } } }
        var all: [(String, OutletFigures)] {
            figures.withLock { $0.sorted { $0.key < $1.key }.map { ($0.key, $0.value) } }
        }
    }
}
