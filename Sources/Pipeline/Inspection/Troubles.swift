// What goes wrong with keeping parts, told once.
import Capture

/// Tells each trouble when it begins, not each time that it is met. For one thread at a time.
final class Troubles {
    private let report: (Notice) -> Void
    /// When each was met last, in milliseconds of the monotonic clock.
    private var last: [String: Int] = [:]

    /// Milliseconds after which a trouble that nobody met any more counts as a new one.
    private static let memory = 60_000

    init(_ report: @escaping (Notice) -> Void) { self.report = report }

    func begin(_ what: String, _ reason: String) {
        let now = MonotonicClock.milliseconds
        let isKnown = last[what].map { now - $0 < Self.memory } ?? false
        last[what] = now
        if !isKnown { report(.inspection(reason: reason)) }
    }

    /// It works again.
    func end(_ what: String) { last[what] = nil }

    @discardableResult
    func attempt<Result>(_ what: String, _ body: () throws(SinkFailure) -> Result) -> Result? {
        do throws(SinkFailure) {
            let result = try body()
            end(what)
            return result
        } catch {
            begin(what, error.description)
            return nil
        }
    }
}
