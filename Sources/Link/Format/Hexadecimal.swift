// Bytes as people write them.

extension [UInt8] {
    /// Two small letters or digits a byte.
    public var hexadecimal: String {
        map { byte in
            let text = String(byte, radix: 16)
            return byte < 16 ? "0" + text : text
        }.joined()
    }

    /// `nil` for what is no hexadecimal text.
    public init?(hexadecimal text: String) {
        let digits = [Character](text)
        guard digits.count % 2 == 0 else { return nil }
        self = []
        for place in stride(from: 0, to: digits.count, by: 2) {
            guard let high = digits[place].hexDigitValue, let low = digits[place + 1].hexDigitValue else { return nil }
            append(UInt8(high << 4 | low))
        }
    }
}
