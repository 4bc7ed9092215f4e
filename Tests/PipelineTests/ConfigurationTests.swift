// What a pipeline's file may say.
import Capture
import Foundation
import Geolocation
import JSON
import TestSupport
import Testing
import Vision

@testable import Pipeline

@Suite struct ConfigurationTests {
    /// Every key that there is.
    private static let everything: String = {
        let path = "\(Repository.root)/Tests/Fuzz/Seeds/Pipeline/everything.json"
        return (try? String(contentsOfFile: path, encoding: .utf8)) ?? ""
    }()

    private func read(_ text: String) throws -> PipelineConfiguration {
        let bytes = Array(text.utf8)
        var result: Result<PipelineConfiguration, PipelineError>?
        bytes.withUnsafeBytes { buffer in
            result = Result { () throws(PipelineError) in try PipelineConfiguration.read(buffer, path: "/line/p.json") }
        }
        return try #require(result).get()
    }

    private func reason(_ text: String) -> String {
        do {
            _ = try read(text)
            return "no error"
        } catch {
            return "\(error)"
        }
    }

    @Test("every key is read, and paths start from the file's folder")
    func everything() throws {
        let read = try read(Self.everything)
        #expect(
            read.sources.map(\.name) == ["front", "old", "net", "film", "shots", "jpegs", "heat", "drawn"])
        #expect(read.sources.map(\.isLive) == [true, false, true, true, true, true, true, true])
        #expect(read.sources[4].request == .folder(path: "/shots", rate: 5))
        #expect(read.sources[6].range == .fixed(29000...31000) && read.sources[7].range == .full)
        guard case .synthetic(let drawn) = read.sources[7].request else {
            Issue.record("nothing drawn")
            return
        }
        #expect(drawn.frames == 100 && drawn.faults == [SyntheticFault(.dark, 10..<21)] && drawn.format == "NV12")
        let planes: [String] = read.sources.compactMap(\.calibration)
        #expect(planes == ["/line/belt-plane.json"] && read.sources[0].calibration != nil)
        #expect(read.inspection?.defects.first?.size == SizeLimits(least: 0.2, most: nil))
        #expect(read.inspection?.requirements.first?.size == SizeLimits(least: 4, most: 4.5))
        guard case .link(let link) = read.sinks[1] else {
            Issue.record("no link")
            return
        }
        #expect(link.place.description == "udp:[2001:db8::7]:7400" && link.pairing == "/line/drone.pairing")
        #expect(read.vehicle?.description == "mavlink:/dev/ttyAMA0:57600,system=2")
        let placed = try #require(read.sources[2].geolocation)
        #expect(placed.lens == .view(62.2) && placed.carrier == .gimbal && placed.lever == SIMD3(0.1, 0, 0.05))
        #expect(placed.terrain == "/line/terrain" && placed.latency == 80 && placed.start == nil)
        #expect(placed.rules.heights == .aboveHome(ground: 1200) && placed.rules.errors?.tilt.lasting == 1)
        #expect(placed.rules.errors?.time.lasting == 0.03 && placed.rules.errors?.pixel == 2)
        #expect(read.sources.compactMap(\.geolocation).count == 1 && read.flight == nil)
        #expect(link.profile.bytesPerSecond == 60 && link.area?.base == 1200 && read.spool == "/var/lib/arete")
        #expect(read.inspection?.audit == "/line/audit.jsonl" && read.inspection?.reject?.at == 300)
        guard case .camera(let request) = read.sources[0].request,
            case .recording(let path) = read.sources[1].request
        else {
            Issue.record("other kinds")
            return
        }
        #expect(request.width == 640 && request.format == "YUYV" && request.controls.map(\.value) == [3, -1])
        #expect(request.memory == .userptr)
        #expect(path == "/line/a.frames" && read.sources[1].pace == .fastest)
        #expect(read.sources[0].frames == .every && read.sources[0].queue == 8 && read.sources[0].isLive)
        #expect(read.sources[0].watch?.standsStill == false && read.sources[1].watch == nil)
        #expect(read.model.file == "/line/m.onnx" && read.model.threads == 2 && read.model.isExact)
        #expect(read.tracker?.options(threshold: 0.9).sure == 0.5 && read.tracker?.options(threshold: 0.9).memory == 2)
        #expect(read.rules.map(\.when) == [.appears, .enters, .crosses] && read.rules[1].anchor == .bottom)
        #expect(read.metrics == ListenAddress(address: "127.0.0.1", port: 9100))
    }

    @Test("a tracker that says nothing is sure from the model's threshold on, and doubtful far below")
    func trackerDefaults() throws {
        let read = try read(
            #"{"sources": [{"type": "camera", "device": "x"}], "model": {"file": "m"}, "tracker": {}}"#)
        let options = read.tracker?.options(threshold: 0.45)
        #expect(options?.sure == 0.45 && options?.doubtful == TrackerOptions().doubtful)
    }

    @Test(
        "what is wrong is told with line and key",
        arguments: [
            ("{", "/line/p.json line 1: "),
            ("[]", "the document must be an object"),
            ("{}", "\"sources\" is missing"),
            (#"{"sources": []}"#, "\"sources\" is empty"),
            (#"{"sources": [{"type": "camera"}]}"#, "\"sources[0].device\" is missing"),
            (#"{"sources": [{"type": "camra"}]}"#, "\"sources[0].type\" is \"camra\" (did you mean \"camera\"?)"),
            (#"{"sources": [{"device": "x"}]}"#, "\"sources[0].type\" is missing"),
            (#"{"sources": [{"name": "a/b", "type": "camera"}]}"#, "\"sources[0].name\" must be 1 to 64 letters"),
            (#"{"sources": [{"type": "camera", "device": "x", "queue": 3}]}"#, "\"sources[0].queue\" is for"),
            (
                #"{"sources": [{"type": "camera", "device": "x", "controls": {"gain": "much"}}]}"#,
                "\"sources[0].controls.gain\" must be a whole number"
            ),
            (
                "{\"sources\": [{\"type\": \"camera\", \"device\": \"x\"},\n{\"name\": \"source0\", \"type\": \"camera\", \"device\": \"y\"}]}",
                "line 2: \"sources[1].name\" \"source0\" stands twice"
            ),
            (#"{"sources": [{"type": "camera", "device": "x"}]}"#, "\"model\" is missing"),
            (#"{"sources": [{"type": "camera", "device": "x"}], "model": {}}"#, "\"model.file\" is missing"),
        ])
    func wrong(text: String, reason expected: String) {
        #expect(reason(text).contains(expected), "\(reason(text))")
    }

    @Test(
        "what is wrong behind a sound start is told with line and key",
        arguments: [
            (#""trakcer": {}"#, "unknown key \"trakcer\" (did you mean \"tracker\"?)"),
            (#""rules": [{"name": "a", "when": "appears"}]"#, "\"rules\" are about objects that are followed"),
            (#""tracker": {}, "rules": [{"name": "a", "when": "crosses"}]"#, "\"rules[0].line\" must be two"),
            (#""tracker": {}, "rules": [{"name": "a", "when": "enters"}]"#, "\"rules[0].zone\" is missing"),
            (
                #""tracker": {}, "rules": [{"name": "a", "when": "enters", "zone": [[0, 0], [1, 2], [0, 1]]}]"#,
                "\"rules[0].zone\" is 2.0; it must lie between 0.0 and 1.0"
            ),
            (#""sinks": [{"type": "lines"}]"#, "\"sinks[0].file\" is missing"),
            (
                #""sinks": [{"type": "lines", "file": "-", "max_megabytes": 1}]"#,
                "\"sinks[0].max_megabytes\" is for files"
            ),
            (#""sinks": [{"type": "lines", "file": ""}]"#, "\"sinks[0].file\" is no path"),
            (#""sinks": [{"type": "link"}]"#, "\"sinks[0].to\" is missing: udp:HOST:PORT"),
            (#""sinks": [{"type": "link", "to": "udp:x"}]"#, "\"sinks[0].to\" 'udp:x' ends in no port"),
            (#""sinks": [{"type": "link", "to": "udp:x:1"}]"#, "\"sinks[0].pairing\" is missing: the file that"),
            (
                #""sinks": [{"type": "link", "to": "udp:x:1", "pairing": "p", "packet": 12}]"#,
                "\"sinks[0].packet\" link: a packet of 12 bytes cannot say where"
            ),
            (
                #""sinks": [{"type": "link", "to": "udp:x:1", "pairing": "p"}]"#,
                "\"spool\" is missing: the folder where"
            ),
            (
                #""sinks": [{"type": "link", "to": "udp:x:1", "pairing": "p", "area": {"latitude": 90}}]"#,
                "\"sinks[0].area\" needs \"latitude\" and \"longitude\""
            ),
            (#""metrics": {"port": 70000}"#, "\"metrics.port\" is 70000; it must lie between 0 and 65535"),
        ])
    func wrongLater(text: String, reason expected: String) {
        let whole = #"{"sources": [{"type": "camera", "device": "x"}], "model": {"file": "m"}, "# + text + "}"
        #expect(reason(whole).contains(expected), "\(reason(whole))")
    }

    /// The objects of a document, each with one more key that nobody knows.
    private func withStrangers(_ value: JSONValue) -> [JSONValue] {
        switch value.content {
        case .object(let members):
            var all = [JSONValue(.object(members + [JSONMember("stranger", JSONValue(1))]))]
            for (index, member) in members.enumerated() where member.key != "controls" {
                for changed in withStrangers(member.value) {
                    var members = members
                    members[index] = JSONMember(member.key, changed)
                    all.append(JSONValue(.object(members)))
                }
            }
            return all
        case .array(let elements):
            return elements.indices.flatMap { index in
                withStrangers(elements[index]).map { changed in
                    var elements = elements
                    elements[index] = changed
                    return JSONValue(elements)
                }
            }
        default: return []
        }
    }

    @Test("a key that nobody knows is an error in every object")
    func strangers() throws {
        let document = try JSONReader.read(Self.everything, source: "p")
        let changed = withStrangers(document)
        #expect(changed.count == 36)
        for document in changed {
            #expect(reason(document.text).contains("stranger\""), "\(document.text)")
        }
    }

    /// The keys of all objects of a document; of a schema, those that it describes.
    private func keys(_ value: JSONValue, isSchema: Bool = false) -> Set<String> {
        switch value.content {
        case .object(let members):
            members.reduce(into: []) { keys, member in
                // Settings have the names that the camera gives them.
                if member.key == "controls", !isSchema {
                    keys.insert(member.key)
                } else if isSchema, member.key == "properties", case .object(let described) = member.value.content {
                    keys.formUnion(described.map(\.key))
                    for item in described { keys.formUnion(self.keys(item.value, isSchema: true)) }
                } else {
                    if !isSchema { keys.insert(member.key) }
                    keys.formUnion(self.keys(member.value, isSchema: isSchema))
                }
            }
        case .array(let elements):
            elements.reduce(into: []) { $0.formUnion(keys($1, isSchema: isSchema)) }
        default: []
        }
    }

    @Test("the schema for editors names the keys that are read, and no others")
    func schema() throws {
        let path = "\(Repository.root)/docs/pipeline.schema.json"
        let schema = try JSONReader.read(try String(contentsOfFile: path, encoding: .utf8), source: path)
        // A light barrier is in the one, motion in the other.
        let others = try ["belt", "flight"].map { name in
            try String(contentsOfFile: "\(Repository.root)/docs/pipelines/\(name).json", encoding: .utf8)
        }
        let read = try ([Self.everything] + others).map { keys(try JSONReader.read($0, source: "example")) }
        #expect(keys(schema, isSchema: true) == read[0].union(read[1]).union(read[2]))
    }

    @Test("the examples of the documentation are sound", arguments: ["watch", "inspection", "belt"])
    func examples(name: String) throws {
        let path = "\(Repository.root)/docs/pipelines/\(name).json"
        do {
            _ = try Pipeline(try PipelineConfiguration.read(path: path))
        } catch {
            // Libraries that not every machine has.
            let text = "\(error)"
            #expect(text.contains("install Debian's lib"), "\(text)")
        }
    }

    private static let pieces = [
        "\"", "{", "}", "[", "]", ",", ":", "null", "-1", "1e999", "0.5", "true", "\\u0000", "99999999999999999999",
    ]

    private func mutated(_ whole: [UInt8], _ random: inout SplitMix) -> [UInt8] {
        var bytes = whole
        for _ in 0..<Int.random(in: 1...6, using: &random) {
            let place = Int.random(in: 0..<bytes.count, using: &random)
            switch Int.random(in: 0..<4, using: &random) {
            case 0: bytes[place] = UInt8.random(in: 0...255, using: &random)
            case 1: bytes.removeSubrange(place..<min(bytes.count, place + Int.random(in: 1...20, using: &random)))
            case 2: bytes.insert(contentsOf: (Self.pieces.randomElement(using: &random) ?? "").utf8, at: place)
            default:
                let end = min(bytes.count, place + Int.random(in: 1...60, using: &random))
                bytes.insert(contentsOf: bytes[place..<end], at: Int.random(in: 0...bytes.count, using: &random))
            }
            if bytes.isEmpty { bytes = [0] }
        }
        return bytes
    }

    @Test("mutated files are read or refused, never more", arguments: 1...4)
    func mutated(seed: Int) {
        var random = SplitMix(state: UInt64(seed))
        let whole = Array(Self.everything.utf8)
        for _ in 0..<2500 {
            let bytes = mutated(whole, &random)
            let text = reason(String(decoding: bytes, as: UTF8.self))
            #expect(text == "no error" || text.hasPrefix("/line/p.json"), "seed \(seed): \(text)")
        }
    }

    @Test("1000 mutated files of a station's sinks are read or refused, never more", arguments: [UInt64(7)])
    func mutatedSinks(seed: UInt64) {
        var random = SplitMix(state: seed)
        let whole = Array(
            """
            {"spool": "spool", "vehicle": "mavlink:/dev/ttyS1:57600,system=1",
             "sinks": [{"type": "mqtt", "to": "mqtts:a.example", "topic": "arete/line-1", "password_file": "p"},
              {"type": "tak", "to": "tls:b.example", "certificate": "b.pem", "key": "b.key"},
              {"type": "webhook", "url": "https://c.example/d", "token_file": "t"},
              {"type": "link", "to": "udp:192.0.2.1:7400", "pairing": "box.pairing", "rate": 60}]}
            """.utf8)
        var read = 0
        for turn in 0..<1000 {
            let bytes = turn == 0 ? whole : mutated(whole, &random)
            bytes.withUnsafeBytes { bytes in
                do throws(PipelineError) {
                    let sinks = try PublishingConfiguration(bytes, path: "/line/s.json").sinks
                    read += 1
                    #expect(!sinks.isEmpty && (turn > 0 || sinks.count == 4), "seed \(seed)")
                } catch {
                    #expect(turn > 0 && error.description.hasPrefix("/line/s.json"), "seed \(seed): \(error)")
                }
            }
        }
        #expect((2..<1000).contains(read), "seed \(seed): \(read)")
    }
}
