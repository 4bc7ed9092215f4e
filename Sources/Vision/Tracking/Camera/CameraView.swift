// What a camera's motion is told from.
import Imaging

/// A picture in grey, at most some 320 pixels wide.
public struct CameraView: Sendable {
    let grey: GreyPicture
    /// Of the picture that was reduced.
    let width: Int
    let height: Int
}

/// Brings cameras' pictures to such views, with buffers made once. Not for several threads at once.
public final class CameraViewReducer {
    private let reducer = GreyReducer(widest: 320)

    public init() {}

    /// - Parameter range: the words that are black and white, of pictures with more than 8 bits. Complexity: O(pixels).
    /// - Returns: `nil` for a picture of too few pixels.
    public func view(of picture: RawPicture, range: ClosedRange<UInt16>? = nil) throws(ImageError) -> CameraView? {
        guard let grey = try reducer.reduced(picture, range: range) else { return nil }
        return CameraView(grey: grey, width: picture.format.width, height: picture.format.height)
    }
}
