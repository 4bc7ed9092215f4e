// Out to somebody's server, a request for each event.
import Database
import JSON
import Link
import WebClient

/// Posts what happens, one JSON document each, until the server has taken it (a status from 200 to 299).
///
/// Each has an `Idempotency-Key`: a server that is asked twice, as its answer was lost, knows by it that it has it already. For a thread
/// of its own: a request takes as long as the server does.
public final class WebhookOutlet: Outlet {
    public struct Options: Sendable {
        /// What people call it.
        public var name: String
        /// Of this box among others: the first part of each key.
        public var box: String
        /// Where events wait for the server.
        public var outbox: String

        public init(name: String, box: String, outbox: String) {
            (self.name, self.box, self.outbox) = (name, box, outbox)
        }
    }

    private let options: Options
    private let clock: LinkClock
    private let messages: Messages
    private let hook: Webhook
    private let outbox: Outbox
    private var pause = 0
    private var triedAt = 0
    private var diskTrouble: String?
    private var counts = OutletFigures()

    private static let usualPause = 250
    /// Milliseconds from one try to the next, at first and at most.
    private static let pauses = (first: 1000, most: 60_000)
    /// Seconds for an answer.
    private static let patience = 10.0
    /// Requests, and milliseconds, before it looks for news again.
    private static let portion = 16
    private static let turn = 1000

    /// - Throws: `DatabaseError`.
    public init(_ options: Options, _ hook: Webhook, clock: LinkClock) throws(DatabaseError) {
        (self.options, self.hook, self.clock, messages) = (options, hook, clock, Messages(clock: clock))
        outbox = try Outbox(path: options.outbox)
    }

    public var name: String { options.name }
    public let lacks = ["tracks that no rule fits", "health", "pictures"]
    public var descriptors: [Int32] { [] }

    public var figures: OutletFigures {
        var figures = counts
        figures.waiting = outbox.waiting.count
        figures.dropped += outbox.dropped
        figures.trouble = diskTrouble ?? figures.trouble
        return figures
    }

    public func take(_ changes: StoreChanges) {
        for event in changes.events { outbox.put(event.number, Array(messages.json(event).text.utf8)) }
        counts.dropped += changes.missed
    }

    public func turn() -> Int {
        commit()
        let left = triedAt + pause - clock.now
        guard pause == 0 || left <= 0 else { return min(left, Self.usualPause) }
        let end = clock.now + Self.turn
        for message in outbox.waiting.prefix(Self.portion) {
            guard send(message.number, message.body), clock.now < end else { break }
        }
        commit()
        return outbox.waiting.isEmpty || pause > 0 ? Self.usualPause : 0
    }

    /// Returns whether the next one may follow at once.
    private func send(_ number: Int, _ body: [UInt8]) -> Bool {
        triedAt = clock.now
        do throws(WebError) {
            let status = try hook.post(
                body,
                headers: [
                    ("Content-Type", "application/json"), ("Idempotency-Key", "\"\(options.box)-\(number)\""),
                ], within: Self.patience)
            counts.sentMessages += 1
            counts.sentBytes += body.count
            return took(number, status)
        } catch {
            fail("\(error)")
            return false
        }
    }

    private func took(_ number: Int, _ status: Int) -> Bool {
        switch status {
        case 200...299:
            outbox.remove(number)
            (pause, counts.trouble) = (0, nil)
            return true
        // The server will never take this one; others it may.
        case 400, 402, 405, 406, 409...420, 422, 431...499:
            outbox.remove(number)
            counts.dropped += 1
            counts.trouble = "the server refuses event \(number) with status \(status): it is given up"
            return true
        default:
            fail("the server answers with status \(status)")
            return false
        }
    }

    private func fail(_ reason: String) {
        pause = pause == 0 ? Self.pauses.first : min(pause * 2, Self.pauses.most)
        counts.trouble = "\(reason); trying again"
    }

    private func commit() {
        do throws(DatabaseError) {
            // Where nothing had to be written, nothing is known of the disk.
            if try outbox.commit() { diskTrouble = nil }
        } catch {
            diskTrouble = "\(error)"
        }
    }

    public func finish() { commit() }
}
