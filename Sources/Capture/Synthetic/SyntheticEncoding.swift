// From drawn pixels to the bytes of a camera's format.
import Imaging

/// Red, green and blue as bytes of one of the formats that cameras have; BT.601, limited range.
struct SyntheticEncoding {
    static let formats: [FourCC] = [
        "YUYV", "UYVY", "NV12", "YU12", "GREY", "Y16", "RGB3", "BGR3", "RGGB", "BG12", "MJPG",
    ]

    let format: FrameFormat
    private let width: Int
    private let height: Int

    /// `nil` for formats that are not drawn. Width and height are even.
    init?(_ code: FourCC, width: Int, height: Int) {
        guard Self.formats.contains(code) else { return nil }
        self.width = width
        self.height = height
        let stride: Int =
            switch code {
            case "MJPG": 0
            case "YUYV", "UYVY", "Y16", "BG12": 2 * width
            case "RGB3", "BGR3": 3 * width
            default: width
            }
        format = FrameFormat(format: code, width: width, height: height, strides: [stride])
    }

    func bytes(of picture: [UInt8]) throws(ImageError) -> [UInt8] {
        switch format.format {
        case "RGB3": return picture
        case "MJPG":
            return try Image(width: width, height: height, format: .rgb, bytes: picture).jpeg(quality: 85)
        case "BGR3":
            return filled(picture.count, from: picture) { bytes, pixels in
                for x in 0..<pixels.count { bytes[x] = pixels[x - x % 3 + 2 - x % 3] }
            }
        case "RGGB", "BG12": return mosaic(picture)
        case "GREY", "Y16":
            let isWide = format.format == "Y16"
            return filled(width * height * (isWide ? 2 : 1), from: picture) { bytes, pixels in
                for place in 0..<width * height {
                    let level = Self.grey(pixels, 3 * place)
                    // The sensor's own range: some 6 of 16 bits, as thermal cameras have it.
                    if isWide {
                        let word = 20_000 + 16 * level
                        bytes[2 * place] = UInt8(word & 255)
                        bytes[2 * place + 1] = UInt8(word >> 8)
                    } else {
                        bytes[place] = UInt8(level)
                    }
                }
            }
        case "YUYV", "UYVY":
            let luma = format.format == "YUYV" ? 0 : 1
            return filled(2 * width * height, from: picture) { bytes, pixels in
                for place in stride(from: 0, to: width * height, by: 2) {
                    let chroma = Self.chroma(pixels, 3 * place, 3 * place)
                    bytes[2 * place + luma] = Self.luma(pixels, 3 * place)
                    bytes[2 * place + 2 + luma] = Self.luma(pixels, 3 * place + 3)
                    bytes[2 * place + 1 - luma] = chroma.cb
                    bytes[2 * place + 3 - luma] = chroma.cr
                }
            }
        default:
            return fourToOne(picture, isPaired: format.format == "NV12")
        }
    }

    /// Red first, of 8 bits, or blue first, of 12.
    private func mosaic(_ picture: [UInt8]) -> [UInt8] {
        let isWide = format.format == "BG12"
        return filled(width * height * (isWide ? 2 : 1), from: picture) { bytes, pixels in
            for place in 0..<width * height {
                let step = place % width % 2 + place / width % 2
                let level = Int(pixels[3 * place + (isWide ? 2 - step : step)])
                if isWide {
                    bytes[2 * place] = UInt8(level << 4 & 255)
                    bytes[2 * place + 1] = UInt8(level >> 4)
                } else {
                    bytes[place] = UInt8(level)
                }
            }
        }
    }

    /// Luma, and chroma for each two by two pixels.
    private func fourToOne(_ picture: [UInt8], isPaired: Bool) -> [UInt8] {
        let (width, height) = (width, height)
        return filled(width * height * 3 / 2, from: picture) { bytes, pixels in
            for place in 0..<width * height { bytes[place] = Self.luma(pixels, 3 * place) }
            for y in stride(from: 0, to: height, by: 2) {
                for x in stride(from: 0, to: width, by: 2) {
                    let at = 3 * (y * width + x)
                    let chroma = Self.chroma(pixels, at, at + 3 * width)
                    let place = y / 2 * (width / 2) + x / 2
                    let first = width * height
                    bytes[isPaired ? first + 2 * place : first + place] = chroma.cb
                    bytes[isPaired ? first + 2 * place + 1 : first + width * height / 4 + place] = chroma.cr
                }
            }
        }
    }

    private typealias Pixels = UnsafeBufferPointer<UInt8>

    private func filled(
        _ count: Int, from picture: [UInt8], _ fill: (UnsafeMutableBufferPointer<UInt8>, Pixels) -> Void
    ) -> [UInt8] {
        [UInt8](unsafeUninitializedCapacity: count) { bytes, initialized in
            bytes.initialize(repeating: 0)
            picture.withUnsafeBufferPointer { fill(bytes, $0) }
            initialized = count
        }
    }

    private static func grey(_ pixels: Pixels, _ at: Int) -> Int {
        (77 * Int(pixels[at]) + 150 * Int(pixels[at + 1]) + 29 * Int(pixels[at + 2]) + 128) >> 8
    }

    private static func luma(_ pixels: Pixels, _ at: Int) -> UInt8 {
        let sum = 66 * Int(pixels[at]) + 129 * Int(pixels[at + 1]) + 25 * Int(pixels[at + 2])
        return UInt8(16 + (sum + 128) >> 8)
    }

    /// Of the mean of two pixels of a row and the two at `lower`.
    private static func chroma(_ pixels: Pixels, _ upper: Int, _ lower: Int) -> (cb: UInt8, cr: UInt8) {
        func sum(_ channel: Int) -> Int {
            let above = Int(pixels[upper + channel]) + Int(pixels[upper + 3 + channel])
            return above + Int(pixels[lower + channel]) + Int(pixels[lower + 3 + channel])
        }
        let (red, green, blue) = (sum(0), sum(1), sum(2))
        let cb = (112 * blue - 38 * red - 74 * green + 512) >> 10
        let cr = (112 * red - 94 * green - 18 * blue + 512) >> 10
        return (UInt8(128 + cb), UInt8(128 + cr))
    }
}
