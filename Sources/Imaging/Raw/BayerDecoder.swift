// The pictures of sensors behind a mosaic of colour filters.

import CPixels

/// Decodes pictures of one format to red, green and blue of 8 bits, into memory that is used again for each: what a place has no sample of is
/// the mean of those beside it. Colours are the sensor's own: nothing is balanced or brightened.
///
/// Not for several threads at once.
public final class BayerDecoder {
    public let format: BayerFormat
    private let result: RawFormat
    private let memory: UnsafeMutableRawBufferPointer
    private let scratch: UnsafeMutableRawPointer

    /// - Throws: `ImageError.tooLarge` beyond `ImageLimits`.
    public init(_ format: BayerFormat) throws(ImageError) {
        try ImageLimits().check(width: format.width, height: format.height)
        self.format = format
        result = try RawFormat(.rgb, width: format.width, height: format.height)
        memory = .allocate(byteCount: result.byteCount, alignment: 64)
        scratch = .allocate(byteCount: withUnsafePointer(to: format.plan) { arete_bayer_scratch($0) }, alignment: 64)
    }

    deinit {
        memory.deallocate()
        scratch.deallocate()
    }

    /// Decodes one picture; the result's memory lasts until the next.
    ///
    /// - Parameters:
    ///   - memory: one piece.
    ///   - strides: bytes from row to row; none or 0: no gaps.
    /// - Throws: `ImageError.damaged` when bytes are missing.
    /// Complexity: O(pixels).
    public func decode(_ memory: [UnsafeRawBufferPointer], strides: [Int] = []) throws(ImageError) -> RawPicture {
        let row = format.rowBytes
        let stride = strides.first.flatMap { $0 > 0 ? $0 : nil } ?? row
        guard memory.count == 1, let samples = memory[0].baseAddress, stride >= row, stride <= 1 << 24 else {
            throw .damaged(
                format: "Bayer", reason: "\(memory.count) pieces, rows of \(row) bytes \(stride) bytes apart")
        }
        let needed = stride * (format.height - 1) + row
        guard memory[0].count >= needed else {
            throw .damaged(format: "Bayer", reason: "\(memory[0].count) bytes where \(needed) are needed")
        }
        var plan = format.plan
        arete_bayer_to_rgb(
            arete_camera_rows_best(), &plan, samples.assumingMemoryBound(to: UInt8.self), stride,
            self.memory.baseAddress?.assumingMemoryBound(to: UInt8.self), 3 * format.width, scratch)
        return try RawPicture(result, [UnsafeRawBufferPointer(self.memory)])
    }
}
