// Results as JSON lines in files.
import Foundation
import JSON
import Testing
import Vision

@testable import Pipeline

@Suite struct LinesSinkTests {
    private let folder: TestFolder

    init() throws { folder = try TestFolder() }

    private func sink(_ more: String = "") throws -> LinesSink {
        let text = #"{"file": "\#(folder.file("r.jsonl"))"\#(more)}"#
        let fields = try JSONFields(try JSONReader.read(text, source: "x"), source: "x")
        return try LinesSink(try LinesConfiguration(fields, ConfigurationFolder(ofFile: "x")))
    }

    private func result(_ number: Int, found: Bool = true) -> FrameResult {
        let box = Detection(label: "short", classIndex: 1, score: 0.5, box: .init(x: 1, y: 2, width: 3, height: 4))
        return FrameResult(
            source: "belt",
            head: FrameHead(
                number: number, sequence: 7, width: 10, height: 20, time: 1.5, faults: [.moved, .blurred],
                isDamaged: true), findings: .detections(found ? [box] : []), times: FrameTimes(arrived: 5))
    }

    private func event(_ number: Int) -> Event {
        Event(source: "belt", frame: number, kind: .notice(.overrun(frame: number, total: 2)))
    }

    @Test("a result is a line of JSON with the view's faults; times are told only where somebody asks for them")
    func line() throws {
        try sink().take(result(3))
        #expect(
            try folder.text("r.jsonl") == """
                {"source": "belt", "frame": 3, "sequence": 7, "time": 1.5, "width": 10, "height": 20, \
                "view": ["blurred", "moved"], "damaged": true, "detections": [{"label": "short", "class": 1, \
                "score": 0.5, "box": {"x": 1, "y": 2, "width": 3, "height": 4}}]}

                """)
        try sink(#", "times": true"#).take(result(4))
        #expect(try folder.lines("r.jsonl")[1].contains(#""ms": {"#))
    }

    @Test("lines are all, those of frames with findings, or those of events")
    func what() throws {
        for (what, count) in [("all", 3), ("found", 2), ("events", 1)] {
            try? FileManager.default.removeItem(atPath: folder.file("r.jsonl"))
            let sink = try sink(#", "what": "\#(what)""#)
            try sink.take(result(1))
            try sink.take(result(2, found: false))
            try sink.take(event(3))
            try sink.finish()
            #expect(try folder.lines("r.jsonl").count == count, "\(what)")
        }
    }

    @Test("a file that is full gives its name to a new one, and all lines are whole")
    func bounded() throws {
        let sink = try sink(#", "max_megabytes": 1"#)
        for number in 0..<7000 { try sink.take(result(number)) }
        let (old, new) = (try folder.lines("r.jsonl.1"), try folder.lines("r.jsonl"))
        #expect(try folder.text("r.jsonl.1").utf8.count <= 1_000_000)
        for line in [old.first, old.last, new.first, new.last] {
            _ = try JSONReader.read(try #require(line), source: "line")
        }
        #expect(try JSONReader.read(try #require(new.last), source: "x")["frame"] == JSONValue(6999))
    }

    @Test("what cannot be opened is told with its reason")
    func missing() throws {
        let text = #"{"file": "/nowhere/r.jsonl"}"#
        let fields = try JSONFields(try JSONReader.read(text, source: "x"), source: "x")
        let configuration = try LinesConfiguration(fields, ConfigurationFolder(ofFile: "x"))
        #expect(throws: SinkFailure.self) { _ = try LinesSink(configuration) }
    }
}
