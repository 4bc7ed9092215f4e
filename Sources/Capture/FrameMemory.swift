// Memory for the frames of sources that are no cameras.

/// Bytes that a frame hands out and that are freed with it.
final class FrameMemory: @unchecked Sendable {
    let bytes: UnsafeMutableRawBufferPointer

    init(count: Int) { bytes = .allocate(byteCount: count, alignment: 64) }

    convenience init(_ content: [UInt8]) {
        self.init(count: content.count)
        bytes.copyBytes(from: content)
    }

    deinit { bytes.deallocate() }
}

extension Frame {
    /// A frame that owns its memory.
    ///
    /// - Parameter planes: the bytes of each plane, one plane behind the other; none: one plane of all.
    convenience init(
        format: FrameFormat, memory: FrameMemory, planes: [Int] = [], sequence: UInt32, time: UInt64?,
        isDamaged: Bool = false
    ) {
        var parts: [UnsafeRawBufferPointer] = []
        var at = 0
        for count in planes.isEmpty ? [memory.bytes.count] : planes {
            parts.append(UnsafeRawBufferPointer(rebasing: memory.bytes[at..<at + count]))
            at += count
        }
        self.init(format: format, planes: parts, sequence: sequence, time: time, isDamaged: isDamaged) {
            withExtendedLifetime(memory) {}
        }
    }
}
