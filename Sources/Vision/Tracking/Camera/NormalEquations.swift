// Linear least squares with a few unknowns.

/// Sums of weighted equations, solved by Cholesky's decomposition.
struct NormalEquations {
    private let unknowns: Int
    private var matrix: [Double]
    private var right: [Double]

    init(unknowns: Int) {
        self.unknowns = unknowns
        matrix = [Double](repeating: 0, count: unknowns * unknowns)
        right = [Double](repeating: 0, count: unknowns)
    }

    /// The sum of `factors` times the unknowns should be `value`.
    mutating func add(_ factors: [Double], _ value: Double, weight: Double) {
        for row in 0..<unknowns where factors[row] != 0 {
            let weighted = weight * factors[row]
            for column in 0...row { matrix[row * unknowns + column] += weighted * factors[column] }
            right[row] += weighted * value
        }
    }

    /// `nil` where the equations leave an unknown open, or a number was none. Complexity: O(unknowns^3).
    var solution: [Double]? {
        var lower = matrix
        var values = right
        for row in 0..<unknowns {
            for column in 0...row {
                var sum = matrix[row * unknowns + column]
                for k in 0..<column { sum -= lower[row * unknowns + k] * lower[column * unknowns + k] }
                if row > column {
                    lower[row * unknowns + column] = sum / lower[column * unknowns + column]
                } else {
                    guard sum > 1e-12 else { return nil }
                    lower[row * unknowns + row] = sum.squareRoot()
                }
            }
            for k in 0..<row { values[row] -= lower[row * unknowns + k] * values[k] }
            values[row] /= lower[row * unknowns + row]
        }
        for row in (0..<unknowns).reversed() {
            for k in row + 1..<unknowns { values[row] -= lower[k * unknowns + row] * values[k] }
            values[row] /= lower[row * unknowns + row]
        }
        return values.allSatisfy(\.isFinite) ? values : nil
    }
}
