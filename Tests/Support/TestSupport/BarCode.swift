// Bar codes, drawn.

/// An EAN-13 (GS1 General Specifications, 5.2).
public enum BarCode {
    private static let odd = [
        "0001101", "0011001", "0010011", "0111101", "0100011", "0110001", "0101111", "0111011", "0110111", "0001011",
    ]
    /// Which of the six digits on the left are of even parity tells the first digit.
    private static let parities = [
        "000000", "001011", "001101", "001110", "010011", "011001", "011100", "010101", "010110", "011010",
    ]

    /// A row of modules with its quiet zones, 117 in all; true for black. `digits`: thirteen, the check digit as it is.
    public static func modules(ofEAN13 digits: String) -> [Bool] {
        let values = digits.compactMap(\.wholeNumberValue)
        func flipped(_ pattern: String) -> String { String(pattern.map { $0 == "0" ? "1" : "0" }) }
        let quiet = String(repeating: "0", count: 11)
        var bars = quiet + "101"
        for (digit, parity) in zip(values[1...6], parities[values[0]]) {
            bars += parity == "0" ? odd[digit] : String(flipped(odd[digit]).reversed())
        }
        bars += "01010"
        for digit in values[7...12] { bars += flipped(odd[digit]) }
        return (bars + "101" + quiet).map { $0 == "1" }
    }

    /// Grey pixels of codes below each other, each `height` rows of 117 times `module` pixels.
    public static func pixels(ofEAN13 codes: [String], module: Int, height: Int) -> [UInt8] {
        codes.flatMap { code -> [UInt8] in
            let row = modules(ofEAN13: code).flatMap { [UInt8](repeating: $0 ? 30 : 220, count: module) }
            let blank = [UInt8](repeating: 220, count: row.count)
            return (0..<height).flatMap { $0 > height / 8 && $0 < height - height / 8 ? row : blank }
        }
    }
}
