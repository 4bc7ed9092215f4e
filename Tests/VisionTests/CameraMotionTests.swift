// How the camera moved, told from drawn pictures, and what trackers make of it.
import Imaging
import TestSupport
import Testing

@testable import Vision

/// Ground with structure of several sizes, looked at through any homography.
struct DrawnGround {
    static let side = 256
    private let light: [Float]

    init(seed: UInt64) {
        var random = SplitMix(state: seed)
        var light = [Float](repeating: 120, count: Self.side * Self.side)
        for _ in 0..<400 {
            let left = Int.random(in: 0..<Self.side, using: &random),
                top = Int.random(in: 0..<Self.side, using: &random)
            let wide = Int.random(in: 3...20, using: &random), high = Int.random(in: 3...20, using: &random)
            let level = Float.random(in: -40...40, using: &random)
            for y in top..<min(top + high, Self.side) {
                for x in left..<min(left + wide, Self.side) { light[y * Self.side + x] += level }
            }
        }
        self.light = light
    }

    /// A picture whose pixel at (x, y) shows the ground where `h` takes it.
    func picture(_ h: [Double], width: Int = 160, height: Int = 120) -> [UInt8] {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(width * height)
        for y in 0..<height {
            for x in 0..<width {
                let (px, py) = (Double(x) + 0.5, Double(y) + 0.5)
                let depth = h[6] * px + h[7] * py + h[8]
                bytes.append(
                    level((h[0] * px + h[1] * py + h[2]) / depth - 0.5, (h[3] * px + h[4] * py + h[5]) / depth - 0.5))
            }
        }
        return bytes
    }

    private func level(_ x: Double, _ y: Double) -> UInt8 {
        let side = Self.side
        let (left, top) = (Int(x.rounded(.down)), Int(y.rounded(.down)))
        let (right, down) = (Float(x - Double(left)), Float(y - Double(top)))
        func at(_ x: Int, _ y: Int) -> Float { light[((y % side + side) % side) * side + (x % side + side) % side] }
        let upper = at(left, top) * (1 - right) + at(left + 1, top) * right
        let lower = at(left, top + 1) * (1 - right) + at(left + 1, top + 1) * right
        return UInt8(min(max(upper * (1 - down) + lower * down, 0), 255))
    }
}

@Suite struct CameraMotionTests {
    private func look(
        _ estimator: CameraMotionEstimator, _ bytes: [UInt8], width: Int = 160, height: Int = 120, hiding: [Box] = []
    ) throws -> CameraMotion? {
        let format = try RawFormat(.grey, width: width, height: height)
        return try bytes.withUnsafeBytes { try estimator.motion(to: try RawPicture(format, [$0]), hiding: hiding) }
    }

    /// Turned, scaled and tilted about the middle of a picture, then moved.
    private func view(_ turn: Double, _ scale: Double, _ right: Double, _ down: Double, tilt: Double = 0) -> [Double] {
        let (c, s) = (scale * cosine(turn), scale * sine(turn))
        let (g, k) = (tilt * 0.001, tilt * 0.0007)
        let last = 1 - 80 * g - 60 * k
        let x = 80 - 80 * c + 60 * s + right, y = 60 - 80 * s - 60 * c + down
        return [c, -s, x, s, c, y, g, k, last]
    }

    private func sine(_ x: Double) -> Double { x - x * x * x / 6 + x * x * x * x * x / 120 }
    private func cosine(_ x: Double) -> Double { 1 - x * x / 2 + x * x * x * x / 24 }

    private func place(_ h: [Double], _ x: Double, _ y: Double) -> (x: Double, y: Double) {
        let depth = h[6] * x + h[7] * y + h[8]
        return ((h[0] * x + h[1] * y + h[2]) / depth, (h[3] * x + h[4] * y + h[5]) / depth)
    }

    /// The greatest distance, at nine places of the picture, between the ground seen there before and after the motion.
    private func error(_ motion: CameraMotion, from old: [Double], to new: [Double]) -> Double {
        var worst = 0.0
        for x in [10.0, 80, 150] {
            for y in [10.0, 60, 110] {
                guard let moved = motion.moved(x: x, y: y) else { return .infinity }
                let (there, here) = (place(old, x, y), place(new, moved.x, moved.y))
                let distance = (there.x - here.x) * (there.x - here.x) + (there.y - here.y) * (there.y - here.y)
                worst = max(worst, distance.squareRoot())
            }
        }
        return worst
    }

    @Test(
        "shifts, turns, zooms and tilts are found, to a pixel or so even in the corners",
        arguments: [1, 2, 3] as [UInt64])
    func found(seed: UInt64) throws {
        var random = SplitMix(state: seed)
        let ground = DrawnGround(seed: seed)
        let estimator = CameraMotionEstimator()
        var old = view(0, 1, 60, 80)
        #expect(try look(estimator, ground.picture(old)) == nil)
        for _ in 0..<3 {
            let new = view(
                Double.random(in: -0.06...0.06, using: &random), Double.random(in: 0.95...1.05, using: &random),
                60 + Double.random(in: -6...6, using: &random), 80 + Double.random(in: -6...6, using: &random),
                tilt: Double.random(in: -0.1...0.1, using: &random))
            let motion = try #require(try look(estimator, ground.picture(new)), "seed \(seed)")
            #expect(error(motion, from: old, to: new) < 1.5, "seed \(seed)")
            #expect(motion.confidence > 0.3, "seed \(seed)")
            old = new
        }
    }

