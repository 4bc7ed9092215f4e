// A camera's mounting from directions that are known.
import Glibc

/// Something seen at a pixel whose direction from the body is known, in degrees: azimuth from forward to the right,
/// elevation up.
public struct DirectionSighting: Hashable, Sendable {
    public let pixel: SIMD2<Double>
    public let azimuth: Double
    public let elevation: Double

    public init(pixel: SIMD2<Double>, azimuth: Double, elevation: Double) {
        (self.pixel, self.azimuth, self.elevation) = (pixel, azimuth, elevation)
    }

    /// Forward, right, down.
    var direction: SIMD3<Double> {
        let (azimuth, elevation) = (azimuth * .pi / 180, elevation * .pi / 180)
        return SIMD3(cos(elevation) * cos(azimuth), cos(elevation) * sin(azimuth), -sin(elevation))
    }
}

extension Boresight {
    /// Below this angle between the two furthest directions, in degrees, the roll is not told.
    private static let leastSpread = 1.0

    /// The rotation that turns what `lens` sees nearest to the known directions (Wahba's problem): begun with two of
    /// them, made better
    /// by Gauss and Newton. Complexity: O(sightings²).
    ///
    /// - Throws: `CalibrationError` where the sightings do not determine it.
    public init(_ sightings: [DirectionSighting], through lens: Lens) throws(CalibrationError) {
        var seen: [SIMD3<Double>] = []
        for (index, sighting) in sightings.enumerated() {
            guard let ray = lens.ray(sighting.pixel) else { throw .outsideLens(observation: index + 1) }
            seen.append(Self.forward(ray))
        }
        let known = sightings.map(\.direction)
        var turn = try Self.start(seen, known)
        for _ in 0..<20 {
            var equations = SymmetricMatrix(size: 3)
            var right = SIMD3<Double>(0, 0, 0)
            Self.add(seen.map(turn.applied), known, to: &equations, &right)
            guard let factor = equations.factored() else { throw .tooNarrow }
            let step = factor.solved([right.x, right.y, right.z])
            turn = Rotation(SIMD3(step[0], step[1], step[2])).following(turn)
        }
        let turned = seen.map(turn.applied)
        let errors = zip(turned, known).map { ($0 - $1).dot($0 - $1) }
        var equations = SymmetricMatrix(size: 3)
        var right = SIMD3<Double>(0, 0, 0)
        Self.add(turned, known, to: &equations, &right)
        guard let factor = equations.factored() else { throw .tooNarrow }
        let total = errors.reduce(0, +)
        let degree = 180 / Double.pi
        let angles = Self.angles(turn) * degree
        (roll, pitch, yaw) = (angles.x, angles.y, angles.z)
        // How each angle moves with small turns about the body's axes.
        let variance = total / Double(2 * sightings.count - 3)
        let slopes = (0..<3).map { axis -> SIMD3<Double> in
            var small = SIMD3<Double>(0, 0, 0)
            small[axis] = 1e-6
            return Self.difference(Self.angles(Rotation(small).following(turn)), Self.angles(turn)) / 1e-6
        }
        deviations = (0..<3).map { angle in
            let row = slopes.map { $0[angle] }
            let spread = zip(row, factor.solved(row)).reduce(0.0) { $0 + $1.0 * $1.1 }
            return (spread * variance).squareRoot() * degree
        }
        rms = (total / Double(sightings.count)).squareRoot() * degree
        observations = sightings.count
    }

    /// The turn that brings two directions, as far from each other as there are, to theirs.
    private static func start(
        _ seen: [SIMD3<Double>], _ known: [SIMD3<Double>]
    ) throws(CalibrationError) -> Rotation {
        guard seen.count >= 2 else { throw .tooFewDirections(found: seen.count) }
        var best = (first: 0, second: 0, spread: 0.0)
        for first in seen.indices {
            for second in 0..<first {
                let spread = min(seen[first].cross(seen[second]).length, known[first].cross(known[second]).length)
                if spread > best.spread { best = (first, second, spread) }
            }
        }
        guard best.spread > sin(leastSpread * .pi / 180) else { throw .tooNarrow }
        let from = frame(seen[best.first], seen[best.second])
        let to = frame(known[best.first], known[best.second])
        return to.inverse.following(from)
    }

    /// The rotation to axes along the first direction, across both, and across these.
    private static func frame(_ first: SIMD3<Double>, _ second: SIMD3<Double>) -> Rotation {
        let across = first.cross(second)
        let normal = across / across.length
        return Rotation(rows: [first, normal, first.cross(normal)])
    }

    /// The equations of the small turn that takes each direction to its known one.
    private static func add(
        _ turned: [SIMD3<Double>], _ known: [SIMD3<Double>], to equations: inout SymmetricMatrix,
        _ right: inout SIMD3<Double>
    ) {
        for (seen, known) in zip(turned, known) {
            equations.add([0, seen.z, -seen.y])
            equations.add([-seen.z, 0, seen.x])
            equations.add([seen.y, -seen.x, 0])
            right += seen.cross(known)
        }
    }

    /// Roll, pitch and yaw in radians.
    private static func angles(_ turn: Rotation) -> SIMD3<Double> {
        let rows = turn.rows
        return SIMD3(
            atan2(rows[2].y, rows[2].z), asin(min(max(-rows[2].x, -1), 1)), atan2(rows[1].x, rows[0].x))
    }

    /// Over the shorter way round.
    private static func difference(_ a: SIMD3<Double>, _ b: SIMD3<Double>) -> SIMD3<Double> {
        let away = a - b
        return SIMD3(remainder(away.x, 2 * .pi), remainder(away.y, 2 * .pi), remainder(away.z, 2 * .pi))
    }
}
