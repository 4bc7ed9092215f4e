// What a camera offers.

/// One way in which a camera can send frames.
public struct FrameMode: Hashable, Sendable {
    public var format: FourCC
    public var width: Int
    public var height: Int
    /// Frames a second, the highest first; empty where the camera does not tell.
    public var rates: [Double]
}
