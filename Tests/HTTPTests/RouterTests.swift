// Which handler answers, and what pages get.
import HTTP
import Testing

@Suite struct RouterTests {
    private func ask(_ router: Router, _ method: String, _ path: String, _ headers: [(String, String)] = []) throws
        -> HTTPResponse
    {
        let target = try #require(RequestTarget(path))
        let fields = headers.map { (name: $0.0, value: $0.1) }
        return router.answer(HTTPRequest(method: method, target: target, headers: HTTPHeaders(fields)))
    }

    private func text(_ response: HTTPResponse) -> String {
        if case .bytes(let bytes) = response.body { return String(decoding: bytes, as: UTF8.self) }
        return ""
    }

    @Test("the first route that fits answers, with what stands for its names")
    func routes() throws {
        var router = Router()
        router.get("/api/tiles/:z/:x/:y.png") { request in
            .init(text: ["z", "x", "y"].compactMap { request.parameters[$0] }.joined(separator: ","))
        }
        router.get("/api/tiles/:z/:x/first") { _ in .init(text: "never") }
        router.get("/assets/*") { .init(text: $0.parameters["*"] ?? "") }
        router.get("/") { _ in .init(text: "page") }
        router.post("/api/verdict") { _ in .done }
        router.get("/api/verdict") { _ in .init(text: "read") }
        #expect(text(try ask(router, "GET", "/api/tiles/3/4/5.png")) == "3,4,5")
        #expect(text(try ask(router, "GET", "/api/tiles/3/4/a%2Fb.png")) == "3,4,a/b")
        #expect(text(try ask(router, "GET", "/assets/a/b.js")) == "a/b.js")
        #expect(text(try ask(router, "HEAD", "/")) == "page")
        for path in ["/assets", "/api/tiles/3/4/.png", "/api/tiles/3/4/5.jpg", "/api", "//", "/api/tiles/3/4/5.png/"] {
            #expect(try ask(router, "GET", path).status == 404, "\(path)")
        }
        let wrong = try ask(router, "DELETE", "/api/verdict")
        #expect(wrong.status == 405 && wrong["allow"] == "POST, GET, HEAD")
        #expect(try ask(router, "POST", "/").status == 405)
        #expect(text(try ask(router, "GET", "/x")) == "{\"error\": \"there is nothing here\"}")
    }

    @Test("files have their media type and a tag, and come once to who keeps them")
    func files() throws {
        let files = StaticFiles([
            .init(name: "index.html", bytes: Array("<p>".utf8), tag: "a1"),
            .init(name: "page.css", bytes: [], tag: "b2"), .init(name: "icons.svg", bytes: [1], tag: "c3"),
            .init(name: "map.js", bytes: [2], tag: "d4"), .init(name: "odd", bytes: [3], tag: "e5"),
        ])
        var router = Router()
        router.get("/:name") { files.answer($0.parameters["name"] ?? "", $0) }
        let types = [
            "index.html": "text/html; charset=utf-8", "page.css": "text/css; charset=utf-8",
            "icons.svg": "image/svg+xml", "map.js": "text/javascript; charset=utf-8", "odd": "application/octet-stream",
        ]
        for (name, type) in types {
            let response = try ask(router, "GET", "/\(name)")
            #expect(response.status == 200 && response["content-type"] == type)
            #expect(response["cache-control"] == "no-cache")
        }
        #expect(try ask(router, "GET", "/index.html")["etag"] == "\"a1\"")
        for known in ["\"a1\"", "W/\"a1\"", "\"x\", \"a1\"", "*"] {
            let response = try ask(router, "GET", "/index.html", [("If-None-Match", known)])
            #expect(response.status == 304 && response["etag"] == "\"a1\"" && text(response).isEmpty, "\(known)")
        }
        #expect(try ask(router, "GET", "/index.html", [("If-None-Match", "\"a2\"")]).status == 200)
        #expect(try ask(router, "GET", "/none.html").status == 404)
    }

    @Test("cookies are read as browsers send them, and odd parts are passed over")
    func cookies() {
        #expect(Cookies.read(["a=1; b=2", "c=3"]) == ["a": "1", "b": "2", "c": "3"])
        #expect(Cookies.read(["a=1; a=2;=3;;b; c = x=y ;\t"]) == ["a": "1", "c": "x=y"])
        #expect(Cookies.read(["", ";", "="]).isEmpty)
        #expect(Cookies.read([(0..<1000).map { "c\($0)=1" }.joined(separator: ";")]).count <= 64)
    }

    @Test("what is made later is changed when it is made")
    func later() {
        let response = HTTPResponse.later { .init(text: "slow") }.with("X-A", "1").with("X-B", "2")
        guard case .later(let work) = response.body else {
            Issue.record("is not made later")
            return
        }
        let made = work()
        #expect(text(made) == "slow" && made["x-a"] == "1" && made["X-B"] == "2")
    }
}
