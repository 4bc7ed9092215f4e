// How searched ground looks on other programs' maps.

/// The colour that the page's map has for the middle of a band: one hue, deeper is better searched.
struct BandColour {
    private let red: Int
    private let green: Int
    private let blue: Int
    /// 0 to 1.
    let opacity: Double

    init(_ band: SearchedBands.Band) {
        let probability = Double(band.from + band.to) / 200
        red = Int((150 - 110 * probability).rounded())
        green = Int((120 - 90 * probability).rounded())
        blue = Int((235 - 60 * probability).rounded())
        // What is below is to be read, too.
        opacity = ((70 + 170 * probability) / 255 * 0.62 * 100).rounded() / 100
    }

    /// `#rrggbb`.
    var web: String { "#" + Self.hex(red) + Self.hex(green) + Self.hex(blue) }

    /// `aabbggrr`.
    func kml(_ opacity: Double) -> String {
        Self.hex(Int((opacity * 255).rounded())) + Self.hex(blue) + Self.hex(green) + Self.hex(red)
    }

    private static func hex(_ byte: Int) -> String {
        let digits = String(byte, radix: 16)
        return digits.count < 2 ? "0" + digits : digits
    }
}
