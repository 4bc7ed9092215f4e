// Faults of a camera's view, drawn onto a scene: told when they last, not told when nothing is wrong.
import Imaging
import TestSupport
import Testing

@testable import Vision

@Suite struct WatchTests {
    /// A scene of rectangles that a camera with a noisy sensor looks at.
    private struct Scene {
        static let width = 160
        static let height = 120
        private(set) var light = [Double](repeating: 110, count: width * height)
        /// Of deviation 1, drawn once for all pictures.
        private static let noise: [Double] = {
            var random = SplitMix(state: 1)
            return (0..<2 * width * height).map { _ in
                (0..<3).reduce(0.0) { sum, _ in sum + Double.random(in: -1...1, using: &random) }
            }
        }()

        init(seed: UInt64) {
            var random = SplitMix(state: seed)
            for _ in 0..<40 {
                let (left, top) = (Int.random(in: -10..<150, using: &random), Int.random(in: -10..<110, using: &random))
                let wide = Int.random(in: 4...40, using: &random), high = Int.random(in: 4...40, using: &random)
                fill(left, top, wide, high, Double.random(in: 30...210, using: &random))
            }
        }

        private init(light: [Double]) { self.light = light }

        mutating func fill(_ left: Int, _ top: Int, _ wide: Int, _ high: Int, _ level: Double) {
            for y in (0..<Self.height).clamped(to: top..<top + high) {
                for x in (0..<Self.width).clamped(to: left..<left + wide) { light[y * Self.width + x] = level }
            }
        }

        func lit(_ change: (_ level: Double, _ x: Int, _ y: Int) -> Double) -> Scene {
            Scene(light: light.indices.map { change(light[$0], $0 % Self.width, $0 / Self.width) })
        }

        /// A picture with noise of `deviation`; none is like another.
        func shot(_ number: Int, noise deviation: Double = 2) -> [UInt8] {
            let start = number * 7919 % light.count
            return light.indices.map { at in
                UInt8(min(max(light[at] + deviation * Self.noise[start + at], 0), 255))
            }
        }

        func blurred(_ radius: Int) -> Scene {
            func along(_ values: [Double], _ step: Int, _ length: Int, _ place: (Int) -> Int) -> [Double] {
                values.indices.map { at in
                    let here = place(at)
                    let reach = max(-here, -radius)...min(length - 1 - here, radius)
                    return reach.reduce(0.0) { $0 + values[at + $1 * step] } / Double(reach.count)
                }
            }
            // Twice a box along each axis: near a Gaussian.
            var values = light
            for _ in 0..<2 {
                values = along(values, 1, Self.width) { $0 % Self.width }
                values = along(values, Self.width, Self.height) { $0 / Self.width }
            }
            return Scene(light: values)
        }

        func shifted(_ right: Int) -> Scene {
            lit { _, x, y in
                let from = x - right
                return light[y * Self.width + min(from < 0 ? -from : from, 2 * Self.width - 2 - from)]
            }
        }
    }

    private final class Watched {
        let scene: Scene
        let watch: CameraWatch
        private var looks = 0

        /// Looks twice a second; learns for four seconds, and a fault must last one.
        init(seed: UInt64, standsStill: Bool = true) {
            scene = Scene(seed: seed)
            var options = WatchOptions()
            (options.patience, options.learning, options.standsStill) = (1, 4, standsStill)
            watch = CameraWatch(options)
        }

        /// What is told after `count` pictures, and all that was told in between.
        @discardableResult
        func look(_ count: Int, _ picture: (Int) -> [UInt8]) throws -> (last: Set<ViewFault>, all: Set<ViewFault>) {
            var all: Set<ViewFault> = []
            let format = try RawFormat(.grey, width: Scene.width, height: Scene.height)
            for look in 0..<count {
                try picture(look).withUnsafeBytes { bytes in
                    all.formUnion(try watch.look(at: try RawPicture(format, [bytes]), time: Double(looks) / 2))
                }
                looks += 1
            }
            return (watch.faults, all)
        }

        func sound(_ count: Int = 11) throws -> Set<ViewFault> { try look(count) { scene.shot(looks + $0) }.all }
    }

