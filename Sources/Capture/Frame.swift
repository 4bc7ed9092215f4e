// One picture from a source, as its bytes came.

/// How the bytes of a source's pictures lie.
public struct FrameFormat: Hashable, Sendable {
    public var format: FourCC
    public var width: Int
    public var height: Int
    /// Bytes from row to row, plane by plane; 0 for compressed formats.
    public var strides: [Int]
    public var colour = ColourSpace()
}

/// What a source says of its colours, as V4L2 numbers them; 0 where it leaves that open.
public struct ColourSpace: Hashable, Sendable {
    public var space: UInt32 = 0
    public var encoding: UInt32 = 0
    public var range: UInt32 = 0
}

/// A picture whose memory goes back to its source when the last owner lets go: who keeps many starves the source.
public final class Frame: @unchecked Sendable {
    public let format: FrameFormat
    /// The bytes that were written, plane by plane: maybe fewer than the format asks for, of a source that failed in between.
    public let planes: [UnsafeRawBufferPointer]
    /// Counts pictures; gaps are pictures that were lost before they came here.
    public let sequence: UInt32
    /// Nanoseconds of the monotonic clock when the picture was taken, in files mostly counted from their begin; `nil` where the source does not tell.
    public let time: UInt64?
    /// Whether the source itself says that the picture is damaged.
    public let isDamaged: Bool
    private let release: @Sendable () -> Void

    /// - Parameter release: takes the memory of `planes` back, on whatever thread the last owner lives.
    init(
        format: FrameFormat, planes: [UnsafeRawBufferPointer], sequence: UInt32, time: UInt64?, isDamaged: Bool,
        release: @escaping @Sendable () -> Void
    ) {
        self.format = format
        self.planes = planes
        self.sequence = sequence
        self.time = time
        self.isDamaged = isDamaged
        self.release = release
    }

    deinit { release() }
}
