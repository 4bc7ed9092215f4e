// Which handler answers which request.

/// Routes by method and path. The first route that fits answers.
///
/// A pattern is a path whose segments are words, `:name` for any one segment, `:name.png` for one that ends so (the name
/// stands for what is before), and `*` at the end for one or more segments (`parameters["*"]`, with slashes).
public struct Router: Sendable {
    public typealias Handler = @Sendable (HTTPRequest) -> HTTPResponse

    private var routes: [Route] = []

    public init() {}

    /// Answers `GET`, and `HEAD` without the body.
    public mutating func get(_ pattern: String, _ handler: @escaping Handler) { add("GET", pattern, handler) }

    public mutating func post(_ pattern: String, _ handler: @escaping Handler) { add("POST", pattern, handler) }

    private mutating func add(_ method: String, _ pattern: String, _ handler: @escaping Handler) {
        routes.append(Route(method: method, segments: Segment.list(pattern), handler: handler))
    }

    /// 404 where no route has the path, 405 where some have it with other methods. Complexity: O(routes x segments).
    public func answer(_ request: HTTPRequest) -> HTTPResponse {
        let method = request.method == "HEAD" ? "GET" : request.method
        var allowed: [String] = []
        for route in routes {
            guard let parameters = route.parameters(request.target.segments) else { continue }
            guard route.method == method else {
                if !allowed.contains(route.method) { allowed.append(route.method) }
                continue
            }
            var request = request
            request.parameters = parameters
            return route.handler(request)
        }
        guard !allowed.isEmpty else { return .error(404, "there is nothing here") }
        if allowed.contains("GET") { allowed.append("HEAD") }
        return .error(405, "the method must be \(allowed.joined(separator: " or "))")
            .with("Allow", allowed.joined(separator: ", "))
    }

    /// Whether a route has the path, by any method.
    public func knows(_ target: RequestTarget) -> Bool {
        routes.contains { $0.parameters(target.segments) != nil }
    }
}

private struct Route: Sendable {
    let method: String
    let segments: [Segment]
    let handler: Router.Handler

    /// `nil` where the path is another.
    func parameters(_ path: [String]) -> [String: String]? {
        var parameters: [String: String] = [:]
        for (place, segment) in segments.enumerated() {
            guard place < path.count else { return nil }
            switch segment {
            case .word(let word): guard path[place] == word else { return nil }
            case .any(let name, let ending):
                let text = path[place]
                guard text.hasSuffix(ending), text.utf8.count > ending.utf8.count else { return nil }
                parameters[name] = String(text.dropLast(ending.count))
            case .rest:
                parameters["*"] = path[place...].joined(separator: "/")
                return parameters
            }
        }
        return path.count == segments.count ? parameters : nil
    }
}

private enum Segment: Sendable {
    case word(String)
    case any(name: String, ending: String)
    case rest

    static func list(_ pattern: String) -> [Segment] {
        pattern.dropFirst().split(separator: "/", omittingEmptySubsequences: false).map { part in
            if part == "*" { return .rest }
            guard part.hasPrefix(":") else { return .word(String(part)) }
            let name = part.dropFirst().prefix { $0 != "." }
            return .any(name: String(name), ending: String(part.dropFirst(1 + name.count)))
        }
    }
}
