// The lens that explains several sightings of a board best, by Zhang's method.
import Glibc

/// All sightings' reprojection errors made small together: the lens and a pose for each sighting (Levenberg and
/// Marquardt).
///
/// The normal equations are solved for the lens first, as each pose depends on it alone. Complexity: O(steps *
/// corners).
struct LensFit {
    private(set) var lens: Lens
    private(set) var poses: [BoardPose]
    /// Squared pixels, of each sighting.
    private(set) var errors: [Double]
    /// Of fx, fy, cx, cy, k1, k2, p1, p2, k3, from the errors that are left.
    private(set) var deviations: [Double] = []

    private let sightings: [BoardSighting]
    private static let unknowns = 9
    private static let mostSteps = 100

    /// - Throws: `CalibrationError` where the sightings do not determine a lens.
    init(_ sightings: [BoardSighting], width: Int, height: Int) throws(CalibrationError) {
        guard sightings.count >= CalibrationResult.leastViews else {
            throw .tooFewViews(found: sightings.count, needed: CalibrationResult.leastViews)
        }
        self.sightings = sightings
        let middle = SIMD2(Double(width - 1) / 2, Double(height - 1) / 2)
        let start = try Self.start(sightings, middle: middle, width: width)
        (lens, poses) = start
        errors = Self.errors(sightings, lens, poses)
        try improve()
    }

    /// Focal lengths in closed form from homographies (Zhang), the principal point in the middle, no distortion.
    private static func start(
        _ sightings: [BoardSighting], middle: SIMD2<Double>, width: Int
    ) throws(CalibrationError) -> (Lens, [BoardPose]) {
        var matrix = SymmetricMatrix(size: 2)
        var right = [0.0, 0.0]
        var homographies: [Homography] = []
        for sighting in sightings {
            let shifted = sighting.corners.map { $0 - middle }
            guard let homography = Homography(from: sighting.board.places, to: shifted) else { throw .undetermined }
            homographies.append(homography)
            let (a, b, c) = (homography.rows[0], homography.rows[1], homography.rows[2])
            let (h, v) = (SIMD3(a.x, b.x, c.x), SIMD3(a.y, b.y, c.y))
            // Seen at its true angles, both axes of the board are at right angles and of one length.
            let scale = 1 / (h.length * v.length)
            let across = [h.x * v.x * scale, h.y * v.y * scale]
            let alike = [(h.x * h.x - v.x * v.x) * scale, (h.y * h.y - v.y * v.y) * scale]
            matrix.add(across)
            matrix.add(alike)
            for i in 0..<2 { right[i] -= (across[i] * h.z * v.z + alike[i] * (h.z * h.z - v.z * v.z)) * scale }
        }
        var focal = SIMD2(Double(width), Double(width))
        if let inverse = matrix.factored()?.solved(right), inverse[0] > 0, inverse[1] > 0 {
            let found = SIMD2(1 / inverse[0].squareRoot(), 1 / inverse[1].squareRoot())
            // Of boards that hardly tilt, the wildest lengths come out; the fit begins better from a common one.
            if abs(log(found.x / Double(width))) < 3, abs(log(found.x / found.y)) < 0.7 { focal = found }
        }
        let lens = Lens(fx: focal.x, fy: focal.y, cx: middle.x, cy: middle.y)
        var poses: [BoardPose] = []
        for homography in homographies {
            let plain = Homography(
                homography.rows[0] / focal.x, homography.rows[1] / focal.y, homography.rows[2])
            guard let pose = BoardPose(plain) else { throw .undetermined }
            poses.append(pose)
        }
        return (lens, poses)
    }

    private static func errors(_ sightings: [BoardSighting], _ lens: Lens, _ poses: [BoardPose]) -> [Double] {
        zip(sightings, poses).map { sighting, pose in
            sighting.corners.indices.reduce(0.0) { sum, index in
                guard let seen = lens.project(pose.applied(to: sighting.board.place(index))) else { return .infinity }
                let error = seen - sighting.corners[index]
                return sum + error.dot(error)
            }
        }
    }

