// Names of SRTM's tiles.

/// A tile of one degree, by its south-west corner.
struct TileName: Hashable, CustomStringConvertible {
    let south: Int
    let west: Int

    init(south: Int, west: Int) { (self.south, self.west) = (south, west) }

    /// The first seven letters of a file's name, in any case: N44W072.hgt, n44w072.SRTMGL1.hgt.
    init?(file name: String) {
        let letters = Array(name.uppercased().utf8.prefix(7))
        guard letters.count == 7, let south = Self.number(letters[1...2]), let west = Self.number(letters[4...6]) else {
            return nil
        }
        switch letters[0] {
        case UInt8(ascii: "N"): self.south = south
        case UInt8(ascii: "S"): self.south = -south
        default: return nil
        }
        switch letters[3] {
        case UInt8(ascii: "E"): self.west = west
        case UInt8(ascii: "W"): self.west = -west
        default: return nil
        }
        guard (-90..<90).contains(self.south), (-180..<180).contains(self.west) else { return nil }
    }

    private static func number(_ digits: ArraySlice<UInt8>) -> Int? {
        var number = 0
        for digit in digits {
            guard (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(digit) else { return nil }
            number = number * 10 + Int(digit - UInt8(ascii: "0"))
        }
        return number
    }

    var description: String {
        func digits(_ number: Int, _ count: Int) -> String {
            let text = String(abs(number))
            return String(repeating: "0", count: max(0, count - text.count)) + text
        }
        return (south < 0 ? "S" : "N") + digits(south, 2) + (west < 0 ? "W" : "E") + digits(west, 3)
    }
}
