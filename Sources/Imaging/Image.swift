// A picture in memory.

/// An 8-bit picture: `height` rows of `width` pixels, top row first, rows packed, channels interleaved. A value with copy on write.
public struct Image: Sendable, Equatable {
    public let width: Int
    public let height: Int
    public let format: PixelFormat
    /// `height * width * format.channels` bytes.
    public internal(set) var bytes: [UInt8]

    /// Takes over `bytes`, whose count must be `width * height * format.channels`. O(1).
    public init(width: Int, height: Int, format: PixelFormat, bytes: [UInt8]) throws(ImageError) {
        try ImageLimits(pixels: Int.max / 4).check(width: width, height: height)
        guard bytes.count == width * height * format.channels else {
            throw .invalidSize(width: width, height: height, bytes: bytes.count)
        }
        self.init(unchecked: bytes, width: width, height: height, format: format)
    }

    /// A picture of one colour; grey pictures take its luma, others are opaque.
    public init(width: Int, height: Int, format: PixelFormat, filledWith colour: Colour = .black) throws(ImageError) {
        try ImageLimits().check(width: width, height: height)
        let pixel = format.bytes(of: colour)
        // All channels alike, as grey and most padding have them, is one memory fill.
        if let first = pixel.first, pixel.allSatisfy({ $0 == first }) {
            self.init(
                unchecked: [UInt8](repeating: first, count: width * height * pixel.count), width: width, height: height,
                format: format)
            return
        }
        let bytes = [UInt8](unsafeUninitializedCapacity: width * height * pixel.count) { buffer, count in
            for offset in Swift.stride(from: 0, to: buffer.count, by: pixel.count) {
                for (i, byte) in pixel.enumerated() { buffer.initializeElement(at: offset + i, to: byte) }
            }
            count = buffer.count
        }
        self.init(unchecked: bytes, width: width, height: height, format: format)
    }

    /// For results whose sizes agree by construction.
    init(unchecked bytes: [UInt8], width: Int, height: Int, format: PixelFormat) {
        self.width = width
        self.height = height
        self.format = format
        self.bytes = bytes
    }

    /// Bytes from one row to the next.
    public var stride: Int { width * format.channels }

    /// One channel of one pixel. Traps outside the picture, as an array does.
    public subscript(x: Int, y: Int, channel: Int = 0) -> UInt8 {
        get { bytes[offset(x, y, channel)] }
        set { bytes[offset(x, y, channel)] = newValue }
    }

    private func offset(_ x: Int, _ y: Int, _ channel: Int) -> Int {
        precondition((0..<width).contains(x) && (0..<height).contains(y) && (0..<format.channels).contains(channel))
        return y * stride + x * format.channels + channel
    }

    /// A picture of another size or layout whose bytes `fill` writes, all of them.
    static func filled(
        width: Int, height: Int, format: PixelFormat, by fill: (UnsafeMutablePointer<UInt8>) -> Void
    ) -> Image {
        let total = width * height * format.channels
        let bytes = [UInt8](unsafeUninitializedCapacity: total) { buffer, count in
            guard let base = buffer.baseAddress else { return }
            fill(base)
            count = total
        }
        return Image(unchecked: bytes, width: width, height: height, format: format)
    }
}

extension PixelFormat {
    /// The bytes of an opaque pixel of this colour.
    func bytes(of colour: Colour) -> [UInt8] {
        switch self {
        case .grey: [colour.luma]
        case .rgb: [colour.red, colour.green, colour.blue]
        case .rgba: [colour.red, colour.green, colour.blue, 255]
        }
    }
}
