// Texts of others within lines for people.

extension StringProtocol {
    /// The same on one line: what breaks lines or steers a terminal stands as JSON escapes it. Complexity: O(bytes).
    public var onOneLine: String {
        guard unicodeScalars.contains(where: Self.isControl) else { return String(self) }
        var line = String.UnicodeScalarView()
        for scalar in unicodeScalars {
            guard Self.isControl(scalar) else {
                line.append(scalar)
                continue
            }
            let digits = String(scalar.value, radix: 16)
            line.append(contentsOf: ("\\u" + String(repeating: "0", count: 4 - digits.count) + digits).unicodeScalars)
        }
        return String(line)
    }

    private static func isControl(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.value {
        case ..<0x20, 0x7f..<0xa0, 0x2028, 0x2029: true
        default: false
        }
    }
}
