// Squares of web maps.
import Glibc

/// A tile of the Web Mercator scheme (EPSG:3857, "z/x/y", the first one in the north-west).
public struct MercatorTile: Hashable, Sendable {
    public let zoom: Int
    public let x: Int
    public let y: Int

    /// Pixels a side.
    public static let side = 256
    private static let zooms = 0...24

    /// `nil` for what is no tile.
    public init?(zoom: Int, x: Int, y: Int) {
        guard Self.zooms.contains(zoom), (0..<1 << zoom).contains(x), (0..<1 << zoom).contains(y) else { return nil }
        (self.zoom, self.x, self.y) = (zoom, x, y)
    }

    private var pixels: Double { Double(Self.side << zoom) }

    /// Degrees; columns count from the tile's left edge.
    public func longitude(column: Double) -> Double {
        (Double(x * Self.side) + column) / pixels * 360 - 180
    }

    /// Degrees; rows count from the tile's upper edge.
    public func latitude(row: Double) -> Double {
        let part = (Double(y * Self.side) + row) / pixels
        return atan(sinh(.pi * (1 - 2 * part))) * 180 / .pi
    }

    /// Metres on the ground of a pixel in the tile's middle.
    public var metresPerPixel: Double {
        let middle = latitude(row: Double(Self.side) / 2) * .pi / 180
        return 2 * .pi * 6_378_137 * cos(middle) / pixels
    }
}
