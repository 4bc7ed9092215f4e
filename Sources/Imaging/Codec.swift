// JPEG and PNG through the C codecs: header, limit check, pixels.

import CImageCodecs

/// One file format that libjpeg-turbo or libpng reads.
struct Codec: Sendable {
    typealias HeaderCall =
        @Sendable (
            UnsafePointer<UInt8>?, Int, UnsafeMutablePointer<arete_codec_header>?,
            UnsafeMutablePointer<arete_codec_error>?
        ) -> arete_codec_status
    typealias DecodeCall =
        @Sendable (
            UnsafePointer<UInt8>?, Int, UnsafePointer<arete_codec_header>?, UnsafeMutablePointer<UInt8>?,
            UnsafeMutablePointer<arete_codec_error>?
        ) -> arete_codec_status

    let name: String
    let readHeader: HeaderCall
    let readPixels: DecodeCall

    static let jpeg = Codec(name: "JPEG", readHeader: arete_jpeg_header, readPixels: arete_jpeg_decode)
    static let png = Codec(name: "PNG", readHeader: arete_png_header, readPixels: arete_png_decode)

    /// The picture as stored, not yet upright. Memory for pixels is taken only once their number is within `limits`.
    func decode(_ file: [UInt8], limits: ImageLimits) throws(ImageError) -> Image {
        var header = arete_codec_header()
        var failure = arete_codec_error()
        try check(readHeader(file, file.count, &header, &failure), failure)
        try limits.check(width: Int(header.width), height: Int(header.height))
        guard let format = PixelFormat(channels: Int(header.channels)) else {
            throw .unsupported(format: name, reason: "\(header.channels) channels")
        }
        var status = ARETE_CODEC_OK
        let total = Int(header.width) * Int(header.height) * format.channels
        let bytes = [UInt8](unsafeUninitializedCapacity: total) { buffer, count in
            status = readPixels(file, file.count, &header, buffer.baseAddress, &failure)
            count = status == ARETE_CODEC_OK ? total : 0
        }
        try check(status, failure)
        return Image(unchecked: bytes, width: Int(header.width), height: Int(header.height), format: format)
    }

    func check(_ status: arete_codec_status, _ failure: arete_codec_error) throws(ImageError) {
        guard status != ARETE_CODEC_OK else { return }
        throw status == ARETE_CODEC_UNSUPPORTED
            ? .unsupported(format: name, reason: failure.text) : .damaged(format: name, reason: failure.text)
    }
}

extension arete_codec_error {
    /// The message as text.
    var text: String {
        withUnsafeBytes(of: message) { raw in String(decoding: raw.prefix { $0 != 0 }, as: UTF8.self) }
    }
}
