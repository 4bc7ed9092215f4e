// Feeds a station's door and desk: any request of a browser ends in an answer that HTTP can tell, and strangers' in none of the station.

import FuzzDriver
import Glibc
import JSON

@testable import Database
@testable import HTTP
@testable import Station

@main enum OperatorsFuzz {
    private static let place = String(cString: fuzz_folder()) + "/station"
    private static let token = AccessToken.drawn()
    private nonisolated(unsafe) static var now = 0
    private nonisolated(unsafe) static var session = ""

    /// Of each kind of row one.
    private static let rows = [
        "INSERT INTO senders VALUES (7, 'box', 1, 1, NULL, 1, 1, 0, 1)", "INSERT INTO clocks VALUES (7, 1, 1, 1)",
        """
        INSERT INTO tracks VALUES (7, 1, 0, 0, 0.5, 46, 8, 500, 0, 9, 9, 5, 30, 0.5, 0.5, 0.1, 0.1, 1, 1, 1, 1, 1, 1)
        """, "INSERT INTO events VALUES (7, 1, 0, 1, 1, 1, 1, NULL, 1)",
        "INSERT INTO parts VALUES (7, 1, 0, 1, NULL, 1, 1, 1, NULL, 1)",
        "INSERT INTO pictures VALUES (7, 1, 0, 'file', 1)", "INSERT INTO scenes VALUES (7, 0, 'file', 1, 1)",
        "INSERT INTO poses VALUES (7, 0, 1, 1, 46, 8, 600, 0, 90, -45, 60, 1)",
        "INSERT INTO poses VALUES (7, 0, 1, 900, 46.001, 8, 600, 0, 90, -45, 60, 1)",
    ]
    private nonisolated(unsafe) static let tables: StationTables? = {
        guard let tables = try? StationTables(place: place) else { return nil }
        for row in rows { precondition((try? tables.database.change(row, [])) == 1, row) }
        return tables
    }()
    private static let door: Door? = {
        guard tables != nil, let view = try? StationView(place: place, StationStatus(), nil) else { return nil }
        var (open, guarded) = (Router(), Router())
        open.get("/open") { _ in .done }
        StationServer.addReading(to: &guarded, view)
        StationServer.addSaying(to: &guarded, view)
        StationServer.addMap(to: &guarded, nil, nil)
        return Door(token: token, hosts: .loopback(), open: open, guarded: guarded, clock: { OperatorsFuzz.now })
    }()

    static func main() {
        var count = CommandLine.argc
        var arguments: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>? = CommandLine.unsafeArgv
        _ = LLVMFuzzerRunDriver(&count, &arguments) { data, size in
            OperatorsFuzz.feed(Array(UnsafeRawBufferPointer(start: data, count: size)))
            return 0
        }
    }

    /// The first byte tells the method and who asks; then come lines with the target, a cookie and an origin, and the body.
    private static func feed(_ bytes: [UInt8]) {
        guard let kind = bytes.first, let door else { return }
        now += 1
        let lines = bytes.dropFirst().split(separator: 0x0a, maxSplits: 3, omittingEmptySubsequences: false)
        guard lines.count == 4, let target = RequestTarget(lines[0]) else { return }
        let (isKnown, isPost) = (kind & 1 == 0, kind & 2 == 0)
        if isKnown, session.isEmpty { session = logIn(door) }
        var headers = [("Host", "localhost"), ("X-Arete", "1"), ("Content-Type", "application/json")]
        headers.append(("Cookie", isKnown ? "arete=" + session : String(decoding: lines[1], as: UTF8.self)))
        if !lines[2].isEmpty { headers.append(("Origin", String(decoding: lines[2], as: UTF8.self))) }
        let request = HTTPRequest(
            method: isPost ? "POST" : kind & 4 == 0 ? "GET" : "HEAD", target: target,
            headers: HTTPHeaders(headers.map { (name: $0.0, value: $0.1) }), body: Array(lines[3]),
            network: "\(kind >> 3)")
        let response = whole(door.answer(request))
        check(response)
        // Who is not logged in may log out.
        let isOpen = ["/open", "/logout"].contains(target.path)
        if !isKnown { precondition([400, 401, 403, 405, 429].contains(response.status) || isOpen) }
        // A log-out ended it.
        if isKnown, target.path == "/logout" || response.status == 401 { session = "" }
        if response.status == 202 || response.status == 204 { forget() }
    }

    private static func logIn(_ door: Door) -> String {
        let headers = HTTPHeaders([("Host", "localhost"), ("X-Arete", "1"), ("Content-Type", "application/json")])
        let body = ["token": JSONValue(token.text)] as JSONValue
        guard let target = RequestTarget("/login") else { return "" }
        let answer = door.answer(
            HTTPRequest(method: "POST", target: target, headers: headers, body: Array(body.text.utf8), network: "own"))
        guard let cookie = answer["set-cookie"] else { preconditionFailure("not let in: \(answer.status)") }
        return String(cookie.dropFirst("arete=".count).prefix { $0 != ";" })
    }

    private static func whole(_ response: HTTPResponse) -> HTTPResponse {
        guard case .later(let work) = response.body else { return response }
        return whole(work())
    }

    private static func check(_ response: HTTPResponse) {
        precondition((200..<500).contains(response.status), "\(response.status)")
        for (name, value) in response.headers {
            precondition((name + value).utf8.allSatisfy { (0x20..<0x7f).contains($0) }, "\(name): \(value)")
        }
        guard response["content-type"] == "application/json", case .bytes(let bytes) = response.body else { return }
        precondition((try? JSONReader.read(bytes: bytes, source: "answer")) != nil)
    }

    /// As it was: each input begins with the same.
    private static func forget() {
        for table in ["asked", "verdicts"] { _ = try? tables?.database.change("DELETE FROM \(table)", []) }
    }
}
