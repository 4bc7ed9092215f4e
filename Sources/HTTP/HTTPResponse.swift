// What a client gets.
import JSON

public struct HTTPResponse: Sendable {
    public var status: Int
    /// Without those that the server makes itself: lengths, dates and connections.
    public var headers: [(name: String, value: String)]
    public var body: Body

    public enum Body: Sendable {
        case bytes([UInt8])
        /// Called on the server's thread for part after part, until it gives `nil`; each is quickly made and of some
        /// kilobytes. `false` breaks the answer off.
        case parts(@Sendable () -> Part)
        case events(EventStream)
        /// Called on another thread, and may take its time; other requests are answered meanwhile.
        case later(@Sendable () -> HTTPResponse)
    }

    public enum Part: Sendable {
        case bytes([UInt8])
        case end
        /// What was sent is no whole answer, and the client is to see that.
        case failure
    }

    public init(status: Int = 200, headers: [(name: String, value: String)] = [], body: Body = .bytes([])) {
        (self.status, self.headers, self.body) = (status, headers, body)
    }

    public init(status: Int = 200, type: String = "text/plain; charset=utf-8", text: String) {
        self.init(status: status, type: type, bytes: Array(text.utf8))
    }

    public init(status: Int = 200, type: String, bytes: [UInt8]) {
        self.init(status: status, headers: [("Content-Type", type)], body: .bytes(bytes))
    }

    public init(status: Int = 200, json: JSONValue) {
        self.init(status: status, type: "application/json", text: json.text)
    }

    /// An error as pages read it: `{"error": "one line"}`.
    public static func error(_ status: Int, _ line: String) -> HTTPResponse {
        HTTPResponse(status: status, json: ["error": JSONValue(line)])
    }

    /// Done, and there is nothing to say.
    public static var done: HTTPResponse { HTTPResponse(status: 204) }

    /// Parts, one after another, on the server's thread. See `Body.parts`.
    public static func parts(type: String, _ next: @escaping @Sendable () -> Part) -> HTTPResponse {
        HTTPResponse(headers: [("Content-Type", type)], body: .parts(next))
    }

    /// News for as long as both sides stay.
    public static func events(_ stream: EventStream) -> HTTPResponse {
        HTTPResponse(headers: [("Content-Type", "text/event-stream")], body: .events(stream))
    }

    /// An answer that takes its time. See `Body.later`.
    public static func later(_ work: @escaping @Sendable () -> HTTPResponse) -> HTTPResponse {
        HTTPResponse(body: .later(work))
    }

    /// With another header.
    public func with(_ name: String, _ value: String) -> HTTPResponse {
        changed { $0.headers.append((name, value)) }
    }

    public func with(_ cookie: HTTPCookie) -> HTTPResponse { with("Set-Cookie", cookie.header) }

    /// Of an answer that is made later, what it becomes is changed.
    public func changed(_ change: @escaping @Sendable (inout HTTPResponse) -> Void) -> HTTPResponse {
        if case .later(let work) = body { return .later { work().changed(change) } }
        var response = self
        change(&response)
        return response
    }

    public subscript(name: String) -> String? {
        let name = name.lowercased()
        return headers.first { $0.name.lowercased() == name }?.value
    }

    /// This answer with a tag; or 304 for a client that has it already.
    ///
    /// - Parameter tag: other where the body is other; letters and digits.
    public func tagged(_ tag: String, for request: HTTPRequest) -> HTTPResponse {
        let quoted = "\"\(tag)\""
        let known = request.headers.all("if-none-match").flatMap { $0.split(separator: ",") }
        let isKnown = known.contains { part in
            let text = part.drop { $0 == " " }.prefix { $0 != " " }
            return text == "*" || text == quoted || text == "W/" + quoted
        }
        guard isKnown else { return with("ETag", quoted) }
        var response = HTTPResponse(status: 304)
        response.headers = headers.filter { $0.name.lowercased() == "cache-control" }
        return response.with("ETag", quoted)
    }
}
