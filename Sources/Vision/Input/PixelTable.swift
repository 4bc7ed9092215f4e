import Tensors

/// For each channel, the stored form of each of the 256 values a pixel may have.
enum PixelTable: Sendable {
    case bytes([UInt8])
    case halfwords([UInt16])
    case words([UInt32])

    init(_ specification: InputSpecification) {
        let element = specification.type.element
        let quantization = specification.type.quantization
        let (step, zero) = (Double(quantization?.scale ?? 1), Double(quantization?.zeroPoint ?? 0))
        let range = element.integerRange ?? 0...0
        let values = (0..<256 * specification.channels).map { place in
            let (channel, pixel) = (place / 256, Double(place % 256))
            let value = (pixel * specification.scale - specification.mean[channel]) / specification.std[channel]
            if element.isFloat { return value }
            return min(max((value / step).rounded() + zero, Double(range.lowerBound)), Double(range.upperBound))
        }
        switch element {
        case .float32: self = .words(values.map { Float($0).bitPattern })
        case .float16: self = .halfwords(values.map { Float($0).float16Bits })
        case .int16, .uint16: self = .halfwords(values.map { UInt16(truncatingIfNeeded: Int($0)) })
        default: self = .bytes(values.map { UInt8(truncatingIfNeeded: Int($0)) })
        }
    }

    /// What each pixel is xored with to become the byte that is stored: 0 where it is stored as it is, 128 where it becomes signed; `nil`
    /// where it takes more than that.
    var flip: UInt8? {
        guard case .bytes(let table) = self else { return nil }
        return [0, 128].first { flip in
            table.indices.allSatisfy { table[$0] == UInt8(truncatingIfNeeded: $0) ^ flip }
        }
    }
}

extension Float {
    /// The nearest IEEE 754 half-precision number, ties to even; too large becomes infinite.
    var float16Bits: UInt16 {
        let sign = UInt16(bitPattern >> 16) & 0x8000
        guard !isNaN else { return sign | 0x7e00 }
        let size = magnitude
        if size >= 65520 { return sign | 0x7c00 }
        if size < 0x1p-14 { return sign | UInt16((size * 0x1p24).rounded(.toNearestOrEven)) }
        let bits = size.bitPattern - UInt32(112 << 23)
        return sign | UInt16((bits + 0xfff + (bits >> 13 & 1)) >> 13)
    }
}
