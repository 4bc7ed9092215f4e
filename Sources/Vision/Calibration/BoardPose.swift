// Where a board stands before the camera.

/// Takes places of a board to points in space: x to the right of the camera, y down, z ahead.
struct BoardPose {
    var rotation: Rotation
    var translation: SIMD3<Double>

    func applied(to place: SIMD2<Double>) -> SIMD3<Double> {
        rotation.applied(to: SIMD3(place.x, place.y, 0)) + translation
    }

    init(rotation: Rotation, translation: SIMD3<Double>) {
        self.rotation = rotation
        self.translation = translation
    }

    /// The pose behind a homography from the board to the plane at depth 1; `nil` where there is none.
    init?(_ homography: Homography) {
        let (a, b, c) = (homography.rows[0], homography.rows[1], homography.rows[2])
        let sign: Double = c.z < 0 ? -1 : 1
        let (right, down, shift) = (SIMD3(a.x, b.x, c.x), SIMD3(a.y, b.y, c.y), SIMD3(a.z, b.z, c.z))
        let scale = sign * 2 / (right.length + down.length)
        guard scale.isFinite else { return nil }
        // The nearest of the two right angles that share the middle between both.
        let (u, v) = (right * scale, down * scale)
        let (sum, difference) = (u + v, u - v)
        guard sum.length > 1e-9, difference.length > 1e-9 else { return nil }
        let across = difference - sum * (difference.dot(sum) / sum.dot(sum))
        let (s, d) = (sum / sum.length, across / across.length)
        let half = 0.5.squareRoot()
        let (first, second) = ((s + d) * half, (s - d) * half)
        let third = first.cross(second)
        rotation = Rotation(rows: [
            SIMD3(first.x, second.x, third.x), SIMD3(first.y, second.y, third.y), SIMD3(first.z, second.z, third.z),
        ])
        translation = shift * scale
        guard translation.z > 0 else { return nil }
    }

}
