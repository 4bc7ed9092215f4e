// Where a line of sight meets the ground.
import Glibc
import Link
import Terrain

/// A place on the ground at the end of a line of sight.
struct GroundHit {
    /// North, east and down of the camera's place.
    var point: SIMD3<Double>
    var place: EarthPlace
    /// Metres above mean sea level.
    var height: Double
    /// Metres along the line.
    var distance: Double
    var warning: GroundWarning?
    var isLevel: Bool
}

/// Lines of sight from about one place. Points are north, east and down of it.
struct GroundRays {
    let ground: Ground
    let frame: LocalFrame
    /// Metres from post to post below the camera.
    let spacing: Double

    /// Where no file says, that of SRTM.
    private static let usualSpacing = 90.0
    /// However steep a line is, it is looked at every so many half posts.
    private static let steepest = 0.05
    private static let leastStep = 1.0
    /// Of the way so far: far away, finer posts are not worth their time.
    private static let farStep = 0.001
    /// Nothing on earth is higher.
    private static let highest = 9_000.0
    private static let bisections = 24
    /// Below it, a line and level ground have no common place worth telling: sine of one degree.
    private static let flattest = 0.0175

    init(_ ground: Ground, from pose: ExposurePose) {
        self.ground = ground
        frame = LocalFrame(pose.place, height: pose.altitude)
        let found = ground.model?.spacing(latitude: pose.place.latitude, longitude: pose.place.longitude)
        spacing = found ?? Self.usualSpacing
    }

    /// - Parameter direction: of length 1.
    func hit(from start: SIMD3<Double>, towards direction: SIMD3<Double>) throws(GroundRefusal) -> GroundHit {
        guard let model = ground.model else {
            return try levelHit(from: start, towards: direction, why: "there is no terrain model")
        }
        return try hit(model, from: start, towards: direction)
    }

    private func hit(
        _ model: any HeightModel, from start: SIMD3<Double>, towards direction: SIMD3<Double>
    ) throws(GroundRefusal) -> GroundHit {
        let level = (direction.x * direction.x + direction.y * direction.y).squareRoot()
        var (distance, next) = (0.0, 0.0)
        var isAbove = false
        var gap: String?
        while next <= ground.farthest {
            let (place, height) = frame.earth(start + direction * next)
            switch model.height(latitude: place.latitude, longitude: place.longitude) {
            case .metres(let terrain):
                if height <= terrain {
                    if next == 0 { throw .underground(metres: terrain - height) }
                    guard isAbove else { throw .noTerrain(gap ?? "the terrain has a gap there") }
                    var hit = try bisected(model, start, direction, distance, next)
                    hit.warning = gap.map { .gap($0) }
                    return hit
                }
                isAbove = true
            case let unknown:
                gap = unknown.words(at: place)
                isAbove = false
            }
            if height > Self.highest, direction.z <= 0 { break }
            distance = next
            let half = max(spacing / 2, Self.leastStep, distance * Self.farStep)
            next = distance + half / max(level, Self.steepest)
        }
        if let gap {
            // Level ground is a way out only where the model knows none.
            let hit = try levelHit(from: start, towards: direction, why: gap)
            guard model.height(latitude: hit.place.latitude, longitude: hit.place.longitude).metres == nil else {
                throw .noTerrain(gap)
            }
            return hit
        }
        throw direction.z <= 0 ? .aboveHorizon : .tooFar(metres: ground.farthest)
    }

