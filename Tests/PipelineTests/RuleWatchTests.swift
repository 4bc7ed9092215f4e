// When rules fit objects.
import Imaging
import Testing

@testable import Pipeline
@testable import Vision

@Suite struct RuleWatchTests {
    private func rule(_ json: String) throws -> RuleConfiguration {
        let text = """
            {"sources": [{"type": "camera", "device": "x"}], "model": {"file": "m"}, "tracker": {}, "rules": [\(json)]}
            """
        var result: Result<PipelineConfiguration, PipelineError>?
        Array(text.utf8).withUnsafeBytes { buffer in
            result = Result { () throws(PipelineError) in try PipelineConfiguration.read(buffer, path: "p") }
        }
        let read = try #require(result)
        let rules = try read.get().rules
        return try #require(rules.first)
    }

    private func track(_ id: Int, x: Float, y: Float = 50, label: String = "person", score: Float = 0.9) -> Track {
        Track(
            id: id, label: label, classIndex: 0, score: score, box: Box(x: x - 5, y: y - 5, width: 10, height: 10),
            velocity: .init(x: 0, y: 0), firstSeen: 0, lastSeen: 0)
    }

    /// The ids that a rule tells on pictures of 100 x 100, a second apart, of objects at these places.
    private func told(_ json: String, _ frames: [[Track]], memory: Double = 1.5) throws -> [[Int]] {
        var watch = RuleWatch(try rule(json), memory: memory)
        return frames.enumerated().map { time, tracks in
            watch.fitting(tracks, width: 100, height: 100, time: Double(time)).map(\.id)
        }
    }

    private let left = #""zone": [[0, 0], [0.5, 0], [0.5, 1], [0, 1]]"#

    @Test("an object appears once, also when it was out of sight for a while")
    func appears() throws {
        let frames = [[track(1, x: 10)], [], [track(1, x: 12), track(2, x: 80)], [track(2, x: 80)]]
        #expect(try told(#"{"name": "a", "when": "appears"}"#, frames) == [[1], [], [2], []])
        #expect(try told(#"{"name": "a", "when": "appears", \#(left)}"#, frames) == [[1], [], [], []])
    }

    @Test("labels and scores choose the objects; one that becomes sure later is told then")
    func chosen() throws {
        let frames = [
            [track(1, x: 10, score: 0.2), track(2, x: 10, label: "car")], [track(1, x: 10, score: 0.8)],
            [track(1, x: 10)],
        ]
        let json = #"{"name": "a", "when": "appears", "labels": ["person"], "min_score": 0.5}"#
        #expect(try told(json, frames) == [[], [1], []])
    }

    @Test("an object enters a zone from outside, and leaves it by going or by being lost")
    func zone() throws {
        let way = [80, 60, 40, 20, 60, 30].map { [track(1, x: Float($0))] }
        #expect(try told(#"{"name": "a", "when": "enters", \#(left)}"#, way) == [[], [], [1], [], [], [1]])
        #expect(try told(#"{"name": "a", "when": "leaves", \#(left)}"#, way) == [[], [], [], [], [1], []])
        let lost = [[track(1, x: 20)], [], [], [], []]
        #expect(try told(#"{"name": "a", "when": "leaves", \#(left)}"#, lost) == [[], [], [1], [], []])
    }

    @Test("an object crosses a line once each way; trembling on it and passing beside it count for nothing")
    func crosses() throws {
        let json = #"{"name": "a", "when": "crosses", "line": [[0.5, 0.2], [0.5, 0.8]]}"#
        let way = [30, 45, 49.5, 50.5, 49.5, 50.5, 55, 70, 52, 48, 20].map { [track(1, x: Float($0))] }
        let expected = [[], [], [], [], [], [], [1], [], [], [1], []]
        #expect(try told(json, way) == expected)
        let beside = [30, 45, 55, 70].map { [track(1, x: Float($0), y: 90)] }
        #expect(try told(json, beside) == [[], [], [], []])
    }

    @Test("the bottom of a box may count in place of its middle")
    func anchor() throws {
        let zone = #""zone": [[0, 0.53], [1, 0.53], [1, 1], [0, 1]]"#
        let frames = [[track(1, x: 10, y: 50)]]
        #expect(try told(#"{"name": "a", "when": "appears", \#(zone)}"#, frames) == [[]])
        #expect(try told(#"{"name": "a", "when": "appears", "anchor": "bottom", \#(zone)}"#, frames) == [[1]])
    }
}