    @Test("a leap of a tenth of the picture is found, and motion in pixels of a larger picture")
    func leap() throws {
        let ground = DrawnGround(seed: 4)
        let estimator = CameraMotionEstimator()
        _ = try look(estimator, ground.picture(view(0, 1, 0, 0)))
        let motion = try #require(try look(estimator, ground.picture(view(0, 1, -17, 11))))
        let moved = try #require(motion.moved(x: 80, y: 60))
        #expect(abs(moved.x - 97) < 0.5 && abs(moved.y - 49) < 0.5)

        let double = CameraMotionEstimator()
        let small: [Double] = [0.5, 0, 0, 0, 0.5, 0, 0, 0, 1], shifted: [Double] = [0.5, 0, 8, 0, 0.5, -4, 0, 0, 1]
        _ = try look(double, ground.picture(small, width: 640, height: 480), width: 640, height: 480)
        let pixels = ground.picture(shifted, width: 640, height: 480)
        let large = try #require(try look(double, pixels, width: 640, height: 480))
        let there = try #require(large.moved(x: 300, y: 200))
        #expect(abs(there.x - 284) < 0.6 && abs(there.y - 208) < 0.6)
    }

    @Test("more light, and things that move, do not look like a camera that moves")
    func others() throws {
        let ground = DrawnGround(seed: 5), other = DrawnGround(seed: 6).picture(view(0, 1, 0, 0))
        let moved = DrawnGround(seed: 6).picture(view(0, 1, 7, 5))
        let still = ground.picture(view(0, 1, 0, 0))
        func with(_ thing: [UInt8], to width: Int) -> [UInt8] {
            still.indices.map { $0 % 160 < width ? thing[$0] : UInt8(min(Double(still[$0]) * 1.1 + 6, 255)) }
        }
        // A third of the picture moves, told or not; more than half of it does, told.
        for (width, hiding) in [
            (50, []), (50, [Box(x: 0, y: 0, width: 50, height: 120)]),
            (90, [Box(x: 0, y: 0, width: 90, height: 120)]),
        ] {
            let estimator = CameraMotionEstimator()
            _ = try look(estimator, with(other, to: width), hiding: hiding)
            let motion = try #require(try look(estimator, with(moved, to: width), hiding: hiding))
            let place = try #require(motion.moved(x: 125, y: 60))
            #expect(abs(place.x - 125) < 0.3 && abs(place.y - 60) < 0.3, "\(width) columns")
        }
    }

    @Test("what cannot be told is not; the next motion is that since the last picture known")
    func unknown() throws {
        let ground = DrawnGround(seed: 7), elsewhere = DrawnGround(seed: 8).picture(view(0, 1, 0, 0))
        let flat = [UInt8](repeating: 90, count: 160 * 120)
        let estimator = CameraMotionEstimator()
        _ = try look(estimator, ground.picture(view(0, 1, 0, 0)))
        #expect(try look(estimator, flat) == nil)
        #expect(try look(estimator, elsewhere) == nil)
        let motion = try #require(try look(estimator, ground.picture(view(0, 1, 9, 0))))
        #expect(abs((motion.moved(x: 100, y: 100)?.x ?? 0) - 91) < 0.5)
        // After some pictures of another place that is where the camera is.
        for _ in 0..<3 { #expect(try look(estimator, elsewhere) == nil) }
        #expect(try look(estimator, elsewhere) != nil)
        // Another size begins anew.
        #expect(try look(estimator, [UInt8](repeating: 0, count: 64 * 48), width: 64, height: 48) == nil)
    }

    @Test("pictures of any size and odd boxes do no harm")
    func hostile() throws {
        var random = SplitMix(state: 9)
        let odd: [Float] = [.nan, .infinity, -.infinity, 0, -1, 1e30, 3e38, -3e38, 50]
        for (width, height) in [(1, 1), (7, 3), (8, 8), (9, 200), (33, 17), (320, 1), (101, 67)] {
            let estimator = CameraMotionEstimator()
            for _ in 0..<4 {
                let bytes = (0..<width * height).map { _ in UInt8.random(in: 0...255, using: &random) }
                let boxes = (0..<5).map { _ in
                    Box(
                        x: odd.randomElement(using: &random) ?? 0, y: odd.randomElement(using: &random) ?? 0,
                        width: odd.randomElement(using: &random) ?? 0, height: odd.randomElement(using: &random) ?? 0)
                }
                _ = try? look(estimator, bytes, width: width, height: height, hiding: boxes)
            }
        }
    }

    @Test("a matrix that is none makes no motion, and no place lies beyond the horizon")
    func matrices() throws {
        #expect(CameraMotion(matrix: [1, 0, 0, 0, 1, 0, 0, 0]) == nil)
        #expect(CameraMotion(matrix: [1, 0, 0, 0, 1, 0, 0, 0, 0]) == nil)
        #expect(CameraMotion(matrix: [.nan, 0, 0, 0, 1, 0, 0, 0, 1]) == nil)
        let tilted = try #require(CameraMotion(matrix: [1, 0, 0, 0, 1, 0, 0, 0.001, 1]))
        #expect(tilted.moved(x: 0, y: -950) == nil)
        #expect(tilted.moved(x: 0, y: 0)?.x == 0)
    }
}

@Suite struct MovingCameraTests {
    private func seen(_ x: Double, _ y: Double) -> Detection {
        Detection(label: "thing", classIndex: 0, score: 0.9, box: Box(x: Float(x), y: Float(y), width: 20, height: 20))
    }

