// What troubles sinks.
import Synchronization

/// Prints what is new of what sinks' threads say troubles them.
final class SinkTroubles: Sendable {
    private let troubles = Mutex<[String: String]>([:])

    /// Prints what a sink did not say before.
    func tell(_ trouble: String?, of name: String) {
        let before = troubles.withLock { troubles in
            defer { troubles[name] = trouble }
            return troubles[name]
        }
        if let trouble, trouble != before { Output.error("arete: \(name): \(trouble)") }
    }
}
