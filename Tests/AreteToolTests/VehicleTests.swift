// A box on a vehicle, whose one line to the autopilot carries all.
import CSealing
import Database
import Foundation
import Peers
import Testing

@Suite(
    .enabled(if: arete_sealing_absence() == nil, "needs libcrypto: scripts/setup.sh"),
    .enabled(if: PeerProgram.has("pymavlink"), "needs pymavlink: make peers"), .serialized)
struct VehicleTests {
    private let files: TestFolder
    private let port = 21_000 + Int.random(in: 0..<20_000)

    init() throws { files = try TestFolder("vehicle") }

    private func start(_ line: String, environment: [String: String]? = nil) throws -> PeerProcess {
        try PeerProcess(
            Machine.arete, line.split(separator: " ").map(String.init), in: files.url, environment: environment)
    }

    /// An autopilot with pymavlink, and where it writes what it gets.
    private func autopilot(_ arguments: [String]) throws -> (process: Process, output: String) {
        let output = try files.write("autopilot.jsonl", "")
        let process = PeerProgram.process(script: "Peer/autopilot.py", arguments)
        process.currentDirectoryURL = files.url
        process.standardOutput = try FileHandle(forWritingTo: URL(fileURLWithPath: output))
        process.standardError = FileHandle.standardError
        try process.run()
        try #require(waits(10) { text(output).contains("READY") })
        return (process, output)
    }

    private func text(_ path: String) -> String { (try? String(contentsOfFile: path, encoding: .utf8)) ?? "" }

    private func documents(_ text: String) -> [[String: Any]] {
        text.split(separator: "\n").compactMap { line in
            (try? JSONSerialization.jsonObject(with: Data(line.utf8))) as? [String: Any]
        }
    }

