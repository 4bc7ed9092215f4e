// How a camera was held, and the turn that makes its picture upright.

import CPixels

/// EXIF's orientation: where the stored picture's first row and first column belong.
public enum Orientation: Int, Sendable, CaseIterable {
    case upright = 1
    case mirrored = 2
    case upsideDown = 3
    case mirroredUpsideDown = 4
    /// Reflected at the main diagonal.
    case transposed = 5
    /// To be turned clockwise by a quarter.
    case turnedLeft = 6
    /// Reflected at the other diagonal.
    case transversed = 7
    /// To be turned counterclockwise by a quarter.
    case turnedRight = 8

    /// Whether width and height change places.
    public var swapsSides: Bool { rawValue >= 5 }
}

extension Image {
    /// This picture, stored in `orientation`, upright. O(pixels); O(1) for `.upright`.
    public func oriented(from orientation: Orientation) -> Image {
        guard orientation != .upright else { return self }
        let swaps = orientation.swapsSides
        return Image.filled(width: swaps ? height : width, height: swaps ? width : height, format: format) {
            arete_u8_orient(bytes, width, height, format.channels, Int32(orientation.rawValue), $0)
        }
    }
}
