// A Kalman filter of a thing on the ground together with the errors that all looks at it share.
import Glibc

/// State: metres north and east, m/s north and east, and the shared errors in standard deviations.
///
/// As the shared errors are part of the state, looks that share them do not average them away, and looks from other
/// sides tell them apart from the place (Schmidt 1966; here they are estimated, not only considered).
struct TrackFilter: Hashable, Sendable {
    private(set) var mean: [Double]
    private(set) var covariance: [Double]

    private static let errors = SharedError.allCases.count
    private static let firstError = 4
    private static let size = firstError + errors

    /// A place that one look tells.
    ///
    /// - Parameter speed: one standard deviation on each axis, m/s.
    init(at place: SIMD2<Double>, shared: [SIMD2<Double>], passing: GroundCovariance, speed: Double) {
        mean = [Double](repeating: 0, count: Self.size)
        covariance = [Double](repeating: 0, count: Self.size * Self.size)
        (mean[0], mean[1]) = (place.x, place.y)
        let whole = shared.reduce(passing) { $0 + GroundCovariance(along: $1) }
        self[0, 0] = whole.north
        self[1, 1] = whole.east
        (self[0, 1], self[1, 0]) = (whole.both, whole.both)
        (self[2, 2], self[3, 3]) = (speed * speed, speed * speed)
        for error in 0..<Self.errors {
            let row = Self.firstError + error
            self[row, row] = 1
            // What is seen is the place and the errors together.
            (self[0, row], self[row, 0]) = (-shared[error].x, -shared[error].x)
            (self[1, row], self[row, 1]) = (-shared[error].y, -shared[error].y)
        }
    }

    private subscript(row: Int, column: Int) -> Double {
        get { covariance[row * Self.size + column] }
        set { covariance[row * Self.size + column] = newValue }
    }

    var place: SIMD2<Double> { SIMD2(mean[0], mean[1]) }
    var velocity: SIMD2<Double> { SIMD2(mean[2], mean[3]) }
    var placeCovariance: GroundCovariance { GroundCovariance(north: self[0, 0], east: self[1, 1], both: self[0, 1]) }

    /// Lets time pass: velocities wander about zero (Ornstein and Uhlenbeck), shared errors are forgotten by and by.
    ///
    /// - Parameters:
    ///   - speed: one standard deviation of velocity on each axis, m/s.
    ///   - turning: seconds for which a velocity stays.
    mutating func pass(_ seconds: Double, speed: Double, turning: Double) {
        let kept = exp(-seconds / turning)
        let reach = turning * (1 - kept)
        var factors = [Double](repeating: 1, count: Self.size)
        (factors[2], factors[3]) = (kept, kept)
        for error in SharedError.allCases {
            guard let memory = error.memory else { continue }
            factors[Self.firstError + error.rawValue] = exp(-seconds / memory)
        }
        mean[0] += reach * mean[2]
        mean[1] += reach * mean[3]
        for column in 0..<Self.size {
            self[0, column] += reach * self[2, column]
            self[1, column] += reach * self[3, column]
        }
        for row in 0..<Self.size {
            self[row, 0] += reach * self[row, 2]
            self[row, 1] += reach * self[row, 3]
        }
        for row in 0..<Self.size {
            mean[row] *= factors[row]
            for column in 0..<Self.size { self[row, column] *= factors[row] * factors[column] }
        }
        let variance = speed * speed
        let ways = 2 * seconds / turning - 3 + 4 * kept - kept * kept
        for axis in 0...1 {
            self[axis, axis] += variance * turning * turning * max(ways, 0)
            self[axis + 2, axis + 2] += variance * (1 - kept * kept)
            let mixed = variance * turning * (1 - kept) * (1 - kept)
            self[axis, axis + 2] += mixed
            self[axis + 2, axis] += mixed
        }
        for row in Self.firstError..<Self.size { self[row, row] += 1 - factors[row] * factors[row] }
    }

    /// Covariances of the state with what a look sees (its rows north and east), and those of what it sees.
    private func seen(
        _ shared: [SIMD2<Double>], _ passing: GroundCovariance
    ) -> (cross: [SIMD2<Double>], whole: GroundCovariance) {
        var cross = [SIMD2<Double>](repeating: .zero, count: Self.size)
        for row in 0..<Self.size {
            var sum = SIMD2(self[row, 0], self[row, 1])
            for error in 0..<Self.errors { sum += shared[error] * self[row, Self.firstError + error] }
            cross[row] = sum
        }
        var (north, east) = (cross[0], cross[1])
        for error in 0..<Self.errors {
            north += cross[Self.firstError + error] * shared[error].x
            east += cross[Self.firstError + error] * shared[error].y
        }
        let whole = GroundCovariance(north: north.x, east: east.y, both: (north.y + east.x) / 2) + passing
        return (cross, whole)
    }

    private func surprise(_ place: SIMD2<Double>, _ shared: [SIMD2<Double>]) -> SIMD2<Double> {
        var expected = self.place
        for error in 0..<Self.errors { expected += shared[error] * mean[Self.firstError + error] }
        return place - expected
    }

    /// Squared distance of a look from what is expected, in standard deviations.
    func squaredDeviations(
        at place: SIMD2<Double>, shared: [SIMD2<Double>], passing: GroundCovariance
    ) -> Double {
        seen(shared, passing).whole.squaredDeviations(surprise(place, shared))
    }

    /// Takes a look.
    mutating func take(at place: SIMD2<Double>, shared: [SIMD2<Double>], passing: GroundCovariance) {
        let (cross, whole) = seen(shared, passing)
        let determinant = whole.north * whole.east - whole.both * whole.both
        guard determinant > 0 else { return }
        let surprise = surprise(place, shared)
        let gains = cross.map { row in
            SIMD2(
                (row.x * whole.east - row.y * whole.both) / determinant,
                (row.y * whole.north - row.x * whole.both) / determinant)
        }
        for row in 0..<Self.size {
            mean[row] += (gains[row] * surprise).sum()
            for column in 0..<Self.size { self[row, column] -= (gains[row] * cross[column]).sum() }
        }
        for row in 0..<Self.size {
            for column in 0..<row {
                let middle = (self[row, column] + self[column, row]) / 2
                (self[row, column], self[column, row]) = (middle, middle)
            }
            self[row, row] = max(self[row, row], 0)
        }
    }
}
