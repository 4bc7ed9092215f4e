// The page and what it asks for.
import Database
import HTTP
import JSON

public struct StationServerError: Error, CustomStringConvertible {
    public let description: String
}

/// Serves a station's page, its state and changes, its pictures and exports, and takes what operators say, until it is let go.
public final class StationServer: Sendable {
    public struct Options: Sendable {
        /// Of this machine, as numbers; whoever can reach it can ask for the page.
        public var address = "127.0.0.1"
        /// 0: any that is free.
        public var port = 0
        /// For HTTPS.
        public var identity: TLSIdentity?
        public var token: AccessToken
        public var hosts = HostRule.loopback()
        /// A file where sessions outlast the station; `nil`: nowhere.
        public var sessions: String?
        /// `nil`: the map has no ground, and nobody knows what is seen of it.
        public var terrain: StationTerrain?
        /// Of senders' pictures as their detectors see them: what is found depends on it.
        public var pictureWidth = 1280
        public var pictureHeight = 960
        /// Is given lines about those who ask, few a minute; called on any thread.
        public var tell: @Sendable (String) -> Void = { _ in }

        public init(token: AccessToken) { self.token = token }
    }

    public var port: Int { server.port }
    private let server: HTTPServer
    private let news: StationNews
    private let search: SearchKeeper?

    private static let pictures = "image/webp"
    /// A picture's address changes with it.
    private static let lasting = "private, max-age=31536000, immutable"

    /// - Parameters:
    ///   - store: where the station keeps all, and has its tables already.
    ///   - status: what its thread says of itself.
    /// - Throws: `DatabaseError`, `HTTPError` or `StationServerError`: one line that says what to do.
    public init(_ options: Options, store: String, _ status: StationStatus) throws {
        let sight = options.terrain.map { terrain in
            CameraSight(
                terrain: terrain.model, pictureWidth: options.pictureWidth, pictureHeight: options.pictureHeight)
        }
        let view = try StationView(place: store, status, sight)
        search = try sight.map { sight throws(StationServerError) in
            try SearchKeeper(place: store, sight, status)
        }
        do throws(StationServerError) { news = try StationNews(view) } catch {
            search?.stop()
            throw error
        }
        var open = Router()
        StationPage.add(to: &open)
        var guarded = Router()
        // Before other exports: theirs is any name.
        Self.addMap(to: &guarded, options.terrain, search)
        Self.addReading(to: &guarded, view)
        Self.addNews(to: &guarded, news)
        Self.addSaying(to: &guarded, view)
        let door = Door(
            token: options.token, hosts: options.hosts, cookie: "arete-\(options.port)", book: options.sessions,
            open: open, guarded: guarded, tell: options.tell)
        do throws(HTTPError) {
            server = try HTTPServer(
                address: options.address, port: options.port, identity: options.identity, limits: HTTPLimits()
            ) { door.answer($0) }
        } catch {
            news.stop()
            search?.stop()
            throw error
        }
        if let terrain = options.terrain { status.tell(terrain: terrain) }
    }

    deinit {
        news.stop()
        search?.stop()
        server.stop()
    }

    // MARK: Reading

    private static func addNews(to router: inout Router, _ news: StationNews) {
        router.get("/api/changes") { request in
            let since = request.headers["last-event-id"] ?? request.target["since"]
            guard let revision = since.flatMap({ Int($0) }), revision >= 0 else {
                return .error(400, "since must be a revision of /api/state")
            }
            return .events(news.listen(since: revision))
        }
    }

    static func addReading(to router: inout Router, _ view: StationView) {
        router.get("/api/state") { _ in
            later { () throws(DatabaseError) in HTTPResponse(json: try view.state()) }
        }
        router.get("/api/pictures/:sender/:track/:level") { request in
            guard let sender = request.number("sender"), let track = request.number("track"),
                let level = request.number("level")
            else { return .error(404, "there is no such picture") }
            return later { () throws(DatabaseError) in
                picture(
                    try view.read { board throws(DatabaseError) in
                        try board.picture(sender: sender, track: track, level: level)
                    })
            }
        }
        router.get("/api/scenes/:sender/:camera") { request in
            guard let sender = request.number("sender"), let camera = request.number("camera") else {
                return .error(404, "there is no such picture")
            }
            return later { () throws(DatabaseError) in
                picture(
                    try view.read { board throws(DatabaseError) in try board.scene(sender: sender, camera: camera) })
            }
        }
        router.get("/export/:file") { request in
            guard let export = request.parameters["file"].flatMap({ StationExport(fileName: $0) }) else {
                let words =
                    "exports are detections and flights, as .geojson, .kml, .gpx and .csv, and area, as the first two"
                return .error(404, words)
            }
            let words = request.target["verdict"]
            let verdict = words.flatMap { StationVerdict(rawValue: $0) }
            guard words == nil || verdict != nil else { return .error(400, "verdict is confirmed, false or none") }
            return later { () throws(DatabaseError) in
                let text = try view.read { board throws(DatabaseError) in try board.document(export, verdict: verdict) }
                return HTTPResponse(type: export.format.mediaType, text: text)
                    .with("Content-Disposition", "attachment; filename=\"\(export.fileName)\"")
            }
        }
    }

