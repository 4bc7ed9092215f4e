// The vehicle that carries the cameras.
import Link
import MAVLink
import Synchronization

/// Knows where the vehicle was and how it was turned in the last seconds. Any thread may ask it.
public final class Vehicle: Sendable {
    /// Whose messages count.
    public let autopilot: MAVLinkFrame.Sender
    private let state: Mutex<VehicleState>

    public init(system: UInt8) {
        let state = VehicleState(system: system)
        autopilot = state.autopilot
        self.state = Mutex(state)
    }

    /// - Parameter time: milliseconds of the store's clock.
    /// - Returns: `nil` where the vehicle told nothing of that time.
    public func pose(at time: Int) -> VehiclePose? { state.withLock { $0.pose(at: time) } }

    /// All that it told of the last seconds.
    public var current: VehicleState { state.withLock { $0 } }

    /// As it is published, at a time of the store's clock; `nil` where the vehicle told nothing of it.
    func stored(at time: Int) -> StoredVehicle? {
        state.withLock { StoredVehicle($0, at: time) }
    }

    /// What time the vehicle takes it for, milliseconds since 1970 (UTC); `nil` while it does not know.
    func unixMilliseconds(at time: Int) -> Int? { state.withLock { $0.unixMilliseconds(at: time) } }

    func take(_ frame: MAVLinkFrame, at time: Int) { state.withLock { $0.take(frame, at: time) } }

    func question(at time: Int) -> TimeSync { state.withLock { $0.question(at: time) } }
}

/// Where the vehicle is, as it is published.
public struct StoredVehicle: Sendable {
    /// Milliseconds of the store's clock.
    public let time: Int
    public let pose: VehiclePose
    public let kind: VehicleKind
    /// Degrees from the left to the right of its camera's picture; `nil` where it does not say.
    public let view: Double?

    public init(time: Int, pose: VehiclePose, kind: VehicleKind, view: Double?) {
        (self.time, self.pose, self.kind, self.view) = (time, pose, kind, view)
    }

    /// How its camera is turned: as the gimbal, or as the vehicle where there is none; `nil` where the gimbal is silent.
    var camera: Quaternion? { pose.gimbal ?? (pose.hasGimbal ? nil : pose.attitude) }
    var place: EarthPlace { EarthPlace(latitude: pose.place.latitude, longitude: pose.place.longitude) }
    /// Metres above the ellipsoid (WGS 84).
    var ellipsoidHeight: Double? { pose.geoidHeight.map { $0 + pose.place.altitude } }
    /// Metres per second over ground.
    var speed: Double { (pose.place.north * pose.place.north + pose.place.east * pose.place.east).squareRoot() }
}
