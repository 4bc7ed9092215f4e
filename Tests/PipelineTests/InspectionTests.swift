// Parts, verdicts, and what follows from them.
import Codes
import Foundation
import Imaging
import JSON
import Synchronization
import TestSupport
import Testing
import Vision

@testable import Capture
@testable import Pipeline
@testable import Signals

@Suite struct InspectionTests {
    private let folder: TestFolder

    init() throws { folder = try TestFolder() }

    private func configuration(_ json: String) throws -> InspectionConfiguration {
        let text = """
            {"sources": [{"name": "belt", "type": "camera", "device": "x", "frames": "every"}], "model": {"file": "m"},
             "inspection": {\(json)}}
            """
        var result: Result<PipelineConfiguration, PipelineError>?
        Array(text.utf8).withUnsafeBytes { buffer in
            result = Result { () throws(PipelineError) in
                try PipelineConfiguration.read(buffer, path: folder.file("p.json"))
            }
        }
        let read = try #require(result)
        let inspection = try read.get().inspection
        return try #require(inspection)
    }

    private func result(_ labels: [(String, Float)], faults: Bool = false, damaged: Bool = false) -> FrameResult {
        let detections = labels.map { label, score in
            Detection(label: label, classIndex: 0, score: score, box: .init(x: 1, y: 2, width: 3, height: 4))
        }
        let head = FrameHead(
            number: 1, sequence: 1, width: 10, height: 10, time: 0, faults: faults ? [.dark] : [], isDamaged: damaged)
        return FrameResult(
            source: "belt", head: head, findings: .detections(detections), times: FrameTimes(arrived: 0))
    }

    @Test("a part is bad for its defects, for what it lacks, and where the camera did not see it well")
    func verdicts() throws {
        let inspector = Inspector(
            configuration: try configuration(
                """
                "defects": [{"name": "short", "labels": ["short"], "min_score": 0.5}, {"name": "many", "min_count": 3}],
                "required": [{"name": "screws", "label": "screw", "min_count": 2, "max_count": 2}]
                """))
        func reasons(_ result: FrameResult) -> [String] { inspector.verdict(on: result).reasons }
        let screws: [(String, Float)] = [("screw", 0.9), ("screw", 0.8)]
        #expect(reasons(result(screws)).isEmpty)
        #expect(reasons(result(screws + [("short", 0.4)])) == ["many"])
        #expect(reasons(result([("screw", 0.9), ("short", 0.6)])) == ["short", "screws"])
        #expect(reasons(result(screws + [("screw", 0.3)])) == ["many", "screws"])
        #expect(reasons(result(screws, faults: true)) == ["view dark"])
        #expect(reasons(result(screws, damaged: true)) == ["damaged picture"])
    }

