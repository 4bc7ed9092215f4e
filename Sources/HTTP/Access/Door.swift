// Who may ask for what.
import Glibc
import JSON

/// Lets requests through to routers: strangers' to the open one, those of people who are logged in to the other one.
///
/// `POST /login {"token": "..."}` and `POST /logout` are the door's own. Every answer that goes through it bears headers
/// that keep a page from running what is not its own.
public final class Door: Sendable {
    private let token: AccessToken
    private let hosts: HostRule
    private let cookie: String
    private let open: Router
    private let guarded: Router
    private let clock: @Sendable () -> Int
    private let tell: @Sendable (String) -> Void
    private let sessions: Sessions
    private let logins = LoginGuard()

    /// - Parameters:
    ///   - cookie: its name: another for each server of a machine, as browsers do not tell ports apart.
    ///   - book: a file where sessions outlast the server; `nil`: nowhere.
    ///   - open: for everybody; first it is looked into.
    ///   - guarded: for people who are logged in.
    ///   - clock: seconds that only go on.
    ///   - tell: is given lines about wrong tokens, 10 a minute at most; called on the thread that answers.
    public init(
        token: AccessToken, hosts: HostRule, cookie: String = "arete", book: String? = nil, open: Router,
        guarded: Router,
        clock: @escaping @Sendable () -> Int = Door.seconds,
        tell: @escaping @Sendable (String) -> Void = { _ in }
    ) {
        (self.token, self.hosts, self.cookie, self.clock, self.tell) = (token, hosts, cookie, clock, tell)
        (self.open, self.guarded) = (open, guarded)
        sessions = Sessions(book: book.map { SessionBook(path: $0, token: token) }, now: clock())
    }

    public func answer(_ request: HTTPRequest) -> HTTPResponse {
        let response = refusal(request) ?? entry(request)
        return response.changed { response in
            for (name, value) in Self.safeHeaders where response[name] == nil { response.headers.append((name, value)) }
        }
    }

    /// Seconds since the machine's start, its sleep included.
    @Sendable public static func seconds() -> Int {
        var time = timespec()
        clock_gettime(CLOCK_BOOTTIME, &time)
        return Int(time.tv_sec)
    }

    // No Strict-Transport-Security: with it browsers refuse a certificate that its owner vouches for alone.
    private static let safeHeaders = [
        (
            "Content-Security-Policy",
            "default-src 'self'; img-src 'self' blob: data:; object-src 'none'; base-uri 'none'; form-action 'self'; "
                + "frame-ancestors 'none'"
        ),
        ("X-Content-Type-Options", "nosniff"), ("X-Frame-Options", "DENY"), ("Referrer-Policy", "no-referrer"),
        ("Cross-Origin-Opener-Policy", "same-origin"), ("Cross-Origin-Resource-Policy", "same-origin"),
        ("Cache-Control", "no-store"),
    ]

    /// What no request of the page itself is.
    private func refusal(_ request: HTTPRequest) -> HTTPResponse? {
        let host = request.headers["host"]
        guard hosts.allows(host) else { return .error(421, "this station does not go by that name") }
        guard request.method != "GET", request.method != "HEAD" else { return nil }
        guard request.headers["x-arete"] == "1" else { return .error(403, "the header X-Arete: 1 is missing") }
        if let origin = request.headers["origin"] {
            let own = (request.isEncrypted ? "https://" : "http://") + (host ?? "")
            guard origin.lowercased() == own.lowercased() else { return .error(403, "this comes from another site") }
        }
        guard request.method != "POST" || request.isJSON else {
            return .error(415, "the body must be application/json")
        }
        return nil
    }

    private func entry(_ request: HTTPRequest) -> HTTPResponse {
        switch (request.path, request.method) {
        case ("/login", "POST"): return login(request)
        case ("/logout", "POST"): return logout(request)
        case ("/login", _), ("/logout", _): return .error(405, "the method must be POST").with("Allow", "POST")
        default: break
        }
        if open.knows(request.target) { return open.answer(request) }
        guard let session = request.cookies[cookie], sessions.use(session, now: clock()) else {
            return .error(401, "log in first")
        }
        return guarded.answer(request).changed { [sessions] response in
            if case .events(let stream) = response.body { sessions.add(stream, to: session) }
        }
    }

    private static func tooMany(_ wait: Int) -> HTTPResponse {
        .error(429, "too many wrong tokens: wait \(wait) seconds").with("Retry-After", String(wait))
    }

    private func login(_ request: HTTPRequest) -> HTTPResponse {
        let now = clock()
        guard let text = Self.token(request) else { return .error(400, "{\"token\": \"...\"} is missing") }
        if token.mayBeGuessed, let wait = logins.wait(request.network, now: now) { return Self.tooMany(wait) }
        // The right one opens all the same: otherwise whoever shares a network with its owner could lock the owner out.
        guard token.matches(text) else {
            let verdict = logins.count(request.network, from: request.address, now: now)
            if let line = verdict.line { tell(line) }
            guard let wait = verdict.wait else { return .error(401, "this is not the token") }
            return Self.tooMany(wait)
        }
        logins.forgive(request.network)
        if let earlier = request.cookies[cookie] { sessions.close(earlier, now: now) }
        let session = sessions.open(now: now)
        // The station ends it earlier where nobody uses it.
        let week = 7 * 86_400
        return .done.with(HTTPCookie(cookie, session, seconds: week, isSecure: request.isEncrypted))
    }

    private static func token(_ request: HTTPRequest) -> String? {
        guard let body = try? request.json(), case .string(let text) = body["token"]?.content else { return nil }
        return text
    }

    private func logout(_ request: HTTPRequest) -> HTTPResponse {
        if let session = request.cookies[cookie] { sessions.close(session, now: clock()) }
        return .done.with(HTTPCookie(cookie, "", seconds: 0, isSecure: request.isEncrypted))
    }
}
