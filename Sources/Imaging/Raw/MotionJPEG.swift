// The pictures of cameras that send JPEG.

import CImageCodecs

/// Decodes a stream of JPEG pictures of one size, chroma as coarse as it was sent, into memory that is used again for each.
///
/// Not for several threads at once.
public final class MotionJPEG {
    public let width: Int
    public let height: Int
    private var room = Room()

    /// - Throws: `ImageError` for a size without pixels or beyond `ImageLimits`.
    public init(width: Int, height: Int) throws(ImageError) {
        try ImageLimits().check(width: width, height: height)
        self.width = width
        self.height = height
    }

    deinit { room.memory.deallocate() }

    /// A decoded picture.
    public struct Picture {
        /// As large as the stream's pictures, or a half, a quarter or an eighth of that, rounded up; its memory lasts until the next picture.
        public let raw: RawPicture
        /// Bytes were missing or broken, and what they held is grey.
        public let isDamaged: Bool
    }

    /// Decodes one picture. What bytes beyond the picture hold does not matter.
    ///
    /// - Parameter least: the width and height that are needed; where a half, a quarter or an eighth of the picture is still as large, only so much
    ///   is computed, each pixel the mean of those it stands for.
    /// - Throws: `ImageError.damaged` where there is no picture of the stream's size; `.unsupported` for progressive and other files that cameras
    ///   do not send.
    /// Complexity: O(bytes + pixels of the result).
    public func decode(
        _ bytes: UnsafeRawBufferPointer, least: (width: Int, height: Int)? = nil
    ) throws(ImageError) -> Picture {
        let eighths = Self.eighths(of: (width, height), least: least)
        var request = arete_jpeg_request(width: UInt32(width), height: UInt32(height), eighths: UInt32(eighths))
        var failure = arete_codec_error()
        var isDamaged = false
        let status = withUnsafeMutablePointer(to: &room) { room in
            arete_jpeg_decode_planes(
                bytes.assumingMemoryBound(to: UInt8.self).baseAddress, bytes.count, &request,
                { room, layout in
                    guard let room, let layout else { return nil }
                    return room.assumingMemoryBound(to: Room.self).pointee.prepared(for: layout.pointee)
                }, room, &isDamaged, &failure)
        }
        try Codec.jpeg.check(status, failure)
        return Picture(raw: try room.picture, isDamaged: isDamaged)
    }

    /// The smallest of the sizes that are decoded fastest and not below `least`.
    private static func eighths(of size: (width: Int, height: Int), least: (width: Int, height: Int)?) -> Int {
        guard let least else { return 8 }
        return [1, 2, 4].first { eighths in
            (size.width * eighths + 7) / 8 >= least.width && (size.height * eighths + 7) / 8 >= least.height
        } ?? 8
    }
}

/// Memory for one decoded picture, and how it lies there.
private struct Room {
    var memory = UnsafeMutableRawBufferPointer(start: nil, count: 0)
    private var layout = arete_jpeg_planes()

    mutating func prepared(for layout: arete_jpeg_planes) -> UnsafeMutablePointer<UInt8>? {
        self.layout = layout
        if memory.count < layout.bytes {
            memory.deallocate()
            memory = .allocate(byteCount: layout.bytes, alignment: 64)
        }
        return memory.baseAddress?.assumingMemoryBound(to: UInt8.self)
    }

    var picture: RawPicture {
        get throws(ImageError) {
            let kind: RawFormat.Layout =
                if layout.is_rgb {
                    .rgb
                } else if layout.planes == 1 {
                    .grey
                } else if layout.widths.1 == layout.widths.0 {
                    .yuv444
                } else {
                    layout.heights.1 == layout.heights.0 ? .yuv422 : .yu12
                }
            let format = try RawFormat(
                kind, width: Int(layout.widths.0), height: Int(layout.heights.0),
                matrix: YUVMatrix(.bt601, isFullRange: true))
            let places = [layout.offsets.0, layout.offsets.1, layout.offsets.2]
            let strides = [layout.strides.0, layout.strides.1, layout.strides.2]
            let planes = places.prefix(Int(layout.planes)).map { UnsafeRawBufferPointer(rebasing: memory[$0...]) }
            return try RawPicture(format, planes, strides: Array(strides.prefix(planes.count)))
        }
    }
}
