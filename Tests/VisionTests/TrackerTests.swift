import Imaging
import TestSupport
import Testing

@testable import Vision

@Suite struct TrackerTests {
    private func seen(_ x: Float, _ y: Float = 100, side: Float = 40, score: Float = 0.9, of classIndex: Int = 0)
        -> Detection
    {
        Detection(
            label: "thing", classIndex: classIndex, score: score, box: Box(x: x, y: y, width: side, height: side))
    }

    /// What the tracker says for each frame, ten a second.
    private func follow(_ frames: [[Detection]], _ options: TrackerOptions = TrackerOptions()) -> [[Track]] {
        var tracker = Tracker(options)
        return frames.enumerated().map { tracker.update($0.element, at: Double($0.offset) / 10) }
    }

    @Test("an object counts in its third frame and keeps its id")
    func confirms() {
        let tracks = follow((0..<20).map { [seen(Float($0) * 5)] })
        #expect(tracks[1].isEmpty)
        #expect(tracks[2...].map { $0.map { $0.id } } == Array(repeating: [1], count: 18))
        #expect(abs(tracks[19][0].velocity.x - 50) < 2)
        #expect(abs(tracks[19][0].velocity.y) < 1)
        #expect(tracks[19][0].firstSeen == 0)
        #expect(tracks[19][0].lastSeen == 1.9)
    }

    @Test("a false call of one frame or two is none")
    func falseCalls() {
        let tracks = follow([[seen(0)], [seen(0)], [], [], [seen(300)], [], [seen(0)]])
        #expect(tracks.joined().isEmpty)
    }

    @Test("an object that is hidden is predicted for a while and keeps its id")
    func hidden() {
        let tracks = follow((0..<40).map { (20..<28).contains($0) ? [] : [seen(Float($0) * 8)] })
        #expect(Set(tracks.joined().map { $0.id }) == [1])
        #expect(tracks[24].count == 1)
        #expect(abs(tracks[24][0].box.x - 24 * 8) < 3)
        #expect(tracks[24][0].lastSeen == 1.9)
        #expect(tracks[27].isEmpty)
        #expect(tracks[28].map { $0.id } == [1])
    }

    @Test("an object that comes back after the memory is another one")
    func forgotten() {
        let tracks = follow((0..<40).map { (10..<25).contains($0) ? [] : [seen(50)] })
        #expect(tracks[9].map { $0.id } == [1])
        #expect(tracks[30].map { $0.id } == [2])
    }

    @Test("what was forgotten on purpose is another one at once")
    func forgottenOnPurpose() {
        var tracker = Tracker()
        var ids: [[Int]] = []
        for frame in 0..<10 {
            if frame == 5 { tracker.forget() }
            ids.append(tracker.update([seen(50)], at: Double(frame) / 10).map(\.id))
        }
        #expect(ids == [[], [], [1], [1], [1], [], [], [2], [2], [2]])
    }

    @Test("doubtful detections carry an object on but begin none")
    func doubtful() {
        let tracks = follow((0..<20).map { [seen(Float($0) * 4, score: $0 < 5 ? 0.9 : 0.2), seen(400, score: 0.3)] })
        #expect(tracks[19].map { $0.id } == [1])
        #expect(tracks[19][0].lastSeen == 1.9)
    }

    @Test("objects that cross keep their ids")
    func crossing() {
        let tracks = follow((0..<40).map { [seen(Float($0) * 10), seen(400 - Float($0) * 10, 112)] })
        let right = tracks[39].first { $0.id == 1 }
        let left = tracks[39].first { $0.id == 2 }
        #expect(tracks[39].count == 2)
        #expect((right?.box.x ?? 0) > 380)
        #expect((left?.box.x ?? 400) < 20)
    }

    @Test("an object is carried on by its own class only")
    func classes() {
        let tracks = follow((0..<10).map { [seen(100, of: $0 < 5 ? 0 : 1)] })
        #expect(tracks[4].map { $0.classIndex } == [0])
        #expect(tracks[9].map { $0.classIndex } == [1])
        #expect(tracks[9].map { $0.id } == [2])
    }

    @Test("boxes that are none and clocks that go back do no harm")
    func hostile() {
        var tracker = Tracker()
        var random = SplitMix(state: 5)
        let odd: [Float] = [.nan, .infinity, -.infinity, 0, -1, 1e30, 1e-30, 3e38, 50]
        for frame in 0..<300 {
            let detections = (0..<6).map { _ in
                Detection(
                    label: "", classIndex: 0, score: odd.randomElement(using: &random) ?? 0,
                    box: Box(
                        x: odd.randomElement(using: &random) ?? 0, y: odd.randomElement(using: &random) ?? 0,
                        width: odd.randomElement(using: &random) ?? 0, height: odd.randomElement(using: &random) ?? 0))
            }
            let times = [Double(frame), -1, .nan, .infinity, 1e300]
            let time = frame % 10 == 9 ? times.randomElement(using: &random) ?? 0 : Double(frame) / 30
            for track in tracker.update(detections + [seen(10)], at: time) {
                #expect(track.box.x.isFinite && track.box.width.isFinite)
            }
        }
    }

