// arete run as a program: what it prints, how it ends, and what it says of a wrong file.
import Foundation
import Peers
import Testing

@testable import AreteTool
@testable import Capture

@Suite struct RunCommandTests {
    private let folder = FileManager.default.temporaryDirectory.appendingPathComponent("run-\(UUID().uuidString)")
    private let model = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().appendingPathComponent("Models/pcb-defect/model.onnx").path

    /// A recording of so many grey frames, and a pipeline over it.
    private func prepare(frames: Int, interval: UInt64 = 1_000_000, pace: String = "fastest", more: String = "") throws
    {
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        let writer = try RecordingWriter(
            path: folder.appendingPathComponent("belt.frames").path, source: "Test camera")
        let format = FrameFormat(format: "GREY", width: 80, height: 50, strides: [80])
        for index in 0..<frames {
            let memory = UnsafeMutableRawBufferPointer.allocate(byteCount: 4000, alignment: 8)
            memory.initializeMemory(as: UInt8.self, repeating: UInt8(index % 200))
            let address = UInt(bitPattern: memory.baseAddress)
            try writer.write(
                Frame(
                    format: format, planes: [UnsafeRawBufferPointer(memory)], sequence: UInt32(index),
                    time: UInt64(index) * interval, isDamaged: false
                ) { UnsafeMutableRawPointer(bitPattern: address)?.deallocate() })
        }
        try """
        {"sources": [{"name": "belt", "type": "recording", "path": "belt.frames", "pace": "\(pace)", "watch": false}],
         "model": {"file": "\(model)"}\(more)}
        """.write(to: folder.appendingPathComponent("line.json"), atomically: true, encoding: .utf8)
    }

    private func run(_ line: String) throws -> ProgramRun { try ProgramRun(line, in: folder) }

    @Test("a pipeline runs to the end of its sources and tells its figures, in words and as one JSON document")
    func figures() throws {
        defer { try? FileManager.default.removeItem(at: folder) }
        try prepare(frames: 4)
        let words = try run("\"$arete\" run line.json")
        #expect(words.status == 0 && words.output.hasPrefix("belt: 4 frames, 4 results in "), "\(words)")
        #expect(words.output.contains("\n  total ") && words.error.isEmpty)
        let json = try run("\"$arete\" run line.json --frames 3 --json")
        #expect(json.status == 0 && json.output.split(separator: "\n").count == 1, "\(json)")
        #expect(json.output.contains(#""name": "belt""#) && json.output.contains(#""results": 3"#))
    }

