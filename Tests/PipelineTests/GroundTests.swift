// Detections of a pipeline on the ground.
import Capture
import Foundation
import Geolocation
import Imaging
import JSON
import Link
import Synchronization
import Terrain
import Testing

@testable import MAVLink
@testable import Pipeline
@testable import Publishing
@testable import Vision

@Suite struct GroundTests {
    private let folder: TestFolder
    private static let view = 60.0
    private static let step = 3
    private static let pictures = 12
    /// Milliseconds from picture to picture.
    private static let interval = 100
    private static let side = 640
    private static let width = side - pictures * step
    /// Metres of a pixel.
    private static let pixel = DrawnFlight.height / (Double(width) / 2 / tan(view / 2 * .pi / 180))
    private static let speed = Double(step) * pixel / Double(interval) * 1000

    init() throws { folder = try TestFolder() }

    /// A tile of level ground.
    private func writeTerrain(_ height: Int16 = Int16(DrawnFlight.ground)) throws {
        try FileManager.default.createDirectory(atPath: folder.file("terrain"), withIntermediateDirectories: true)
        let bits = UInt16(bitPattern: height)
        let post = Data([UInt8(bits >> 8), UInt8(bits & 255)])
        var tile = Data(capacity: 1201 * 1201 * 2)
        for _ in 0..<1201 * 1201 { tile.append(post) }
        try tile.write(to: URL(fileURLWithPath: folder.file("terrain/N46E008.hgt")))
    }

    private func json(
        _ recording: String, vehicle: String = "tlog:flight.tlog", geolocation: String, more: String = ""
    ) -> String {
        """
        {"sources": [{"name": "nadir", "type": "recording", "path": "\(recording)", "pace": "fastest", "watch": false,
          "geolocation": {\(geolocation)}}],
         "model": {"file": "\(Repository.model)"}, "tracker": {"confirmations": 1}, "vehicle": "\(vehicle)",
         "sinks": [{"type": "lines", "file": "results.jsonl"}]\(more)}
        """
    }

    private static let mounted = #""view": 60, "mount": "gimbal""#

    private struct Seen {
        var position: JSONValue?
        var refusal: String?
        /// Metres north and east of home, by the picture alone.
        var truth: SIMD2<Double>
    }

    private struct Told {
        var text: String
        var seen: [Seen] = []
        var notices: [String] = []
    }

    private func number(_ value: JSONValue?) -> Double? {
        switch value?.content {
        case .integer(let number)?: Double(number)
        case .number(let number)?: number
        default: nil
        }
    }

    private func string(_ value: JSONValue?) -> String? {
        if case .string(let text)? = value?.content { text } else { nil }
    }

