// Many looks at one thing.
import Link

/// How a thing moves.
public enum TargetMotion: Hashable, Sendable {
    case still
    /// In any direction, m/s: 1.4 for who walks.
    case moving(speed: Double)

    /// One standard deviation on each axis, m/s.
    var deviation: Double {
        switch self {
        case .still: 0
        case .moving(let speed): min(max(speed, 0), 100) / 2.0.squareRoot()
        }
    }
}

/// The place of a track out of all its sightings.
public struct FusedPosition: Hashable, Sendable {
    public var place: EarthPlace
    /// Metres above mean sea level, of the ground that was seen last.
    public var height: Double
    public var covariance: GroundCovariance
    /// m/s to north and east.
    public var velocity: SIMD2<Double>
    /// Of the last sighting.
    public var warnings: [GroundWarning]
    /// That count, and that were too far off to be true.
    public var sightings: Int
    public var outliers: Int
    /// Seconds since the last one.
    public var age: Double
    /// Metres of mean sea level above the ellipsoid; `nil` where it is not known.
    public var geoidHeight: Double?

    public func ellipse(probability: Double = 0.9) -> ErrorEllipse { covariance.ellipse(probability: probability) }

    /// As the link tells it, by the heights that an area counts.
    public func position(datum: Area.Datum = .meanSeaLevel) -> GroundPosition {
        let position = GroundPosition(
            place: place, height: height, error: covariance.radius95, ellipse: covariance.ellipse(probability: 0.95),
            doubts: warnings.doubts, datum: .meanSeaLevel, geoidHeight: geoidHeight)
        return position.counted(from: datum)
    }
}

/// Fuses the sightings of one track over time.
///
/// Errors that a flight's looks share (boresight, yaw, satellites, terrain, clock) are estimated with the place, so that
/// a hundred looks from one side are hardly better than one, and a few from opposite sides are. Sightings that fit
/// nothing are left out; three in a row that fit each other begin anew. Memory and time for each sighting are O(1): 2 kB.
public struct GroundTrack: Hashable, Sendable {
    private struct Look: Hashable, Sendable {
        var sighting: GroundSighting
        var time: Double
    }

    public let motion: TargetMotion
    private let map: FlatMap
    private var filter: TrackFilter
    private var last: Look
    private var strays: [Look] = []
    private var sightings = 1
    private var outliers = 0

    /// Looks that are nearer to each other see the same passing errors, seconds.
    private static let alike = 1.0
    /// Squared standard deviations in two dimensions: 5 in 100 looks are farther off, and 1 in 1000.
    private static let doubtful = 5.99
    private static let unbelievable = 13.8
    private static let mostStrays = 3
    /// Seconds for which who walks keeps a direction.
    private static let turning = 30.0
    /// Seconds that looks may come late.
    private static let longestStep = 1e6

    /// - Parameter time: seconds, by any clock that is not set.
    public init(_ sighting: GroundSighting, at time: Double, motion: TargetMotion = .still) {
        self.motion = motion
        map = FlatMap(sighting.place)
        last = Look(sighting: sighting, time: time)
        filter = TrackFilter(
            at: .zero, shared: sighting.shared, passing: sighting.passing, speed: motion.deviation)
    }

    /// Takes a sighting. What is older than the last one counts as if it came with it.
    ///
    /// - Returns: whether it fits the others.
    @discardableResult
    public mutating func add(_ sighting: GroundSighting, at time: Double) -> Bool {
        guard time.isFinite else { return false }
        let look = Look(sighting: sighting, time: max(time, last.time))
        let step = min(look.time - last.time, Self.longestStep)
        var ahead = filter
        if step > 0 { ahead.pass(step, speed: motion.deviation, turning: Self.turning) }
        // Of looks that come so fast, together they tell as much as one a second.
        var passing = sighting.passing * max(1, Self.alike / max(step, 0.01))
        let place = map.metres(sighting.place)
        let off = ahead.squaredDeviations(at: place, shared: sighting.shared, passing: passing)
        guard off < Self.unbelievable else {
            outliers += 1
            return startAnew(with: look)
        }
        if off > Self.doubtful { passing = passing * (off / Self.doubtful) }
        ahead.take(at: place, shared: sighting.shared, passing: passing)
        filter = ahead
        last = look
        strays = []
        sightings += 1
        return true
    }

    /// Where the last ones that did not fit agree, they are right.
    private mutating func startAnew(with look: Look) -> Bool {
        strays.append(look)
        if strays.count > Self.mostStrays { strays.removeFirst() }
        guard strays.count == Self.mostStrays, let first = strays.first else { return false }
        var track = GroundTrack(first.sighting, at: first.time, motion: motion)
        for stray in strays.dropFirst() {
            let count = track.sightings
            track.add(stray.sighting, at: stray.time)
            guard track.sightings > count else { return false }
        }
        track.outliers = outliers
        self = track
        return true
    }

    /// Where it is at a time: the older the last sighting of what moves, the wider.
    public func position(at time: Double) -> FusedPosition {
        var ahead = filter
        let age = time.isFinite ? min(max(time - last.time, 0), Self.longestStep) : 0
        if age > 0 { ahead.pass(age, speed: motion.deviation, turning: Self.turning) }
        return FusedPosition(
            place: map.place(ahead.place), height: last.sighting.height, covariance: ahead.placeCovariance,
            velocity: ahead.velocity, warnings: last.sighting.warnings, sightings: sightings, outliers: outliers,
            age: age, geoidHeight: last.sighting.geoidHeight)
    }
}
