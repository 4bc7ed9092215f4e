// Frames in the formats of webcams' own, as their chips send them.
import CWebcam
import TestSupport

@testable import Capture

enum WebcamFrame {
    static let names = [
        "RGBP", "RGB4", "BGR4", "BX24", "XR24", "BA24", "AR24", "S501", "S505", "S508", "CITV", "KONI", "S920", "M420",
        "HM12",
        "S680", "S910", "SONX", "M310", "905C", "P207", "S401", "JPGL", "PJPG",
    ]

    /// Bytes that the format's decoder goes through to the end; whatever they show.
    static func random(_ name: String, _ width: Int, _ height: Int, _ draw: inout SplitMix) -> [UInt8] {
        let pixels = width * height
        switch name {
        case "905C":
            var bits = BitWriter([UInt8](repeating: 0, count: 80))
            for _ in 0..<pixels { bits.put(nibbles[Int.random(in: 0..<16, using: &draw)]) }
            return bits.bytes
        case "P207":
            return (0..<height).flatMap { row in
                row >= 2 && Bool.random(using: &draw)
                    ? [0x4B, 0xB4] : [0x0F, 0xF0] + (0..<width).map { _ in UInt8.random(in: 0...255, using: &draw) }
            }
        case "S401": return packets(pixels, &draw)
        case "PJPG":
            let blocks = (0..<pixels / 128).map { _ in Int.random(in: -1...1, using: &draw) }
            return pixart(width, height, luma: blocks)
        default:
            guard var format = FourCC(stringLiteral: name).webcam else { return [] }
            let count = format.bits > 0 ? arete_webcam_frame_bytes(&format, width, height) : pixels * 3 / 2 + 12
            return (0..<count).map { _ in UInt8.random(in: 0...255, using: &draw) }
        }
    }

    /// SQ905C's codes of the sixteen steps.
    private static let nibbles: [(value: Int, bits: Int)] =
        [(0, 1), (2, 2), (6, 3), (14, 4)] + (0xF0...0xFB).map { ($0, 8) }

    /// SE401: packets of some pixels, each of three differences, of which nothing and one step have codes here.
    private static func packets(_ pixels: Int, _ draw: inout SplitMix) -> [UInt8] {
        var bytes: [UInt8] = []
        for first in stride(from: 0, to: pixels, by: 100) {
            let count = min(100, pixels - first)
            var bits = BitWriter([])
            for _ in 0..<3 * count { bits.put([(0, 1), (4, 3), (5, 3)][Int.random(in: 0..<3, using: &draw)]) }
            let place = first == 0 ? 2 : first + count == pixels ? 1 : 0
            let whole = (bits.count + 47) / 16 * 2
            bytes += [UInt8(place << 6), UInt8(count), UInt8(bits.count >> 8), UInt8(bits.count & 255)] + bits.bytes
            bytes += [UInt8](repeating: 0, count: whole - 4 - bits.bytes.count)
        }
        return bytes
    }

    /// A frame of a PAC73xx whose blocks of 16 x 8 pixels have one colour each, lighter than those before by so much.
    static func pixart(_ width: Int, _ height: Int, luma: [Int]) -> [UInt8] {
        let size = [height >> 8, height & 255, width >> 8, width & 255].map { UInt8($0) }
        let head: [UInt8] = [0xFF, 0xD8, 0xFF, 0xC0, 0, 17, 8] + size + [3, 1, 0x21, 0, 2, 0x11, 1, 3, 0x11, 1]
        var bits = BitWriter(head + [0xFF, 0xDA, 0, 12, 3, 1, 0, 2, 0x11, 3, 0x11, 0, 0x3F, 0, 0x60])
        for step in luma {
            bits.put((0x44, 8))
            // JPEG's usual codes: a difference of one bit or none, and nothing behind it.
            bits.put(step == 0 ? (0, 2) : (step > 0 ? 5 : 4, 4))
            bits.put((10, 4))
            bits.put((0, 2))
            bits.put((10, 4))
            for _ in 0..<2 { bits.put((0, 4)) }
        }
        return bits.bytes + [0xFF, 0xD9, 0]
    }
}

/// Bits, the highest first.
struct BitWriter {
    private(set) var bytes: [UInt8]
    private(set) var count = 0

    init(_ bytes: [UInt8]) { self.bytes = bytes }

    mutating func put(_ code: (value: Int, bits: Int)) {
        for bit in (0..<code.bits).reversed() {
            if count % 8 == 0 { bytes.append(0) }
            if code.value >> bit & 1 == 1 { bytes[bytes.count - 1] |= 0x80 >> UInt8(count % 8) }
            count += 1
        }
    }
}
