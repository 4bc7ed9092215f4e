// What people see of a station, and what they say.
import Foundation
import JSON
import Peers
import Testing

@testable import Link
@testable import Station

@Suite struct BoardTests {
    private let folder: TestFolder
    private let server: PostgresServer?
    private static let unix = 1_790_000_000_000

    init() throws {
        folder = try TestFolder("board")
        server = PostgresServer.isThere ? try PostgresServer() : nil
    }

    /// A file, and a database where there is one.
    private var places: [String] { [folder.path("store")] + (server.map { [$0.place] } ?? []) }

    private func list(_ changes: JSONValue, _ name: String) -> [JSONValue] {
        guard case .array(let values)? = changes[name]?.content else { return [] }
        return values
    }

    private func text(_ value: JSONValue?) -> String? {
        guard case .string(let text)? = value?.content else { return nil }
        return text
    }

    private func number(_ value: JSONValue?) -> Double? {
        switch value?.content {
        case .integer(let number): Double(number)
        case .number(let number): number
        default: nil
        }
    }

    private func revision(_ changes: JSONValue) -> Int { Int(number(changes["revision"]) ?? -1) }

    @Test("what a box tells is there with its names, and only what changed is told again")
    func shown() throws {
        for place in places {
            var box = try PairedBox("drone")
            let station = try PairedBox.station(place, [box])
            let board = try StationBoard(place: place)
            box.see(1)
            box.see(2, hasPlace: false)
            box.fly(north: 0)
            box.tell(1, .rule(0, track: 1))
            box.tell(HealthRecord(camera: 0, faults: [.dark], rate: 5, waiting: 3, free: 0.5, battery: 0.8))
            _ = try box.run(3000, with: station)
            let first = try board.changes(since: 0)
            let tracks = list(first, "tracks").sorted { number($0["track"]) ?? 0 < number($1["track"]) ?? 0 }
            try #require(tracks.count == 2, "\(first.text)")
            let track = tracks[0]
            #expect(text(track["id"]) == "\(box.id)/1" && text(track["sender"]) == "drone")
            #expect(text(track["label"]) == "person" && text(track["state"]) == "seen")
            #expect(track["last"]?.content == .null && text(track["verdict"]) == "none")
            #expect(abs((number(track["position"]?["latitude"]) ?? 0) - 46.5) < 1e-4, "\(track.text)")
            #expect(number(track["position"]?["error"]) ?? 0 >= 8 && number(track["alerts"]) == 1)
            #expect(abs((number(track["box"]?["x"]) ?? 0) - 0.45) < 0.02, "\(track.text)")
            #expect(tracks[1]["position"]?.content == .null)
            let alert = try #require(list(first, "alerts").first)
            #expect(text(alert["rule"]) == "in the gully" && text(alert["track"]) == "\(box.id)/1")
            #expect(alert["acknowledged"]?.content == .bool(false))
            let camera = try #require(list(first, "cameras").first)
            #expect(text(camera["name"]) == "air" && camera["health"]?["faults"] == ["dark"], "\(camera.text)")
            #expect(abs((number(camera["pose"]?["pitch"]) ?? 0) + 45) < 2 && number(camera["pose"]?["height"]) == 1600)
            let sender = try #require(list(first, "senders").first)
            #expect(text(sender["clock"]) == "unknown" && number(sender["waiting"]) == 3, "\(sender.text)")

            // Nothing new, then one track alone, then the time of all.
            let idle = try board.changes(since: revision(first))
            #expect(list(idle, "tracks").isEmpty && list(idle, "alerts").isEmpty)
            box.see(2, score: 0.5, hasPlace: false)
            _ = try box.run(4000, with: station)
            let second = try board.changes(since: revision(first))
            #expect(list(second, "tracks").map { number($0["track"]) } == [2], "\(second.text)")
            box.learnTime(Self.unix)
            _ = try box.run(4000, with: station)
            let third = try board.changes(since: revision(second))
            let times = list(third, "tracks").compactMap { number($0["first"]) }
            #expect(times.count == 2 && times.allSatisfy { abs($0 - Double(Self.unix)) < 500 }, "\(third.text)")
            #expect(list(third, "alerts").allSatisfy { number($0["time"]) != nil })
            #expect(text(list(third, "senders").last?["clock"]) == "known")
        }
    }

