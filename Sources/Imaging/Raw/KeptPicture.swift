// Pictures that outlive their source's memory.

/// A picture with memory of its own.
public final class KeptPicture: @unchecked Sendable {
    public let picture: RawPicture
    private let memory: UnsafeMutableRawBufferPointer

    /// - Throws: `ImageError` never for a picture that exists. Complexity: O(bytes).
    public init(copying picture: RawPicture) throws(ImageError) {
        let shapes = picture.format.planes
        let sizes = shapes.map { $0.rowBytes * $0.rows }
        memory = .allocate(byteCount: max(sizes.reduce(0, +), 1), alignment: 64)
        var pieces: [UnsafeRawBufferPointer] = []
        var at = 0
        for (plane, shape) in zip(picture.planes, shapes) {
            let piece = UnsafeMutableRawBufferPointer(rebasing: memory[at..<at + shape.rowBytes * shape.rows])
            for row in 0..<shape.rows {
                let source = UnsafeRawBufferPointer(start: plane.start + row * plane.stride, count: shape.rowBytes)
                UnsafeMutableRawBufferPointer(rebasing: piece[(row * shape.rowBytes)...]).copyMemory(from: source)
            }
            pieces.append(UnsafeRawBufferPointer(piece))
            at += piece.count
        }
        do throws(ImageError) {
            self.picture = try RawPicture(picture.format, pieces)
        } catch {
            memory.deallocate()
            throw error
        }
    }

    deinit { memory.deallocate() }
}
