// A drawn world: mountains, flights over them, and what their sensors say.
import Foundation
import Link
import MAVLink
import Terrain
import TestSupport

@testable import Geolocation

/// Normal numbers from a seed.
struct Dice {
    private var random: SplitMix

    init(seed: UInt64) { random = SplitMix(state: seed) }

    mutating func uniform(_ range: ClosedRange<Double>) -> Double { Double.random(in: range, using: &random) }

    mutating func normal(_ deviation: Double = 1) -> Double {
        let radius = (-2 * log(Double.random(in: Double.leastNonzeroMagnitude...1, using: &random))).squareRoot()
        return deviation * radius * cos(uniform(0...(2 * .pi)))
    }

    mutating func normal3(_ deviation: Double) -> SIMD3<Double> {
        SIMD3(normal(deviation), normal(deviation), normal(deviation))
    }
}

/// Ranges of hills of all lengths, known everywhere.
struct Mountains: HeightModel {
    static let origin = EarthPlace(latitude: 46.5, longitude: 8.3)
    private let map = FlatMap(origin)
    private let waves: [(length: SIMD2<Double>, height: Double, phase: Double)]

    /// Slopes of some 20 degrees, up to 45.
    init(seed: UInt64) {
        var dice = Dice(seed: seed)
        waves = [4000, 2500, 1600, 1000, 630, 400, 250, 160].map { length in
            let bearing = dice.uniform(0...(2 * .pi))
            let number = 2 * Double.pi / length
            return (
                SIMD2(cos(bearing), sin(bearing)) * number, 0.03 * length * (length < 300 ? 0.5 : 1),
                dice.uniform(0...(2 * .pi))
            )
        }
    }

    func height(at metres: SIMD2<Double>) -> Double {
        waves.reduce(1500) { $0 + $1.height * sin(($1.length * metres).sum() + $1.phase) }
    }

    func height(latitude: Double, longitude: Double) -> Height {
        .metres(height(at: map.metres(EarthPlace(latitude: latitude, longitude: longitude))))
    }

    func spacing(latitude: Double, longitude: Double) -> Double? { 10 }
}

/// What a terrain model has of them: posts 90 m apart, and all of it too high or too low.
struct Posts: HeightModel {
    private static let side = 60
    private static let step = 90.0
    private let map = FlatMap(Mountains.origin)
    private let heights: [Double]
    var shift = 0.0

    init(of mountains: Mountains) {
        var heights: [Double] = []
        for row in 0..<Self.side {
            for column in 0..<Self.side {
                heights.append(mountains.height(at: SIMD2(Double(row - 30), Double(column - 30)) * Self.step))
            }
        }
        self.heights = heights
    }

    func height(latitude: Double, longitude: Double) -> Height {
        let metres = map.metres(EarthPlace(latitude: latitude, longitude: longitude)) / Self.step
        let (north, east) = (metres.x + 30, metres.y + 30)
        guard north >= 0, east >= 0, north < Double(Self.side - 1), east < Double(Self.side - 1) else {
            return .missing
        }
        let (row, column) = (Int(north), Int(east))
        let (up, right) = (north - Double(row), east - Double(column))
        let place = row * Self.side + column
        let lower = heights[place] * (1 - right) + heights[place + 1] * right
        let upper = heights[place + Self.side] * (1 - right) + heights[place + Self.side + 1] * right
        return .metres(lower * (1 - up) + upper * up + shift)
    }

    func spacing(latitude: Double, longitude: Double) -> Double? { Self.step }
}

/// The errors of one flight, drawn as `PoseErrors` says, and what its sensors make of the truth.
struct FlightErrors {
    let errors: PoseErrors
    var tilt: SIMD3<Double>
    var yaw: Double
    var place: SIMD3<Double>
    var time: Double

    init(_ errors: PoseErrors, _ dice: inout Dice) {
        self.errors = errors
        tilt = dice.normal3(errors.tilt.lasting * .pi / 180)
        yaw = dice.normal(errors.yaw.lasting * .pi / 180)
        place = SIMD3(
            dice.normal(errors.horizontal.lasting), dice.normal(errors.horizontal.lasting),
            dice.normal(errors.vertical.lasting))
        time = dice.normal(errors.time.lasting)
    }

    /// What is told of a true pose.
    func told(_ truth: ExposurePose, _ dice: inout Dice) -> ExposurePose {
        let turns = tilt + dice.normal3(errors.tilt.passing * .pi / 180)
        let yaw = yaw + dice.normal(errors.yaw.passing * .pi / 180)
        var rotation = truth.rotation.after(Quaternion(about: SIMD3(1, 0, 0), by: turns.x))
        rotation = rotation.after(Quaternion(about: SIMD3(0, 1, 0), by: turns.y))
        rotation = rotation.after(Quaternion(about: SIMD3(0, 0, 1), by: turns.z))
        rotation = Quaternion(about: SIMD3(0, 0, 1), by: yaw).after(rotation)
        let passing = errors.horizontal.passing
        let shift = place + SIMD3(dice.normal(passing), dice.normal(passing), dice.normal(errors.vertical.passing))
        let late = truth.velocity * (time + dice.normal(errors.time.passing))
        let told = LocalFrame(truth.place, height: truth.altitude).earth(shift + late)
        var pose = truth
        (pose.place, pose.altitude, pose.rotation, pose.errors) = (told.place, told.height, rotation, errors)
        return pose
    }
}

extension ExposurePose {
    /// A camera, metres north and east of the mountains' origin.
    static func at(
        _ metres: SIMD2<Double>, altitude: Double, yaw: Double, pitch: Double, roll: Double = 0,
        velocity: SIMD3<Double> = .zero, errors: PoseErrors = .gimbal, heightAboveHome: Double? = nil
    ) -> ExposurePose {
        let radian = Double.pi / 180
        let turn = Quaternion(roll: roll * radian, pitch: pitch * radian, yaw: yaw * radian) ?? .none
        return ExposurePose(
            place: FlatMap(Mountains.origin).place(metres), altitude: altitude, rotation: turn,
            heightAboveHome: heightAboveHome, velocity: velocity, errors: errors)
    }
}

extension CameraModel {
    /// 1920 x 1080 pixels, 70 degrees wide.
    static let usual: CameraModel = {
        guard let camera = CameraModel(width: 1920, height: 1080, horizontalView: 70) else {
            preconditionFailure("this is a camera")
        }
        return camera
    }()
}

extension Geolocator {
    static func over(_ model: (any HeightModel)?, level: Double? = nil, error: Double = 5) -> Geolocator {
        Geolocator(
            camera: .usual, mount: CameraMount(carrier: .gimbal),
            ground: Ground(model: model, level: level.map { Ground.Level(height: $0, error: error) }))
    }
}

/// Whether a place lies in an error ellipse around another, and how far it is.
func isInside(_ truth: EarthPlace, _ place: EarthPlace, _ covariance: GroundCovariance, probability: Double) -> Bool {
    let way = FlatMap(place).metres(truth)
    return covariance.squaredDeviations(way) <= -2 * log(1 - probability)
}

func metres(_ one: EarthPlace, _ two: EarthPlace) -> Double {
    let way = FlatMap(one).metres(two)
    return (way * way).sum().squareRoot()
}
