// The one motion that most points agree on.

/// Fits a homography to pairs of points of which some went elsewhere. The same pairs give the same motion: nothing is drawn by chance.
struct MotionFit {
    /// As `CameraMotion.matrix`, in the pixels of the pairs.
    let matrix: [Double]
    /// The share of pairs that agree.
    let agreement: Double

    /// Pairs are tried as far apart as these shares of their list, which runs through the picture row by row.
    private static let spreads = [0.5, 0.35, 0.62]
    /// What points may differ by from a similarity, in pixels, before perspective is known.
    private static let coarse = 3.0
    /// From step to step, what they may differ by from the homography at last.
    private static let tolerances = [3.0, 2.0, 1.2, 0.8, 0.8]
    /// Fewer agreeing points, or a smaller share of all, prove nothing.
    private static let leastPoints = 12
    private static let leastShare = 0.3
    /// Deviation of agreeing points along each axis, in shares of the picture's width, from which they tell of all the picture.
    private static let leastSpread = 0.06

    /// - Parameter count: of the places looked for, found again or not.
    init?(_ pairs: [PointPair], of count: Int, width: Int, height: Int) {
        let least = max(Double(Self.leastPoints), Self.leastShare * Double(count))
        guard Double(pairs.count) >= least, let rough = Self.similarity(pairs) else { return nil }
        // Numbers of about 1 round the picture's middle keep the equations well conditioned.
        let scale = Double(width) / 2
        let (middleX, middleY) = (scale, Double(height) / 2)
        let points = pairs.map { pair in
            PointPair(
                x: (pair.x - middleX) / scale, y: (pair.y - middleY) / scale, newX: (pair.newX - middleX) / scale,
                newY: (pair.newY - middleY) / scale)
        }
        var normal = rough.normalized(middleX, middleY, scale)
        for tolerance in Self.tolerances {
            guard let better = Self.refined(normal, points, tolerance: tolerance / scale) else { return nil }
            normal = better
        }
        let limit = (Self.tolerances.last ?? 1) / scale
        let agreeing = points.filter { Self.error(normal, $0) < limit * limit }
        guard Double(agreeing.count) >= least, Self.isSpread(agreeing) else { return nil }
        matrix = Self.inPixels(normal, middleX, middleY, scale)
        agreement = Double(agreeing.count) / Double(max(count, 1))
    }

    private static func isSpread(_ points: [PointPair]) -> Bool {
        func deviation(_ values: [Double]) -> Double {
            let mean = values.reduce(0, +) / Double(values.count)
            return (values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(values.count)).squareRoot()
        }
        // Half the width is 1 here.
        return min(deviation(points.map(\.x)), deviation(points.map(\.y))) >= 2 * leastSpread
    }

    /// x' = a x - b y + right, y' = b x + a y + down.
    private struct Similarity {
        var a: Double
        var b: Double
        var right: Double
        var down: Double

        /// The one that two pairs obey.
        init?(_ first: PointPair, _ second: PointPair) {
            let (x, y) = (second.x - first.x, second.y - first.y)
            let (newX, newY) = (second.newX - first.newX, second.newY - first.newY)
            let size = x * x + y * y
            guard size > 0 else { return nil }
            a = (x * newX + y * newY) / size
            b = (x * newY - y * newX) / size
            right = first.newX - a * first.x + b * first.y
            down = first.newY - b * first.x - a * first.y
        }

        func error(_ pair: PointPair) -> Double {
            let x = a * pair.x - b * pair.y + right - pair.newX
            let y = b * pair.x + a * pair.y + down - pair.newY
            return x * x + y * y
        }

        /// Eight numbers of the same motion with places counted from the middle, in units of `scale`.
        func normalized(_ middleX: Double, _ middleY: Double, _ scale: Double) -> [Double] {
            let x = (a * middleX - b * middleY + right - middleX) / scale
            let y = (b * middleX + a * middleY + down - middleY) / scale
            return [a, -b, x, b, a, y, 0, 0]
        }
    }

    /// Of the similarities that two pairs each give, the one that most agree with. Complexity: O(pairs^2).
    private static func similarity(_ pairs: [PointPair]) -> Similarity? {
        var best: (cost: Double, motion: Similarity)?
        let limit = coarse * coarse
        for spread in spreads {
            let step = max(Int(Double(pairs.count) * spread), 1)
            for first in pairs.indices {
                guard let motion = Similarity(pairs[first], pairs[(first + step) % pairs.count]) else { continue }
                var cost = 0.0
                for pair in pairs {
                    cost += min(motion.error(pair), limit)
                    if let best, cost >= best.cost { break }
                }
                if cost < best?.cost ?? .infinity { best = (cost, motion) }
            }
        }
        return best?.motion
    }

    private static func placed(_ h: [Double], _ x: Double, _ y: Double) -> (x: Double, y: Double, depth: Double) {
        let depth = h[6] * x + h[7] * y + 1
        return ((h[0] * x + h[1] * y + h[2]) / depth, (h[3] * x + h[4] * y + h[5]) / depth, depth)
    }

    private static func error(_ h: [Double], _ pair: PointPair) -> Double {
        let new = placed(h, pair.x, pair.y)
        guard new.depth > 0 else { return .infinity }
        return (new.x - pair.newX) * (new.x - pair.newX) + (new.y - pair.newY) * (new.y - pair.newY)
    }

    /// One step of least squares with the weights of Tukey. Where points say little, the motion stays near a similarity.
    private static func refined(_ h: [Double], _ points: [PointPair], tolerance: Double) -> [Double]? {
        var equations = NormalEquations(unknowns: 8)
        for pair in points {
            let share = error(h, pair) / (tolerance * tolerance)
            guard share < 1 else { continue }
            let depth = placed(h, pair.x, pair.y).depth
            let weight = (1 - share) * (1 - share) / (depth * depth)
            let (x, y, u, v) = (pair.x, pair.y, pair.newX, pair.newY)
            equations.add([x, y, 1, 0, 0, 0, -u * x, -u * y], u, weight: weight)
            equations.add([0, 0, 0, x, y, 1, -v * x, -v * y], v, weight: weight)
        }
        equations.add([1, 0, 0, 0, -1, 0, 0, 0], 0, weight: stiffness)
        equations.add([0, 1, 0, 1, 0, 0, 0, 0], 0, weight: stiffness)
        equations.add([0, 0, 0, 0, 0, 0, 1, 0], 0, weight: stiffness)
        equations.add([0, 0, 0, 0, 0, 0, 0, 1], 0, weight: stiffness)
        return equations.solution
    }

    /// In points: deviations of places found (some 0.3 pixels) over those of perspective between two pictures (some 3), squared.
    private static let stiffness = 0.01

    private static func inPixels(_ h: [Double], _ middleX: Double, _ middleY: Double, _ scale: Double) -> [Double] {
        // T^-1 H T, where T takes pixels to places from the middle in units of `scale`.
        let g = h[6] / scale, k = h[7] / scale
        let last = 1 - g * middleX - k * middleY
        func row(_ a: Double, _ b: Double, _ c: Double, _ middle: Double) -> [Double] {
            let constant = scale * c - a * middleX - b * middleY
            return [a + middle * g, b + middle * k, constant + middle * last]
        }
        return row(h[0], h[1], h[2], middleX) + row(h[3], h[4], h[5], middleY) + [g, k, last]
    }
}
