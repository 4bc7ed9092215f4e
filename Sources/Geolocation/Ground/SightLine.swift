// A line of sight, and where it would end with another pose.
import MAVLink

/// What an error does to the place that is seen.
struct Swing {
    /// Metres north and east, by one standard deviation: half of what lies between the error and its opposite.
    let way: SIMD2<Double>
    /// What a straight line leaves out.
    let bend: SIMD2<Double>

    private let sides: (SIMD2<Double>, SIMD2<Double>)
    private let hasBoth: Bool

    /// - Parameters:
    ///   - plus: metres from the place by the error; `nil`: no ground is met.
    ///   - minus: by its opposite.
    init(plus: SIMD2<Double>?, minus: SIMD2<Double>?) throws(GroundRefusal) {
        hasBoth = plus != nil && minus != nil
        guard let near = plus ?? minus else { throw .grazing(degrees: 0) }
        // Where one side is the sky, the other one says the least of what may be.
        let one = plus ?? near * -2
        let two = minus ?? near * -2
        sides = (one, two)
        way = (one - two) / 2
        bend = (one + two) / 2
    }

    /// One side is so many times the other.
    func isLopsided(_ times: Double) -> Bool {
        func squared(_ way: SIMD2<Double>) -> Double { (way * way).sum() }
        let (less, more) = (min(squared(sides.0), squared(sides.1)), max(squared(sides.0), squared(sides.1)))
        // Within a metre, ground is never smooth.
        return !hasBoth || (more > 1 && more > times * times * less)
    }
}

struct SightLine {
    let rays: GroundRays
    let pose: ExposurePose
    /// Ahead, right and down in the picture.
    let seen: SIMD3<Double>

    /// North, east, down.
    var direction: SIMD3<Double> { pose.rotation.turned(seen) }

    func hit() throws(GroundRefusal) -> GroundHit { try rays.hit(from: .zero, towards: direction) }

    /// How the place moves by an error of the pose, radians or metres.
    func swing(_ error: SharedError, by size: Double, around middle: GroundHit) throws(GroundRefusal) -> Swing {
        func way(_ size: Double) -> SIMD2<Double>? {
            let end = try? moved(error, by: size).point
            return end.map { SIMD2($0.x - middle.point.x, $0.y - middle.point.y) }
        }
        return try Swing(plus: way(size), minus: way(-size))
    }

    private func moved(_ error: SharedError, by size: Double) throws(GroundRefusal) -> GroundHit {
        func turned(_ axis: SIMD3<Double>) throws(GroundRefusal) -> GroundHit {
            try rays.hit(from: .zero, towards: pose.rotation.turned(Quaternion(about: axis, by: size).turned(seen)))
        }
        func shifted(_ axis: SIMD3<Double>) throws(GroundRefusal) -> GroundHit {
            try rays.hit(from: axis * size, towards: direction)
        }
        switch error {
        case .ahead: return try turned(SIMD3(1, 0, 0))
        case .right: return try turned(SIMD3(0, 1, 0))
        case .down: return try turned(SIMD3(0, 0, 1))
        case .yaw:
            return try rays.hit(from: .zero, towards: Quaternion(about: SIMD3(0, 0, 1), by: size).turned(direction))
        case .north: return try shifted(SIMD3(1, 0, 0))
        case .east: return try shifted(SIMD3(0, 1, 0))
        case .height: return try shifted(SIMD3(0, 0, 1))
        case .terrain, .time: return try hit()
        }
    }
}
