// What a sender tells, through serial lines and a vehicle's link.
import CSealing
import Database
import Foundation
import Peers
import Testing

@Suite(.enabled(if: arete_sealing_absence() == nil, "needs libcrypto: scripts/setup.sh"))
struct RadioTests {
    private let files: TestFolder
    private let port = 22_000 + Int.random(in: 0..<20_000)

    init() throws { files = try TestFolder("radio") }

    private func start(_ line: String) throws -> PeerProcess {
        try PeerProcess(Machine.arete, line.split(separator: " ").map(String.init), in: files.url)
    }

    /// Results of a camera: an object and an alert each tenth of a second.
    private func write(_ name: String, alerts: Int) throws {
        let lines = (0..<alerts).flatMap { index -> [String] in
            let position = #"{"latitude": \#(46.55 + Double(index) * 1e-4), "longitude": 8.1, "error": 5}"#
            let track =
                #"{"id": \#(index), "class": 1, "label": "person", "score": 0.\#(50 + index), "#
                + #""position": \#(position), "box": {"x": 64, "y": 48, "width": 64, "height": 96}}"#
            let head = #""source": "c", "time": \#(Double(index) / 10), "width": 640, "height": 480"#
            return [
                "{\(head), \"tracks\": [\(track)]}", "{\(head), \"event\": \"zone\", \"track\": {\"id\": \(index)}}",
            ]
        }
        try files.write(name, lines.joined(separator: "\n") + "\n")
    }