    /// The environment of a machine that does not know what time it is.
    private func withoutClock() throws -> [String: String] {
        let source = URL(fileURLWithPath: #filePath).resolvingSymlinksInPath().deletingLastPathComponent()
            .appendingPathComponent("Peer/no_clock.c").path
        let library = files.path("no_clock.so")
        let (status, told) = try PeerProcess.run("/usr/bin/cc", ["-shared", "-fPIC", "-o", library, source])
        try #require(status == 0, "\(told)")
        return ["LD_PRELOAD": library, "PATH": "/usr/bin:/bin"]
    }

    @Test(
        "over one serial line a box without a clock learns the time and where it is, and tells a station and a pilot",
        .enabled(if: PeerProcess.path(of: "cc") != nil, "needs a C compiler"))
    func one() throws {
        let cable = try SerialCable(in: files.url)
        let place = "mavlink:\(cable.right):57600,system=3"
        try files.write("r.jsonl", personForSeconds: 18)
        try files.write(
            "sinks.json",
            #"""
            {"vehicle": "\#(place)", "spool": "spool", "sinks": [
                {"type": "mavlink", "to": "\#(place)"},
                {"type": "link", "to": "\#(place)", "pairing": "p", "rate": 2000},
                {"type": "tak", "to": "udp:127.0.0.1:\#(port + 1)"}]}
            """#)
        try #require(try start("link pair drone -o p").status() == 0)
        let station = try start(
            "station --listen mavlink:udp:127.0.0.1:\(port) --pairing p --store store --no-page --json")
        try #require(station.prints("listens at"), "\(station.text)")
        let map = try PeerProcess("/usr/bin/python3", ["-c", Self.listener, "\(port + 1)"])
        let began = Date().timeIntervalSince1970 * 1000
        let (autopilot, output) = try autopilot([cable.left, "udpout:127.0.0.1:\(port)", "24", "3"])
        let box = try start(
            "link replay r.jsonl --sinks sinks.json --patience 5 --json", environment: try withoutClock())
        #expect(box.status() == 0)
        autopilot.waitUntilExit()
        station.terminate()
        map.kill()
        let summary = documents(box.text)
        func figures(_ sink: String) -> [String: Any] { summary.first { $0["sink"] as? String == sink } ?? [:] }
        #expect(figures("link")["waiting"] as? Int == 0, "\(box.text) \(station.text)")
        #expect(!box.text.contains("arete: vehicle") && !box.text.contains("arete: mavlink"), "\(box.text)")

        // The autopilot: what it was asked for, signs of life of two components, and texts.
        let messages = documents(text(output))
        func got(_ type: String, _ component: Int) -> [[String: Any]] {
            messages.filter { $0["mavpackettype"] as? String == type && $0["component"] as? Int == component }
        }
        #expect(messages.allSatisfy { $0["system"] as? Int ?? 3 == 3 })
        let asked = got("COMMAND_LONG", 191).reduce(into: [Int: Double]()) { asked, command in
            asked[Int(command["param1"] as? Double ?? 0)] = command["param2"] as? Double
        }
        #expect(asked == [30: 100_000, 33: 200_000, 2: 1_000_000, 24: 1_000_000, 285: 200_000], "\(asked)")
        // Once each, as it came then; again after 3, 6 and 12 s where it came too seldom.
        #expect((5...20).contains(got("COMMAND_LONG", 191).count), "\(got("COMMAND_LONG", 191).count)")
        for component in [100, 191] {
            let beats = got("HEARTBEAT", component).compactMap { $0["at"] as? Double }
            #expect((12...24).contains(beats.count), "\(component): \(beats)")
        }
        #expect((2...3).contains(got("TIMESYNC", 191).count))
        let texts = got("STATUSTEXT", 100).compactMap { $0["text"] as? String }
        #expect(texts.filter { $0.hasPrefix("zone: person") }.count >= 15, "\(texts)")
        #expect(got("CAMERA_TRACKING_IMAGE_STATUS", 100).count >= 50)

        // The station: where the box is, and the time of what happened before it knew the time.
        let told = documents(station.text)
        let poses = told.filter { $0["pose"] != nil }
        #expect((3...6).contains(poses.count), "\(poses)")
        let pose = try #require(poses.last)
        let latitude = try #require(pose["latitude"] as? Double)
        let longitude = try #require(pose["longitude"] as? Double)
        #expect(latitude > 46.5 && latitude < 46.503 && abs(longitude - 8.1) < 1e-4, "\(pose)")
        #expect(pose["height"] as? Double == 1500 && abs((pose["yaw"] as? Double ?? 0) - 90) < 1, "\(pose)")
        #expect(abs((pose["pitch"] as? Double ?? 0) + 45) < 1, "\(pose)")
        let utc = try #require(pose["utc_ms"] as? Double)
        // Where it was then, 10 m/s since the autopilot began.
        let flown = (latitude - 46.5) * 111_200 / 10
        #expect(abs((utc - began) / 1000 - flown) < 2.5, "\(flown) \(utc - began)")
        let first = try #require(told.first { $0["event"] != nil })
        #expect(first["utc_ms"] is NSNull, "\(first)")
        let store = try Database(path: files.path("store"), version: 4, schema: "")
        let times = try store.rows(
            "SELECT began + happened FROM events JOIN clocks USING (sender, epoch) ORDER BY number"
        ) { Double($0.integer(0)) }
        #expect(times.count >= 18, "\(times)")
        let late = times.enumerated().map { $1 - began - Double($0) * 1000 }
        #expect(late.allSatisfy { $0 > -500 && $0 < 5000 }, "\(late)")
        #expect((late.max() ?? 0) - (late.min() ?? 0) < 2000, "\(late)")

        // People with TAK: an own drone, once the time is known.
        let own = map.lines.filter { $0.contains("a-f-A-M-H-Q") && $0.contains(".vehicle") }
        #expect((3...10).contains(own.count), "\(map.text)")
    }

    @Test(
        "a pipeline on a vehicle in a network tells its station and a broker where it is",
        .enabled(if: Machine.hasBroker, "needs mosquitto and mosquitto-clients: scripts/setup.sh link"))
    func run() throws {
        let root = URL(fileURLWithPath: #filePath).resolvingSymlinksInPath().deletingLastPathComponent()
            .deletingLastPathComponent().deletingLastPathComponent()
        let shots = files.url.appendingPathComponent("shots")
        try FileManager.default.createDirectory(at: shots, withIntermediateDirectories: true)
        for index in 0..<14 {
            try FileManager.default.createSymbolicLink(
                at: shots.appendingPathComponent("\(index + 10).png"),
                withDestinationURL: root.appendingPathComponent("Models/samples/board-1.png"))
        }
        let place = "mavlink:udp:127.0.0.1:\(port)"
        try files.write(
            "line.json",
            #"""
            {"sources": [{"name": "air", "type": "folder", "path": "shots", "rate": 1, "watch": false, "frames": "every"}],
             "model": {"file": "\#(root.path)/Models/pcb-defect/model.onnx"}, "tracker": {"memory": 0.2},
             "spool": "spool", "vehicle": "\#(place)",
             "sinks": [
                {"type": "link", "to": "\#(place)", "pairing": "p", "rate": 3000},
                {"type": "mqtt", "to": "mqtt:127.0.0.1:\#(port + 2)", "topic": "arete/air"}]}
            """#)
        try files.write("m.conf", "listener \(port + 2) 127.0.0.1\nallow_anonymous true\n")
        let broker = try PeerProcess(
            try #require(PeerProcess.path(of: "mosquitto")), ["-c", files.path("m.conf")], in: files.url)
        defer { broker.kill() }
        try #require(broker.prints("running"), "\(broker.text)")
        let subscriber = try PeerProcess(
            try #require(PeerProcess.path(of: "mosquitto_sub")),
            ["-h", "127.0.0.1", "-p", "\(port + 2)", "-t", "arete/air/vehicle"])
        defer { subscriber.kill() }
        try #require(try start("link pair drone -o p").status() == 0)
        let check = try start("run line.json --check")
        #expect(check.status() == 0, "\(check.text)")
        let station = try start(
            "station --listen mavlink:udp:127.0.0.1:\(port + 1) --pairing p --store store --no-page")
        try #require(station.prints("listens at"), "\(station.text)")
        let (autopilot, _) = try autopilot(
            ["udpin:127.0.0.1:\(port)", "udpout:127.0.0.1:\(port + 1)", "40", "1"])
        defer { autopilot.terminate() }
        let pipeline = try start("run line.json --json")
        #expect(pipeline.status() == 0, "\(pipeline.text)")
        #expect(station.prints("drone: camera 0 is at 46.5", within: 2), "\(station.text)")
        #expect(station.text.contains(" 1500 m high, and looks to 90 degrees at "), "\(station.text)")
        let messages = documents(subscriber.text)
        #expect((4...14).contains(messages.count), "\(subscriber.text)")
        let message = try #require(messages.last)
        #expect(message["altitude"] as? Double == 1500 && message["above_home"] as? Double == 120, "\(message)")
        #expect(message["ellipsoid_height"] as? Double == 1552 && message["error"] as? Double == 2, "\(message)")
        #expect(message["north"] as? Double == 10, "\(message)")
        #expect((message["gimbal"] as? [String: Double]) == ["roll": 0, "pitch": -45, "yaw": 90], "\(message)")
        #expect((message["attitude"] as? [String: Double]) == ["roll": 5.7, "pitch": -11.5, "yaw": 90], "\(message)")
    }

    private static let listener = """
        import socket, sys
        one = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        one.bind(("127.0.0.1", int(sys.argv[1])))
        while True:
            print(ascii(one.recv(65536)), flush=True)
        """

    private func keyFile(_ name: String, _ byte: String, mode: Int = 0o600) throws -> String {
        let path = try files.write(name, String(repeating: byte, count: 32) + "\n")
        try FileManager.default.setAttributes([.posixPermissions: mode], ofItemAtPath: path)
        return String(repeating: byte, count: 32)
    }

    @Test(
        "under a key all is signed both ways, and pymavlink and this refuse each other's where the keys are not the same"
    )
    func signed() throws {
        try files.write("r.jsonl", personForSeconds: 9)
        let key = try keyFile("right.key", "a7")
        _ = try keyFile("wrong.key", "b8")
        _ = try keyFile("open.key", "a7", mode: 0o644)
        _ = try keyFile("short.key", "a")
        let place = "mavlink:udp:127.0.0.1:\(port)"
        func sinks(_ key: String, _ other: String? = nil) throws {
            try files.write(
                "sinks.json",
                #"""
                {"vehicle": "\#(place),key=\#(key)", "spool": "spool", "sinks": [
                    {"type": "mavlink", "to": "\#(place),key=\#(other ?? key)"},
                    {"type": "link", "to": "\#(place),key=\#(key)", "pairing": "p", "rate": 2000}]}
                """#)
        }
        try #require(try start("link pair drone -o p").status() == 0)
        let station = try start(
            "station --listen mavlink:udp:127.0.0.1:\(port + 1),key=right.key --pairing p --store store --no-page --json"
        )
        try #require(station.prints("listens at"), "\(station.text)")
        let (autopilot, output) = try autopilot(
            ["udpin:127.0.0.1:\(port)", "udpout:127.0.0.1:\(port + 1)", "60", "1", key])
        defer { autopilot.terminate() }
        try sinks("right.key")
        let box = try start("link replay r.jsonl --sinks sinks.json --patience 10 --json")
        #expect(box.status() == 0 && !box.text.contains("arete:"), "\(box.text)")
        let summary = documents(box.text)
        #expect(summary.allSatisfy { $0["waiting"] as? Int == 0 || $0["sink"] as? String == "mavlink" }, "\(box.text)")
        #expect(station.text.contains(#""pose""#) && station.text.contains(#""event""#), "\(station.text)")
        var got = documents(text(output)).filter { $0["mavpackettype"] as? String != "READY" }
        #expect(got.allSatisfy { $0["signed"] as? Bool == true } && got.count > 50, "\(got.count)")
        #expect(Set(got.compactMap { $0["component"] as? Int }) == [100, 191], "\(got.count)")
        let before = got.count
        try sinks("wrong.key")
        let wrong = try start("link replay r.jsonl --sinks sinks.json --patience 0")
        #expect(wrong.status() == 0)
        #expect(wrong.text.contains("arete: vehicle: udp:127.0.0.1:\(port): the key refuses all"), "\(wrong.text)")
        got = documents(text(output)).filter { $0["mavpackettype"] as? String != "READY" }
        let news = got.dropFirst(before)
        #expect(news.count > 20 && news.allSatisfy { $0["mavpackettype"] as? String == "BAD_DATA" }, "\(news)")
        for (key, reason) in [
            ("open.key", "open.key: others may read this secret"), ("short.key", "a key is 64 hexadecimal digits"),
            ("none.key", "none.key: No such file"),
        ] {
            try sinks(key)
            let refused = try start("link replay r.jsonl --sinks sinks.json --patience 0")
            #expect(
                refused.status() == 1 && refused.lines.count == 1 && refused.text.contains(reason), "\(refused.text)")
        }
        try sinks("right.key", "wrong.key")
        let two = try start("link replay r.jsonl --sinks sinks.json --patience 0")
        #expect(two.status() == 1 && two.lines.count == 1 && two.text.contains("with one rate and key"), "\(two.text)")
    }

    @Test("an autopilot that says nothing, another one's system and one line with two rates are told in a line each")
    func troubles() throws {
        try files.write("r.jsonl", personForSeconds: 9)
        func run(_ vehicle: String, _ sink: String) throws -> PeerProcess {
            try files.write(
                "sinks.json",
                #"{"vehicle": "\#(vehicle)", "spool": "spool", "sinks": [{"type": "mavlink", "to": "\#(sink)"}]}"#)
            return try start("link replay r.jsonl --sinks sinks.json --patience 0")
        }
        let udp = "mavlink:udp:127.0.0.1:\(port)"
        let silent = try run(udp, udp)
        #expect(silent.status() == 0)
        #expect(silent.text.contains("arete: vehicle: \(udp): autopilot 1 of system 1 says nothing"), "\(silent.text)")
        let (autopilot, _) = try autopilot(["udpin:127.0.0.1:\(port)", "udpout:127.0.0.1:9", "15", "7"])
        defer { autopilot.terminate() }
        let other = try run(udp, udp)
        #expect(other.status() == 0)
        #expect(other.text.contains("system 7 speaks there; write ,system=7"), "\(other.text)")
        let rates = try run("mavlink:/dev/ttyS9:57600", "mavlink:/dev/ttyS9:115200")
        #expect(
            rates.status() == 1 && rates.lines.count == 1
                && rates.text.contains("are one line: only mavlink: is shared"))
        let none = try run("udp:127.0.0.1:1", udp)
        #expect(none.status() == 1 && none.lines.count == 1 && none.text.contains(#""vehicle""#), "\(none.text)")
    }
}