    @Test(
        "verdicts, acknowledgements and questions hold, reach the sender where they must, and what is not there is said so"
    )
    func said() throws {
        for place in places {
            var box = try PairedBox("drone")
            let station = try PairedBox.station(place, [box])
            let (board, desk) = (try StationBoard(place: place), try StationDesk(place: place))
            box.see(1)
            box.tell(1, .rule(0, track: 1))
            _ = try box.run(2000, with: station)
            let before = try board.revision()
            #expect(try desk.say(.confirmed, of: 1, sender: box.id))
            #expect(try !desk.say(.confirmed, of: 9, sender: box.id))
            let event = try #require(list(try board.changes(since: 0), "alerts").first.flatMap { text($0["id"]) })
            let parts = event.split(separator: "/").compactMap { Int($0) }
            let alert = StationDesk.Alert.rule(sender: parts[0], epoch: parts[1], number: parts[2])
            #expect(try desk.acknowledge(alert))
            #expect(try !desk.acknowledge(.rule(sender: box.id, epoch: parts[1], number: 99)))
            #expect(try desk.ask(track: 1, level: 2, sender: box.id))
            #expect(try !desk.ask(track: 9, level: 2, sender: box.id))
            #expect(try desk.ask(camera: 0, sender: box.id))
            #expect(try !desk.ask(camera: 0, sender: 5))
            let requests = try box.run(3000, with: station)
            #expect(
                requests.contains(.chip(number: 1, level: 2)) && requests.contains(.scene(camera: 0)), "\(requests)")
            let after = try board.changes(since: before)
            let track = try #require(list(after, "tracks").first)
            #expect(text(track["verdict"]) == "confirmed" && number(track["verdict_at"]) ?? 0 > 1.7e12)
            #expect(number(track["asked"]) == 2 && number(track["asked_at"]) ?? 0 > 1.7e12, "\(track.text)")
            let camera = try #require(list(after, "cameras").first)
            #expect(number(camera["asked_at"]) ?? 0 > 1.7e12 && camera["pose"] == nil, "\(camera.text)")
            let told = try #require(list(after, "alerts").first)
            #expect(told["acknowledged"]?.content == .bool(true))
            // The first time counts.
            let time = number(told["acknowledged_at"])
            usleep(3000)
            #expect(try desk.acknowledge(alert))
            let again = list(try board.changes(since: 0), "alerts").first
            #expect(number(again?["acknowledged_at"]) == time)
            #expect(try desk.say(.none, of: 1, sender: box.id))
            #expect(text(list(try board.changes(since: 0), "tracks").first?["verdict"]) == "none")
        }
    }

    @Test("a camera's path grows by what came, and by all of a run when its time becomes known; its newest pose stays")
    func flown() throws {
        for place in places {
            var box = try PairedBox("drone")
            let station = try PairedBox.station(place, [box])
            let board = try StationBoard(place: place)
            func places(_ changes: JSONValue, _ name: String) throws -> [JSONValue] {
                list(try #require(list(changes, "cameras").first), name)
            }
            var paths: [[JSONValue]] = []
            var last = 0
            for step in 0..<4 {
                box.fly(north: Double(step) * 50)
                _ = try box.run(6000, with: station)
                let changes = try board.changes(since: last)
                paths.append(try places(changes, last == 0 ? "path" : "path_added"))
                last = revision(changes)
            }
            #expect(paths.allSatisfy { $0.count == 1 }, "\(paths)")
            let whole = try places(try board.changes(since: 0), "path")
            #expect(whole == paths.flatMap { $0 }, "\(whole)")
            box.tell(HealthRecord(camera: 0, faults: [.dark], rate: 5, waiting: 3, free: 0.5, battery: 0.8))
            _ = try box.run(11_000, with: station)
            let health = try board.changes(since: last)
            #expect(try places(health, "path_added").isEmpty)
            #expect(abs((number(list(health, "cameras").first?["pose"]?["pitch"]) ?? 0) + 45) < 2, "\(health.text)")
            box.learnTime(Self.unix)
            _ = try box.run(4000, with: station)
            let known = try places(try board.changes(since: revision(health)), "path")
            guard case .array(let first)? = known.first?.content else {
                Issue.record("\(known)")
                return
            }
            #expect(known.count == 4 && number(first[3]) ?? 0 > 1.7e12, "\(known)")
        }
    }

    @Test("of what a sender says the newest eight lines are kept, and who was never heard is shown, too")
    func texts() throws {
        for place in places {
            var box = try PairedBox("drone")
            let station = try PairedBox.station(place, [box, try PairedBox("mute")])
            let board = try StationBoard(place: place)
            for number in 0..<11 {
                box.say("line \(number)")
                _ = try box.run(1500, with: station)
            }
            let senders = list(try board.changes(since: 0), "senders")
            #expect(senders.map { text($0["name"]) } == ["drone", "mute"])
            let told = list(try #require(senders.first), "texts")
            #expect(told.map { text($0["text"]) } == (3..<11).reversed().map { "line \($0)" }, "\(told)")
            #expect(senders.last?["heard"]?.content == .null && list(senders[1], "texts").isEmpty)
        }
    }

    @Test("two stations on one database have everything once, and neither writes what is older over what is newer")
    func shared() throws {
        guard let server else { return }
        var box = try PairedBox("drone")
        let (one, other) = (try PairedBox.station(server.place, [box]), try PairedBox.station(server.place, [box]))
        for step in 0..<10 {
            box.see(1, north: Double(step))
            box.see(step + 10)
            box.tell(step + 1, .rule(0, track: 1))
            _ = try box.run(1000, with: step % 2 == 0 ? one : other)
        }
        _ = try box.run(5000, with: one)
        _ = try box.run(5000, with: other)
        let board = try StationBoard(place: server.place)
        let all = try board.changes(since: 0)
        #expect(list(all, "tracks").count == 11 && list(all, "alerts").count == 10, "\(all.text)")
        #expect(Set(list(all, "alerts").compactMap { text($0["id"]) }).count == 10)
        #expect(list(all, "senders").count == 1)
    }

    @Test("exports hold what was detected and flown, whatever names are like")
    func exported() throws {
        let place = folder.path("exports")
        var box = try PairedBox("=drone, \"1\" <&>")
        let station = try PairedBox.station(place, [box])
        box.learnTime(Self.unix)
        for step in 0..<4 {
            box.see(1, north: Double(step))
            box.see(2, hasPlace: false)
            box.fly(north: Double(step) * 50)
            _ = try box.run(6000, with: station)
        }
        let board = try StationBoard(place: place)
        let desk = try StationDesk(place: place)
        var documents: [String: String] = [:]
        for content in StationExport.Content.allCases {
            for format in StationExport.Format.allCases {
                let export = try #require(StationExport(fileName: "\(content.rawValue).\(format.rawValue)"))
                documents[export.fileName] = try board.document(export)
            }
        }
        let csv = try #require(documents["detections.csv"]).split(separator: "\r\n")
        #expect(csv.count == 2 && csv[1].contains(#""'=drone, ""1"" <&>""#), "\(csv)")
        let geojson = try JSONReader.read(
            bytes: Array(try #require(documents["detections.geojson"]).utf8), source: "x", limits: .configuration)
        #expect(list(geojson, "features").count == 1)
        let kml = try #require(documents["detections.kml"])
        #expect(kml.contains("&lt;&amp;&gt;") && kml.contains("<altitudeMode>absolute</altitudeMode>"), "\(kml)")
        #expect(kml.contains("<begin>2026-09-21T"), "\(kml)")
        let gpx = try #require(documents["flights.gpx"])
        #expect(gpx.components(separatedBy: "<trkpt ").count >= 3 && gpx.contains("<ele>1600.0</ele>"), "\(gpx)")
        let detections = try #require(StationExport(fileName: "detections.csv"))
        #expect(try board.document(detections, verdict: .confirmed).split(separator: "\r\n").count == 1)
        #expect(try desk.say(.confirmed, of: 1, sender: box.id))
        #expect(try board.document(detections, verdict: .confirmed).split(separator: "\r\n").count == 2)
        for wrong in ["", "detections", "x.csv", "detections.exe", "detections.csv.kml"] {
            #expect(StationExport(fileName: wrong) == nil)
        }
    }

    @Test("a sender's bytes are those of the last seconds, its losses what it tallied and did not come")
    func meter() {
        var meter = LinkMeter()
        #expect(meter.loss(at: 0) == nil && meter.bytesPerSecond(at: 0) == 0)
        for number in 0..<65_700 {
            if number % 5 != 0 { meter.note(50, 1, at: number * 100) }
            if number % 1200 == 1 { meter.note(TallyRecord(packets: number), at: number * 100) }
        }
        #expect(abs(meter.bytesPerSecond(at: 6_570_000) - 400) < 45)
        #expect(abs((meter.loss(at: 6_570_000) ?? 0) - 0.2) < 0.01)
        #expect(meter.bytesPerSecond(at: 6_600_000) == 0)
        // Another run, and a packet of the one before that comes late.
        meter.note(50, 2, at: 6_600_000)
        meter.note(TallyRecord(packets: 0), at: 6_600_000)
        for number in 1...10 { meter.note(50, number == 3 ? 1 : 2, at: 6_600_000 + number) }
        meter.note(TallyRecord(packets: 10), at: 6_700_000)
        #expect(abs((meter.loss(at: 6_700_000) ?? 0) - 0.1) < 0.001)
        #expect(meter.loss(at: 7_400_000) == nil)
    }
}
