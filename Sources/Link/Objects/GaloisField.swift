// Arithmetic on bytes in which everything but 0 has an inverse.

/// The field of 256 elements by x^8 + x^4 + x^3 + x^2 + 1 (0x11d), as Reed-Solomon codes use it.
enum GaloisField {
    private static let exponents: [UInt8] = {
        var powers = [UInt8](repeating: 0, count: 512)
        var value = 1
        for exponent in 0..<255 {
            powers[exponent] = UInt8(value)
            powers[exponent + 255] = UInt8(value)
            value <<= 1
            if value > 255 { value ^= 0x11d }
        }
        return powers
    }()

    private static let logarithms: [Int] = {
        var logarithms = [Int](repeating: 0, count: 256)
        for exponent in 0..<255 { logarithms[Int(exponents[exponent])] = exponent }
        return logarithms
    }()

    static func product(_ a: UInt8, _ b: UInt8) -> UInt8 {
        a == 0 || b == 0 ? 0 : exponents[logarithms[Int(a)] + logarithms[Int(b)]]
    }

    /// Of anything but 0.
    static func inverse(_ a: UInt8) -> UInt8 { exponents[255 - logarithms[Int(a)]] }

    /// Adds `factor` times the bytes of one piece to those of another.
    static func add(_ factor: UInt8, times piece: [UInt8], to sum: inout [UInt8]) {
        guard factor != 0 else { return }
        let shift = logarithms[Int(factor)]
        for index in 0..<min(piece.count, sum.count) where piece[index] != 0 {
            sum[index] ^= exponents[logarithms[Int(piece[index])] + shift]
        }
    }
}
