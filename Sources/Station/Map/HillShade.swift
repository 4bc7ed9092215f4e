// Heights as a picture of a map.
import Glibc
import Imaging
import Terrain

/// Draws a map's tile: colours by height, light from the north-west and contour lines.
enum HillShade {
    private struct RGB {
        let red: Float
        let green: Float
        let blue: Float
    }

    /// Metres above the sea and the colours there, as school atlases have them, but pale: what is drawn over it must stand out.
    private static let tints: [(height: Float, colour: RGB)] = [
        (-100, RGB(red: 176, green: 196, blue: 188)), (0, RGB(red: 190, green: 209, blue: 172)),
        (400, RGB(red: 214, green: 220, blue: 178)), (1000, RGB(red: 228, green: 214, blue: 174)),
        (2000, RGB(red: 214, green: 190, blue: 160)), (3000, RGB(red: 206, green: 194, blue: 186)),
        (4000, RGB(red: 238, green: 238, blue: 240)),
    ]
    /// Where no height is known, in stripes.
    private static let unknown: [UInt8] = [150, 128]
    private static let stripe = 8
    private static let steps: [Float] = [10, 20, 50, 100, 200, 500, 1000, 2000]
    /// Pixels between contours on ground that rises as much as it goes.
    private static let leastPixels: Float = 7
    /// To the light: east, north and up, 45 degrees high in the north-west.
    private static let light: (east: Float, north: Float, up: Float) = (-0.5, 0.5, 0.7071)
    private static let shadow: Float = 0.45

    /// Complexity: O(pixels), some 4 ms.
    ///
    /// - Parameter grid: with a margin of at least 1: slopes are told over twice that, so that no facets show between posts.
    static func picture(_ grid: HeightGrid) throws(ImageError) -> Image {
        let side = MercatorTile.side
        let step = steps.first { $0 >= leastPixels * Float(grid.metresPerPixel) } ?? 2000
        let across = 1 / (2 * Float(grid.margin) * Float(grid.metresPerPixel))
        let bytes = [UInt8](unsafeUninitializedCapacity: side * side * 3) { pixels, count in
            for row in 0..<side {
                for column in 0..<side {
                    let colour = colour(grid, column, row, across, step)
                    let place = (row * side + column) * 3
                    pixels[place] = colour.0
                    pixels[place + 1] = colour.1
                    pixels[place + 2] = colour.2
                }
            }
            count = side * side * 3
        }
        return try Image(width: side, height: side, format: .rgb, bytes: bytes)
    }

    private static func colour(
        _ grid: HeightGrid, _ column: Int, _ row: Int, _ across: Float, _ step: Float
    ) -> (UInt8, UInt8, UInt8) {
        func height(_ right: Int, _ down: Int) -> Float? { grid.height(column: column + right, row: row + down) }
        guard let here = height(0, 0) else {
            let grey = unknown[(column + row) / stripe % 2]
            return (grey, grey, grey)
        }
        let reach = grid.margin
        let (west, east) = (height(-reach, 0) ?? here, height(reach, 0) ?? here)
        let (north, south) = (height(0, -reach) ?? here, height(0, reach) ?? here)
        let (rise, climb) = ((east - west) * across, (north - south) * across)
        let length = (1 + rise * rise + climb * climb).squareRoot()
        let lit = max(0, (light.up - rise * light.east - climb * light.north) / length)
        // Level ground is as bright as its colour.
        var bright = shadow + (1 - shadow) * min(lit / light.up, 1.25)
        let line = (here / step).rounded(.down)
        let isLine = [height(1, 0), height(0, 1)].contains { $0.map { ($0 / step).rounded(.down) != line } ?? false }
        if isLine { bright *= 0.86 }
        let tint = tint(here)
        func byte(_ part: Float) -> UInt8 { UInt8(min(max(part * bright, 0), 255)) }
        return (byte(tint.red), byte(tint.green), byte(tint.blue))
    }

    private static func tint(_ height: Float) -> RGB {
        guard let above = tints.firstIndex(where: { $0.height > height }) else { return tints[tints.count - 1].colour }
        guard above > 0 else { return tints[0].colour }
        let (low, high) = (tints[above - 1], tints[above])
        let part = (height - low.height) / (high.height - low.height)
        func between(_ one: Float, _ two: Float) -> Float { one + (two - one) * part }
        return RGB(
            red: between(low.colour.red, high.colour.red), green: between(low.colour.green, high.colour.green),
            blue: between(low.colour.blue, high.colour.blue))
    }
}
