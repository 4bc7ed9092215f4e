// Sizes in millimetres: what a file may ask for, what rules make of them, and what stands in results.
import Foundation
import Imaging
import JSON
import Synchronization
import Testing

@testable import Capture
@testable import Pipeline
@testable import Vision

@Suite struct SizeTests {
    private let folder: TestFolder

    init() throws { folder = try TestFolder() }

    /// A plane's file: so many millimetres a pixel, in pictures of this size.
    private func writePlane(_ scale: Double, width: Int, height: Int, name: String = "plane.json") throws {
        try """
        {"width": \(width), "height": \(height), "homography": [\(scale), 0, 0, 0, \(scale), 0, 0, 0, 1],
         "rms_mm": 0, "board": {"columns": 4, "rows": 3, "square_mm": 1}}
        """.write(toFile: folder.file(name), atomically: true, encoding: .utf8)
    }

    private func plane(_ scale: Double) throws -> PlaneCalibration {
        try writePlane(scale, width: 100, height: 100)
        return try PlaneCalibration.read(folder.file("plane.json"))
    }

    private func configuration(_ json: String, source: String = #", "calibration": "plane.json""#) throws
        -> PipelineConfiguration
    {
        let text = """
            {"sources": [{"name": "belt", "type": "camera", "device": "x", "frames": "every"\(source)}],
             "model": {"file": "m"}, \(json)}
            """
        try text.write(toFile: folder.file("p.json"), atomically: true, encoding: .utf8)
        return try PipelineConfiguration.read(path: folder.file("p.json"))
    }

    private func reason(_ json: String, source: String = #", "calibration": "plane.json""#) -> String {
        do {
            _ = try configuration(json, source: source)
            return "no error"
        } catch {
            return "\(error)"
        }
    }

    private let defect = #""inspection": {"defects": [{"name": "scratch", "min_size_mm": 2}]}"#

    @Test("a size that nobody can measure, or that nothing has, is refused with line and key")
    func refusals() throws {
        #expect(reason(defect) == "no error")
        let wanted = "needs a \"calibration\" of source \"belt\" ('arete calibrate --plane')"
        let without = reason(defect, source: "")
        #expect(without.contains("p.json line 2: \"inspection.defects[0].min_size_mm\" \(wanted)"), "\(without)")
        let required = #""inspection": {"required": [{"name": "screw", "label": "screw", "max_size_mm": 2}]}"#
        #expect(reason(required, source: "").contains("\"inspection.required[0].max_size_mm\" \(wanted)"))
        let rule = #""tracker": {}, "rules": [{"name": "a", "when": "appears", "max_size_mm": 2}]"#
        #expect(reason(rule, source: "").contains("\"rules[0].max_size_mm\" \(wanted)"))
        #expect(reason(rule) == "no error")
        let turned = #""inspection": {"defects": [{"name": "scratch", "min_size_mm": 2, "max_size_mm": 1}]}"#
        #expect(reason(turned).contains("\"inspection.defects[0].max_size_mm\" is 1.0, less than \"min_size_mm\""))
        let negative = #""inspection": {"defects": [{"name": "scratch", "min_size_mm": -1}]}"#
        #expect(reason(negative).contains("min_size_mm\" is -1.0; it must lie between"))
        let moving = reason(defect, source: #", "calibration": "plane.json", "moves": true"#)
        #expect(moving.contains("\"sources[0].calibration\" is for a camera that stands still"), "\(moving)")
    }

    private func result(_ boxes: [(String, Box)], _ plane: PlaneCalibration?) -> FrameResult {
        let detections = boxes.map { Detection(label: $0.0, classIndex: 0, score: 0.9, box: $0.1) }
        let head = FrameHead(
            number: 1, sequence: 1, width: 100, height: 100, time: 0, faults: [], isDamaged: false)
        var result = FrameResult(
            source: "belt", head: head, findings: .detections(detections), times: FrameTimes(arrived: 0))
        result.plane = plane
        return result
    }

    private func box(_ width: Float, _ height: Float) -> Box { Box(x: 10, y: 20, width: width, height: height) }

    @Test("a defect below a size is none; a required part of the wrong size fails with both sizes")
    func verdicts() throws {
        let read = try configuration(
            """
            "inspection": {"defects": [{"name": "scratch", "labels": ["scratch"], "min_size_mm": 2}],
              "required": [{"name": "screw", "label": "screw", "min_count": 0, "min_size_mm": 4, "max_size_mm": 5}]}
            """)
        let inspector = Inspector(configuration: try #require(read.inspection))
        let plane = try plane(0.1)
        func reasons(_ boxes: [(String, Box)], _ plane: PlaneCalibration?) -> [String] {
            inspector.verdict(on: result(boxes, plane)).reasons
        }
        #expect(reasons([("scratch", box(5, 19))], plane) == [])
        let scratches = [("scratch", box(5, 19)), ("scratch", box(25, 3)), ("scratch", box(3, 22))]
        #expect(reasons(scratches, plane) == ["scratch: 2.5 mm"])
        #expect(reasons([("screw", box(45, 45))], plane) == [])
        #expect(reasons([("screw", box(31, 30))], plane) == ["screw: 3.1 mm, at least 4.0 wanted"])
        #expect(
            reasons([("screw", box(45, 30)), ("screw", box(60, 30))], plane) == ["screw: 6.0 mm, at most 5.0 wanted"])
        // What cannot be measured is not let pass.
        #expect(reasons([("scratch", box(5, 5))], nil) == ["scratch: not measured"])
        #expect(reasons([("screw", box(45, 45))], nil) == ["screw: not measured"])
        #expect(reasons([], nil) == [])
    }

    @Test("a plane whose numbers put things beyond the earth measures nothing there")
    func farAway() throws {
        try writePlane(1e7, width: 100, height: 100)
        let plane = try PlaneCalibration.read(folder.file("plane.json"))
        #expect(plane.millimetres(of: Box(x: 10, y: 10, width: 20, height: 20)) != nil)
        #expect(plane.millimetres(of: Box(x: 100, y: 10, width: 20, height: 20)) == nil)
    }

    @Test("a size near its limit is told so that the difference is seen")
    func digits() {
        let limits = SizeLimits(least: 4, most: 1000)
        let complaints = [3.9996, 0.0123456, 1000.4, 2.34567].map(limits.complaint)
        let expected: [String] = [
            "3.9996 mm, at least 4.0 wanted", "0.0123 mm, at least 4.0 wanted", "1000.4 mm, at most 1000.0 wanted",
            "2.35 mm, at least 4.0 wanted",
        ]
        #expect(complaints == expected)
        let texts = [123.456, 0.05, 12345.6, 0].map(SizeLimits.text)
        #expect(texts == ["123.0 mm", "0.05 mm", "12346.0 mm", "0.0 mm"])
    }

    @Test("rules with a size are about objects of that size; what cannot be measured has none")
    func rules() throws {
        let read = try configuration(
            #""tracker": {}, "rules": [{"name": "large", "when": "appears", "min_size_mm": 3}]"#)
        let plane = try plane(0.1)
        func track(_ id: Int, _ side: Float) -> Track {
            Track(
                id: id, label: "part", classIndex: 0, score: 0.9, box: box(side, 5), velocity: .init(x: 0, y: 0),
                firstSeen: 0, lastSeen: 0)
        }
        func told(_ frames: [[Track]], _ plane: PlaneCalibration?) -> [[Int]] {
            var watch = RuleWatch(read.rules[0], memory: 1.5)
            return frames.enumerated().map { time, tracks in
                watch.fitting(tracks, width: 100, height: 100, time: Double(time), plane: plane).map(\.id)
            }
        }
        // The second grows into it.
        let frames = [[track(1, 35), track(2, 20)], [track(1, 36), track(2, 31)], [track(2, 32)]]
        #expect(told(frames, plane) == [[1], [2], []])
        #expect(told(frames, nil) == [[], [], []])
    }

    private func text(_ value: JSONValue?) -> String {
        if case .string(let text)? = value?.content { text } else { "" }
    }

    private func number(_ value: JSONValue?) -> Double {
        switch value?.content {
        case .integer(let integer)?: Double(integer)
        case .number(let number)?: number
        default: .nan
        }
    }

    private func json(_ recording: String, rule: String, plane: String = "plane.json") -> String {
        """
        {"sources": [{"name": "belt", "type": "recording", "path": "\(recording)", "pace": "fastest", "watch": false,
                      "frames": "every", "calibration": "\(plane)"}],
         "model": {"file": "\(Repository.model)"}, "sinks": [{"type": "lines", "file": "results.jsonl"}],
         "inspection": {"defects": [{"name": "defect"\(rule)}], "audit": "audit.jsonl"}}
        """
    }

    private func records() throws -> [JSONValue] {
        try folder.lines("audit.jsonl").map { try JSONReader.read($0, source: "record") }
    }

    /// The longest side of a record's findings, in millimetres.
    private func largest(_ record: JSONValue) -> Double {
        guard case .array(let found)? = record["detections"]?.content else { return 0 }
        return found.map { max(number($0["mm"]?["width"]), number($0["mm"]?["height"])) }.max() ?? 0
    }

    @Test("a part whose defects are below the size passes, one with a larger defect fails, and both tell millimetres")
    func whole() throws {
        // The left and the right of the sample board have defects of different sizes.
        let board = try Image.read(path: Repository.board)
        let half = board.width / 2
        let parts = try [0, half].map { left in
            try #require(
                board.cropped(to: Box(x: Float(left), y: 0, width: Float(half), height: Float(board.height))))
        }
        let path = try folder.record("belt.frames", parts)
        try writePlane(0.05, width: half, height: board.height)
        try folder.pipeline(json(path, rule: "")).run()
        let sizes = try records().map(largest)
        try #require(sizes.count == 2 && sizes[0] > 0 && sizes[1] > 0 && sizes[0] != sizes[1], "\(sizes)")
        let limit = (sizes[0] + sizes[1]) / 2
        let failing = sizes[0] > limit ? 0 : 1
        let line = try JSONReader.read(try folder.lines("results.jsonl")[0], source: "line")
        guard case .array(let found)? = line["detections"]?.content, let first = found.first else {
            Issue.record("no findings: \(line.text)")
            return
        }
        let widthRatio = number(first["mm"]?["width"]) / number(first["box"]?["width"])
        #expect(abs(widthRatio - 0.05) < 1e-4, "\(first.text)")

        for name in ["audit.jsonl", "results.jsonl"] { try FileManager.default.removeItem(atPath: folder.file(name)) }
        let pipeline = try folder.pipeline(json(path, rule: #", "min_size_mm": \#(limit)"#))
        try pipeline.run()
        #expect(pipeline.figures.sources[0].parts == PartFigures(passed: 1, failed: 1, missed: 0))
        let judged = try records()
        #expect(text(judged[failing]["verdict"]) == "fail" && text(judged[1 - failing]["verdict"]) == "pass")
        let wanted: JSONValue = [JSONValue("defect: \(SizeLimits.text(sizes[failing]))")]
        #expect(judged[failing]["reasons"] == wanted, "\(judged[failing].text)")
    }

    /// The notices about the calibration of a run, and its parts.
    private func run(_ json: String) throws -> (notices: [String], parts: PartFigures) {
        let notices = Mutex<[String]>([])
        let pipeline = try folder.pipeline(json)
        try pipeline.run { report in
            if case .event(let event) = report, case .notice(.calibration(let text)) = event.kind {
                notices.withLock { $0.append(text) }
            }
        }
        return (notices.withLock { $0 }, pipeline.figures.sources[0].parts)
    }

    @Test("pictures of another size are measured scaled, those of another shape not at all, and both is told once")
    func otherPictures() throws {
        let pictures = try Repository.pictures(3)
        let (width, height) = (pictures[0].width, pictures[0].height)
        let path = try folder.record("belt.frames", pictures)
        let rule = #", "min_size_mm": 100000"#
        try writePlane(0.05, width: width, height: height)
        let same = try run(json(path, rule: rule))
        #expect(same.notices.isEmpty && same.parts == PartFigures(passed: 3, failed: 0, missed: 0))
        try writePlane(0.05, width: width * 2, height: height * 2)
        let scaled = try run(json(path, rule: rule))
        #expect(scaled.notices.count == 1 && scaled.parts == PartFigures(passed: 3, failed: 0, missed: 0))
        #expect(scaled.notices[0].hasSuffix("is scaled to \(width) x \(height): that holds where both show the same"))
        try writePlane(0.05, width: width, height: height / 2)
        let other = try run(json(path, rule: rule))
        #expect(other.notices.count == 1 && other.parts == PartFigures(passed: 0, failed: 3, missed: 0))
        #expect(other.notices[0].hasSuffix("have another shape and are not measured: calibrate with such"))
        let all = try records()
        let wanted: JSONValue = [JSONValue("defect: not measured")]
        #expect(all.last?["reasons"] == wanted)
    }

    private func failure(_ json: String) -> String {
        do {
            _ = try folder.pipeline(json)
            return "no error"
        } catch {
            return "\(error)"
        }
    }

    @Test("what can be told of a calibration without pictures is told before they come")
    func checked() throws {
        func drawn(_ width: Int, _ height: Int) -> String {
            """
            {"sources": [{"name": "belt", "type": "synthetic", "width": \(width), "height": \(height),
                          "calibration": "plane.json"}], "model": {"file": "\(Repository.model)"}}
            """
        }
        #expect(failure(drawn(640, 480)).hasSuffix("plane.json: No such file or directory"))
        try writePlane(0.05, width: 640, height: 480)
        #expect(failure(drawn(640, 480)) == "no error")
        #expect(try folder.pipeline(drawn(640, 480)).remarks.isEmpty)
        let remarks = try folder.pipeline(drawn(320, 240)).remarks
        #expect(remarks.count == 1 && remarks[0].hasPrefix("source 'belt': "))
        let other = failure(drawn(640, 360))
        #expect(other.contains("pipeline.json: source \"belt\": ") && other.contains("another shape"), "\(other)")
        try "{}".write(toFile: folder.file("plane.json"), atomically: true, encoding: .utf8)
        #expect(failure(drawn(640, 480)).contains("plane.json line 1: \"homography\" is missing"))
    }

    @Test("pictures too small for the watch over the view are looked at all the same", arguments: [1, 2, 5])
    func small(side: Int) throws {
        let path = try folder.record("tiny.frames", [Image(width: side, height: side, format: .rgb)])
        let pipeline = try folder.pipeline(
            """
            {"sources": [{"name": "belt", "type": "recording", "path": "\(path)", "pace": "fastest"}],
             "model": {"file": "\(Repository.model)"}}
            """)
        try pipeline.run()
        let figures = pipeline.figures.sources[0]
        #expect(figures.results == 1 && figures.unreadable == 0)
    }
}
