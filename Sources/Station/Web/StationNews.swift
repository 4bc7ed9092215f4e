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
        var surroundings: Surroundings?
    }

    /// What has no revision.
    private struct Surroundings {
        let members: [JSONMember]
        let text: String
        let traffic: [Int: StationStatus.Traffic]
        /// Looks since the first one.
        let look: Int

        func isNews(to told: Surroundings?, every looks: Int) -> Bool {
            guard let told else { return true }
            return look - told.look >= looks && (text != told.text || traffic != told.traffic)
        }
    }

    /// All who have the same are told the same.
    private struct Needs: Hashable {
        let revision: Int
        let surroundings: Bool
    }

    private let state = Mutex(State())
    private let view: StationView

    /// Milliseconds between two looks; with much to tell, a page gets it once a second.
    private static let pause: Int32 = 200
    private static let muchPauses = 5
    /// Counts of packets change with each one.
    private static let surroundingsPauses = 10
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
        var (look, rest) = (0, 0)
        while !state.withLock({ $0.isOver }) {
            usleep(useconds_t(Self.pause) * 1000)
            look += 1
            if look >= rest, tell(look) > Self.muchBytes { rest = look + Self.muchPauses }
        }
        for listener in state.withLock({ $0.listeners }) { listener.stream.close() }
    }

    /// Returns the bytes of the longest event.
    private func tell(_ look: Int) -> Int {
        let listeners = state.withLock { state in
            state.listeners.removeAll { !$0.stream.isOpen }
            return state.listeners
        }
        guard !listeners.isEmpty else { return 0 }
        let members = view.surroundings
        let surroundings = Surroundings(
            members: members, text: JSONValue(.object(members)).text, traffic: view.traffic, look: look)
        // What a database that is away has is told when it is back.
        let newest = try? view.revision()
        var longest = 0
        var events: [Needs: (event: ServerEvent, revision: Int)] = [:]
        var told: [ObjectIdentifier: (revision: Int, Surroundings?)] = [:]
        for listener in listeners {
            let isNews = surroundings.isNews(to: listener.surroundings, every: Self.surroundingsPauses)
            let needs = Needs(revision: listener.revision, surroundings: isNews)
            guard isNews || newest.map({ $0 != listener.revision }) ?? false,
                listener.stream.waitingBytes < Self.mostWaiting
            else { continue }
            if events[needs] == nil {
                guard let (text, revision) = news(for: needs, newest, surroundings) else { continue }
                longest = max(longest, text?.utf8.count ?? 0)
                let event = text.map { ServerEvent("changes", id: "\(revision)", data: $0) }
                // Another store than the page knows: it begins anew.
                events[needs] = (event ?? ServerEvent("reset"), revision)
            }
            guard let (event, revision) = events[needs], listener.stream.send(event) else { continue }
            told[ObjectIdentifier(listener.stream)] = (revision, isNews ? surroundings : listener.surroundings)
        }
        state.withLock { state in
            for place in state.listeners.indices {
                guard let now = told[ObjectIdentifier(state.listeners[place].stream)] else { continue }
                (state.listeners[place].revision, state.listeners[place].surroundings) = now
            }
        }
        return longest
    }

    /// Without the database, what surrounds it; `nil`: nothing now.
    private func news(for needs: Needs, _ newest: Int?, _ surroundings: Surroundings) -> (text: String?, revision: Int)?
    {
        let members = needs.surroundings ? surroundings.members : []
        if let newest, let news = try? view.changes(since: needs.revision, newest, with: members) { return news }
        guard needs.surroundings else { return nil }
        return (surroundings.text, needs.revision)
    }
}
