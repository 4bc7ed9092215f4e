// Who is logged in.
import Synchronization
import Times

/// Sessions by their cookies of 128 random bits, or their digests where those are kept. Memory is bounded: the one that was idle longest makes way.
final class Sessions: Sendable {
    private struct Session {
        var used: Int
        var streams: [WeakStream] = []
    }

    private struct WeakStream {
        weak var stream: EventStream?
    }

    static let idleSeconds = 12 * 3600
    static let most = 256

    private let sessions: Mutex<[String: Session]>
    /// Where they outlast the server; `nil`: nowhere.
    private let book: SessionBook?
    /// When they were written last, by the clock of `now`.
    private let written: Mutex<Int>

    /// Seconds after which the book tells anew when sessions were used.
    private static let writtenEvery = 600

    init(book: SessionBook? = nil, now: Int = 0) {
        self.book = book
        let time = UTC.now / 1000
        let known = book?.read().mapValues { Session(used: now - max(time - $0, 0)) } ?? [:]
        sessions = Mutex(known.filter { !Self.isOver($0.value, now: now) })
        written = Mutex(now)
    }

    private func key(_ cookie: String) -> String { book?.digest(cookie) ?? cookie }

    /// Before who logs in or out hears so.
    private func keep(now: Int) {
        guard let book else { return }
        written.withLock { $0 = now }
        let time = UTC.now / 1000
        let used = sessions.withLock { $0.mapValues { time - (now - $0.used) } }
        book.write(used)
    }

    /// - Returns: the new session's cookie.
    func open(now: Int) -> String {
        var generator = SystemRandomNumberGenerator()
        let cookie = (0..<2).map { _ in
            let text = String(UInt64.random(in: .min ... .max, using: &generator), radix: 16)
            return String(repeating: "0", count: 16 - text.utf8.count) + text
        }.joined()
        let ended = sessions.withLock { sessions -> Session? in
            sessions = sessions.filter { !Self.isOver($0.value, now: now) }
            var ended: Session?
            if sessions.count >= Self.most, let oldest = sessions.min(by: { $0.value.used < $1.value.used }) {
                ended = sessions.removeValue(forKey: oldest.key)
            }
            sessions[key(cookie)] = Session(used: now)
            return ended
        }
        Self.end(ended)
        keep(now: now)
        return cookie
    }

    /// Whether this is a session's cookie; it counts as used then.
    func use(_ cookie: String, now: Int) -> Bool {
        let cookie = key(cookie)
        let (isOpen, ended) = sessions.withLock { sessions -> (Bool, Session?) in
            guard var session = sessions[cookie] else { return (false, nil) }
            guard !Self.isOver(session, now: now) else { return (false, sessions.removeValue(forKey: cookie)) }
            session.used = max(session.used, now)
            sessions[cookie] = session
            return (true, nil)
        }
        Self.end(ended)
        if isOpen, written.withLock({ now - $0 >= Self.writtenEvery }) { keep(now: now) }
        return isOpen
    }

    /// A stream ends with its session, and keeps it from being idle.
    func add(_ stream: EventStream, to cookie: String) {
        let cookie = key(cookie)
        let isKept = sessions.withLock { sessions in
            guard sessions[cookie] != nil else { return false }
            sessions[cookie]?.streams.removeAll { $0.stream?.isOpen != true }
            sessions[cookie]?.streams.append(WeakStream(stream: stream))
            return true
        }
        if !isKept { stream.close() }
    }

    func close(_ cookie: String, now: Int) {
        Self.end(sessions.withLock { $0.removeValue(forKey: key(cookie)) })
        keep(now: now)
    }

    /// Outside the lock: streams ring their server's bell.
    private static func end(_ session: Session?) {
        for stream in session?.streams ?? [] { stream.stream?.close() }
    }

    private static func isOver(_ session: Session, now: Int) -> Bool {
        session.used + idleSeconds <= now && !session.streams.contains { $0.stream?.isOpen == true }
    }
}