    /// A sender and a station; the alerts that the sender kept and those that the station has in the end.
    private func exchange(
        from: String, to: String, alerts: Int, meanwhile: () throws -> Void = {}
    ) throws -> (kept: Set<Int>, stored: Set<Int>, told: String) {
        try write("r.jsonl", alerts: alerts)
        try #require(try start("link pair drone -o p").status() == 0)
        let station = try start("station --listen \(to) --pairing p --store store --no-page --json")
        try #require(station.prints("listens at"), "\(station.text)")
        let sender = try start(
            "link replay r.jsonl --pairing p --to \(from) --spool spool --area 46.55,8.1 --patience 20 --json")
        try meanwhile()
        #expect(sender.status() == 0)
        station.terminate()
        _ = station.prints("packets taken", within: 5)
        let kept = sender.lines.filter { $0.hasPrefix(#"{"kept": "#) }.compactMap { Int($0.dropFirst(9).dropLast()) }
        let store = try Database(path: files.path("store"), version: 4, schema: "")
        let stored = try store.rows("SELECT number FROM events") { $0.integer(0) }
        return (Set(kept), Set(stored), sender.text + station.text)
    }

    @Test("a cable that is pulled out and plugged in again loses no alert, and both ends say what is wrong meanwhile")
    func serial() throws {
        let cable = try SerialCable(in: files.url)
        let result = try exchange(
            from: "serial:\(cable.right):57600", to: "serial:\(cable.left):57600", alerts: 15
        ) {
            usleep(600_000)
            cable.unplug()
            usleep(500_000)
            try cable.plug()
        }
        #expect(result.kept.count >= 15 && result.kept.isSubset(of: result.stored), "\(result)")
        #expect(result.told.contains(#""waiting": 0"#), "\(result)")
        for name in [cable.left, cable.right] { #expect(result.told.contains("arete: \(name): "), "\(result)") }
    }

    @Test(
        "MAVProxy hands packets on in TUNNEL messages, there and back",
        .enabled(if: PeerProgram.has("MAVProxy"), "needs MAVProxy: make peers"))
    func tunnel() throws {
        let cable = try SerialCable(in: files.url)
        let proxy = PeerProgram.process(
            tool: "mavproxy.py",
            [
                "--master=\(cable.left)", "--baudrate=57600", "--out=udp:127.0.0.1:\(port)", "--non-interactive",
                "--state-basedir=\(files.url.path)",
            ])
        proxy.environment = ["HOME": files.url.path, "PATH": "/usr/bin:/bin", "PYTHONUNBUFFERED": "1"]
        proxy.currentDirectoryURL = files.url
        proxy.standardInput = FileHandle.nullDevice
        let output = try files.write("proxy.log", "")
        proxy.standardOutput = try FileHandle(forWritingTo: URL(fileURLWithPath: output))
        proxy.standardError = proxy.standardOutput
        try proxy.run()
        defer {
            kill(proxy.processIdentifier, SIGKILL)
            proxy.waitUntilExit()
        }
        // What comes before is lost, the first packet too, which alone tells the sender's epoch.
        try #require(waits(15) { (try? String(contentsOfFile: output, encoding: .utf8))?.contains("Waiting") == true })
        let result = try exchange(
            from: "mavlink:\(cable.right):57600", to: "mavlink:udp:127.0.0.1:\(port)", alerts: 10)
        #expect(result.kept.count >= 10 && result.kept.isSubset(of: result.stored), "\(result)")
        #expect(result.told.contains(#""waiting": 0"#), "\(result)")
    }

    @Test(
        "a stock ground station sees a camera, what it follows, and a text for each event",
        .enabled(if: PeerProgram.has("pymavlink"), "needs pymavlink: make peers"))
    func groundStation() throws {
        try write("r.jsonl", alerts: 12)
        try files.write(
            "sinks.json",
            #"{"spool": "spool", "sinks": [{"type": "mavlink", "to": "mavlink:udp:127.0.0.1:\#(port),system=7"}]}"#)
        let (output, folder) = (files.path("got"), files.url)
        try files.write("got", "")
        let station = PeerProgram.process(script: "Peer/ground_station.py", ["udpin:127.0.0.1:\(port)", "6"])
        station.currentDirectoryURL = folder
        station.standardOutput = try FileHandle(forWritingTo: URL(fileURLWithPath: output))
        try station.run()
        #expect(waits(5) { (try? String(contentsOfFile: output, encoding: .utf8))?.hasPrefix("ready") == true })
        let sender = try start("link replay r.jsonl --sinks sinks.json --patience 2 --json")
        #expect(sender.status() == 0)
        station.waitUntilExit()
        let text = try String(contentsOfFile: output, encoding: .utf8)
        let messages = text.split(separator: "\n").compactMap { line in
            (try? JSONSerialization.jsonObject(with: Data(line.utf8))) as? [String: Any]
        }
        func told(_ type: String) -> [[String: Any]] { messages.filter { $0["mavpackettype"] as? String == type } }
        #expect(messages.allSatisfy { $0["system"] as? Int == 7 && $0["component"] as? Int == 100 }, "\(text)")
        #expect(told("HEARTBEAT").count >= 3 && told("HEARTBEAT").allSatisfy { $0["type"] as? Int == 30 }, "\(text)")
        let box = try #require(told("CAMERA_TRACKING_IMAGE_STATUS").first)
        let left = try #require(box["rec_top_x"] as? Double)
        #expect(abs(left - 0.1) < 0.02 && box["tracking_mode"] as? Int == 2, "\(box)")
        // Five a second of the 1.2 seconds that it lasted, and that there is none any more.
        #expect((5...9).contains(told("CAMERA_TRACKING_IMAGE_STATUS").count), "\(text)")
        #expect(told("CAMERA_TRACKING_IMAGE_STATUS").last?["tracking_status"] as? Int == 0, "\(text)")
        let place = try #require(told("CAMERA_TRACKING_GEO_STATUS").last)
        // The most confident one came last.
        #expect(place["lat"] as? Int == 465_511_000 && place["h_acc"] as? Double == 5, "\(place)")
        let information = try #require(told("CAMERA_INFORMATION").first)
        #expect("\(information["model_name"] ?? "")".contains("arete") || information["vendor_name"] != nil)
        #expect(told("COMMAND_ACK").first?["result"] as? Int == 0)
        let texts = told("STATUSTEXT")
        #expect(texts.contains { ($0["text"] as? String)?.hasPrefix("zone: person") == true }, "\(text)")
        let times = texts.compactMap { $0["chunk_seq"] as? Int == 0 ? $0["at"] as? Double : nil }
        #expect(times.count >= 3 && zip(times, times.dropFirst()).allSatisfy { $1 - $0 > 0.9 }, "\(times)")
    }

    @Test("a sink begins without its radio, says so, and sends when that is plugged in")
    func radioLater() throws {
        let cable = try SerialCable(in: files.url)
        cable.unplug()
        try write("r.jsonl", alerts: 1)
        try #require(try start("link pair drone -o p").status() == 0)
        try files.write(
            "sinks.json",
            #"{"spool": "spool", "sinks": [{"type": "link", "to": "serial:right", "pairing": "p"}]}"#
                .replacingOccurrences(of: "serial:right", with: "serial:\(cable.right)"))
        let sender = try start("link replay r.jsonl --sinks sinks.json --patience 3 --json")
        #expect(sender.prints("arete: link: \(cable.right): there is no such port"), "\(sender.text)")
        try cable.plug()
        #expect(sender.status() == 0 && sender.prints(#""trouble": null"#, within: 2), "\(sender.text)")
        #expect(!sender.text.contains(#""sent_messages": 0"#), "\(sender.text)")
    }

    @Test("places that cannot be are one line each")
    func refused() throws {
        try write("r.jsonl", alerts: 1)
        try #require(try start("link pair drone -o p").status() == 0)
        for (words, reason) in [
            ("--to serial:/dev/none:57600", "/dev/none: there is no such port"),
            ("--to serial:/dev/null", "/dev/null: is no serial port"), ("--to serial:ttyUSB0", "names no device"),
            ("--to serial:/dev/ttyUSB0:7", "ends in no rate"), ("--to iridium:/dev/null --packet 341", "--packet"),
            ("--to mavlink:/dev/null,system=0", "takes ,system=N"), ("--to serial:/dev/null,system=1", "alone takes"),
            ("--to tcp:x:1", "begins with no transport that is known: iridium:"),
        ] {
            let sender = try start("link replay r.jsonl --pairing p --spool s --patience 0 \(words)")
            #expect(sender.status() > 0 && sender.prints(reason, within: 2), "\(words): \(sender.text)")
            #expect(sender.lines.count == 1, "\(sender.text)")
        }
    }
}
