// From pixels to places.
import Glibc
import Link
import MAVLink

/// Puts what a camera sees on the ground.
public struct Geolocator: Sendable {
    public var camera: CameraModel
    public var mount: CameraMount
    public var ground: Ground
    public var rules: PoseRules

    /// Degrees between line of sight and ground: below the first nothing is placed, below the second with a warning.
    private static let leastIncidence = 2.0
    private static let doubtfulIncidence = 8.0
    /// An error that moves the place so much farther to one side than to the other passes a ridge, or nearly grazes.
    private static let lopsided = 3.0

    public init(camera: CameraModel, mount: CameraMount, ground: Ground, rules: PoseRules = PoseRules()) {
        (self.camera, self.mount, self.ground, self.rules) = (camera, mount, ground, rules)
    }

    /// The camera's pose at the time of a vehicle's.
    ///
    /// - Parameter vehicle: `nil`: it told none near that time.
    /// - Throws: `GroundRefusal` for a pose that cannot be trusted.
    public func pose(of vehicle: VehiclePose?) throws(GroundRefusal) -> ExposurePose {
        guard let vehicle else { throw .noPose }
        return try rules.pose(of: vehicle, mount: mount)
    }

    /// The camera's pose at a time of this machine's clock, milliseconds.
    ///
    /// - Throws: `GroundRefusal` where the vehicle told none near that time, or none that can be trusted.
    public func pose(of vehicle: VehicleState, at local: Int) throws(GroundRefusal) -> ExposurePose {
        // Before its fix an autopilot tells no place, or an old one.
        if let fix = vehicle.fix(at: local), fix < 2 { throw .noFix }
        return try pose(of: vehicle.pose(at: local))
    }

    /// The pixel of a box where its object stands on the ground: the middle of the box seen from above, and of the side
    /// that is down where it is seen from the side.
    ///
    /// Boxes are in pixels from the middle of the first one.
    public func foot(
        left: Double, top: Double, width: Double, height: Double, pose: ExposurePose
    ) -> SIMD2<Double> {
        let middle = SIMD2(left + width / 2, top + height / 2)
        guard let axis = camera.direction(x: middle.x, y: middle.y) else { return middle }
        // Down, as the camera sees it: ahead, right, down in the picture.
        let fall = pose.rotation.inverse.turned(SIMD3(0, 0, 1))
        let along = fall - axis * (fall * axis).sum()
        // A step that ends in the box on the side that is most down.
        let reach = max(abs(along.y) / max(width, 1e-9), abs(along.z) / max(height, 1e-9)) * 2
        guard reach > 1e-12 else { return middle }
        return middle + SIMD2(along.y, along.z) / reach * along.length
    }

    /// The place that is seen at a pixel.
    ///
    /// Complexity: 15 lines of sight, each O(distance / half the posts' distance) heights.
    ///
    /// - Throws: `GroundRefusal` where it has none.
    public func sighting(x: Double, y: Double, pose: ExposurePose) throws(GroundRefusal) -> GroundSighting {
        guard pose.isUsable else { throw .noPose }
        guard let seen = camera.direction(x: x, y: y) else { throw .noDirection }
        let rays = GroundRays(ground.withHome(of: pose), from: pose)
        let line = SightLine(rays: rays, pose: pose, seen: seen)
        let hit = try line.hit()
        let (slope, normal) = rays.slope(at: hit)
        let sine = min(max(-(line.direction * normal).sum(), 0), 1)
        let incidence = asin(sine) / Ellipsoid.radian
        guard incidence >= Self.leastIncidence else { throw .grazing(degrees: incidence) }

        let errors = SightErrors(pose: pose, camera: camera)
        var passing = GroundCovariance.none
        var isDoubtful = incidence < Self.doubtfulIncidence
        var shared = [SIMD2<Double>](repeating: .zero, count: SharedError.allCases.count)
        var northPerMetre = SIMD3<Double>.zero
        var eastPerMetre = SIMD3<Double>.zero
        for error in SharedError.moving {
            let part = errors.part(error)
            guard part.total > 0 else { continue }
            let swing = try line.swing(error, by: part.total, around: hit)
            let way = swing.way
            if swing.isLopsided(Self.lopsided) { isDoubtful = true }
            shared[error.rawValue] = way * (part.lasting / part.total)
            passing = passing + GroundCovariance(along: way * (part.passing / part.total))
            // What a straight line leaves out.
            passing = passing + GroundCovariance(along: swing.bend)
            if let axis = error.axis {
                northPerMetre[axis] = way.x / part.total
                eastPerMetre[axis] = way.y / part.total
            }
        }
        // Ground that is higher is met as from a camera that is lower.
        let perHeight = SIMD2(northPerMetre.z, eastPerMetre.z)
        shared[SharedError.terrain.rawValue] = perHeight * rays.deviation(at: hit, slope: slope)
        let perSecond = SIMD2((northPerMetre * pose.velocity).sum(), (eastPerMetre * pose.velocity).sum())
        shared[SharedError.time.rawValue] = perSecond * pose.errors.time.lasting
        passing = passing + GroundCovariance(along: perSecond * pose.errors.time.passing)
        let covariance = shared.reduce(passing) { $0 + GroundCovariance(along: $1) }
        var warnings = [hit.warning].compactMap { $0 }
        if rays.isLow(pose, over: hit, slope: slope) {
            warnings.append(.low)
        } else if isDoubtful {
            warnings.append(.grazing)
        }
        return GroundSighting(
            place: hit.place, height: hit.height, covariance: covariance, warnings: warnings, distance: hit.distance,
            incidence: incidence, geoidHeight: pose.geoidHeight, shared: shared, passing: passing)
    }
}

/// The errors of one look by what they move, one standard deviation: radians and metres.
struct SightErrors {
    let pose: ExposurePose
    let camera: CameraModel

    func part(_ error: SharedError) -> ErrorPart {
        let errors = pose.errors
        func turn(_ part: ErrorPart, focal: Double?) -> ErrorPart {
            let pixel = focal.map { errors.pixel / $0 } ?? 0
            let passing = part.passing * Ellipsoid.radian
            return ErrorPart(
                lasting: part.lasting * Ellipsoid.radian, passing: (passing * passing + pixel * pixel).squareRoot())
        }
        return switch error {
        case .ahead: turn(errors.tilt, focal: nil)
        case .right: turn(errors.tilt, focal: camera.fy)
        case .down: turn(errors.tilt, focal: camera.fx)
        case .yaw: turn(errors.yaw, focal: nil)
        case .north, .east: errors.horizontal
        case .height: errors.vertical
        case .terrain, .time: ErrorPart(lasting: 0, passing: 0)
        }
    }
}

extension SharedError {
    /// Those whose effect is found by moving the camera.
    static let moving: [SharedError] = [.ahead, .right, .down, .yaw, .north, .east, .height]

    /// Of north, east and down.
    var axis: Int? {
        switch self {
        case .north: 0
        case .east: 1
        case .height: 2
        default: nil
        }
    }
}
