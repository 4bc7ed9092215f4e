// Who is logged in.
import Synchronization

/// Sessions by their cookies of 128 random bits. Memory is bounded: the one that was idle longest makes way.
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

    private let sessions = Mutex<[String: Session]>([:])

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
            sessions[cookie] = Session(used: now)
            return ended
        }
        Self.end(ended)
        return cookie
    }

    /// Whether this is a session's cookie; it counts as used then.
    func use(_ cookie: String, now: Int) -> Bool {
        let (isOpen, ended) = sessions.withLock { sessions -> (Bool, Session?) in
            guard var session = sessions[cookie] else { return (false, nil) }
            guard !Self.isOver(session, now: now) else { return (false, sessions.removeValue(forKey: cookie)) }
            session.used = max(session.used, now)
            sessions[cookie] = session
            return (true, nil)
        }
        Self.end(ended)
        return isOpen
    }

    /// A stream ends with its session, and keeps it from being idle.
    func add(_ stream: EventStream, to cookie: String) {
        let isKept = sessions.withLock { sessions in
            guard sessions[cookie] != nil else { return false }
            sessions[cookie]?.streams.removeAll { $0.stream?.isOpen != true }
            sessions[cookie]?.streams.append(WeakStream(stream: stream))
            return true
        }
        if !isKept { stream.close() }
    }

    func close(_ cookie: String) { Self.end(sessions.withLock { $0.removeValue(forKey: cookie) }) }

    /// Outside the lock: streams ring their server's bell.
    private static func end(_ session: Session?) {
        for stream in session?.streams ?? [] { stream.stream?.close() }
    }

    private static func isOver(_ session: Session, now: Int) -> Bool {
        session.used + idleSeconds <= now && !session.streams.contains { $0.stream?.isOpen == true }
    }
}
