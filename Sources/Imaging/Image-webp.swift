// Writes lossy WebP, through libwebp.
import CWebP

extension Image {
    /// A lossy WebP file, as small as libwebp makes it at this quality.
    ///
    /// - Parameter quality: 0 to 100.
    /// - Throws: `ImageError` for sides above 16,383 pixels.
    public func webP(quality: Double) throws(ImageError) -> [UInt8] {
        let colour = converted(to: .rgb)
        var config = WebPConfig()
        var picture = WebPPicture()
        guard WebPConfigInit(&config) != 0, WebPPictureInit(&picture) != 0 else {
            throw .unsupported(format: "WebP", reason: "libwebp has another version than this was built with")
        }
        config.quality = Float(min(max(quality, 0), 100))
        // The slowest: small pictures take a millisecond.
        config.method = 6
        (picture.width, picture.height) = (Int32(colour.width), Int32(colour.height))
        var writer = WebPMemoryWriter()
        WebPMemoryWriterInit(&writer)
        defer {
            WebPPictureFree(&picture)
            WebPMemoryWriterClear(&writer)
        }
        let status = withUnsafeMutablePointer(to: &writer) { writer -> Int32 in
            picture.writer = WebPMemoryWrite
            picture.custom_ptr = UnsafeMutableRawPointer(writer)
            guard WebPPictureImportRGB(&picture, colour.bytes, Int32(colour.stride)) != 0 else { return 0 }
            return WebPEncode(&config, &picture)
        }
        guard status != 0, let bytes = writer.mem else {
            throw .unsupported(format: "WebP", reason: "libwebp cannot write it (error \(picture.error_code.rawValue))")
        }
        return Array(UnsafeBufferPointer(start: bytes, count: writer.size))
    }
}
