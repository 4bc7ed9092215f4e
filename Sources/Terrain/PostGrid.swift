// How the posts of a file lie.
import Glibc

/// Posts on lines of latitude and longitude, row by row from the north-west.
struct PostGrid: Hashable, Sendable {
    let columns: Int
    let rows: Int
    /// Degrees, of the first post.
    let north: Double
    let west: Double
    /// Degrees from post to post.
    let rowStep: Double
    let columnStep: Double

    /// Posts that none is worth looking at beyond.
    private static let mostPosts = 1 << 20

    /// `nil` for what does not lie on the earth.
    init?(columns: Int, rows: Int, north: Double, west: Double, rowStep: Double, columnStep: Double) {
        guard (2...Self.mostPosts).contains(columns), (2...Self.mostPosts).contains(rows) else { return nil }
        guard rowStep > 1e-9, columnStep > 1e-9, rowStep <= 10, columnStep <= 10 else { return nil }
        // Half a step beyond the earth's ends: pixels have their heights in their middles.
        let (south, east) = (north - Double(rows) * rowStep, west + Double(columns) * columnStep)
        guard north <= 90 + rowStep, south >= -90 - 2 * rowStep, west >= -180 - columnStep,
            east <= 180 + 2 * columnStep
        else { return nil }
        (self.columns, self.rows, self.north, self.west) = (columns, rows, north, west)
        (self.rowStep, self.columnStep) = (rowStep, columnStep)
    }

    var south: Double { north - Double(rows - 1) * rowStep }
    var east: Double { west + Double(columns - 1) * columnStep }

    /// Where between posts a place lies: the north-western of four, and the parts of the way to the others. `nil`
    /// farther than `rim` steps outside; what is outside by less has the rim's heights.
    func cell(latitude: Double, longitude: Double, rim: Double) -> PostCell? {
        let (down, right) = ((north - latitude) / rowStep, (longitude - west) / columnStep)
        // A billionth of a step is rounding.
        let slack = rim + 1e-9
        guard down >= -slack, right >= -slack, down <= Double(rows - 1) + slack, right <= Double(columns - 1) + slack
        else { return nil }
        let (row, column) = (min(max(down, 0), Double(rows - 1)), min(max(right, 0), Double(columns - 1)))
        let (top, left) = (min(Int(row), rows - 2), min(Int(column), columns - 2))
        return PostCell(row: top, column: left, down: row - Double(top), right: column - Double(left))
    }
}

/// A place between four posts.
struct PostCell {
    let row: Int
    let column: Int
    /// Parts of a step, 0 to 1.
    let down: Double
    let right: Double

    /// Bilinear; `nil` where a post that counts has no height.
    func height(_ post: (_ row: Int, _ column: Int) -> Float) -> Double? {
        func between(_ one: Double?, _ two: Double?, _ part: Double) -> Double? {
            // A billionth of a step beside a post is that post: its neighbours need no height.
            if part < 1e-9 { return one }
            if part > 1 - 1e-9 { return two }
            guard let one, let two else { return nil }
            return one + (two - one) * part
        }
        func known(_ row: Int, _ column: Int) -> Double? {
            let height = post(row, column)
            return height.isNaN ? nil : Double(height)
        }
        func along(_ row: Int) -> Double? { between(known(row, column), known(row, column + 1), right) }
        if down < 1e-9 { return along(row) }
        if down > 1 - 1e-9 { return along(row + 1) }
        return between(along(row), along(row + 1), down)
    }
}
