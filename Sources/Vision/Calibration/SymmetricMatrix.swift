// Normal equations of a few unknowns.

/// A square matrix of which both halves are kept alike.
struct SymmetricMatrix {
    let size: Int
    private(set) var values: [Double]

    init(size: Int) {
        self.size = size
        values = [Double](repeating: 0, count: size * size)
    }

    subscript(row: Int, column: Int) -> Double {
        get { values[row * size + column] }
        set { values[row * size + column] = newValue }
    }

    /// Adds the product of a row of the Jacobian with itself. Complexity: O(size²).
    mutating func add(_ row: [Double]) {
        for i in 0..<size where row[i] != 0 {
            for j in 0..<size { values[i * size + j] += row[i] * row[j] }
        }
    }

    /// The same with each value of the diagonal larger by `share`, as Levenberg and Marquardt have it.
    func damped(_ share: Double) -> SymmetricMatrix {
        var damped = self
        for i in 0..<size { damped[i, i] *= 1 + share }
        return damped
    }

    /// The lower triangle whose product with its transpose this is (Cholesky); `nil` where the unknowns are not
    /// determined.
    ///
    /// Complexity: O(size³).
    func factored() -> Factor? {
        var lower = values
        for i in 0..<size {
            for j in 0...i {
                var sum = lower[i * size + j]
                for k in 0..<j { sum -= lower[i * size + k] * lower[j * size + k] }
                if i == j {
                    // What is left of a diagonal that others explain is the rounding of it.
                    guard sum > 1e-13 * values[i * size + i], sum.isFinite else { return nil }
                    lower[i * size + i] = sum.squareRoot()
                } else {
                    lower[i * size + j] = sum / lower[j * size + j]
                }
            }
        }
        return Factor(size: size, lower: lower)
    }

    struct Factor {
        let size: Int
        fileprivate let lower: [Double]

        /// What the matrix times which is `right`. Complexity: O(size²).
        func solved(_ right: [Double]) -> [Double] {
            var x = right
            for i in 0..<size {
                for k in 0..<i { x[i] -= lower[i * size + k] * x[k] }
                x[i] /= lower[i * size + i]
            }
            for i in (0..<size).reversed() {
                for k in i + 1..<size { x[i] -= lower[k * size + i] * x[k] }
                x[i] /= lower[i * size + i]
            }
            return x
        }

        /// The diagonal of the inverse: the variances of unknowns whose errors are 1.
        var inverseDiagonal: [Double] {
            (0..<size).map { index in
                var unit = [Double](repeating: 0, count: size)
                unit[index] = 1
                return solved(unit)[index]
            }
        }
    }
}