    /// Two things that stand while the camera pans by 25 pixels a frame, hidden in some frames.
    private func pan(compensated: Bool) -> [[Track]] {
        var tracker = Tracker()
        let motion = CameraMotion(matrix: [1, 0, -25, 0, 1, 0, 0, 0, 1])
        return (0..<30).map { frame in
            let hidden = frame == 1 || (12..<18).contains(frame)
            let x = 900 - 25 * Double(frame)
            let detections = hidden && frame != 1 ? [] : [seen(x, 100), seen(x + 60, 130)]
            return tracker.update(detections, at: Double(frame) / 10, camera: compensated ? motion : nil)
        }
    }

    @Test("what stands still keeps its id and has no speed while the camera pans")
    func pans() {
        let tracks = pan(compensated: true)
        #expect(Set(tracks.joined().map { $0.id }) == [1, 2])
        #expect(tracks[29].count == 2)
        let speeds = tracks[29].map { max(abs($0.velocity.x), abs($0.velocity.y)) }
        #expect(speeds.allSatisfy { $0 < 1 })
        // Hidden, it is predicted where the camera's motion takes it.
        #expect(abs((tracks[14].first?.box.x ?? 0) - 550) < 1)
        #expect(pan(compensated: false) != tracks)
    }

    @Test("a turn takes an object's velocity along, a zoom its size")
    func turns() throws {
        var object = TrackedObject(id: 1, seen(90, 40), at: 0, TrackerOptions())
        for step in 1...20 {
            object.advance(by: 0.1)
            object.see(seen(90 + 5 * Double(step), 40), at: Double(step) / 10)
        }
        let before = object.track
        // A quarter turn about the origin, twice as large.
        object.follow(try #require(CameraMotion(matrix: [0, -2, 0, 2, 0, 0, 0, 0, 1])))
        #expect(abs(object.track.velocity.y - 2 * before.velocity.x) < 0.01)
        #expect(abs(object.track.velocity.x) < 1)
        #expect(abs(object.track.box.width - 2 * before.box.width) < 0.01)
        let centre = before.box.x + before.box.width / 2
        #expect(abs(object.track.box.y + object.track.box.height / 2 - 2 * centre) < 0.01)
    }

    @Test("motions that none can be leave boxes that are numbers", arguments: [1, 2, 3] as [UInt64])
    func hostile(seed: UInt64) {
        var random = SplitMix(state: seed)
        var tracker = Tracker()
        let usual: [Double] = [3.9, 0, 0, 0, 3.9, 0, 0, 0, 1]
        let odd = [0, 1, -1, 3.9, 0.26, 1e-300, 1e300, -1e6, 1e7]
        for frame in 0..<2000 {
            let matrix = usual.map { frame % 2 == 0 ? $0 : odd.randomElement(using: &random) ?? 0 }
            let tracks = tracker.update(
                [seen(10, 10), seen(300, 10)], at: frame % 3 == 0 ? 1 : 1 + Double(frame) / 1000,
                camera: CameraMotion(matrix: matrix))
            let isSane = tracks.allSatisfy { $0.box.x.isFinite && $0.box.width.isFinite && $0.velocity.x.isFinite }
            #expect(isSane, "seed \(seed), frame \(frame)")
        }
    }

    @Test("with the picture's size known, boxes end at its border and predictions do not leave it")
    func picture() {
        var options = TrackerOptions()
        options.picture = .init(width: 200, height: 200)
        var tracker = Tracker(options)
        var last: [Track] = []
        for frame in 0..<16 {
            last = tracker.update([seen(20 + 10 * Double(frame), 50)], at: Double(frame) / 10)
        }
        #expect(abs((last.first?.box.right ?? 0) - 190) < 1)
        let leaving = (16..<20).map { tracker.update([], at: Double($0) / 10) }
        #expect(leaving[0].count == 1)
        #expect(leaving[3].isEmpty)
        let rights = leaving.joined().map { $0.box.x + $0.box.width }
        #expect(rights.allSatisfy { $0 <= 200 })
    }
}