    private mutating func improve() throws(CalibrationError) {
        var damping = 1e-3
        var total = errors.reduce(0, +)
        guard total.isFinite else { throw .undetermined }
        for _ in 0..<Self.mostSteps {
            let equations = zip(sightings, poses).map { ViewEquations($0, $1, lens) }
            var gain = 0.0
            while damping < 1e12 {
                guard let step = Self.step(equations, damping) else {
                    damping *= 10
                    continue
                }
                let lens = lens.moved(step.lens)
                let poses = zip(poses, step.poses).map { $0.moved($1) }
                let errors = Self.errors(sightings, lens, poses)
                let sum = errors.reduce(0, +)
                if sum < total, lens.fx > 0, lens.fy > 0 {
                    gain = total - sum
                    (self.lens, self.poses, self.errors, total) = (lens, poses, errors, sum)
                    damping = max(damping / 10, 1e-12)
                    break
                }
                damping *= 10
            }
            if gain <= 1e-12 * total { break }
        }
        try judge(total)
    }

    /// The standard deviations of the lens, from what is left of the errors.
    private mutating func judge(_ total: Double) throws(CalibrationError) {
        let equations = zip(sightings, poses).map { ViewEquations($0, $1, lens) }
        guard let reduced = Self.reduced(equations, 0)?.matrix, let factor = reduced.factored() else {
            throw .undetermined
        }
        let values = sightings.reduce(0) { $0 + 2 * $1.corners.count }
        let free = max(values - Self.unknowns - 6 * sightings.count, 1)
        deviations = factor.inverseDiagonal.map { ($0 * total / Double(free)).squareRoot() }
    }

    private static func step(_ equations: [ViewEquations], _ damping: Double) -> (lens: [Double], poses: [[Double]])? {
        guard let reduced = reduced(equations, damping), let factor = reduced.matrix.factored() else { return nil }
        let lens = factor.solved(reduced.right)
        let poses = zip(equations, reduced.factors).map { equations, factor in
            var right = equations.poseRight
            for i in 0..<unknowns {
                for j in 0..<6 { right[j] -= equations.mixed[i * 6 + j] * lens[i] }
            }
            return factor.solved(right)
        }
        return (lens, poses)
    }

    /// The equations of the lens alone, each pose following it.
    private static func reduced(
        _ equations: [ViewEquations], _ damping: Double
    ) -> (matrix: SymmetricMatrix, right: [Double], factors: [SymmetricMatrix.Factor])? {
        var own = SymmetricMatrix(size: unknowns)
        for view in equations {
            for i in 0..<unknowns {
                for j in 0..<unknowns { own[i, j] += view.lens[i, j] }
            }
        }
        var matrix = own.damped(damping)
        var right = [Double](repeating: 0, count: unknowns)
        var factors: [SymmetricMatrix.Factor] = []
        for view in equations {
            guard let factor = view.pose.damped(damping).factored() else { return nil }
            factors.append(factor)
            let followed = factor.solved(view.poseRight)
            for i in 0..<unknowns {
                let row = Array(view.mixed[i * 6..<i * 6 + 6])
                let solved = factor.solved(row)
                for j in 0..<unknowns {
                    for k in 0..<6 { matrix[i, j] -= solved[k] * view.mixed[j * 6 + k] }
                }
                right[i] += view.lensRight[i]
                for k in 0..<6 { right[i] -= row[k] * followed[k] }
            }
        }
        return (matrix, right, factors)
    }
}

extension Lens {
    /// With steps added to fx, fy, cx, cy, k1, k2, p1, p2, k3.
    fileprivate func moved(_ step: [Double]) -> Lens {
        Lens(
            fx: fx + step[0], fy: fy + step[1], cx: cx + step[2], cy: cy + step[3],
            distortion: (0..<5).map { distortion[$0] + step[4 + $0] })
    }
}

extension BoardPose {
    /// Turned by the first three numbers and moved by the others.
    func moved(_ step: [Double]) -> BoardPose {
        BoardPose(
            rotation: Rotation(SIMD3(step[0], step[1], step[2])).following(rotation),
            translation: translation + SIMD3(step[3], step[4], step[5]))
    }
}
