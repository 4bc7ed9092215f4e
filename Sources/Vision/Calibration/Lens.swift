// What a lens makes of directions.

/// Focal lengths, principal point and distortion by Brown and Conrady, in OpenCV's convention: the middle of the first
/// pixel is (0, 0).
public struct Lens: Hashable, Sendable {
    public var fx: Double
    public var fy: Double
    public var cx: Double
    public var cy: Double
    /// k1 k2 p1 p2 k3.
    public var distortion: [Double]

    /// - Parameter distortion: of five coefficients.
    public init(fx: Double, fy: Double, cx: Double, cy: Double, distortion: [Double] = [0, 0, 0, 0, 0]) {
        precondition(distortion.count == 5)
        (self.fx, self.fy, self.cx, self.cy) = (fx, fy, cx, cy)
        self.distortion = distortion
    }

    /// Where the lens brings a point of the plane at depth 1.
    func distorted(_ point: SIMD2<Double>) -> SIMD2<Double> {
        let (x, y) = (point.x, point.y)
        let (p1, p2) = (distortion[2], distortion[3])
        let r2 = x * x + y * y
        let radial = 1 + r2 * (distortion[0] + r2 * (distortion[1] + r2 * distortion[4]))
        let right = x * radial + 2 * p1 * x * y + p2 * (r2 + 2 * x * x)
        let down = y * radial + p1 * (r2 + 2 * y * y) + 2 * p2 * x * y
        return SIMD2(right, down)
    }

    /// The pixel at which a point in front of the camera is seen: x to the right, y down, z ahead. `nil` for one that
    /// is not ahead.
    public func project(_ point: SIMD3<Double>) -> SIMD2<Double>? {
        guard point.z > 0 else { return nil }
        let seen = distorted(SIMD2(point.x, point.y) / point.z)
        return SIMD2(fx * seen.x + cx, fy * seen.y + cy)
    }

    /// The point of the plane at depth 1 that is seen at `pixel`; `nil` where the model has none, far outside the
    /// picture.
    ///
    /// Newton's steps, each at most halved until it helps. Complexity: O(1).
    func normalized(_ pixel: SIMD2<Double>) -> SIMD2<Double>? {
        let wanted = SIMD2((pixel.x - cx) / fx, (pixel.y - cy) / fy)
        guard wanted.x.isFinite, wanted.y.isFinite else { return nil }
        // From the middle outwards, so that of several solutions the nearest is found.
        var point = SIMD2<Double>(0, 0)
        for part in 1...4 {
            let target = wanted * (Double(part) / 4)
            for _ in 0..<20 {
                let error = target - distorted(point)
                if error.length < 1e-13 { break }
                let slope = slope(point)
                let determinant = slope.right.x * slope.down.y - slope.right.y * slope.down.x
                guard determinant > 0.01 else { return nil }
                let step = SIMD2(
                    (slope.down.y * error.x - slope.right.y * error.y) / determinant,
                    (slope.right.x * error.y - slope.down.x * error.x) / determinant)
                point += step
            }
        }
        return (wanted - distorted(point)).length < 1e-9 ? point : nil
    }

    /// How the distorted point moves with the point: the rows of the derivative.
    func slope(_ point: SIMD2<Double>) -> (right: SIMD2<Double>, down: SIMD2<Double>) {
        let (x, y) = (point.x, point.y)
        let (p1, p2) = (distortion[2], distortion[3])
        let r2 = x * x + y * y
        let radial = 1 + r2 * (distortion[0] + r2 * (distortion[1] + r2 * distortion[4]))
        let growth = 2 * (distortion[0] + r2 * (2 * distortion[1] + r2 * 3 * distortion[4]))
        let mixed = growth * x * y + 2 * p1 * x + 2 * p2 * y
        return (
            SIMD2(radial + growth * x * x + 2 * p1 * y + 6 * p2 * x, mixed),
            SIMD2(mixed, radial + growth * y * y + 6 * p1 * y + 2 * p2 * x)
        )
    }

    /// Where `pixel` would be seen by the same camera with a lens that does not distort; `nil` where the model has no
    /// answer.
    public func undistorted(_ pixel: SIMD2<Double>) -> SIMD2<Double>? {
        normalized(pixel).map { SIMD2(fx * $0.x + cx, fy * $0.y + cy) }
    }

    /// The direction, of length 1, of what is seen at `pixel`: x to the right, y down, z ahead.
    public func ray(_ pixel: SIMD2<Double>) -> SIMD3<Double>? {
        normalized(pixel).map { point in
            let direction = SIMD3(point.x, point.y, 1)
            return direction / direction.length
        }
    }
}