    @Test("a thousand objects at once are followed")
    func crowd() {
        let tracks = follow(
            (0..<5).map { frame in (0..<1000).map { seen(Float($0 % 40) * 60 + Float(frame), Float($0 / 40) * 60) } })
        #expect(tracks[4].count == 1000)
        #expect(Set(tracks[4].map { $0.id }) == Set(1...1000))
    }

    @Test("of more objects than can be, the least sure and then the longest unseen are dropped")
    func flood() {
        var options = TrackerOptions()
        options.confirmations = 1
        func row(_ frame: Int) -> [Detection] {
            (0..<Tracker.most + 500).map { seen(Float($0) * 60, Float(frame) * 60, score: $0 < 500 ? 0.7 : 0.8) }
        }
        let tracks = follow([row(0), row(10)], options)
        #expect(tracks[0].count == Tracker.most)
        let scores = tracks[0].map { $0.score }
        #expect(scores.allSatisfy { $0 > 0.75 })
        let ids = tracks[1].map { $0.id }
        #expect(ids == Array(Tracker.most + 1...2 * Tracker.most))
    }
}

@Suite struct AssignmentTests {
    /// By trying all ways to pair rows with columns.
    private func bestSum(_ values: [Double], _ rows: Int, _ columns: Int, row: Int = 0, taken: Set<Int> = []) -> Double
    {
        guard row < rows else { return 0 }
        var best = bestSum(values, rows, columns, row: row + 1, taken: taken)
        for column in 0..<columns where !taken.contains(column) && values[row * columns + column] > 0 {
            let rest = bestSum(values, rows, columns, row: row + 1, taken: taken.union([column]))
            best = max(best, values[row * columns + column] + rest)
        }
        return best
    }

    @Test("the sum is the best there is, and no row, column or pair without value is used twice")
    func isBest() {
        for seed in UInt64(0)..<300 {
            var random = SplitMix(state: seed)
            let rows = Int.random(in: 0...6, using: &random)
            let columns = Int.random(in: 0...6, using: &random)
            let values = (0..<rows * columns).map { _ in
                Bool.random(using: &random) ? Double.random(in: 0...1, using: &random) : 0
            }
            let pairs = Assignment.best(values, rows: rows, columns: columns)
            let sum = pairs.reduce(0) { $0 + values[$1.row * columns + $1.column] }
            #expect(abs(sum - bestSum(values, rows, columns)) < 1e-9, "seed \(seed)")
            #expect(Set(pairs.map { $0.row }).count == pairs.count, "seed \(seed)")
            #expect(Set(pairs.map { $0.column }).count == pairs.count, "seed \(seed)")
            let least = pairs.map { values[$0.row * columns + $0.column] }.min() ?? 1
            #expect(least > 0, "seed \(seed)")
        }
    }
}

@Suite struct MOTChallengeFileTests {
    @Test("mutated detections end in an error that names a line, or in frames", arguments: [1, 2, 3] as [UInt64])
    func mutations(seed: UInt64) {
        var random = SplitMix(state: seed)
        let text = Array(
            "1,-1,794.27,247.59,71.245,174.88,4.56,-1,-1,-1\n2,-1, 17.9,2e2,70,170,.9\n\n4,-1,1,2,3,4,0.5\n".utf8)
        var readable = 0
        for _ in 0..<1000 {
            var bytes = text
            for _ in 0..<Int.random(in: 1...4, using: &random) {
                let place = Int.random(in: 0..<bytes.count, using: &random)
                bytes[place] =
                    Bool.random(using: &random) ? UInt8.random(in: 0...255, using: &random) : bytes[text.count / 3]
            }
            do {
                let frames = try bytes.withUnsafeBytes { try MOTChallengeFile.detections($0, source: "seed \(seed)") }
                var tracker = Tracker()
                for (index, frame) in frames.enumerated() {
                    for track in tracker.update(frame, at: Double(index)) { #expect(track.box.x.isFinite) }
                }
                readable += 1
            } catch let failure as MOTChallengeFile.Failure {
                #expect((1...10).contains(failure.line), "seed \(seed)")
            } catch {
                Issue.record("\(error), seed \(seed)")
            }
        }
        #expect(readable > 50 && readable < 950, "seed \(seed): \(readable)")
    }
}

@Suite struct MotionFilterTests {
    @Test("the speed of a steady motion is found, and the place between sightings foretold")
    func steady() {
        var filter = MotionFilter(position: 0, deviation: 2, speedDeviation: 50)
        for step in 1...50 {
            filter.advance(by: 0.1, acceleration: 5, damping: 0)
            filter.correct(by: Double(step) * 3, deviation: 2)
        }
        #expect(abs(filter.speed - 30) < 0.5)
        filter.advance(by: 1, acceleration: 5, damping: 0)
        #expect(abs(filter.position - 180) < 1)
    }

    @Test("one sighting weighs as much as its variance says")
    func weighs() {
        var filter = MotionFilter(position: 10, deviation: 3, speedDeviation: 0)
        filter.correct(by: 20, deviation: 4)
        // 9 of 9 + 16.
        #expect(abs(filter.position - 13.6) < 1e-12)
        #expect(filter.speed == 0)
    }
}
