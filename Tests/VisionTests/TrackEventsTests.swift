// One event for each object, however often it is hidden.
import Imaging
import TestSupport
import Testing

@testable import Vision

@Suite struct TrackEventsTests {
    private func seen(_ x: Float, score: Float = 0.8) -> Detection {
        Detection(label: "thing", classIndex: 0, score: score, box: Box(x: x, y: 50, width: 30, height: 30))
    }

    /// Events of each frame, ten a second, and those at the end.
    private func told(_ frames: [[Detection]]) -> (frames: [[TrackEvent]], end: [TrackEvent]) {
        var tracker = Tracker()
        var events = TrackEvents()
        let told = frames.enumerated().map { index, detections in
            let time = Double(index) / 10
            return events.update(tracker.update(detections, at: time), at: time)
        }
        return (told, events.finish())
    }

    @Test("an object appears once it counts, is told of every second, and leaves once its id is forgotten")
    func life() {
        let told = told(
            (0..<60).map { frame in frame < 30 ? [seen(Float(frame), score: frame == 7 ? 0.95 : 0.8)] : [] })
        let kinds = told.frames.enumerated().flatMap { index, events in events.map { (index, $0.kind) } }
        #expect(kinds.map { $0.0 } == [2, 12, 22, 32, 40])
        #expect(kinds.map { $0.1 } == [.appeared, .updated, .updated, .updated, .left])
        let last = told.frames[40][0]
        #expect(last.track.lastSeen == 2.9)
        #expect(last.best.score == 0.95 && last.best.lastSeen == 0.7)
        #expect(told.end.isEmpty)
    }

    @Test("an object that is hidden again and again is one")
    func gaps() {
        let told = told((0..<60).map { $0 > 5 && $0 % 10 < 7 ? [] : [seen(Float($0) * 2)] })
        let appeared = told.frames.joined().filter { $0.kind == .appeared }
        let left = told.frames.joined().filter { $0.kind == .left }
        #expect(appeared.count == 1 && left.isEmpty)
        #expect(told.end.map { $0.kind } == [.left])
        #expect(told.end.map { $0.track.id } == [1])
    }

    @Test("each id appears once, then is updated, then leaves once and for all", arguments: [1, 2, 3] as [UInt64])
    func order(seed: UInt64) {
        var random = SplitMix(state: seed)
        let told = told(
            (0..<200).map { frame in
                (0..<6).compactMap { thing in
                    guard Double.random(in: 0...1, using: &random) < 0.8, (frame + thing * 37) % 90 < 60 else {
                        return nil
                    }
                    return seen(Float(thing) * 100 + Float(frame % 20))
                }
            })
        var stages: [Int: TrackEvent.Kind] = [:]
        for event in Array(told.frames.joined()) + told.end {
            let before = stages.updateValue(event.kind, forKey: event.track.id)
            switch event.kind {
            case .appeared: #expect(before == nil, "seed \(seed)")
            case .updated, .left: #expect(before == .appeared || before == .updated, "seed \(seed)")
            }
        }
        #expect(stages.count > 6, "seed \(seed)")
        #expect(stages.values.allSatisfy { $0 == .left }, "seed \(seed)")
    }

    @Test("a clock that stands, goes back or is none tells nothing twice")
    func clocks() {
        let track = Track(
            id: 1, label: "", classIndex: 0, score: 1, box: Box(x: 0, y: 0, width: 1, height: 1),
            velocity: .init(x: 0, y: 0), firstSeen: 0, lastSeen: 0)
        var events = TrackEvents()
        #expect(events.update([track], at: .nan).map { $0.kind } == [.appeared])
        #expect(events.update([track], at: 0.5).count <= 1)
        for time in [0.2, -5, .infinity, .nan] { #expect(events.update([track], at: time).isEmpty) }
        #expect(events.update([], at: 3).map { $0.kind } == [.left])
        #expect(events.update([], at: 9).isEmpty)
    }
}
