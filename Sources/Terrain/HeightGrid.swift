// Heights for a tile of a map.

/// Heights in the middles of a map tile's pixels, row by row from its upper left corner, with some of its neighbours'
/// around it, so that slopes can be told at its edges.
public struct HeightGrid: Sendable {
    /// Pixels around the tile.
    public let margin: Int
    /// Of a row: 256 and twice the margin.
    public let side: Int
    /// Metres above mean sea level; not a number where there is none.
    public let heights: [Float]
    /// On the ground, in the middle.
    public let metresPerPixel: Double

    /// `nil` outside.
    public func height(column: Int, row: Int) -> Float? {
        let (x, y) = (column + margin, row + margin)
        guard (0..<side).contains(x), (0..<side).contains(y) else { return nil }
        let height = heights[y * side + x]
        return height.isNaN ? nil : height
    }
}

extension HeightModel {
    /// Less zoom shows so much ground at once that reading it takes seconds.
    public static var leastZoom: Int { 7 }

    /// The heights of a map tile.
    ///
    /// Complexity: O(pixels), and the blocks that are not in memory are read: 4 to 20 of them from zoom 11 on, some
    /// hundreds at zoom 7.
    ///
    /// - Parameter margin: pixels around it, 0 to 16.
    /// - Returns: `nil` where there is no height at all, and below `leastZoom`.
    public func heights(of tile: MercatorTile, margin: Int = 1) -> HeightGrid? {
        guard tile.zoom >= Self.leastZoom else { return nil }
        let margin = min(max(margin, 0), 16)
        let side = MercatorTile.side + 2 * margin
        var heights = [Float](repeating: .nan, count: side * side)
        var hasAny = false
        let longitudes = (0..<side).map { column in
            let degrees = tile.longitude(column: Double(column - margin) + 0.5)
            return degrees.remainder(dividingBy: 360)
        }
        for row in 0..<side {
            let latitude = tile.latitude(row: Double(row - margin) + 0.5)
            for column in 0..<side {
                guard let height = self.height(latitude: latitude, longitude: longitudes[column]).metres else {
                    continue
                }
                heights[row * side + column] = Float(height)
                hasAny = true
            }
        }
        guard hasAny else { return nil }
        return HeightGrid(margin: margin, side: side, heights: heights, metresPerPixel: tile.metresPerPixel)
    }
}