    private func run(
        _ flight: DrawnFlight, geolocation: String, interval: Int = interval, pictures: Int = pictures
    ) throws -> Told {
        try Data(flight.log).write(to: URL(fileURLWithPath: folder.file("flight.tlog")))
        for name in ["results.jsonl", "flight.frames"] {
            try? FileManager.default.removeItem(atPath: folder.file(name))
        }
        let drawn = try Array(Repository.pictures(Self.pictures, step: Self.step).prefix(pictures))
        let path = try folder.record("flight.frames", drawn, interval: UInt64(interval) * 1000)
        try folder.pipeline(json(path, geolocation: geolocation)).run()
        var told = Told(text: try folder.text("results.jsonl"))
        for line in try folder.lines("results.jsonl") {
            let document = try JSONReader.read(line, source: "line")
            if string(document["notice"]) == "geolocation" { told.notices.append(string(document["text"]) ?? "") }
            guard case .array(let tracks)? = document["tracks"]?.content, let frame = number(document["frame"]),
                let time = number(document["time"])
            else { continue }
            for track in tracks where number(track["last_seen"]) == time {
                let box = try #require(track["box"])
                func side(_ key: String) throws -> Double { try #require(number(box[key])) }
                let x = try side("x") + side("width") / 2 - Double(Self.width) / 2 + frame * Double(Self.step)
                let y = try side("y") + side("height") / 2 - Double(Self.side) / 2
                told.seen.append(
                    Seen(
                        position: track["position"], refusal: string(track["no_position"]),
                        truth: SIMD2(-y, x) * Self.pixel))
            }
        }
        return told
    }

    /// Metres north and east from the truth to what was told, and whether the ellipse of 90 of 100 holds the truth.
    private func error(_ seen: Seen) throws -> (way: SIMD2<Double>, isInside: Bool) {
        let position = try #require(seen.position)
        let north = (try #require(number(position["latitude"])) - DrawnFlight.home.latitude) * DrawnFlight.metres.north
        let east = (try #require(number(position["longitude"])) - DrawnFlight.home.longitude) * DrawnFlight.metres.east
        let way = SIMD2(north, east) - seen.truth
        let ellipse = try #require(position["ellipse"])
        let bearing = try #require(number(ellipse["bearing"])) * .pi / 180
        let along = way.x * cos(bearing) + way.y * sin(bearing)
        let across = way.y * cos(bearing) - way.x * sin(bearing)
        // From the ellipse of 95 of 100 to that of 90.
        let factor = (log(0.1) / log(0.05)).squareRoot()
        let major = try #require(number(ellipse["major"])) * factor
        let minor = try #require(number(ellipse["minor"])) * factor
        return (way, (along / major) * (along / major) + (across / minor) * (across / minor) <= 1)
    }

    @Test("what is seen from a recorded flight is where it is, and each run says the same")
    func places() throws {
        try writeTerrain()
        let geolocation = Self.mounted + #", "terrain": "terrain", "start": 2"#
        let told = try run(DrawnFlight(speed: Self.speed), geolocation: geolocation)
        #expect(told.seen.count > 20 && told.notices.isEmpty, "\(told.seen.count) \(told.notices)")
        for seen in told.seen {
            let error = try error(seen)
            let off = (error.way * error.way).sum().squareRoot()
            if off > 3 || !error.isInside { Issue.record("off by \(error.way)") }
            #expect(number(seen.position?["height"]).map { abs($0 - 600) < 0.2 } == true)
            #expect(seen.position?["warning"] == nil && seen.position?["ellipsoid_height"] != nil)
        }
        let again = try run(DrawnFlight(speed: Self.speed), geolocation: geolocation)
        #expect(told.text == again.text)
        let byTime = Self.mounted + #", "terrain": "terrain", "start": "2026-05-01T10:00:02Z""#
        #expect(try run(DrawnFlight(speed: Self.speed), geolocation: byTime).text == told.text)
    }

    @Test("a vehicle that tells a wrong place and turn is off by no more than its ellipses say")
    func wrong() throws {
        try writeTerrain()
        var flight = DrawnFlight(speed: Self.speed)
        (flight.shift, flight.pitch, flight.yaw) = (SIMD2(2.5, -2), 0.7, 2)
        let told = try run(flight, geolocation: Self.mounted + #", "terrain": "terrain", "start": 2"#)
        let errors = try told.seen.map { try error($0) }
        #expect(errors.count > 20 && errors.allSatisfy { $0.isInside }, "\(errors.map(\.way))")
        #expect(errors.allSatisfy { ($0.way * $0.way).sum() > 1 })
    }

    @Test("without a start both begin together, without terrain the ground is level and that is said")
    func level() throws {
        let told = try run(DrawnFlight(speed: Self.speed), geolocation: Self.mounted)
        #expect(!told.seen.isEmpty && told.notices.isEmpty)
        for seen in told.seen {
            // Two seconds before it was over home.
            let way = try error(seen).way
            if abs(way.x) > 3 || abs(way.y + 2 * Self.speed) > 3 { Issue.record("off by \(way)") }
            #expect(string(seen.position?["warning"])?.contains("taken as level") == true)
        }
    }

    @Test("a camera that is fixed to the vehicle looks where its boresight says, after its latency")
    func boresight() throws {
        try writeTerrain()
        var flight = DrawnFlight(speed: Self.speed)
        flight.hasGimbal = false
        // The vehicle heads east: its camera's upper edge is turned back to the north.
        let geolocation =
            #""view": 60, "mount": "vehicle", "boresight": {"pitch": -90, "yaw": -90}, "terrain": "terrain", "start": 3, "#
            + #""latency_ms": 1000"#
        let told = try run(flight, geolocation: geolocation)
        #expect(!told.seen.isEmpty)
        for seen in told.seen {
            let way = try error(seen).way
            if (way * way).sum() > 9 { Issue.record("off by \(way)") }
        }
    }

    @Test("a pose that is too old, or without a fix or a gimbal's report, gives no place and is told of once")
    func refused() throws {
        var short = DrawnFlight(speed: Self.speed)
        short.length = 400
        let late = try run(short, geolocation: Self.mounted, interval: 500, pictures: 10)
        let (first, last) = (try #require(late.seen.first), try #require(late.seen.last))
        #expect(first.position != nil && last.position == nil && last.refusal?.contains("told neither") == true)
        #expect(late.notices.count == 1 && late.notices.first?.contains("nothing is placed") == true)
        var lost = DrawnFlight(speed: Self.speed)
        lost.fix = 1
        let blind = try run(lost, geolocation: Self.mounted, interval: 300)
        #expect(!blind.seen.isEmpty && blind.seen.allSatisfy { $0.position == nil })
        #expect(blind.notices == ["nothing is placed: \(GroundRefusal.noFix)"])
        var fixed = DrawnFlight(speed: Self.speed)
        fixed.hasGimbal = false
        let still = try run(fixed, geolocation: Self.mounted, interval: 300)
        #expect(still.seen.allSatisfy { $0.position == nil } && still.notices.count == 1)
    }

    @Test("a tile that is void, damaged or missing is named once, and a log that ends within a record is told")
    func damages() throws {
        try writeTerrain(-32768)
        let geolocation = Self.mounted + #", "terrain": "terrain", "start": 2"#
        let void = try run(DrawnFlight(speed: Self.speed), geolocation: geolocation)
        #expect(!void.seen.isEmpty)
        #expect(void.seen.allSatisfy { $0.position == nil || $0.position?["warning"] != nil })
        #expect(void.notices.count == 1 && void.notices.first?.contains("N46E008 is void") == true, "\(void.notices)")
        let tile = URL(fileURLWithPath: folder.file("terrain/N46E008.hgt"))
        try FileManager.default.moveItem(at: tile, to: URL(fileURLWithPath: folder.file("terrain/N10E010.hgt")))
        let none = try run(DrawnFlight(speed: Self.speed), geolocation: geolocation)
        #expect(none.notices.count == 1 && none.notices.first?.contains("no tile N46E008") == true, "\(none.notices)")
        try Data([1, 2, 3]).write(to: tile)
        let cut = try run(DrawnFlight(speed: Self.speed), geolocation: geolocation)
        #expect(cut.notices.count == 1 && cut.notices.first?.contains("N46E008") == true, "\(cut.notices)")
        var bytes = DrawnFlight(speed: Self.speed).log
        bytes.removeLast(5)
        try Data(bytes).write(to: URL(fileURLWithPath: folder.file("cut.tlog")))
        let log = try RecordedFlight(path: folder.file("cut.tlog"))
        _ = log.vehicle(at: 100_000)
        let trouble = log.takeTrouble()
        #expect(trouble?.contains("ends within a record") == true && log.takeTrouble() == nil, "\(trouble ?? "")")
    }

    private func refusal(_ text: String) -> String {
        do {
            _ = try folder.pipeline(text)
            return "no error"
        } catch {
            return "\(error)"
        }
    }

    @Test("what cannot be used is one line that says what to do")
    func unusable() throws {
        let recording = try folder.record("f.frames", Repository.pictures(1))
        try Data(DrawnFlight(speed: 1).log).write(to: URL(fileURLWithPath: folder.file("flight.tlog")))
        try Data([UInt8](repeating: 7, count: 9000)).write(to: URL(fileURLWithPath: folder.file("bad.tlog")))
        func told(_ geolocation: String, vehicle: String = "tlog:flight.tlog") -> String {
            refusal(json(recording, vehicle: vehicle, geolocation: geolocation, more: #", "spool": "s""#))
        }
        #expect(told(Self.mounted) == "no error")
        #expect(told(Self.mounted + #", "terrain": "nowhere""#).contains("put SRTM tiles (.hgt) or GeoTIFFs there"))
        #expect(told(Self.mounted, vehicle: "tlog:none.tlog").contains("none.tlog No such file"))
        #expect(told(Self.mounted, vehicle: "tlog:bad.tlog").contains("is no telemetry log"))
        #expect(told(Self.mounted, vehicle: "tlog:flight.tlog,system=7") == "no error")
        let other = told(Self.mounted, vehicle: "tlog:flight.tlog,system=8")
        #expect(other.contains("no sign of life of an autopilot of system 8"), "\(other)")
        #expect(told(Self.mounted, vehicle: "tlog:flight.tlog,system=0").contains("from 1 to 255"))
        #expect(told(Self.mounted, vehicle: "tlog:").contains("tlog:FILE"))
        #expect(told(Self.mounted, vehicle: "mavlink:udp:127.0.0.1:1").contains("use tlog:FILE"))
        #expect(told(#""mount": "gimbal""#).contains("\"calibration\" is needed"))
        #expect(told(#""view": 60, "calibration": "c", "mount": "gimbal""#).contains("one of them"))
        #expect(told(#""view": 60"#).contains("mount\" is missing: gimbal"))
        #expect(told(#""view": 60, "mount": "gimbl""#).contains("did you mean \"gimbal\"?"))
        #expect(told(Self.mounted + #", "lever": [1, 2]"#).contains("three numbers"))
        #expect(told(Self.mounted + #", "start": "noon""#).contains("seconds after the log's begin"))
        #expect(told(Self.mounted + #", "errors": {"tilt": -1}"#).contains("errors.tilt"))
        #expect(told(#""calibration": "c.json", "mount": "gimbal""#).contains("c.json"))
        let plain =
            #"{"sources": [{"type": "camera", "device": "x", "geolocation": {"view": 60, "mount": "gimbal"}}], "#
        #expect(refusal(plain + #""model": {"file": "m"}, "tracker": {}}"#).contains("\"vehicle\" is missing"))
        #expect(
            refusal(plain + #""model": {"file": "m"}, "tracker": {}, "vehicle": "tlog:f"}"#).contains("tells no times"))
        let untracked = plain + #""model": {"file": "m"}, "vehicle": "mavlink:udp:127.0.0.1:1", "spool": "s"}"#
        #expect(refusal(untracked).contains("\"tracker\" is missing"))
        let useless = #"{"sources": [{"type": "video", "path": "x"}], "model": {"file": "m"}, "vehicle": "tlog:f"}"#
        #expect(refusal(useless).contains("none has it"))
    }

    @Test("trust in poses is told when it changes for a second, not for other numbers in the same words")
    func trust() {
        var trust = PoseTrust()
        var told: [String] = []
        func note(_ refusal: String?, _ times: ClosedRange<Int>) {
            for time in times { if let text = trust.note(refusal, at: Double(time) / 10) { told.append(text) } }
        }
        note(nil, 0...30)
        note("old: 1200 ms", 31...35)
        note(nil, 36...60)
        #expect(told.isEmpty)
        for time in 61...90 { note("old: \(time) ms", time...time) }
        #expect(told == ["nothing is placed: old: 71 ms"])
        note("no fix", 91...120)
        note(nil, 121...140)
        #expect(told.count == 3 && told[1] == "nothing is placed: no fix" && told[2].contains("can be trusted"))
    }

    @Test("a live picture has the pose of its exposure: its shutter's time, less the latency, by the store's clock")
    func live() throws {
        let clock = LinkClock()
        let vehicle = Vehicle(system: 7)
        let source = PoseSource.line(vehicle, clock)
        var times = FrameTimes(arrived: MonotonicClock.nanoseconds)
        let (_, arrived) = source.vehicle(times, latency: 0)
        #expect(abs(arrived - clock.now) <= 50)
        times.shutter = times.arrived - 700_000_000
        let (_, taken) = source.vehicle(times, latency: 40)
        #expect(abs(taken - (clock.now - 740)) <= 50)
    }

    @Test("places reach the store with their ellipse, words and datum, and none is told of what is not seen now")
    func stored() throws {
        let store = try TrackStore(path: folder.file("numbers"))
        let reader = StoreReader(store)
        let sink = StoreSink(store, nil, folder: folder.path, cameras: ["nadir"], memory: 1)
        let box = Box(x: 10, y: 10, width: 10, height: 10)
        func track(_ id: Int, at time: Double) -> Track {
            Track(
                id: id, label: "person", classIndex: 0, score: 0.9, box: box, velocity: Track.Velocity(x: 0, y: 0),
                firstSeen: 0, lastSeen: time)
        }
        func result(_ time: Double, _ tracks: [Track], _ places: [Int: TrackPlace]) -> FrameResult {
            let head = FrameHead(
                number: 0, sequence: 0, width: 100, height: 100, time: time, faults: [], isDamaged: false)
            var result = FrameResult(
                source: "nadir", head: head, findings: .detections([]), times: FrameTimes(arrived: 0))
            (result.tracks, result.places) = (tracks, places)
            return result
        }
        let position = GroundPosition(
            place: EarthPlace(latitude: 46.5, longitude: 8.5), height: 600, error: 12,
            ellipse: ErrorEllipse(major: 14, minor: 6, bearing: 30), datum: .meanSeaLevel, geoidHeight: 50)
        let (there, nowhere) = (TrackPlace(position: position), TrackPlace(position: nil, remark: "no fix"))
        sink.take(result(1, [track(1, at: 1), track(2, at: 1)], [1: there, 2: nowhere]))
        let tracks = reader.take().tracks
        #expect(tracks.map(\.sighting.position) == [position, nil])
        #expect(tracks.map(\.sighting.positionRemark) == [nil, "no fix"])
        let seenAt = tracks[0].lastSeen
        sink.take(result(1.5, [track(1, at: 1)], [:]))
        #expect(reader.take().tracks.allSatisfy { $0.lastSeen == seenAt })
    }
}
