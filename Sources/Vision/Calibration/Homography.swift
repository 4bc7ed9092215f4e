// How one plane is seen on another.

/// Takes points of a plane to points of another, straight lines to straight lines.
public struct Homography: Hashable, Sendable {
    /// Row by row.
    let rows: [SIMD3<Double>]

    init(_ first: SIMD3<Double>, _ second: SIMD3<Double>, _ third: SIMD3<Double>) { rows = [first, second, third] }

    func applied(to point: SIMD2<Double>) -> SIMD2<Double> {
        let p = SIMD3(point.x, point.y, 1)
        let depth = rows[2].dot(p)
        return SIMD2(rows[0].dot(p), rows[1].dot(p)) / depth
    }

    /// The one that takes `places` nearest to `seen`; `nil` for fewer than four, or where they lie on a line.
    ///
    /// Found in coordinates around 0 of size 1, the last entry 1: the middle of what is seen is never infinitely far.
    /// Complexity: O(points).
    init?(from places: [SIMD2<Double>], to seen: [SIMD2<Double>]) {
        guard places.count == seen.count, places.count >= 4 else { return nil }
        let (near, far) = (Similarity(places), Similarity(seen))
        guard let near, let far else { return nil }
        var matrix = SymmetricMatrix(size: 8)
        var right = [Double](repeating: 0, count: 8)
        var entries: [Double] = []
        // The second round weighs each point by its depth, so that distances in the picture are made small and not
        // products.
        for round in 0..<3 {
            matrix = SymmetricMatrix(size: 8)
            right = [Double](repeating: 0, count: 8)
            for (place, point) in zip(places, seen) {
                let (p, q) = (near.applied(to: place), far.applied(to: point))
                let depth = round == 0 ? 1 : entries[6] * p.x + entries[7] * p.y + 1
                guard depth > 0.01 else { return nil }
                let first: [Double] = [p.x, p.y, 1, 0, 0, 0, -q.x * p.x, -q.x * p.y].map { $0 / depth }
                let second: [Double] = [0, 0, 0, p.x, p.y, 1, -q.y * p.x, -q.y * p.y].map { $0 / depth }
                matrix.add(first)
                matrix.add(second)
                for i in 0..<8 { right[i] += (first[i] * q.x + second[i] * q.y) / depth }
            }
            guard let factor = matrix.factored() else { return nil }
            entries = factor.solved(right)
        }
        let inner = Homography(
            SIMD3(entries[0], entries[1], entries[2]), SIMD3(entries[3], entries[4], entries[5]),
            SIMD3(entries[6], entries[7], 1))
        self = far.inverse.following(inner.following(near.homography))
    }

    /// This one after `other`.
    func following(_ other: Homography) -> Homography {
        let product = rows.map { row in row.x * other.rows[0] + row.y * other.rows[1] + row.z * other.rows[2] }
        return Homography(product[0], product[1], product[2])
    }

    /// The same map with what is seen at `places` of the second plane before the camera and not behind it; `nil` where the horizon lies
    /// between them, or where they are seen nowhere.
    ///
    /// A homography counts the same with all its signs changed. Which sign is meant only what was seen can tell.
    func facing(_ places: [SIMD2<Double>]) -> Homography? {
        guard let inverse else { return nil }
        let depths = places.map { inverse.rows[2].dot(SIMD3($0.x, $0.y, 1)) }
        if depths.allSatisfy({ $0 > 0 && $0.isFinite }) { return self }
        guard depths.allSatisfy({ $0 < 0 && $0.isFinite }) else { return nil }
        return Homography(-rows[0], -rows[1], -rows[2])
    }

    /// From the second plane back to the first; `nil` where all of it is seen edge on.
    var inverse: Homography? {
        let (a, b, c) = (rows[0], rows[1], rows[2])
        let (x, y, z) = (b.cross(c), c.cross(a), a.cross(b))
        let determinant = a.dot(x)
        guard abs(determinant) > 0, determinant.isFinite else { return nil }
        return Homography(
            SIMD3(x.x, y.x, z.x) / determinant, SIMD3(x.y, y.y, z.y) / determinant, SIMD3(x.z, y.z, z.z) / determinant)
    }
}

/// Brings points around 0, the root of two away on average.
private struct Similarity {
    let middle: SIMD2<Double>
    let scale: Double

    init?(_ points: [SIMD2<Double>]) {
        let sum = points.reduce(SIMD2<Double>(0, 0)) { $0 + $1 }
        let middle = sum / Double(points.count)
        let away = points.reduce(0.0) { $0 + ($1 - middle).length } / Double(points.count)
        guard away > 0, away.isFinite else { return nil }
        self.middle = middle
        scale = 2.0.squareRoot() / away
    }

    func applied(to point: SIMD2<Double>) -> SIMD2<Double> { (point - middle) * scale }

    var homography: Homography {
        Homography(SIMD3(scale, 0, -scale * middle.x), SIMD3(0, scale, -scale * middle.y), SIMD3(0, 0, 1))
    }

    var inverse: Homography {
        Homography(SIMD3(1 / scale, 0, middle.x), SIMD3(0, 1 / scale, middle.y), SIMD3(0, 0, 1))
    }
}

extension SIMD3<Double> {
    func dot(_ other: SIMD3<Double>) -> Double { (self * other).sum() }
    var length: Double { dot(self).squareRoot() }

    func cross(_ other: SIMD3<Double>) -> SIMD3<Double> {
        SIMD3(y * other.z - z * other.y, z * other.x - x * other.z, x * other.y - y * other.x)
    }
}
