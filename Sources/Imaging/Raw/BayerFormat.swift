// How the samples of a sensor behind a mosaic of colour filters lie.

import CPixels

/// A picture of which each place has one colour alone: red, green or blue.
public struct BayerFormat: Hashable, Sendable {
    /// The first two colours of the first row, and of the second.
    public enum Pattern: Hashable, Sendable, CaseIterable { case bggr, gbrg, grbg, rggb }

    public enum Samples: Hashable, Sendable {
        case bytes
        /// 16-bit words, little-endian, of so many bits.
        case words(bits: Int)
        /// As MIPI packs them: the high bytes of four samples, then a byte of their low bits.
        case packed10
        /// The high bytes of two samples, then a byte of their low bits.
        case packed12
    }

    public let pattern: Pattern
    public let samples: Samples
    public let width: Int
    public let height: Int

    /// - Throws: `ImageError` for a size that no such picture has: below 2, above 16,384, or a row that ends within a group of packed samples.
    public init(_ pattern: Pattern, _ samples: Samples, width: Int, height: Int) throws(ImageError) {
        self.pattern = pattern
        self.samples = samples
        self.width = width
        self.height = height
        let group =
            switch samples {
            case .bytes, .words: 1
            case .packed10: 4
            case .packed12: 2
            }
        guard (2...16_384).contains(width), (2...16_384).contains(height), width % group == 0 else {
            throw .invalidSize(width: width, height: height, bytes: 0)
        }
        if case .words(let bits) = samples, !(9...16).contains(bits) {
            throw .unsupported(format: "Bayer", reason: "words of \(bits) bits")
        }
    }

    /// Bytes of a row of samples.
    public var rowBytes: Int { withUnsafePointer(to: plan) { arete_bayer_row_bytes($0) } }

    var plan: arete_bayer_plan {
        let (layout, bits) =
            switch samples {
            case .bytes: (ARETE_BAYER_BYTES, 8)
            case .words(let bits): (ARETE_BAYER_WORDS, bits)
            case .packed10: (ARETE_BAYER_TENS, 10)
            case .packed12: (ARETE_BAYER_TWELVES, 12)
            }
        return arete_bayer_plan(
            layout: layout, bits: UInt32(bits), width: width, height: height,
            red_x: pattern == .rggb || pattern == .gbrg ? 0 : 1, red_y: pattern == .rggb || pattern == .grbg ? 0 : 1)
    }
}