    @Test("lines to standard output leave the figures to standard error")
    func lines() throws {
        defer { try? FileManager.default.removeItem(at: folder) }
        try prepare(frames: 2, more: #", "sinks": [{"type": "lines", "file": "-"}]"#)
        let result = try run("\"$arete\" run line.json")
        #expect(result.output.split(separator: "\n").count == 2 && result.output.hasPrefix("{\"source\": \"belt\""))
        #expect(result.error.contains("2 results"))
        let both = try run("\"$arete\" run line.json --json")
        #expect(both.status == 2 && both.output.isEmpty && both.error.contains("leave one out"), "\(both)")
    }

    @Test("where nobody reads the lines any more, the pipeline ends")
    func closedOutput() throws {
        defer { try? FileManager.default.removeItem(at: folder) }
        try prepare(
            frames: 400, interval: 50_000_000, pace: "recorded", more: #", "sinks": [{"type": "lines", "file": "-"}]"#)
        let result = try run("( \"$arete\" run line.json; echo status $? >status ) | head -n 1 | wc -l; cat status")
        #expect(result.output.split(whereSeparator: \.isWhitespace) == ["1", "status", "1"], "\(result)")
        #expect(result.error.contains("standard output cannot be written: Broken pipe"))
    }

    @Test("--check tells whether all fits together, and opens nothing")
    func check() throws {
        defer { try? FileManager.default.removeItem(at: folder) }
        try prepare(frames: 1, more: #", "sinks": [{"type": "lines", "file": "r.jsonl"}]"#)
        let result = try run("\"$arete\" run line.json --check && \"$arete\" run line.json --check --json; ls")
        #expect(result.output.hasPrefix("line.json: sound: 1 source (belt)"), "\(result)")
        #expect(result.output.contains(#""sound": true"#) && !result.output.contains("r.jsonl"))
        for (text, reason) in [
            ("{}", "arete: line.json line 1: \"sources\" is missing\n"),
            (#"{"sources": [{"type": "camera", "device": "x"}], "model": {"file": "no.onnx"}}"#, "arete: no.onnx: "),
        ] {
            try text.write(to: folder.appendingPathComponent("line.json"), atomically: true, encoding: .utf8)
            let wrong = try run("\"$arete\" run line.json --check")
            #expect(wrong.status == 1 && wrong.output.isEmpty && wrong.error.hasPrefix(reason), "\(wrong)")
            #expect(wrong.error.split(separator: "\n").count == 1)
        }
    }

    @Test("SIGTERM lets what is under way get its results")
    func drains() throws {
        defer { try? FileManager.default.removeItem(at: folder) }
        try prepare(
            frames: 400, interval: 50_000_000, pace: "recorded",
            more: #", "sinks": [{"type": "lines", "file": "r.jsonl"}]"#)
        let result = try run(
            """
            "$arete" run line.json --json >figures.json & id=$!
            for try in $(seq 100); do sleep 0.1; [ "$(cat r.jsonl 2>/dev/null | wc -l)" -lt 3 ] || break; done
            kill -TERM $id; wait $id; echo status $?; wc -l <r.jsonl; cat figures.json
            """)
        let lines = result.output.split(separator: "\n").map(String.init)
        try #require(lines.count == 3, "\(result)")
        #expect(lines[0] == "status 0" && (3..<300).contains(Int(lines[1]) ?? 0), "\(result)")
        #expect(lines[2].contains("\"results\": \(lines[1]),"), "\(result)")
    }

    @Test(
        "failing cameras leave no memory and nothing open behind, frame by frame",
        .disabled(if: Sanitizer.isOn, "freed memory is kept back under a sanitizer"))
    func soak() throws {
        defer { try? FileManager.default.removeItem(at: folder) }
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        let faults = ["cut", "drop", "dark", "frozen"].enumerated().map { index, kind in
            (0..<40).map { turn in
                let first = 15 + 40 * turn + 10 * index
                return #"{"kind": "\#(kind)", "first": \#(first), "last": \#(first + 4)}"#
            }.joined(separator: ", ")
        }.joined(separator: ", ")
        let sources = ["MJPG", "YUYV"].map { format in
            """
            {"name": "\(format)", "type": "synthetic", "format": "\(format)", "width": 160, "height": 120,
             "rate": 200, "faults": [\(faults)], "watch": {}}
            """
        }
        try """
        {"sources": [\(sources.joined(separator: ", "))], "model": {"file": "\(model)"}, "tracker": {},
         "sinks": [{"type": "lines", "file": "r.jsonl", "max_megabytes": 1}]}
        """.write(to: folder.appendingPathComponent("line.json"), atomically: true, encoding: .utf8)
        // Resident pages and open files when a part of the results is there, and when all are.
        let result = try run(
            """
            "$arete" run line.json >figures.txt 2>&1 & id=$!
            for results in 120 320; do
                for try in $(seq 600); do sleep 0.1; [ "$(cat r.jsonl 2>/dev/null | wc -l)" -lt $results ] || break; done
                cut -d ' ' -f 2 /proc/$id/statm; ls /proc/$id/fd | wc -l
            done
            kill -TERM $id; wait $id; echo $?
            """)
        let levels = result.output.split(whereSeparator: \.isWhitespace).compactMap { Int($0) }
        try #require(levels.count == 5 && levels[4] == 0, "\(result)")
        // A frame that stayed would be ten pages or more, each time.
        #expect(levels[2] <= levels[0] + 600 && levels[3] == levels[1], "\(levels)")
    }

    @Test("a camera that is not there is one line that says what to do")
    func missing() throws {
        defer { try? FileManager.default.removeItem(at: folder) }
        try prepare(frames: 1)
        try #"{"sources": [{"type": "camera", "device": "/dev/video987"}], "model": {"file": "\#(model)"}}"#.write(
            to: folder.appendingPathComponent("line.json"), atomically: true, encoding: .utf8)
        let result = try run("\"$arete\" run line.json")
        #expect(
            result.error
                == "arete: source 'source0': /dev/video987: there is no such device; 'arete cameras' lists those that are there\n"
        )
        #expect(result.status == 1)
    }
}
