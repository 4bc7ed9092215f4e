// How a source's pictures are put on the ground, as a pipeline's file describes it.
import Geolocation
import JSON
import MAVLink
import Times

/// A camera that a vehicle carries, and the ground below it.
public struct GeolocationConfiguration: Sendable {
    /// What is known of the lens.
    public enum Lens: Sendable, Equatable {
        /// Degrees from the left to the right of the picture.
        case view(Double)
        /// The path of what `arete calibrate` wrote.
        case calibration(String)
    }

    /// Where a recorded flight was when the source's first picture was taken.
    public enum Start: Sendable, Equatable {
        /// Seconds after the log's first frame.
        case offset(Double)
        /// Milliseconds since 1970 (UTC).
        case utc(Int)
    }

    public var lens: Lens
    public var carrier: CameraMount.Carrier
    /// `nil`: as the calibration's file says, or none.
    public var boresight: Quaternion?
    /// Metres from the antenna to the camera: forward, right, down.
    public var lever: SIMD3<Double>
    /// A folder; `nil`: the ground is level.
    public var terrain: String?
    public var rules: PoseRules
    /// Milliseconds from a picture's exposure to the time that its source tells.
    public var latency: Double
    /// `nil`: the log and the source begin together.
    public var start: Start?

    private enum Mount: String, CaseIterable { case gimbal, vehicle }

    init(_ fields: JSONFields, _ folder: ConfigurationFolder) throws(JSONError) {
        let view = try fields.number("view", in: 0.1...175)
        let calibration = try folder.path(fields, "calibration")
        switch (view, calibration) {
        case (let view?, nil): lens = .view(view)
        case (nil, let path?): lens = .calibration(path)
        default:
            throw fields.failure(
                "view",
                "or \"calibration\" is needed, one of them: the degrees from left to right, or the file of 'arete calibrate'"
            )
        }
        guard let mount: Mount = try fields.choice("mount") else {
            throw fields.missing(
                "mount", "is missing: gimbal (one that reports how it is turned) or vehicle (fixed to it)")
        }
        carrier = mount == .gimbal ? .gimbal : .vehicle
        boresight = try fields.object("boresight").flatMap { block throws(JSONError) in try Self.turn(block) }
        let arm = try fields.numbers("lever", in: -100...100) ?? [0, 0, 0]
        guard arm.count == 3 else {
            throw fields.failure("lever", "must be three numbers: metres forward, right and down")
        }
        lever = SIMD3(arm[0], arm[1], arm[2])
        terrain = try folder.path(fields, "terrain")
        rules = PoseRules()
        if let home = try fields.number("home_height", in: -500...9000) { rules.heights = .aboveHome(ground: home) }
        if let block = try fields.object("errors") {
            rules.errors = try PoseErrors(block, mount == .gimbal ? .gimbal : .vehicle)
        }
        latency = try fields.number("latency_ms", in: -1000...10_000) ?? 0
        start = try Self.start(fields)
        try fields.finish()
    }

    private static func turn(_ block: JSONFields) throws(JSONError) -> Quaternion? {
        func radians(_ key: String) throws(JSONError) -> Double {
            try (block.number(key, in: -360...360) ?? 0) * .pi / 180
        }
        let (roll, pitch, yaw) = (try radians("roll"), try radians("pitch"), try radians("yaw"))
        try block.finish()
        return Quaternion(roll: roll, pitch: pitch, yaw: yaw)
    }

    private static func start(_ fields: JSONFields) throws(JSONError) -> Start? {
        guard let value = fields.value("start") else { return nil }
        guard case .string(let text) = value.content else {
            return try fields.number("start", in: -1e6...1e6).map { .offset($0) }
        }
        guard let time = UTC.milliseconds(of: text) else {
            throw fields.failure(
                "start", "must be seconds after the log's begin, or a time such as 2026-05-01T10:00:00Z")
        }
        return .utc(time)
    }
}

extension PoseErrors {
    /// One standard deviation each, of what all looks of a flight share.
    fileprivate init(_ block: JSONFields, _ usual: PoseErrors) throws(JSONError) {
        self = usual
        tilt.lasting = try block.number("tilt", in: 0...90) ?? tilt.lasting
        yaw.lasting = try block.number("yaw", in: 0...180) ?? yaw.lasting
        horizontal.lasting = try block.number("horizontal", in: 0...1000) ?? horizontal.lasting
        vertical.lasting = try block.number("vertical", in: 0...1000) ?? vertical.lasting
        time.lasting = try block.number("time_ms", in: 0...10_000).map { $0 / 1000 } ?? time.lasting
        pixel = try block.number("pixels", in: 0...1000) ?? pixel
        try block.finish()
    }
}
