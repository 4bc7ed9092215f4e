// Turning directions in space.
import Glibc

/// A rotation matrix.
public struct Rotation: Hashable, Sendable {
    /// Row by row.
    let rows: [SIMD3<Double>]

    init(rows: [SIMD3<Double>]) { self.rows = rows }

    /// About an axis by the length of `turn` in radians.
    init(_ turn: SIMD3<Double>) {
        let angle = turn.length
        guard angle > 1e-12 else {
            rows = [SIMD3(1, -turn.z, turn.y), SIMD3(turn.z, 1, -turn.x), SIMD3(-turn.y, turn.x, 1)]
            return
        }
        let axis = turn / angle
        let (sine, cosine) = (sin(angle), cos(angle))
        let units = [SIMD3<Double>(1, 0, 0), SIMD3<Double>(0, 1, 0), SIMD3<Double>(0, 0, 1)]
        // Rodrigues: what each axis becomes is a column.
        let columns = units.map { unit -> SIMD3<Double> in
            let along = axis * (axis.dot(unit) * (1 - cosine))
            return unit * cosine + axis.cross(unit) * sine + along
        }
        rows = Self.transposed(columns)
    }

    func applied(to vector: SIMD3<Double>) -> SIMD3<Double> {
        SIMD3(rows[0].dot(vector), rows[1].dot(vector), rows[2].dot(vector))
    }

    var inverse: Rotation { Rotation(rows: Self.transposed(rows)) }

    /// This one after `other`.
    func following(_ other: Rotation) -> Rotation {
        let columns = Self.transposed(other.rows).map(applied)
        return Rotation(rows: Self.transposed(columns))
    }

    private static func transposed(_ rows: [SIMD3<Double>]) -> [SIMD3<Double>] {
        [
            SIMD3(rows[0].x, rows[1].x, rows[2].x), SIMD3(rows[0].y, rows[1].y, rows[2].y),
            SIMD3(rows[0].z, rows[1].z, rows[2].z),
        ]
    }
}
