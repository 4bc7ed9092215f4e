// A recorded flight, as a pipeline's file names it.
import JSON

/// A telemetry log in place of a vehicle.
public struct FlightConfiguration: Sendable, Equatable {
    public var path: String
    /// The vehicle's; `nil`: of the first autopilot that the log knows.
    public var system: UInt8?

    private static let scheme = "tlog:"
    private static let option = ",system="

    /// - Returns: `nil` where `vehicle` is no log.
    init?(_ fields: JSONFields, _ folder: ConfigurationFolder) throws(JSONError) {
        guard let text = try fields.string("vehicle"), text.hasPrefix(Self.scheme) else { return nil }
        var path = text.dropFirst(Self.scheme.count)
        if let comma = path.lastIndex(of: ","), path[comma...].hasPrefix(Self.option) {
            guard let number = UInt8(path[comma...].dropFirst(Self.option.count)), number > 0 else {
                throw fields.failure("vehicle", "has '\(path[comma...])': a system is a number from 1 to 255")
            }
            (system, path) = (number, path[..<comma])
        }
        guard !path.isEmpty, !path.contains("\0") else {
            throw fields.failure("vehicle", "must be tlog:FILE, and ,system=N may follow")
        }
        self.path = folder.path(String(path))
    }
}

extension PipelineConfiguration {
    /// What geolocation needs of the rest.
    func checkGeolocation(_ fields: JSONFields) throws(JSONError) {
        let placed = sources.filter { $0.geolocation != nil }
        guard let first = placed.first else {
            guard flight == nil else {
                throw fields.failure(
                    "vehicle", "is a log, which is played for a source with \"geolocation\", and none has it")
            }
            return
        }
        guard vehicle != nil || flight != nil else {
            throw fields.missing(
                "vehicle", "is missing: \"geolocation\" of source \"\(first.name)\" needs what tells where it is")
        }
        guard tracker != nil else {
            throw fields.missing(
                "tracker", "is missing: \"geolocation\" places what is followed; add \"tracker\": {}")
        }
        for source in placed {
            if flight != nil {
                guard source.hasOwnTimes else {
                    throw fields.failure(
                        "vehicle",
                        "is a log, and source \"\(source.name)\" tells no times to play it by: use a video, a recording, or \"rate\""
                    )
                }
            } else {
                guard source.isLive else {
                    throw fields.failure(
                        "vehicle",
                        "tells of now, and source \"\(source.name)\" is read as fast as possible: use tlog:FILE")
                }
                guard source.geolocation?.start == nil else {
                    throw fields.failure(
                        "sources", "of a vehicle that tells of now have no \"start\": it is for tlog:FILE")
                }
            }
        }
    }
}

extension SourceConfiguration {
    /// Whether its pictures come with times that are the same each time.
    var hasOwnTimes: Bool {
        switch request {
        case .camera, .stream: false
        case .recording, .video, .synthetic: true
        case .folder(_, let rate), .motionJPEG(_, let rate): rate != nil
        case .raw(let raw): raw.rate != nil
        }
    }
}
