// A picture's bytes, known to be all there.

/// The planes of an uncompressed picture. It does not own its memory.
public struct RawPicture {
    public let format: RawFormat
    /// Of each plane, where it begins and the bytes from row to row.
    let planes: [(start: UnsafePointer<UInt8>, stride: Int)]

    /// - Parameters:
    ///   - memory: each plane, or one piece that holds them one after the other.
    ///   - strides: bytes from row to row of each piece; planes behind the first in one piece have its stride, half of it where they are half as
    ///     wide, or twice where they hold both chromas of each pixel. None: no gaps.
    /// - Throws: `ImageError.damaged` when bytes are missing, as at the end of a transfer that failed.
    public init(_ format: RawFormat, _ memory: [UnsafeRawBufferPointer], strides: [Int] = []) throws(ImageError) {
        self.format = format
        let shapes = format.planes
        guard memory.count == 1 || memory.count == shapes.count, strides.isEmpty || strides.count == memory.count else {
            throw .damaged(format: "raw", reason: "\(memory.count) pieces of memory for \(shapes.count) planes")
        }
        var planes: [(start: UnsafePointer<UInt8>, stride: Int)] = []
        var offset = 0
        for (index, shape) in shapes.enumerated() {
            let piece = memory.count == 1 ? memory[0] : memory[index]
            let first = memory.count == 1 ? 0 : index
            var stride = shape.rowBytes
            if first < strides.count, strides[first] > 0 {
                stride = memory.count == 1 ? strides[0] * shape.rowBytes / shapes[0].rowBytes : strides[first]
            }
            guard stride >= shape.rowBytes, stride <= Self.longestRow else {
                throw .damaged(format: "raw", reason: "rows of \(shape.rowBytes) bytes, \(stride) bytes apart")
            }
            let start = memory.count == 1 ? offset : 0
            let end = start + stride * (shape.rows - 1) + shape.rowBytes
            guard let base = piece.baseAddress, end <= piece.count else {
                throw .damaged(format: "raw", reason: "\(piece.count) bytes where \(end) are needed")
            }
            planes.append((base.assumingMemoryBound(to: UInt8.self) + start, stride))
            offset += stride * shape.rows
        }
        self.planes = planes
    }

    private static let longestRow = 1 << 24

    private init(_ format: RawFormat, planes: [(start: UnsafePointer<UInt8>, stride: Int)]) {
        self.format = format
        self.planes = planes
    }

    /// A part of the picture, in the same memory: the whole samples of chroma inside the rectangle, which must lie in the picture.
    public func cropped(x: Int, y: Int, width: Int, height: Int) throws(ImageError) -> RawPicture {
        let (across, down) = (format.sharedAcross, format.sharedDown)
        let (left, top) = ((x + across - 1) / across * across, (y + down - 1) / down * down)
        let (right, bottom) = ((x + width) / across * across, (y + height) / down * down)
        guard x >= 0, y >= 0, x + width <= format.width, y + height <= format.height, left < right, top < bottom else {
            throw .invalidSize(width: width, height: height, bytes: 0)
        }
        let part = try RawFormat(format.layout, width: right - left, height: bottom - top, matrix: format.matrix)
        let moved = zip(planes, format.planes).map { plane, shape in
            let offset = top * shape.rows / format.height * plane.stride + left * shape.rowBytes / format.width
            return (plane.start + offset, plane.stride)
        }
        return RawPicture(part, planes: moved)
    }
}
