// How a moving camera moves what stands still.

/// Where the things of one picture lie in a later one, if they did not move themselves: a homography, in pixels.
public struct CameraMotion: Sendable, Equatable {
    /// Rows of the matrix that takes (x, y, 1) there; the last number is 1.
    let matrix: [Double]
    /// The share of places looked at that moved as this says, 0...1.
    public let confidence: Double

    /// - Parameter matrix: nine numbers, row by row. `nil` where one is none, or the last is 0.
    public init?(matrix: [Double], confidence: Double = 1) {
        guard matrix.count == 9, let last = matrix.last, abs(last) > 1e-9 else { return nil }
        self.matrix = matrix.map { $0 / last }
        self.confidence = confidence
        guard self.matrix.allSatisfy(\.isFinite), confidence.isFinite else { return nil }
    }

    /// What the motion does to the neighbourhood of a place.
    struct Local {
        var x: Double
        var y: Double
        /// Derivatives of the new place: `right` along x, `down` along y.
        var right: (x: Double, y: Double)
        var down: (x: Double, y: Double)
    }

    /// `nil` for places near or beyond the horizon, and where a picture would be scaled by more than `steepest`.
    func local(x: Double, y: Double) -> Local? {
        let depth = matrix[6] * x + matrix[7] * y + matrix[8]
        guard depth > 0.1 else { return nil }
        let newX = (matrix[0] * x + matrix[1] * y + matrix[2]) / depth
        let newY = (matrix[3] * x + matrix[4] * y + matrix[5]) / depth
        func derivative(_ column: Int) -> (x: Double, y: Double) {
            (
                (matrix[column] - newX * matrix[6 + column]) / depth,
                (matrix[3 + column] - newY * matrix[6 + column]) / depth
            )
        }
        let (right, down) = (derivative(0), derivative(1))
        let area = right.x * down.y - right.y * down.x
        let squares = [right.x * right.x + right.y * right.y, down.x * down.x + down.y * down.y, area]
        let steep = Self.steepest * Self.steepest
        guard newX.magnitude < Self.farthest, newY.magnitude < Self.farthest,
            squares.allSatisfy({ $0 > 1 / steep && $0 < steep })
        else { return nil }
        return Local(x: newX, y: newY, right: right, down: down)
    }

    private static let steepest = 4.0
    private static let farthest = 1e7

    /// The new place of a point that stands still.
    public func moved(x: Double, y: Double) -> (x: Double, y: Double)? { local(x: x, y: y).map { ($0.x, $0.y) } }
}