    private static func picture(_ file: [UInt8]?) -> HTTPResponse {
        guard let file else { return .error(404, "there is no such picture") }
        return HTTPResponse(type: pictures, bytes: file).with("Cache-Control", lasting)
    }

    /// What the store cannot do now, it may later.
    private static func later(
        _ work: @escaping @Sendable () throws(DatabaseError) -> HTTPResponse
    ) -> HTTPResponse {
        .later {
            do throws(DatabaseError) { return try work() } catch { return .error(503, "\(error)") }
        }
    }

    // MARK: Saying

    static func addSaying(to router: inout Router, _ view: StationView) {
        router.post("/api/verdict") { request in
            guard let words = request.words, let (sender, track) = words["track"].flatMap(pair),
                let verdict = words["verdict"].flatMap({ StationVerdict(rawValue: $0) })
            else { return .error(400, "needs \"track\": ID and \"verdict\": confirmed, false or none") }
            return done("there is no such track") { () throws(DatabaseError) in
                try view.say { desk throws(DatabaseError) in try desk.say(verdict, of: track, sender: sender) }
            }
        }
        router.post("/api/acknowledge") { request in
            guard let alert = request.words?["alert"].flatMap(alert) else {
                return .error(400, "needs \"alert\": ID")
            }
            return done("there is no such alert") { () throws(DatabaseError) in
                try view.say { desk throws(DatabaseError) in try desk.acknowledge(alert) }
            }
        }
        router.post("/api/ask") { request in
            guard let body = try? request.json(), let words = request.words else {
                return .error(400, "needs \"track\": ID and \"level\": 1 to 3, or \"camera\": ID")
            }
            if let (sender, camera) = words["camera"].flatMap(pair) {
                return done("there is no such camera", status: 202) { () throws(DatabaseError) in
                    try view.say { desk throws(DatabaseError) in try desk.ask(camera: camera, sender: sender) }
                }
            }
            guard let (sender, track) = words["track"].flatMap(pair),
                case .integer(let level)? = body["level"]?.content,
                (0...3).contains(level)
            else { return .error(400, "needs \"track\": ID and \"level\": 1 to 3, or \"camera\": ID") }
            return done("there is no such track", status: 202) { () throws(DatabaseError) in
                try view.say { desk throws(DatabaseError) in
                    try desk.ask(track: track, level: Int(level), sender: sender)
                }
            }
        }
    }

    private static func done(
        _ absence: String, status: Int = 204, _ work: @escaping @Sendable () throws(DatabaseError) -> Bool
    ) -> HTTPResponse {
        later { () throws(DatabaseError) in
            guard try work() else { return .error(404, absence) }
            return HTTPResponse(status: status)
        }
    }

    /// `SENDER/NUMBER`.
    private static func pair(_ id: String) -> (Int, Int)? {
        let numbers = id.split(separator: "/", omittingEmptySubsequences: false).map { Int($0) }
        guard numbers.count == 2, let first = numbers[0], let second = numbers[1] else { return nil }
        return (first, second)
    }

    /// `rule/SENDER/EPOCH/NUMBER` or `part/...`.
    private static func alert(_ id: String) -> StationDesk.Alert? {
        let parts = id.split(separator: "/", omittingEmptySubsequences: false)
        let numbers = parts.dropFirst().compactMap { Int($0) }
        guard parts.count == 4, numbers.count == 3 else { return nil }
        switch parts[0] {
        case "rule": return .rule(sender: numbers[0], epoch: numbers[1], number: numbers[2])
        case "part": return .part(sender: numbers[0], epoch: numbers[1], number: numbers[2])
        default: return nil
        }
    }
}

extension HTTPRequest {
    func number(_ name: String) -> Int? { parameters[name].flatMap { Int($0) } }

    /// The texts of the body's object.
    fileprivate var words: [String: String]? {
        guard let body = try? json(), case .object(let members) = body.content else { return nil }
        var words: [String: String] = [:]
        for member in members { if case .string(let text) = member.value.content { words[member.key] = text } }
        return words
    }
}
