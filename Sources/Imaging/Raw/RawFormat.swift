// How the pictures of cameras and video files lie in memory.

/// The layout of an uncompressed picture, and what its numbers mean.
public struct RawFormat: Hashable, Sendable {
    public enum Layout: Hashable, Sendable {
        /// One byte a pixel.
        case grey
        /// One 16-bit word a pixel, little-endian, of so many bits: Y10, Y12, Y16.
        case words(bits: Int)
        /// Three bytes a pixel.
        case rgb
        case bgr
        /// Four bytes for two pixels: Y Cb Y Cr.
        case yuyv
        /// Cb Y Cr Y.
        case uyvy
        /// Y Cr Y Cb.
        case yvyu
        /// A plane of Y, and one of Cb Cr for each two by two pixels.
        case nv12
        /// The same with Cr Cb.
        case nv21
        /// The same with Cb Cr for each two pixels of a row.
        case nv16
        case nv61
        /// The same with Cb Cr for each pixel.
        case nv24
        case nv42
        /// Planes of Y, Cb and Cr, chroma for each two by two pixels (I420).
        case yu12
        /// Y, Cr, Cb.
        case yv12
        /// Planes of Y, Cb and Cr, chroma for each two pixels of a row.
        case yuv422
        /// Planes of Y, Cb and Cr, chroma for each pixel.
        case yuv444

        public var isGrey: Bool {
            switch self {
            case .grey, .words: true
            default: false
            }
        }
    }

    public let layout: Layout
    public let width: Int
    public let height: Int
    public let matrix: YUVMatrix

    /// - Throws: `ImageError` for a size that no picture of this layout has: none, beyond 16,384 on a side, or odd where pixels share chroma.
    public init(_ layout: Layout, width: Int, height: Int, matrix: YUVMatrix = YUVMatrix()) throws(ImageError) {
        self.layout = layout
        self.width = width
        self.height = height
        self.matrix = matrix
        let isOdd = sharedAcross > 1 && width % 2 == 1 || sharedDown > 1 && height % 2 == 1
        guard (1...Self.longest).contains(width), (1...Self.longest).contains(height), !isOdd else {
            throw .invalidSize(width: width, height: height, bytes: 0)
        }
        if case .words(let bits) = layout, !(9...16).contains(bits) {
            throw .unsupported(format: "raw", reason: "words of \(bits) bits")
        }
    }

    private static let longest = 16_384

    /// Pixels of a row, and rows, that share a chroma sample.
    public var sharedAcross: Int {
        switch layout {
        case .yuv444, .nv24, .nv42: 1
        default: isYUV ? 2 : 1
        }
    }
    public var sharedDown: Int {
        switch layout {
        case .nv12, .nv21, .yu12, .yv12: 2
        default: 1
        }
    }

    public var isYUV: Bool {
        switch layout {
        case .grey, .words, .rgb, .bgr: false
        case .yuyv, .uyvy, .yvyu, .nv12, .nv21, .nv16, .nv61, .nv24, .nv42, .yu12, .yv12, .yuv422, .yuv444: true
        }
    }

    public var isGrey: Bool { layout.isGrey }

    /// Of each plane, the bytes of a row and the number of rows.
    public var planes: [(rowBytes: Int, rows: Int)] {
        switch layout {
        case .grey: [(width, height)]
        case .words, .yuyv, .uyvy, .yvyu: [(2 * width, height)]
        case .rgb, .bgr: [(3 * width, height)]
        case .nv12, .nv21: [(width, height), (width, height / 2)]
        case .nv16, .nv61: [(width, height), (width, height)]
        case .nv24, .nv42: [(width, height), (2 * width, height)]
        case .yu12, .yv12: [(width, height), (width / 2, height / 2), (width / 2, height / 2)]
        case .yuv422: [(width, height), (width / 2, height), (width / 2, height)]
        case .yuv444: [(width, height), (width, height), (width, height)]
        }
    }

    /// Bytes of a picture without gaps between rows and planes.
    public var byteCount: Int { planes.reduce(0) { $0 + $1.rowBytes * $1.rows } }
}
