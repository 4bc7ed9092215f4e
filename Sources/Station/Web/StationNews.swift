// What is new, to all pages.
import Database
import Glibc
import HTTP
import JSON
import Synchronization
import Threads

/// Looks for what changed in the store, on a thread of its own, and tells all pages that listen.
final class StationNews: Sendable {
    private struct State {
        var listeners: [Listener] = []
        var isOver = false
    }

    private struct Listener {
        let stream: EventStream
        /// What it has.
        var revision: Int
    }

    private let state = Mutex(State())
    private let view: StationView

    /// Milliseconds between two looks; with much to tell, a page gets it once a second.
    private static let pause: Int32 = 200
    private static let muchPauses = 5
    private static let muchBytes = 100_000
    /// Bytes that wait for a page: it is told no more until it has read them.
    private static let mostWaiting = 1 << 20

    init(_ view: StationView) throws(StationServerError) {
        self.view = view
        do throws(ThreadError) { try SystemThread.detach { self.run() } } catch {
            throw StationServerError(description: "\(error)")
        }
    }

    func stop() { state.withLock { $0.isOver = true } }

    /// A page that has all up to a revision.
    func listen(since revision: Int) -> EventStream {
        let stream = EventStream(mostBytes: 8 << 20)
        state.withLock { $0.listeners.append(Listener(stream: stream, revision: revision)) }
        return stream
    }

    private func run() {
        var rest = 0
        while !state.withLock({ $0.isOver }) {
            usleep(useconds_t(Self.pause) * 1000)
            rest -= 1
            if rest <= 0, tell() > Self.muchBytes { rest = Self.muchPauses }
        }
        for listener in state.withLock({ $0.listeners }) { listener.stream.close() }
    }

    /// Returns the bytes of the longest event.
    private func tell() -> Int {
        let listeners = state.withLock { state in
            state.listeners.removeAll { !$0.stream.isOpen }
            return state.listeners
        }
        // What a database that is away has is told when it is back.
        guard !listeners.isEmpty, let newest = try? view.revision() else { return 0 }
        var longest = 0
        var told: [Int: (event: ServerEvent, revision: Int)] = [:]
        var reached: [ObjectIdentifier: Int] = [:]
        for listener in listeners where listener.revision != newest {
            guard listener.stream.waitingBytes < Self.mostWaiting else { continue }
            if told[listener.revision] == nil {
                guard let (text, revision) = try? view.changes(since: listener.revision, newest) else { continue }
                longest = max(longest, text?.utf8.count ?? 0)
                let event = text.map { ServerEvent("changes", id: "\(revision)", data: $0) }
                // Another store than the page knows: it begins anew.
                told[listener.revision] = (event ?? ServerEvent("reset"), revision)
            }
            guard let (event, revision) = told[listener.revision] else { continue }
            if listener.stream.send(event) { reached[ObjectIdentifier(listener.stream)] = revision }
        }
        state.withLock { state in
            for place in state.listeners.indices {
                guard let revision = reached[ObjectIdentifier(state.listeners[place].stream)] else { continue }
                state.listeners[place].revision = revision
            }
        }
        return longest
    }
}
