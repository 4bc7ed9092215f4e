// The pictures of webcams in formats that only their own drivers know.
import CPixels
import CWebcam
import Imaging

/// Decodes frames of one format through libv4lconvert, into memory that is used again for each.
///
/// For one thread at a time.
final class WebcamDecoder {
    let source: FrameFormat
    private let webcam: OpaquePointer
    private let result: RawFormat
    private let scratch: UnsafeMutableBufferPointer<UInt8>
    private let memory: UnsafeMutableBufferPointer<UInt8>
    /// For pictures that come turned.
    private var upright = UnsafeMutableBufferPointer<UInt8>(start: nil, count: 0)

    /// - Throws: `ImageError.unsupported` where the library is missing; others for a size that no picture of the format has.
    init(_ source: FrameFormat) throws(ImageError) {
        let (width, height) = (source.width, source.height)
        guard let format = arete_webcam_format_of(source.format.code) else {
            throw .unsupported(format: "\(source.format)", reason: "no format of webcams")
        }
        if let absence = FourCC.webcamAbsence { throw .unsupported(format: "\(source.format)", reason: absence) }
        guard arete_webcam_has_size(format, width, height) else {
            throw .invalidSize(width: width, height: height, bytes: 0)
        }
        let limit = ImageLimits().pixels
        guard width * height <= limit else { throw .tooLarge(width: width, height: height, limit: limit) }
        result = try source.decoded(format.pointee)
        guard let webcam = arete_webcam_create(format, UInt32(width), UInt32(height)) else {
            throw .cannotRead(reason: "no memory")
        }
        self.source = source
        self.webcam = webcam
        scratch = .allocate(capacity: arete_webcam_scratch(format, width, height))
        memory = .allocate(capacity: arete_webcam_picture_bytes(format, width, height))
        // Nothing of what was in this memory before shows in what a decoder leaves out.
        memory.initialize(repeating: 0)
    }

    deinit {
        arete_webcam_destroy(webcam)
        scratch.deallocate()
        memory.deallocate()
        upright.deallocate()
    }

    /// Decodes one frame; the result's memory lasts until the next.
    ///
    /// - Parameters:
    ///   - memory: one piece.
    ///   - strides: bytes from row to row, where the format has rows; none or 0: no gaps.
    /// - Throws: `ImageError.damaged` when bytes are missing or broken, as far as a format's decoder can tell.
    /// Complexity: O(bytes + pixels).
    func decode(_ memory: [UnsafeRawBufferPointer], strides: [Int] = []) throws(ImageError) -> RawPicture {
        guard memory.count == 1, let frame = memory[0].assumingMemoryBound(to: UInt8.self).baseAddress else {
            throw .damaged(format: "\(source.format)", reason: "\(memory.count) pieces")
        }
        var report = arete_webcam_report()
        let status = arete_webcam_decode(
            webcam, frame, memory[0].count, max(strides.first ?? 0, 0), scratch.baseAddress, self.memory.baseAddress,
            &report)
        switch status {
        case ARETE_WEBCAM_OK: break
        case ARETE_WEBCAM_DAMAGED:
            let reason = withUnsafeBytes(of: report.message) { String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self) }
            throw .damaged(format: "\(source.format)", reason: reason)
        default: throw .cannotRead(reason: "no memory")
        }
        return try RawPicture(result, [UnsafeRawBufferPointer(report.is_turned ? turned() : self.memory)])
    }

    /// The picture, which is as wide as it should be high, clockwise by a quarter.
    private func turned() -> UnsafeMutableBufferPointer<UInt8> {
        if upright.count == 0 { upright = .allocate(capacity: memory.count) }
        if let from = memory.baseAddress, let to = upright.baseAddress {
            arete_u8_orient(from, source.height, source.width, 3, 6, to)
        }
        return upright
    }
}
