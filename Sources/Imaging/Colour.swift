// A colour to draw with.

/// Red, green and blue of 8 bits each.
public struct Colour: Sendable, Equatable, Hashable {
    public var red: UInt8
    public var green: UInt8
    public var blue: UInt8

    public init(red: UInt8, green: UInt8, blue: UInt8) {
        self.red = red
        self.green = green
        self.blue = blue
    }

    public static let black = Colour(red: 0, green: 0, blue: 0)
    public static let white = Colour(red: 255, green: 255, blue: 255)

    /// Luma of ITU-R BT.601, 0...255.
    public var luma: UInt8 {
        let sum: UInt32 = UInt32(red) * 19595 + UInt32(green) * 38470 + UInt32(blue) * 7471
        return UInt8((sum + 32768) >> 16)
    }

    /// Black or white, whichever is read better on this colour.
    public var readableInk: Colour { luma > 140 ? .black : .white }
}
