// Cameras' pictures as images.

extension Image {
    /// A camera's picture at its own size, in colour where it has any.
    ///
    /// - Parameter range: the words that become black and white, of pictures with more than 8 bits; all that their bits hold unless said.
    /// - Throws: `ImageError` for a picture beyond `ImageLimits`. Complexity: O(pixels).
    public init(_ picture: RawPicture, range: ClosedRange<UInt16>? = nil) throws(ImageError) {
        let format = picture.format
        let target = RawConverter.Target(
            width: format.width, height: format.height, colour: format.isGrey ? .grey : .rgb)
        guard let converter = try RawConverter(format, to: target) else {
            throw .unsupported(
                format: "raw", reason: "\(format.width) x \(format.height) pixels are too few to convert")
        }
        converter.setRange(range)
        try self.init(
            width: format.width, height: format.height, format: format.isGrey ? .grey : .rgb,
            bytes: converter.bytes(of: picture))
    }
}
