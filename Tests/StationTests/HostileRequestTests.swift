// What somebody at a browser may ask to harm a station.
import JSON
import Peers
import TestSupport
import Testing

@testable import HTTP
@testable import Link
@testable import Station

@Suite struct HostileRequestTests {
    private let folder: TestFolder

    init() throws { folder = try TestFolder("requests") }

    private static let requests: [(method: String, target: String, body: String)] = [
        ("POST", "/api/verdict", #"{"track": "SENDER/1", "verdict": "confirmed"}"#),
        ("POST", "/api/acknowledge", #"{"alert": "rule/SENDER/1/4"}"#),
        ("POST", "/api/ask", #"{"track": "SENDER/1", "level": 3}"#),
        ("POST", "/api/ask", #"{"camera": "SENDER/0"}"#), ("GET", "/api/state", ""),
        ("GET", "/api/pictures/SENDER/1/0", ""), ("GET", "/api/scenes/SENDER/0", ""),
        ("GET", "/export/detections.kml?verdict=none", ""), ("GET", "/export/flights.csv", ""),
        ("GET", "/api/terrain/7/66/45.png", ""), ("GET", "/api/terrain?latitude=46.5&longitude=8.1", ""),
        ("GET", "/api/area.png", ""),
    ]

    /// A number that some part of a station might not bear, or another byte.
    private static func mutated(_ text: String, _ random: inout SplitMix) -> String {
        let numbers = ["-1", "9223372036854775807", "-9223372036854775808", "1e300", "nan", "64", "4294967296", "null"]
        var bytes = Array(text.utf8)
        for _ in 0..<Int.random(in: 0...2, using: &random) where !bytes.isEmpty {
            let digits = bytes.indices.filter { (0x30...0x39).contains(bytes[$0]) }
            if let place = digits.randomElement(using: &random), Bool.random(using: &random) {
                bytes.replaceSubrange(place...place, with: Array((numbers.randomElement(using: &random) ?? "").utf8))
            } else {
                bytes[Int.random(in: 0..<bytes.count, using: &random)] = UInt8.random(in: 0...255, using: &random)
            }
        }
        return String(decoding: bytes, as: UTF8.self)
    }

    private func whole(_ response: HTTPResponse) -> HTTPResponse {
        guard case .later(let work) = response.body else { return response }
        return whole(work())
    }

    @Test("1500 mutated requests end in answers that HTTP can tell, and the station goes on", arguments: [UInt64(11)])
    func mutated(seed: UInt64) throws {
        var random = SplitMix(state: seed)
        let place = folder.path("store")
        var box = try PairedBox("drone")
        let station = try PairedBox.station(place, [box])
        box.see(1)
        box.fly(north: 0)
        box.tell(4, .rule(0, track: 1))
        _ = try box.run(3000, with: station)
        let view = try StationView(place: place, StationStatus(), nil)
        var router = Router()
        StationServer.addReading(to: &router, view)
        StationServer.addSaying(to: &router, view)
        StationServer.addMap(to: &router, nil, nil)
        var done = 0
        for turn in 0..<1500 {
            let request = Self.requests[turn % Self.requests.count]
            func text(_ text: String) -> String { text.replacing("SENDER", with: "\(box.id)") }
            guard let target = RequestTarget(Self.mutated(text(request.target), &random)) else { continue }
            let body = Array(Self.mutated(text(request.body), &random).utf8)
            let answer = whole(router.answer(HTTPRequest(method: request.method, target: target, body: body)))
            if answer.status < 300 { done += 1 }
            let isClean = answer.headers.allSatisfy { ($0.name + $0.value).utf8.allSatisfy { 0x20..<0x7f ~= $0 } }
            #expect((200..<500).contains(answer.status) && isClean, "seed \(seed): \(target) \(answer.status)")
        }
        #expect(done > 200, "seed \(seed): \(done)")
        // Whatever was asked for, its sender can be told.
        try station.takeAsked(at: 2_000_000)
        _ = try station.answers(at: 2_000_000)
        let page = try view.state()
        guard case .array(let cameras)? = page["cameras"]?.content else {
            Issue.record("\(page.text)")
            return
        }
        #expect(cameras.count <= RequestRecord.cameras.count, "seed \(seed)")
    }
}
