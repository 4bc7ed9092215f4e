// Whether ellipses hold what they promise, over drawn mountains.
import Foundation
import Link
import MAVLink
import Terrain
import Testing

@testable import Geolocation

/// How far places were off, and how often the ellipse held them.
struct Score {
    var errors: [Double] = []
    var major: [Double] = []
    var minor: [Double] = []
    var inside = 0

    mutating func add(_ truth: EarthPlace, _ place: EarthPlace, _ covariance: GroundCovariance) {
        errors.append(metres(truth, place))
        let ellipse = covariance.ellipse(probability: 0.9)
        major.append(ellipse.major)
        minor.append(ellipse.minor)
        if isInside(truth, place, covariance, probability: 0.9) { inside += 1 }
    }

    var fraction: Double { Double(inside) / Double(max(errors.count, 1)) }

    static func middle(_ numbers: [Double], _ part: Double = 0.5) -> Double {
        let sorted = numbers.sorted()
        return sorted.isEmpty ? .nan : sorted[min(Int(part * Double(sorted.count)), sorted.count - 1)]
    }

    var words: String {
        func short(_ number: Double) -> String { String(format: "%.1f", number) }
        return "\(errors.count) places, \(short(fraction * 100)) % inside 90 % ellipses; error median "
            + "\(short(Self.middle(errors))), 90 % \(short(Self.middle(errors, 0.9))) m; ellipse median "
            + "\(short(Self.middle(major))) x \(short(Self.middle(minor))) m"
    }
}

@Suite struct CoverageTests {
    private static let modelError = Ground.ModelError()

    /// A camera that looks at the ground 80 to 180 m below, and what it truly sees in the middle of the picture.
    private static func view(
        _ mountains: Mountains, _ dice: inout Dice, pitches: ClosedRange<Double>
    ) -> (pose: ExposurePose, target: EarthPlace, pixel: SIMD2<Double>)? {
        let spot = SIMD2(dice.uniform(-1500...1500), dice.uniform(-1500...1500))
        let speed = dice.uniform(0...360) * .pi / 180
        let pose = ExposurePose.at(
            spot, altitude: mountains.height(at: spot) + dice.uniform(80...180), yaw: dice.uniform(-180...180),
            pitch: dice.uniform(pitches), velocity: SIMD3(12 * cos(speed), 12 * sin(speed), 0))
        let pixel = SIMD2(dice.uniform(100...1820), dice.uniform(100...980))
        guard let hit = try? Geolocator.over(mountains).sighting(x: pixel.x, y: pixel.y, pose: pose) else {
            return nil
        }
        return (pose, hit.place, pixel)
    }

    @Test("of single looks, 90 of 100 true places lie in the 90 % ellipse", arguments: [-90.0...(-60.0), -60...(-35)])
    func single(_ pitches: ClosedRange<Double>) {
        let seed: UInt64 = 41
        var dice = Dice(seed: seed)
        var score = Score()
        for world in 0..<8 {
            let mountains = Mountains(seed: UInt64(world))
            var posts = Posts(of: mountains)
            for _ in 0..<60 {
                guard let view = Self.view(mountains, &dice, pitches: pitches) else { continue }
                posts.shift = dice.normal(Self.modelError.level)
                let told = FlightErrors(.gimbal, &dice).told(view.pose, &dice)
                let x = view.pixel.x + dice.normal(told.errors.pixel), y = view.pixel.y + dice.normal(told.errors.pixel)
                guard let sighting = try? Geolocator.over(posts).sighting(x: x, y: y, pose: told) else { continue }
                if sighting.warnings.isEmpty { score.add(view.target, sighting.place, sighting.covariance) }
            }
        }
        print("single looks, pitch \(pitches), seed \(seed): \(score.words)")
        #expect(score.errors.count > 300)
        #expect((0.86...0.97).contains(score.fraction), "seed \(seed): \(score.words)")
        // The area of an ellipse against that of the error: no ellipse is so wide that it says nothing.
        #expect(Score.middle(score.major) < 4 * Score.middle(score.errors), "\(score.words)")
    }

    @Test("of tracks seen from two opposite headings, 90 of 100 lie in the ellipse, which is smaller than one look's")
    func fused() {
        let seed: UInt64 = 43
        var dice = Dice(seed: seed)
        var (fused, one, sameSide) = (Score(), Score(), Score())
        for flight in 0..<150 {
            let mountains = Mountains(seed: UInt64(flight % 10))
            var posts = Posts(of: mountains)
            let spot = SIMD2(dice.uniform(-1000...1000), dice.uniform(-1000...1000))
            let target = FlatMap(Mountains.origin).place(spot)
            let ground = mountains.height(at: spot)
            posts.shift = dice.normal(Self.modelError.level)
            let flightErrors = FlightErrors(.gimbal, &dice)
            let locator = Geolocator.over(posts)
            let course = dice.uniform(0...360)
            var track: GroundTrack?
            for look in 0..<12 {
                // Two lines past the target, the second one back; the camera looks ahead and down.
                let isBack = look >= 6
                let yaw = course + (isBack ? 180 : 0)
                let ahead = SIMD2(cos(yaw * .pi / 180), sin(yaw * .pi / 180))
                let at = spot - ahead * (140 - Double(look % 6) * 12) + SIMD2(dice.normal(15), dice.normal(15))
                let true_ = ExposurePose.at(
                    at, altitude: ground + 120, yaw: yaw + dice.normal(5), pitch: -45 + dice.normal(4),
                    velocity: SIMD3(ahead.x * 10, ahead.y * 10, 0))
                let frame = LocalFrame(true_.place, height: true_.altitude)
                let way = frame.local(target, height: ground)
                let direction = true_.rotation.inverse.turned(way / way.length)
                // A ridge may stand between.
                let rays = GroundRays(Ground(model: mountains), from: true_)
                guard let pixel = CameraModel.usual.pixel(of: direction),
                    let hit = try? rays.hit(from: .zero, towards: way / way.length),
                    abs(hit.distance - way.length) < 2
                else { continue }
                let told = flightErrors.told(true_, &dice)
                let x = pixel.x + dice.normal(told.errors.pixel), y = pixel.y + dice.normal(told.errors.pixel)
                guard let sighting = try? locator.sighting(x: x, y: y, pose: told) else { continue }
                let time = Double(look % 6) * 1.2 + (isBack ? 40 : 0)
                if track == nil {
                    track = GroundTrack(sighting, at: time)
                    one.add(target, sighting.place, sighting.covariance)
                } else {
                    track?.add(sighting, at: time)
                }
                if look == 5, let fused = track?.position(at: time) {
                    sameSide.add(target, fused.place, fused.covariance)
                }
            }
            guard let position = track?.position(at: 50), position.sightings >= 8 else { continue }
            fused.add(target, position.place, position.covariance)
        }
        print("first looks, seed \(seed): \(one.words)")
        print("six looks from one side, seed \(seed): \(sameSide.words)")
        print("twelve looks from two sides, seed \(seed): \(fused.words)")
        #expect(fused.errors.count > 80)
        #expect((0.86...0.98).contains(fused.fraction), "seed \(seed): \(fused.words)")
        #expect(Score.middle(fused.major) < 0.8 * Score.middle(one.major))
        #expect(Score.middle(fused.errors) < 0.8 * Score.middle(one.errors))
    }
}
