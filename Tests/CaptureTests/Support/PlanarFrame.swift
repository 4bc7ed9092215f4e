// Luma and chroma in the orders in which webcams send them.

/// Planes of Y, Cb and Cr, chroma for each two by two pixels.
struct PlanarFrame {
    private let width: Int
    private let height: Int
    private let luma: [UInt8]
    private let chroma: [[UInt8]]

    /// - Parameter bytes: the planes one behind the other.
    init(_ width: Int, _ height: Int, _ bytes: [UInt8]) {
        self.width = width
        self.height = height
        let (pixels, samples) = (width * height, width * height / 4)
        luma = Array(bytes[0..<pixels])
        chroma = [Array(bytes[pixels..<pixels + samples]), Array(bytes[pixels + samples..<pixels + 2 * samples])]
    }

    /// A row of luma, or of a plane of chroma, or a part of it.
    private func row(_ y: Int, from x: Int = 0, _ count: Int? = nil) -> [UInt8] {
        let start = y * width + x
        return Array(luma[start..<start + (count ?? width)])
    }

    private func row(of plane: Int, _ y: Int, from x: Int = 0, _ count: Int? = nil) -> [UInt8] {
        let start = y * width / 2 + x
        return Array(chroma[plane][start..<start + (count ?? width / 2)])
    }

    func sent(as name: String) -> [UInt8] {
        switch name {
        case "KONI": return blocks()
        case "S920": return squares()
        case "HM12": return tiles()
        default: return (0..<height / 2).flatMap { rows($0, name) }
        }
    }

    /// Two rows of luma and what colours them.
    private func rows(_ y: Int, _ name: String) -> [UInt8] {
        let (upper, lower) = (row(2 * y), row(2 * y + 1))
        let (cb, cr) = (row(of: 0, y), row(of: 1, y))
        var bytes: [UInt8] = []
        switch name {
        case "S501": bytes = upper + cb + lower + cr
        case "S505": bytes = upper + lower + cb + cr
        case "S508": bytes = upper + cb + cr + lower
        case "M420":
            bytes = upper + lower
            for x in 0..<width / 2 { bytes += [cb[x], cr[x]] }
        default:  // CITV
            bytes = upper
            for x in 0..<width / 2 { bytes += [cr[x], lower[2 * x], cb[x], lower[2 * x + 1]] }
        }
        // The SPCA's samples are signed.
        return name.hasPrefix("S") ? bytes.map { $0 ^ 128 } : bytes
    }

    /// KONICA420: 256 pixels and their chroma.
    private func blocks() -> [UInt8] {
        var bytes: [UInt8] = []
        for block in 0..<width * height / 256 {
            bytes += luma[256 * block..<256 * (block + 1)]
            for plane in chroma { bytes += plane[64 * block..<64 * (block + 1)] }
        }
        return bytes
    }

    /// SN9C20x: 16 x 8 pixels, the left half before the right one, and their chroma.
    private func squares() -> [UInt8] {
        var bytes: [UInt8] = []
        for y in stride(from: 0, to: height, by: 8) {
            for x in stride(from: 0, to: width, by: 16) {
                for left in [x, x + 8] { for line in 0..<8 { bytes += row(y + line, from: left, 8) } }
                for plane in 0..<2 { for line in 0..<4 { bytes += row(of: plane, y / 2 + line, from: x / 2, 8) } }
            }
        }
        return bytes
    }

    /// HM12: tiles of 16 x 16 bytes, 45 beside each other, of luma and then of pairs of chroma.
    private func tiles() -> [UInt8] {
        var bytes: [UInt8] = []
        for y in stride(from: 0, to: height * 3 / 2, by: 16) {
            for x in stride(from: 0, to: 720, by: 16) {
                for line in y..<y + 16 {
                    for place in x..<x + 16 {
                        if place >= width {
                            bytes.append(0xEE)
                        } else if line < height {
                            bytes.append(luma[line * width + place])
                        } else {
                            bytes.append(chroma[place % 2][(line - height) * width / 2 + place / 2])
                        }
                    }
                }
            }
        }
        return bytes
    }
}