    /// Between a distance above the ground and one below it, to a centimetre.
    private func bisected(
        _ model: any HeightModel, _ start: SIMD3<Double>, _ direction: SIMD3<Double>, _ over: Double, _ under: Double
    ) throws(GroundRefusal) -> GroundHit {
        var (over, under) = (over, under)
        for _ in 0..<Self.bisections where under - over > 0.005 {
            let middle = (over + under) / 2
            let (place, height) = frame.earth(start + direction * middle)
            let found = model.height(latitude: place.latitude, longitude: place.longitude)
            guard let terrain = found.metres else { throw .noTerrain(found.words(at: place)) }
            if height > terrain { over = middle } else { under = middle }
        }
        let distance = (over + under) / 2
        let point = start + direction * distance
        let (place, height) = frame.earth(point)
        return GroundHit(
            point: point, place: place, height: height, distance: distance, warning: nil, isLevel: false)
    }

    private func levelHit(
        from start: SIMD3<Double>, towards direction: SIMD3<Double>, why: String
    ) throws(GroundRefusal) -> GroundHit {
        guard let level = ground.level else { throw .noTerrain("\(why), and the height of home is not known") }
        guard direction.z > 0 else { throw .aboveHorizon }
        guard direction.z > Self.flattest else { throw .grazing(degrees: asin(direction.z) / Ellipsoid.radian) }
        let camera = frame.earth(start).height
        guard camera > level.height else { throw .underground(metres: level.height - camera) }
        var distance = (camera - level.height) / direction.z
        // The earth falls away below a level line: some steps find it.
        for _ in 0..<4 {
            guard distance <= ground.farthest else { throw .tooFar(metres: ground.farthest) }
            distance += (frame.earth(start + direction * distance).height - level.height) / direction.z
        }
        guard distance <= ground.farthest else { throw .tooFar(metres: ground.farthest) }
        let point = start + direction * distance
        let (place, height) = frame.earth(point)
        return GroundHit(
            point: point, place: place, height: height, distance: distance, warning: .flat(why), isLevel: true)
    }

    /// How steep the ground is at a place, and where its upward normal points (north, east, down).
    func slope(at hit: GroundHit) -> (rise: Double, normal: SIMD3<Double>) {
        let up = SIMD3<Double>(0, 0, -1)
        guard !hit.isLevel, let model = ground.model else { return (0, up) }
        let map = FlatMap(hit.place)
        let step = spacing / 2
        func height(_ north: Double, _ east: Double) -> Double {
            let place = map.place(SIMD2(north, east))
            return model.height(latitude: place.latitude, longitude: place.longitude).metres ?? hit.height
        }
        let north = (height(step, 0) - height(-step, 0)) / (2 * step)
        let east = (height(0, step) - height(0, -step)) / (2 * step)
        let normal = SIMD3(-north, -east, -1)
        return ((north * north + east * east).squareRoot(), normal / normal.length)
    }

    /// Whether the camera may be on the ground as far as heights are known: two standard deviations.
    func isLow(_ pose: ExposurePose, over hit: GroundHit, slope: Double) -> Bool {
        let below = hit.isLevel ? ground.level?.height : ground.height(at: pose.place)
        guard let below else { return false }
        let (camera, ground) = (pose.errors.vertical.total, deviation(at: hit, slope: slope))
        return pose.altitude - below < 2 * (camera * camera + ground * ground).squareRoot()
    }

    /// One standard deviation of the ground's height at a place, metres.
    func deviation(at hit: GroundHit, slope: Double) -> Double {
        guard hit.isLevel, let level = ground.level else {
            return ground.modelError.deviation(slope: slope, spacing: spacing)
        }
        let away = (hit.point.x * hit.point.x + hit.point.y * hit.point.y).squareRoot()
        return level.error + level.slope * away
    }
}

extension Height {
    /// Why there is no height at a place.
    func words(at place: EarthPlace) -> String {
        func degrees(_ number: Double) -> String { "\((number * 1e4).rounded() / 1e4)" }
        let spot = "\(degrees(place.latitude)), \(degrees(place.longitude))"
        return switch self {
        case .metres: "the terrain has a gap at \(spot)"
        case .void: "the terrain model is void at \(spot)"
        case .missing: "there is no terrain tile for \(spot)"
        case .damaged(let why): why
        }
    }
}
