// A pipeline as a whole, over recordings.
import Foundation
import Imaging
import JSON
import Synchronization
import Testing
import Vision

@testable import Capture
@testable import Pipeline

@Suite struct PipelineTests {
    private let folder: TestFolder

    init() throws { folder = try TestFolder() }

    private func json(_ recording: String, pace: String = "fastest", more: String = "", source: String = "") -> String {
        """
        {"sources": [{"name": "belt", "type": "recording", "path": "\(recording)", "pace": "\(pace)", "watch": false\(source)}],
         "model": {"file": "\(Repository.model)"},
         "sinks": [{"type": "lines", "file": "results.jsonl"}]\(more)}
        """
    }

    private func documents(_ name: String) throws -> [JSONValue] {
        try folder.lines(name).map { try JSONReader.read($0, source: name) }
    }

    private func integer(_ value: JSONValue?) -> Int? {
        if case .integer(let number)? = value?.content { Int(number) } else { nil }
    }

    @Test("a recording gives the same results each time, frame by frame")
    func repeats() throws {
        let path = try folder.record("belt.frames", Repository.pictures(6))
        var texts: [String] = []
        for _ in 0..<2 {
            let pipeline = try folder.pipeline(json(path, more: #", "tracker": {"confirmations": 2}"#))
            try pipeline.run()
            texts.append(try folder.text("results.jsonl"))
            try FileManager.default.removeItem(atPath: folder.file("results.jsonl"))
        }
        #expect(texts[0] == texts[1])
        let lines = try texts[0].split(separator: "\n").map { try JSONReader.read(String($0), source: "line") }
        let frames = lines.filter { $0["tracks"] != nil }
        let numbers = frames.map { integer($0["frame"]) }
        #expect(numbers == [0, 1, 2, 3, 4, 5])
        // Each object that was confirmed was told once when it appeared and once when it had left.
        let told = ["appeared", "left"].map { kind in
            lines.filter { $0["event"] == JSONValue(kind) }.compactMap { integer($0["track"]?["id"]) }
        }
        #expect(!told[0].isEmpty && Set(told[0]).count == told[0].count && told[0].sorted() == told[1].sorted())
    }

    @Test("in pictures of another size all that was followed has left, and no id comes twice")
    func sizes() throws {
        let small = try Repository.pictures(4)
        let large = try small.map { try $0.resized(width: $0.width * 5 / 4, height: $0.height * 5 / 4) }
        let path = try folder.record("sizes.frames", small + large)
        let pipeline = try folder.pipeline(json(path, more: #", "tracker": {"confirmations": 1}"#))
        let events = Mutex<[(frame: Int?, object: TrackEvent)]>([])
        try pipeline.run { report in
            guard case .event(let event) = report, case .object(let object) = event.kind else { return }
            events.withLock { $0.append((event.frame, object)) }
        }
        let told = events.withLock { $0 }
        let appeared = told.filter { $0.object.kind == .appeared }
        let before = Set(appeared.filter { $0.frame ?? 0 < 4 }.map { $0.object.track.id })
        let after = Set(appeared.filter { $0.frame ?? 0 >= 4 }.map { $0.object.track.id })
        #expect(!before.isEmpty && !after.isEmpty && before.isDisjoint(with: after))
        let firstAfter = try #require(told.firstIndex { $0.object.kind == .appeared && $0.frame ?? 0 >= 4 })
        let leftBefore = Set(told[..<firstAfter].filter { $0.object.kind == .left }.map { $0.object.track.id })
        #expect(before == leftBefore)
    }

    @Test("without a tracker, what is found is what 'arete detect' finds")
    func detections() throws {
        let path = try folder.record("belt.frames", [try Image.read(path: Repository.board)])
        let pipeline = try folder.pipeline(json(path))
        try pipeline.run()
        let figures = pipeline.figures.sources[0]
        #expect(figures.results == 1 && figures.counts.frames == 1)
        let line = try documents("results.jsonl")[0]
        guard case .array(let found)? = line["detections"]?.content else {
            Issue.record("no detections: \(line.text)")
            return
        }
        #expect(found.count == figures.detections.values.reduce(0, +) && !found.isEmpty)
    }

    /// A piece of the sample board, and nothing beside it.
    private func halfEmpty() throws -> Image {
        let box = Box(x: 100, y: 100, width: 300, height: 300)
        let board = try #require(try Image.read(path: Repository.board).cropped(to: box)).converted(to: .rgb)
        var bytes: [UInt8] = []
        for row in 0..<300 {
            bytes += board.bytes[row * 900..<(row + 1) * 900]
            bytes += [UInt8](repeating: 60, count: 2100)
        }
        return try Image(width: 1000, height: 300, format: .rgb, bytes: bytes)
    }

    @Test("tiles without change are left out, and what is found is the same each time", arguments: [false, true])
    func tiles(moves: Bool) throws {
        let still = try halfEmpty()
        let pictures = try moves ? Repository.pictures(4) : [still, still, still, still]
        let path = try folder.record("belt.frames", pictures)
        let tiles = moves ? #"{"width": 256, "height": 256}"# : #"{"width": 256, "height": 256, "refresh": 100}"#
        var texts: [String] = []
        for _ in 0..<2 {
            let pipeline = try folder.pipeline(
                json(
                    path, more: #", "tiles": \#(tiles), "tracker": {"confirmations": 1}"#,
                    source: #", "moves": \#(moves)"#))
            try pipeline.run()
            texts.append(try folder.text("results.jsonl"))
            try FileManager.default.removeItem(atPath: folder.file("results.jsonl"))
            let figures = pipeline.figures.sources[0]
            let all = figures.tilesLooked + figures.tilesSkipped
            #expect(all % 4 == 0 && all > 4 && figures.detections.values.reduce(0, +) > 0)
            #expect(moves == (figures.tilesSkipped == 0))
        }
        #expect(texts[0] == texts[1])
    }

    @Test("a number of results ends a source, and what was under way is not told")
    func limited() throws {
        let path = try folder.record("belt.frames", Repository.pictures(5))
        let pipeline = try folder.pipeline(json(path))
        try pipeline.run(frames: 2)
        #expect(try folder.lines("results.jsonl").count == 2)
        #expect(pipeline.figures.sources[0].results == 2)
    }

    /// The model runs so often for each frame that frames of every 0.1 ms come too fast on any machine.
    static let slow = #", "tiles": {"width": 96, "height": 96}"#

    @Test("where each frame counts, those that there was no time for are counted and told")
    func overruns() throws {
        let path = try folder.record("belt.frames", Repository.pictures(40, step: 1), interval: 100)
        let pipeline = try folder.pipeline(
            json(path, pace: "recorded", more: Self.slow, source: #", "frames": "every", "queue": 2"#))
        let alarms = Mutex(0)
        try pipeline.run { report in
            if case .event(let event) = report, case .notice(.overrun) = event.kind { alarms.withLock { $0 += 1 } }
        }
        let figures = pipeline.figures.sources[0]
        #expect(figures.overruns > 0 && figures.skipped == 0)
        #expect(figures.results + figures.overruns == 40)
        #expect(alarms.withLock { $0 } == figures.overruns)
    }

    @Test("where the latest frame counts, it takes the place of those before without an alarm")
    func latest() throws {
        let path = try folder.record("belt.frames", Repository.pictures(40, step: 1), interval: 100)
        let pipeline = try folder.pipeline(json(path, pace: "recorded", more: Self.slow))
        try pipeline.run()
        let figures = pipeline.figures.sources[0]
        #expect(figures.skipped > 0 && figures.overruns == 0)
        #expect(figures.results + figures.skipped == 40)
        let last = try documents("results.jsonl").last
        #expect(integer(last?["frame"]) == 39)
    }

    @Test("what has ended is not taken for something that hangs")
    func silence() throws {
        let path = try folder.record("belt.frames", Repository.pictures(1))
        let pipeline = try folder.pipeline(json(path))
        try pipeline.run()
        MonotonicClock.sleep(milliseconds: 5)
        #expect(pipeline.longestSilence == 0)
    }

    @Test("sources on one engine are served in turn")
    func fair() throws {
        let paths = try ["a", "b", "c"].map { try folder.record($0 + ".frames", Repository.pictures(6)) }
        let sources = paths.map { #"{"type": "recording", "path": "\#($0)", "pace": "fastest", "watch": false}"# }
        let pipeline = try folder.pipeline(
            """
            {"sources": [\(sources.joined(separator: ","))], "model": {"file": "\(Repository.model)"},
             "sinks": [{"type": "lines", "file": "results.jsonl"}]}
            """)
        try pipeline.run()
        var done: [String: Int] = [:]
        for line in try documents("results.jsonl") {
            guard case .string(let name)? = line["source"]?.content else { continue }
            done[name, default: 0] += 1
            let counts = ["source0", "source1", "source2"].map { done[$0] ?? 0 }
            // Only at the end may one be ahead, when another has no more.
            #expect((counts.max() ?? 0) - (counts.min() ?? 0) <= 3, "\(counts)")
        }
        #expect(done == ["source0": 6, "source1": 6, "source2": 6])
    }

    @Test("asked to stop, a pipeline brings what is under way to its end")
    func stops() throws {
        let path = try folder.record("belt.frames", Repository.pictures(30), interval: 50_000)
        let pipeline = try folder.pipeline(json(path, pace: "recorded", source: #", "frames": "every""#))
        try pipeline.run(tick: { if pipeline.figures.sources[0].results >= 3 { pipeline.stop() } })
        let figures = pipeline.figures.sources[0]
        #expect(figures.results >= 3 && figures.results < 30)
        // Each frame that was taken has its line, as far as the machine was fast enough for it.
        let lines = try folder.lines("results.jsonl").filter { !$0.contains(#""notice""#) }
        #expect(lines.count == figures.results)
        #expect(figures.counts.frames == figures.results + figures.overruns)
    }

    @Test("a sink that fails is told of once, and the pipeline goes on")
    func fullDisk() throws {
        let path = try folder.record("belt.frames", Repository.pictures(4))
        let pipeline = try folder.pipeline(
            json(path).replacingOccurrences(of: "\"results.jsonl\"", with: "\"/dev/full\""))
        let failures = Mutex<[String]>([])
        try pipeline.run { report in
            if case .sinkFails(_, let reason) = report { failures.withLock { $0.append(reason) } }
        }
        #expect(pipeline.figures.sources[0].results == 4)
        #expect(pipeline.figures.sinkFailures == 4)
        #expect(failures.withLock { $0 } == ["/dev/full cannot be written: No space left on device"])
    }

    @Test("a damaged recording ends its source with a failure, and the others go on")
    func damaged() throws {
        let path = try folder.record("belt.frames", Repository.pictures(3))
        let other = try folder.record("other.frames", Repository.pictures(3))
        var bytes = try Data(contentsOf: URL(fileURLWithPath: path))
        bytes[bytes.count / 2] ^= 1
        try bytes.write(to: URL(fileURLWithPath: path))
        let pipeline = try folder.pipeline(
            """
            {"sources": [{"type": "recording", "path": "\(path)", "pace": "fastest"},
                         {"type": "recording", "path": "\(other)", "pace": "fastest"}],
             "model": {"file": "\(Repository.model)"}}
            """)
        try pipeline.run()
        let figures = pipeline.figures.sources
        #expect(figures[0].results == 1 && figures[1].results == 3)
        #expect(figures[0].failure?.contains("damaged behind frame 1") == true && figures[1].failure == nil)
    }
}
