// What is known of a camera: the content of camera.json.

/// A camera's lens, how well it is known, and how the camera is mounted.
public struct CameraCalibration: Hashable, Sendable {
    /// Of the pictures that the lens was measured in; those of another size have another lens.
    public let width: Int
    public let height: Int
    public let lens: Lens
    /// Standard deviations of fx, fy, cx, cy, k1, k2, p1, p2, k3.
    public let deviations: [Double]
    /// The root of the mean squared distance between corners seen and predicted, in pixels.
    public let rms: Double
    public let views: Int
    public let board: Chessboard
    /// The share of the picture's parts (8 x 6) in which corners were seen.
    public let coverage: Double
    public var boresight: Boresight?

    /// The pixel at which the same camera with a lens that does not distort would see what is seen at `pixel`.
    public func undistorted(_ pixel: SIMD2<Double>) -> SIMD2<Double>? { lens.undistorted(pixel) }
    /// The pixel at which a point in front of the camera is seen: x to the right, y down, z ahead.
    public func project(_ point: SIMD3<Double>) -> SIMD2<Double>? { lens.project(point) }
    /// The direction, of length 1, of what is seen at `pixel`.
    public func ray(_ pixel: SIMD2<Double>) -> SIMD3<Double>? { lens.ray(pixel) }
}