    private static let faults: [(name: String, fault: ViewFault, change: @Sendable (Scene) -> Scene)] = [
        ("no light", .dark, { $0.lit { level, _, _ in level * 0.03 } }),
        ("sun in the lens", .overexposed, { $0.lit { level, _, _ in level * 4 } }),
        ("a grey cap", .covered, { $0.lit { _, x, _ in 90 + Double(x) / 20 } }),
        ("a hand", .covered, { $0.lit { _, _, y in 60 + Double(y) / 3 } }),
        ("out of focus", .blurred, { $0.blurred(2) }), ("far out of focus", .blurred, { $0.blurred(5) }),
        ("pushed a little", .moved, { $0.shifted(6) }),
        ("turned away", .moved, { _ in Scene(seed: 99) }),
    ]

    @Test("each fault is told within two seconds, alone, and forgotten when it is over", arguments: 0..<faults.count)
    func told(place: Int) throws {
        let (name, fault, change) = Self.faults[place]
        for seed in UInt64(1)...3 {
            let watched = Watched(seed: seed)
            #expect(try watched.sound().isEmpty, "\(name), seed \(seed)")
            let changed = change(watched.scene)
            let told = try watched.look(4) { changed.shot($0) }
            #expect(told.last == [fault], "\(name), seed \(seed): \(told.last)")
            _ = try watched.sound(4)
            #expect(watched.watch.faults.isEmpty, "\(name), seed \(seed)")
        }
    }

    @Test("one picture for ever is told, and no other fault with it")
    func frozen() throws {
        let watched = Watched(seed: 1)
        _ = try watched.sound()
        #expect(try watched.look(5) { _ in watched.scene.shot(3) }.last == [.frozen])
        _ = try watched.sound(4)
        #expect(watched.watch.faults.isEmpty)
    }

    @Test("a fault that is there from the beginning is told too, where it needs no comparison")
    func fromTheBeginning() throws {
        for (name, fault, change) in Self.faults
        where ["no light", "sun in the lens", "a grey cap", "far out of focus"].contains(name) {
            let watched = Watched(seed: 4)
            let changed = change(watched.scene)
            #expect(try watched.look(4) { changed.shot($0) }.last == [fault], "\(name)")
        }
    }

    @Test("what is no fault is not told")
    func sound() throws {
        let drawings: [(String, @Sendable (Scene, Int) -> [UInt8])] = [
            ("darker", { scene, look in scene.lit { level, _, _ in level * 0.5 }.shot(look) }),
            ("brighter", { scene, look in scene.lit { level, _, _ in level * 1.3 }.shot(look) }),
            ("noisier", { scene, look in scene.shot(look, noise: 10) }),
            (
                "something passes",
                { scene, look in
                    var other = scene
                    other.fill(look * 20 - 60, 20, 40, 80, 40)
                    return other.shot(look)
                }
            ),
            (
                "a blink of the shutter",
                { scene, look in scene.lit { level, _, _ in look == 3 ? 0 : level }.shot(look) }
            ),
        ]
        for (name, draw) in drawings {
            let watched = Watched(seed: 5)
            _ = try watched.sound()
            #expect(try watched.look(10) { draw(watched.scene, $0) }.all.isEmpty, "\(name)")
        }
    }

    @Test("a flying camera is never called moved, nor is one whose view always changes")
    func moving() throws {
        let flying = Watched(seed: 6, standsStill: false)
        _ = try flying.sound()
        #expect(try flying.look(10) { flying.scene.shifted(10 * $0).shot($0) }.all.isEmpty)
        #expect(try Watched(seed: 7).look(40) { Scene(seed: UInt64(100 + $0)).shot($0) }.all.isEmpty)
    }

    @Test("light that changes slowly is followed")
    func followed() throws {
        let watched = Watched(seed: 8)
        _ = try watched.sound()
        let all = try watched.look(160) { look in
            // A shadow that wanders across, two pixels a second.
            watched.scene.lit { level, x, _ in x < look ? level * 0.6 : level }.shot(look)
        }.all
        #expect(all.isEmpty, "\(all)")
    }

    @Test("a picture of one pixel is judged without a crash")
    func small() throws {
        let format = try RawFormat(.grey, width: 1, height: 1)
        let watch = CameraWatch()
        for time in 0..<8 {
            try [UInt8](repeating: 9, count: 1).withUnsafeBytes { bytes in
                _ = try watch.look(at: try RawPicture(format, [bytes]), time: Double(time))
            }
        }
        #expect(watch.faults == [.dark])
    }
}
