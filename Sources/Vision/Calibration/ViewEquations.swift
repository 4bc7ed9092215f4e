// The normal equations of one sighting of a board.

/// Products of the derivatives of its reprojection errors: by the lens, by the pose, and of both.
struct ViewEquations {
    private(set) var lens = SymmetricMatrix(size: 9)
    private(set) var pose = SymmetricMatrix(size: 6)
    /// 9 rows of 6.
    private(set) var mixed = [Double](repeating: 0, count: 54)
    private(set) var lensRight = [Double](repeating: 0, count: 9)
    private(set) var poseRight = [Double](repeating: 0, count: 6)

    init(_ sighting: BoardSighting, _ pose: BoardPose, _ lens: Lens) {
        for (index, corner) in sighting.corners.enumerated() {
            let place = sighting.board.place(index)
            let turned = pose.rotation.applied(to: SIMD3(place.x, place.y, 0))
            let point = turned + pose.translation
            let plain = SIMD2(point.x, point.y) / point.z
            let bent = lens.distorted(plain)
            let slope = lens.slope(plain)
            let error = corner - SIMD2(lens.fx * bent.x + lens.cx, lens.fy * bent.y + lens.cy)
            let bend = Self.bend(plain)
            add(
                [bent.x, 0, 1, 0] + bend.right.map { lens.fx * $0 },
                Self.poseRow(slope.right * lens.fx, point, turned), error.x)
            add(
                [0, bent.y, 0, 1] + bend.down.map { lens.fy * $0 },
                Self.poseRow(slope.down * lens.fy, point, turned), error.y)
        }
    }

    /// How the distorted point moves with each coefficient.
    private static func bend(_ point: SIMD2<Double>) -> (right: [Double], down: [Double]) {
        let (x, y) = (point.x, point.y)
        let r2 = x * x + y * y
        let (r4, r6) = (r2 * r2, r2 * r2 * r2)
        return (
            [x * r2, x * r4, 2 * x * y, r2 + 2 * x * x, x * r6], [y * r2, y * r4, r2 + 2 * y * y, 2 * x * y, y * r6]
        )
    }

    /// The derivative by turns and moves of the pose, of something that moves by `slope` with the point at depth 1.
    private static func poseRow(_ slope: SIMD2<Double>, _ point: SIMD3<Double>, _ turned: SIMD3<Double>) -> [Double] {
        let depth = (slope.x * point.x + slope.y * point.y) / point.z
        let byPoint = SIMD3(slope.x, slope.y, -depth) / point.z
        let byTurn = turned.cross(byPoint)
        return [byTurn.x, byTurn.y, byTurn.z, byPoint.x, byPoint.y, byPoint.z]
    }

    private mutating func add(_ lensRow: [Double], _ poseRow: [Double], _ error: Double) {
        lens.add(lensRow)
        pose.add(poseRow)
        for i in 0..<9 {
            lensRight[i] += lensRow[i] * error
            for j in 0..<6 { mixed[i * 6 + j] += lensRow[i] * poseRow[j] }
        }
        for j in 0..<6 { poseRight[j] += poseRow[j] * error }
    }
}
