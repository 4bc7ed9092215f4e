// How bright each small block of a picture is.
import CPixels
import Imaging

/// Sums of blocks of 8x8 pixels of a picture in grey, at most some 640 pixels wide.
public struct BlockLevels: Sendable, Equatable {
    let across: Int
    let down: Int
    /// 64 times the mean grey level, row by row. What is left over at the right and below is in no block.
    let sums: [UInt16]
    /// Of the picture that was reduced.
    let width: Int
    let height: Int
    /// Pixels of that picture a block, on each axis.
    let blockWidth: Double
    let blockHeight: Double

    static let side = 8

    init(_ grey: GreyPicture, width: Int, height: Int) {
        (across, down) = (grey.width / Self.side, grey.height / Self.side)
        var sums = [UInt16](repeating: 0, count: across * down)
        arete_grey_blocks(grey.bytes, grey.width, grey.height, &sums)
        self.sums = sums
        self.width = width
        self.height = height
        blockWidth = Double(width * Self.side) / Double(grey.width)
        blockHeight = Double(height * Self.side) / Double(grey.height)
    }
}

/// Brings cameras' pictures to block levels, with buffers made once. Not for several threads at once.
public final class BlockReducer {
    private let reducer = GreyReducer()

    public init() {}

    /// - Parameter range: the words that are black and white, of pictures with more than 8 bits. Complexity: O(pixels).
    /// - Returns: `nil` for a picture of too few pixels.
    public func levels(
        of picture: RawPicture, range: ClosedRange<UInt16>? = nil
    ) throws(ImageError) -> BlockLevels? {
        guard let grey = try reducer.reduced(picture, range: range) else { return nil }
        return BlockLevels(grey, width: picture.format.width, height: picture.format.height)
    }
}
