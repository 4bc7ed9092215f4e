// A camera's pose as the tables have it.
import Database
import Geolocation
import Link
import MAVLink
import Terrain

/// Where a sender's camera was, and what that makes of the ground.
struct StoredPose: Hashable, Sendable {
    struct Camera: Hashable, Sendable {
        let sender: Int
        let number: Int
    }

    let camera: Camera
    let epoch: Int
    /// Milliseconds of the epoch.
    let happened: Int
    let place: EarthPlace
    /// Metres; `nil` where it is not known.
    let height: Double?
    let datum: Area.Datum
    /// Degrees from north over east, and up from the horizon.
    let yaw: Double
    let pitch: Double
    /// Degrees from the left to the right of the picture; `nil` where it is not known.
    let view: Double?

    static let columns = "sender, camera, epoch, happened, latitude, longitude, height, datum, yaw, pitch, view"

    init(_ row: DatabaseRow) {
        camera = Camera(sender: row.integer(0), number: row.integer(1))
        (epoch, happened) = (row.integer(2), row.integer(3))
        place = EarthPlace(latitude: row.real(4), longitude: row.real(5))
        (height, datum) = (row.optionalReal(6), Area.Datum(rawValue: row.integer(7)) ?? .ellipsoid)
        (yaw, pitch, view) = (row.real(8), row.real(9), row.optionalReal(10))
    }

    private init(between one: StoredPose, _ other: StoredPose, _ part: Double) {
        func between(_ from: Double, _ to: Double) -> Double { from + (to - from) * part }
        func turned(_ from: Double, _ to: Double) -> Double { from + (to - from).remainder(dividingBy: 360) * part }
        (camera, epoch) = (one.camera, one.epoch)
        happened = one.happened + Int(Double(other.happened - one.happened) * part)
        place = EarthPlace(
            latitude: between(one.place.latitude, other.place.latitude),
            longitude: turned(one.place.longitude, other.place.longitude))
        height = one.height.flatMap { low in other.height.map { between(low, $0) } }
        datum = one.datum
        (yaw, pitch) = (turned(one.yaw, other.yaw), between(one.pitch, other.pitch))
        view = one.view
    }

    /// Metres above mean sea level; `nil` where it is not known: no geoid is at hand.
    var altitude: Double? { datum == .meanSeaLevel ? height : nil }

    /// Poses on the way from `one` to this one, which is the last of them; none where that way is not known.
    ///
    /// - Parameter step: metres.
    func way(from one: StoredPose, step: Double) -> [StoredPose] {
        let milliseconds = happened - one.happened
        guard one.epoch == epoch, one.datum == datum, milliseconds > 0 else { return [self] }
        let turn = max(abs((yaw - one.yaw).remainder(dividingBy: 360)), abs(pitch - one.pitch))
        let north = (place.latitude - one.place.latitude) * Self.metresPerDegree
        let east = (place.longitude - one.place.longitude).remainder(dividingBy: 360) * Self.metresPerDegree
        let metres = (north * north + east * east).squareRoot()
        // In a longer time, or a larger turn, it may have been anywhere.
        guard milliseconds <= Self.longestGap, turn <= Self.largestTurn else { return [self] }
        let count = min(max(Int((metres / step).rounded(.up)), Int((turn / Self.turnStep).rounded(.up)), 1), 64)
        return (1..<count).map { StoredPose(between: one, self, Double($0) / Double(count)) } + [self]
    }

    private static let metresPerDegree = 111_320.0
    private static let longestGap = 30_000
    private static let largestTurn = 120.0
    private static let turnStep = 15.0
}

/// What stands between a stored pose and the ground: terrain, and how large senders' pictures are.
struct CameraSight: Sendable {
    let terrain: any HeightModel
    /// Pixels, as the detector sees them.
    let pictureWidth: Int
    let pictureHeight: Int

    /// `nil` where height or view are not known.
    func geolocator(_ pose: StoredPose) -> (Geolocator, ExposurePose)? {
        let radian = Double.pi / 180
        guard let altitude = pose.altitude, let view = pose.view,
            let camera = CameraModel(width: pictureWidth, height: pictureHeight, horizontalView: view),
            let rotation = Quaternion(roll: 0, pitch: pose.pitch * radian, yaw: pose.yaw * radian)
        else { return nil }
        let geolocator = Geolocator(
            camera: camera, mount: CameraMount(carrier: .gimbal), ground: Ground(model: terrain))
        let exposure = ExposurePose(place: pose.place, altitude: altitude, rotation: rotation, errors: .gimbal)
        return (geolocator, exposure)
    }

    /// What is seen of the ground; `nil` where that is not known.
    func footprint(_ pose: StoredPose) -> Footprint? {
        geolocator(pose).flatMap { geolocator, exposure in try? geolocator.footprint(pose: exposure) }
    }
}
