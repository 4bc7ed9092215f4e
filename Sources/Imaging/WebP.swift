// Reads WebP, lossy and lossless, through libwebp.

import CWebP

enum WebP {
    /// The picture as stored. An animation is refused: which of its pictures is meant is not ours to guess.
    static func decode(_ file: [UInt8], limits: ImageLimits) throws(ImageError) -> Image {
        var features = WebPBitstreamFeatures()
        let status = WebPGetFeatures(file, file.count, &features)
        guard status == VP8_STATUS_OK else {
            throw .damaged(format: "WebP", reason: "its header cannot be read (libwebp status \(status.rawValue))")
        }
        guard features.has_animation == 0 else { throw .unsupported(format: "WebP", reason: "animation") }
        let width = Int(features.width)
        let height = Int(features.height)
        try limits.check(width: width, height: height)
        let format: PixelFormat = features.has_alpha != 0 ? .rgba : .rgb
        let total = width * height * format.channels
        let stride = features.width * Int32(format.channels)
        let bytes = [UInt8](unsafeUninitializedCapacity: total) { buffer, count in
            let decode = format == .rgba ? WebPDecodeRGBAInto : WebPDecodeRGBInto
            count = decode(file, file.count, buffer.baseAddress, buffer.count, stride) == nil ? 0 : total
        }
        guard bytes.count == total else {
            throw .damaged(format: "WebP", reason: "its picture data are incomplete or broken")
        }
        return Image(unchecked: bytes, width: width, height: height, format: format)
    }
}
