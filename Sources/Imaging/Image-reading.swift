// From a file to an upright picture.

extension Image {
    /// Reads a JPEG, PNG, WebP, PPM or PGM file, told apart by content, and turns it upright by its EXIF orientation.
    ///
    /// JPEG and WebP in colour give RGB or RGBA, grey files grey; CMYK becomes RGB; alpha is kept. 16-bit PNG keep their high bytes.
    public static func read(path: String, limits: ImageLimits = ImageLimits()) throws(ImageError) -> Image {
        try decode(try FileIO.read(path, most: limits.fileBytes), limits: limits)
    }

    /// Decodes a file's content, as `read` does.
    public static func decode(_ file: [UInt8], limits: ImageLimits = ImageLimits()) throws(ImageError) -> Image {
        switch FileFormat(content: file) {
        case .jpeg:
            let image = try Codec.jpeg.decode(file, limits: limits)
            return image.oriented(from: EXIF.orientation(inJPEG: file) ?? .upright)
        case .png:
            let image = try Codec.png.decode(file, limits: limits)
            return image.oriented(from: EXIF.orientation(inPNG: file) ?? .upright)
        case .webp:
            let image = try WebP.decode(file, limits: limits)
            return image.oriented(from: EXIF.orientation(inWebP: file) ?? .upright)
        case .netpbm:
            return try NetpbmReader.decode(file, limits: limits)
        case nil:
            throw .unknownFormat
        }
    }
}