    @Test(
        "what makes no sense is refused with its key",
        arguments: [
            ("", "\"inspection.defects\" and \"required\" are empty"),
            (#""defects": [{"name": "a"}], "trigger": {"type": "gpio"}"#, "\"inspection.trigger.chip\" is missing"),
            (#""defects": [{"name": "a"}], "source": "x""#, "\"inspection.source\" is \"x\""),
            (
                #""defects": [{"name": "a"}], "images": {"folder": "x"}"#,
                "\"inspection.images.max_megabytes\" is missing"
            ),
            (
                #""defects": [{"name": "a"}], "reject": {"type": "gpio", "chip": "c", "line": 1, "at_ms": 50, "deadline_ms": 20}"#,
                "\"inspection.reject.deadline_ms\" is before"
            ),
            (
                #""defects": [{"name": "a"}], "reject": {"type": "modbus", "coil": 1}"#,
                "\"inspection.reject.host\" is missing"
            ),
            (
                #""defects": [{"name": "a"}], "reject": {"type": "modbus", "host": "h", "coil": 65536}"#,
                "\"inspection.reject.coil\" is 65536"
            ),
            (
                #""defects": [{"name": "a"}], "reject": {"type": "modbus", "host": "h", "coil": 1, "unit": 250}"#,
                "\"inspection.reject.unit\" is 250"
            ),
        ])
    func wrong(json: String, reason: String) {
        do {
            _ = try configuration(json)
            Issue.record("read")
        } catch {
            #expect("\(error)".contains(reason), "\(error)")
        }
    }

    @Test("an inspected source may leave no frame out")
    func everyFrame() throws {
        try """
        {"sources": [{"name": "belt", "type": "camera", "device": "x"}], "model": {"file": "m"},
         "inspection": {"defects": [{"name": "a"}]}}
        """.write(toFile: folder.file("p.json"), atomically: true, encoding: .utf8)
        do {
            _ = try PipelineConfiguration.read(path: folder.file("p.json"))
            Issue.record("read")
        } catch {
            #expect("\(error)".contains("\"frames\": \"every\""), "\(error)")
        }
    }

    @Test("parts of a recording get a verdict each, a record each, and bad ones a picture")
    func whole() throws {
        let pictures = try Repository.pictures(3) + [Image(width: 300, height: 300, format: .rgb)]
        let path = try folder.record("belt.frames", pictures)
        let json = """
            {"sources": [{"name": "belt", "type": "recording", "path": "\(path)", "pace": "fastest", "watch": false,
                          "frames": "every"}],
             "model": {"file": "\(Repository.model)"},
             "inspection": {"defects": [{"name": "defect"}], "serial": {"type": "counter", "prefix": "B"},
               "images": {"folder": "rejects", "max_megabytes": 10}, "audit": "audit.jsonl"}}
            """
        let verdicts = Mutex<[String]>([])
        var pipeline = try folder.pipeline(json)
        try pipeline.run { report in
            if case .event(let event) = report, case .part = event.kind { verdicts.withLock { $0.append(event.text) } }
        }
        #expect(pipeline.figures.sources[0].parts == PartFigures(passed: 1, failed: 3, missed: 0))
        let told = verdicts.withLock { $0 }
        let expected: [String] = (1...3).map { "belt: part B\($0) fails: defect" } + ["belt: part B4 passes"]
        #expect(told == expected)
        // A second run goes on counting where the records end.
        pipeline = try folder.pipeline(json)
        try pipeline.run(frames: 1)
        let records = try folder.lines("audit.jsonl").map { try JSONReader.read($0, source: "record") }
        #expect(records.map { $0["serial"] } == (1...5).map { JSONValue("B\($0)") })
        #expect(records[3]["verdict"] == JSONValue("pass") && records[3]["image"] == nil)
        for index in [0, 1, 2, 4] {
            guard case .string(let image)? = records[index]["image"]?.content else {
                Issue.record("no picture of part \(index + 1)")
                continue
            }
            #expect(try Image.read(path: image).width == pictures[index % 4].width)
            #expect(records[index]["model_sha256"] == JSONValue(pipeline.modelDigest))
        }
    }

    @Test("a part whose frame there was no time for is bad, and told as not inspected")
    func missed() throws {
        let path = try folder.record("belt.frames", Repository.pictures(30, step: 1), interval: 100)
        let pipeline = try folder.pipeline(
            """
            {"sources": [{"name": "belt", "type": "recording", "path": "\(path)", "watch": false, "frames": "every",
                          "queue": 1}],
             "model": {"file": "\(Repository.model)"},
             "inspection": {"defects": [{"name": "defect"}], "audit": "audit.jsonl"}\(PipelineTests.slow)}
            """)
        try pipeline.run()
        let figures = pipeline.figures.sources[0]
        #expect(figures.overruns > 0 && figures.parts.missed == figures.overruns && figures.parts.count == 30)
        let records = try folder.lines("audit.jsonl").map { try JSONReader.read($0, source: "record") }
        let missed = records.filter { $0["reasons"] == JSONValue([JSONValue("not inspected")]) }
        #expect(missed.count == figures.overruns && records.count == 30)
        let numbers = Set(records.compactMap { $0["part"] })
        #expect(numbers == Set((1...30).map { JSONValue($0) }))
    }

    @Test(
        "the serial is the code on the part's picture, or the record tells why there is none",
        .enabled(if: CodeReader.absence() == nil, "needs ZBar: scripts/setup.sh inspection"))
    func codes() throws {
        let (first, second) = ("4006381333931", "9780201379624")
        let pictures = try [[first], [second], [first, second]].map { codes in
            try Image(
                width: 117 * 3, height: 120 * codes.count, format: .grey,
                bytes: BarCode.pixels(ofEAN13: codes, module: 3, height: 120))
        }
        let path = try folder.record("belt.frames", pictures + [Image(width: 300, height: 300, format: .rgb)])
        func records(_ prefix: String) throws -> [JSONValue] {
            let pipeline = try folder.pipeline(
                """
                {"sources": [{"name": "belt", "type": "recording", "path": "\(path)", "pace": "fastest",
                              "watch": false, "frames": "every"}],
                 "model": {"file": "\(Repository.model)"},
                 "inspection": {"defects": [{"name": "defect"}], "audit": "audit\(prefix).jsonl",
                   "serial": {"type": "code", "prefix": "\(prefix)"}}}
                """)
            try pipeline.run()
            return try folder.lines("audit\(prefix).jsonl").map { try JSONReader.read($0, source: "record") }
        }
        let any = try records("")
        #expect(any.map { $0["serial"] } == [first, second, "", ""].map { JSONValue($0) })
        #expect(any.map { $0["serial_fault"] } == [nil, nil, JSONValue("2 codes"), JSONValue("no code")])
        let some = try records("978")
        #expect(some.map { $0["serial"] } == ["", second, second, ""].map { JSONValue($0) })
        #expect(some[0]["serial_fault"] == JSONValue("no code"))
    }

    @Test(
        "a DataMatrix on the part is its serial where that is asked for",
        .enabled(if: CodeReader.absence(of: .datamatrix) == nil, "needs libdmtx: scripts/setup.sh inspection"))
    func matrix() throws {
        let code = try #require(MatrixCode("SN-00417"))
        let side = (code.side + 4) * 5
        let picture = try Image(width: side, height: side, format: .grey, bytes: code.pixels(module: 5))
        let path = try folder.record("belt.frames", [picture, Image(width: 300, height: 300, format: .rgb)])
        let pipeline = try folder.pipeline(
            """
            {"sources": [{"name": "belt", "type": "recording", "path": "\(path)", "pace": "fastest",
                          "watch": false, "frames": "every"}],
             "model": {"file": "\(Repository.model)"},
             "inspection": {"defects": [{"name": "defect"}], "audit": "audit.jsonl",
               "serial": {"type": "code", "format": "datamatrix", "prefix": "SN"}}}
            """)
        try pipeline.run()
        let records = try folder.lines("audit.jsonl").map { try JSONReader.read($0, source: "record") }
        #expect(records.map { $0["serial"] } == ["SN-00417", ""].map { JSONValue($0) })
        #expect(records.map { $0["serial_fault"] } == [nil, JSONValue("no code")])
    }

    @Test("half a record at the end is removed, and what is no file of records is left alone")
    func repaired() throws {
        func write(_ text: String) throws {
            try text.write(toFile: folder.file("audit.jsonl"), atomically: true, encoding: .utf8)
        }
        try write("{\"part\": 7}\n{\"part\": 8, \"ser")
        let log = try AuditLog(path: folder.file("audit.jsonl"))
        #expect(log.lastPart == 7)
        try log.add(["part": JSONValue(8)])
        try log.synchronize()
        #expect(try folder.text("audit.jsonl") == "{\"part\": 7}\n{\"part\": 8}\n")
        for other in ["hello\n", "[1]\n", "{\"part\": \"x\"}\n"] {
            try write(other)
            #expect(throws: SinkFailure.self) { _ = try AuditLog(path: folder.file("audit.jsonl")) }
            #expect(try folder.text("audit.jsonl") == other)
        }
        #expect(throws: SinkFailure.self) { _ = try AuditLog(path: folder.path) }
    }

    @Test("the oldest pictures make way, other files stay, and a new run knows those of the last")
    func budget() throws {
        let text = #"{"folder": "\#(folder.file("kept"))", "max_megabytes": 1}"#
        let fields = try JSONFields(try JSONReader.read(text, source: "x"), source: "x")
        let keeping = try ImageKeeping(fields, ConfigurationFolder(ofFile: "x"))
        var store = try PictureStore(keeping)
        try "mine".write(toFile: folder.file("kept/notes.txt"), atomically: true, encoding: .utf8)
        // Random pictures do not compress: some 200 kB each.
        func picture(_ seed: UInt8) throws -> Frame {
            var state = UInt32(seed) + 1
            let bytes = (0..<300 * 300 * 3).map { _ -> UInt8 in
                state = state &* 1_664_525 &+ 1_013_904_223
                return UInt8(state >> 24)
            }
            return .of(try Image(width: 300, height: 300, format: .rgb, bytes: bytes), sequence: 0, time: 0)
        }
        for part in 1...5 { _ = try store.keep(try picture(UInt8(part)), part: part) }
        store = try PictureStore(keeping)
        for part in 6...12 { _ = try store.keep(try picture(UInt8(part)), part: part) }
        let names = try FileManager.default.contentsOfDirectory(atPath: folder.file("kept")).sorted()
        #expect(names.contains("notes.txt") && names.contains("part-000000012.jpg"))
        #expect(!names.contains("part-000000001.jpg"))
        let sizes = try names.map {
            try FileManager.default.attributesOfItem(atPath: folder.file("kept/" + $0))[.size] as? Int ?? 0
        }
        #expect(sizes.reduce(0, +) <= 1_000_000 && names.count >= 4)
    }

    /// A line that notes when it changed.
    private final class NotedLine: RejectLine {
        let changes = Mutex<[(isActive: Bool, time: Int)]>([])
        let fails: Bool
        init(fails: Bool = false) { self.fails = fails }

        func set(_ isActive: Bool) throws(SignalError) {
            if fails { throw .remote("line", reason: "gone") }
            changes.withLock { $0.append((isActive, MonotonicClock.milliseconds)) }
        }
    }

    private func outcomes(
        _ rejects: String, line: NotedLine, _ parts: [Part]
    ) throws -> [(part: Int, outcome: RejectOutput.Outcome)] {
        let inspection = try configuration(
            #""defects": [{"name": "a"}], "reject": {"type": "gpio", "chip": "c", "line": 1, \#(rejects)}"#)
        let outcomes = Mutex<[(part: Int, outcome: RejectOutput.Outcome)]>([])
        let output = RejectOutput(try #require(inspection.reject), line: line) { part, outcome in
            outcomes.withLock { $0.append((part, outcome)) }
        }
        for part in parts { output.reject(part) }
        output.end()
        output.work()
        return outcomes.withLock { $0 }
    }

    @Test("bad parts are thrown out when they are at the gate, in the order in which they come there")
    func reject() throws {
        let now = MonotonicClock.nanoseconds
        let line = NotedLine()
        let done = try outcomes(
            #""pulse_ms": 5, "at_ms": 60, "deadline_ms": 2000"#, line: line,
            [Part(number: 2, triggered: now + 30_000_000), Part(number: 1, triggered: now)])
        #expect(done.map(\.part) == [1, 2])
        for (_, outcome) in done {
            if case .given(let lateness) = outcome { #expect(lateness >= 0) } else { Issue.record("\(outcome)") }
        }
        let changes = line.changes.withLock { $0 }
        #expect(changes.map(\.isActive) == [true, false, true, false])
        let start = Int(now / 1_000_000)
        #expect(changes[0].time >= start + 60 && changes[1].time >= changes[0].time + 5)
        #expect(changes[2].time >= start + 90)
    }

    @Test("a pulse after the deadline, or one that the line refuses, is told")
    func late() throws {
        let long = MonotonicClock.nanoseconds - 500_000_000
        let late = try outcomes(
            #""pulse_ms": 1, "deadline_ms": 100"#, line: NotedLine(), [Part(number: 1, triggered: long)])
        if case .late(let milliseconds) = late[0].outcome {
            #expect(milliseconds >= 400)
        } else {
            Issue.record("on time")
        }
        let failed = try outcomes(
            #""pulse_ms": 1"#, line: NotedLine(fails: true), [Part(number: 1, triggered: long)])
        if case .failed = failed[0].outcome {} else { Issue.record("no failure") }
    }
}
