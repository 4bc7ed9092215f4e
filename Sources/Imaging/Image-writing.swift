// From a picture to a file.

import CImageCodecs

extension Image {
    /// Writes the picture in the format the name ends in: `.png`, `.jpg`, `.jpeg`, `.ppm` or `.pgm`. The file appears whole or not at all.
    /// JPEG and PPM lay transparency over white; PGM and PPM convert to grey and RGB.
    /// `isPrivate`: its owner alone reads the file.
    public func write(path: String, isPrivate: Bool = false) throws(ImageError) {
        let name = path.split(separator: "/").last ?? ""
        let ending = name.contains(".") ? name.split(separator: ".").last?.lowercased() ?? "" : ""
        let file: [UInt8]
        switch ending {
        case "png": file = try png()
        case "jpg", "jpeg": file = try jpeg()
        case "ppm": file = converted(to: .rgb).netpbm()
        case "pgm": file = converted(to: .grey).netpbm()
        default: throw .cannotWrite(reason: "a picture's name ends in .png, .jpg, .jpeg, .ppm or .pgm")
        }
        try FileIO.write(file, to: path, isPrivate: isPrivate)
    }

    /// The picture as a PNG file. `level` is the effort to compress, 0...9.
    public func png(level: Int = 3) throws(ImageError) -> [UInt8] {
        let level = Int32(min(max(level, 0), 9))
        return try encoded(as: "PNG") { arete_png_encode(bytes, &$0, level, ByteSink.take, $1, &$2) }
    }

    /// The picture as a baseline JPEG file of `quality` 1...100; transparency is laid over white.
    public func jpeg(quality: Int = 92) throws(ImageError) -> [UInt8] {
        if format == .rgba { return try converted(to: .rgb).jpeg(quality: quality) }
        guard width <= 65_500, height <= 65_500 else {
            throw .unsupported(format: "JPEG", reason: "\(width) x \(height) pixels, at most 65500 a side")
        }
        let quality = Int32(min(max(quality, 1), 100))
        return try encoded(as: "JPEG") { arete_jpeg_encode(bytes, &$0, quality, ByteSink.take, $1, &$2) }
    }

    /// The picture as raw PGM (grey) or PPM (colour; transparency is laid over white).
    public func netpbm() -> [UInt8] {
        if format == .rgba { return converted(to: .rgb).netpbm() }
        return Array("P\(format == .grey ? 5 : 6)\n\(width) \(height)\n255\n".utf8) + bytes
    }

    private func encoded(
        as name: String,
        by encode: (inout arete_codec_header, UnsafeMutableRawPointer, inout arete_codec_error) -> arete_codec_status
    ) throws(ImageError) -> [UInt8] {
        var header = arete_codec_header(
            width: UInt32(width), height: UInt32(height), channels: UInt32(format.channels))
        var failure = arete_codec_error()
        let sink = ByteSink()
        let status = withExtendedLifetime(sink) { encode(&header, Unmanaged.passUnretained(sink).toOpaque(), &failure) }
        guard status == ARETE_CODEC_OK else { throw .cannotWrite(reason: "\(name): \(failure.text)") }
        return sink.bytes
    }
}

/// Collects what an encoder writes.
private final class ByteSink {
    var bytes: [UInt8] = []

    static let take: arete_codec_sink = { context, data, size in
        guard let context, let data else { return false }
        let sink = Unmanaged<ByteSink>.fromOpaque(context).takeUnretainedValue()
        sink.bytes.append(contentsOf: UnsafeBufferPointer(start: data, count: size))
        return true
    }
}
