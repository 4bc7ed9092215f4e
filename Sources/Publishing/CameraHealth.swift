// How a camera and its box are.
import Link

/// What is wrong with a camera, and how its box does.
public struct CameraHealth: Hashable, Sendable {
    public let camera: Int
    /// The camera's name.
    public let source: String
    public let faults: CameraFaults
    /// Results a second.
    public let rate: Double
    /// Part of the spool's disk that is free, 0 to 1.
    public let free: Double
    /// Of the hottest part, in degrees Celsius; `nil` where nobody measures it.
    public let temperature: Double?

    public init(
        camera: Int, source: String, faults: CameraFaults, rate: Double, free: Double, temperature: Double?
    ) {
        (self.camera, self.source, self.faults) = (camera, source, faults)
        (self.rate, self.free, self.temperature) = (rate, free, temperature)
    }
}
