// Events beside pytak and takproto, both ways.
import Foundation
import Peers
import TestSupport
import Testing

@testable import TAK

@Suite(.enabled(if: PeerFiles.python != nil, "needs pytak and takproto: make .build-peers/installed"))
struct PeerTests {
    private struct Fields: Decodable {
        var uid, type, how: String
        var time, start, stale: Int
        var lat, lon, hae, ce, le: Double
        var callsign, remarks: String?
        var speed, course: Double?
        var battery: Int?
        var others: [String]
    }

    private struct Made: Decodable {
        var xml, mesh, stream: String
        var fields: Fields
    }

    /// The lines that Python answers with.
    private static func ask(_ requests: [String]) throws -> [Data] {
        let folder = try TestFolder("tak")
        let path = try folder.write("requests", requests.map { $0 + "\n" }.joined())
        let python = try #require(PeerFiles.python)
        let (status, text) = try PeerProcess.run(python, ["-W", "ignore", PeerFiles.script("tak.py"), path])
        try #require(status == 0, "\(text.suffix(2000))")
        return text.split(separator: "\n").map { Data($0.utf8) }
    }

    private func hexadecimal(_ bytes: [UInt8]) -> String {
        bytes.map { String($0 >> 4, radix: 16) + String($0 & 15, radix: 16) }.joined()
    }

    private func bytes(_ text: String) -> [UInt8] {
        let digits = text.utf8.map { UInt8($0 >= 0x61 ? $0 - 0x57 : $0 - 0x30) }
        return stride(from: 0, to: digits.count, by: 2).map { digits[$0] << 4 | digits[$0 + 1] }
    }

    /// What differs, in words; `nil` where nothing does.
    private func difference(_ event: CoTEvent, _ fields: Fields, exactTimes: Bool) -> String? {
        func known(_ value: Double) -> Double? { abs(value) < 9_999_999 ? value : nil }
        func same(_ a: Double?, _ b: Double?) -> Bool { a == b || abs((a ?? .infinity) - (b ?? -.infinity)) < 1e-9 }
        // Theirs come through floating point and lose a millisecond then.
        let apart = exactTimes ? 0 : 1
        let checks = [
            ("uid", event.uid == fields.uid), ("type", event.type.rawValue == fields.type),
            ("how", event.how.rawValue == fields.how), ("time", abs(event.time - fields.time) <= apart),
            ("start", abs(event.start - fields.start) <= apart), ("stale", abs(event.stale - fields.stale) <= apart),
            ("lat", same(event.point.latitude, fields.lat)), ("lon", same(event.point.longitude, fields.lon)),
            ("hae", same(event.point.height, known(fields.hae))),
            ("ce", same(event.point.circularError, known(fields.ce))),
            ("le", same(event.point.linearError, known(fields.le))),
            ("callsign", (event.contact?.callsign ?? "") == (fields.callsign ?? "")),
            ("remarks", (event.remarks ?? "") == (fields.remarks ?? "")),
            ("speed", same(event.track?.speed, fields.speed)), ("course", same(event.track?.course, fields.course)),
        ]
        return checks.first { !$0.1 }.map { "\($0.0): \(event) \(fields)" }
    }

    @Test("takproto reads our events in all three forms as we mean them")
    func ours() throws {
        var events = RandomEvents(random: SplitMix(state: 21))
        let sent = (0..<300).map { _ in events.event() }
        let requests = sent.flatMap { event in
            [
                "xml " + hexadecimal(Array(event.xml.utf8)), "mesh " + hexadecimal(event.meshPacket),
                "stream " + hexadecimal(event.streamPacket),
            ]
        }
        let answers = try Self.ask(requests)
        try #require(answers.count == requests.count)
        for (place, answer) in answers.enumerated() {
            let event = sent[place / 3]
            guard let fields = try? JSONDecoder().decode(Fields.self, from: answer) else {
                Issue.record("\(String(decoding: answer, as: UTF8.self))")
                return
            }
            if let difference = difference(event, fields, exactTimes: place % 3 > 0) {
                Issue.record("\(place % 3) \(difference)")
                return
            }
            #expect(fields.others == event.untypedDetail.map(\.name))
        }
    }

    @Test("we read events of ElementTree, pytak and takproto as they mean them")
    func theirs() throws {
        let answers = try Self.ask((0..<300).map { "make \($0)" })
        try #require(answers.count == 300)
        for answer in answers {
            let made = try JSONDecoder().decode(Made.self, from: answer)
            var stream = TAKStream()
            stream.add(bytes(made.stream))
            let events = [
                try CoTEvent(datagram: bytes(made.xml)), try CoTEvent(datagram: bytes(made.mesh)),
                try #require(try stream.next()),
            ]
            for (place, event) in events.enumerated() {
                if let difference = difference(event, made.fields, exactTimes: place > 0) {
                    Issue.record("\(place) \(difference)")
                    return
                }
                let battery = event.others.first { $0.name == "status" }?["battery"]
                #expect(battery == made.fields.battery.map(String.init))
            }
        }
    }
}
