// How much a picture file may ask for.

/// Bounds checked before any memory is taken for pixels.
public struct ImageLimits: Sendable, Equatable {
    /// Most pixels of one picture.
    public var pixels: Int
    /// Most bytes of one file.
    public var fileBytes: Int

    public init(pixels: Int = 100_000_000, fileBytes: Int = 1 << 29) {
        self.pixels = pixels
        self.fileBytes = fileBytes
    }

    /// Throws unless `width` x `height` is a picture within the limit.
    func check(width: Int, height: Int) throws(ImageError) {
        guard width > 0, height > 0 else { throw .invalidSize(width: width, height: height, bytes: 0) }
        let (count, overflow) = width.multipliedReportingOverflow(by: height)
        guard !overflow, count <= pixels else { throw .tooLarge(width: width, height: height, limit: pixels) }
    }
}
