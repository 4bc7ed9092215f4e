// A source as a pipeline's file describes it.
import Capture
import JSON
import Vision

/// Where pictures come from, and which of them count.
public struct SourceConfiguration: Sendable {
    /// Which frames are looked at when the engine cannot look at all.
    public enum Frames: String, CaseIterable, Sendable {
        /// Late frames are worthless: the newest takes the place of those before.
        case latest
        /// Each counts: one that there is no time for is an alarm.
        case every
    }

    /// Which words of pictures with more than 8 bits become black and white.
    public enum Range: Sendable, Equatable {
        /// Follows the pictures (`AutomaticRange`) where they have 16 bits, as those of thermal cameras; else all that the bits hold.
        case usual
        case automatic
        case full
        case fixed(ClosedRange<UInt16>)
    }

    public var name: String
    public var request: SourceRequest
    /// Of what is not live.
    public var pace: SourcePace
    public var frames: Frames
    /// Frames that may wait for the engine.
    public var queue: Int
    public var range: Range
    /// Whether the camera itself moves, as on a drone.
    public var moves: Bool
    /// `nil`: nobody watches whether the camera is blind.
    public var watch: WatchOptions?
    /// The file of the plane that the camera looks at; `nil`: nothing is measured.
    public var calibration: String?
    /// Where what it shows is on the ground; `nil`: nobody asks.
    public var geolocation: GeolocationConfiguration?

    /// Whether pictures come whether or not somebody has time for them.
    public var isLive: Bool {
        switch request {
        case .camera, .stream: true
        case .recording, .video, .synthetic: pace == .recorded
        case .folder(_, let rate), .motionJPEG(_, let rate): pace == .recorded && rate != nil
        case .raw(let raw): pace == .recorded && raw.rate != nil
        }
    }

    /// The size of its pictures, where the configuration tells it.
    var size: (width: Int, height: Int)? {
        switch request {
        case .camera(let camera):
            guard let width = camera.width, let height = camera.height else { return nil }
            return (width, height)
        case .raw(let raw): return (raw.width, raw.height)
        case .synthetic(let drawn): return (drawn.width, drawn.height)
        case .stream, .recording, .video, .folder, .motionJPEG: return nil
        }
    }

    init(_ fields: JSONFields, _ folder: ConfigurationFolder, place: Int) throws(JSONError) {
        name = try fields.string("name") ?? "source\(place)"
        guard Self.isName(name) else {
            throw fields.failure("name", "must be 1 to 64 letters, digits and signs of \"-_.\"")
        }
        request = try SourceRequest(fields, folder)
        pace = .recorded
        switch request {
        case .camera, .stream: break
        default:
            let name: PaceName? = try fields.choice("pace")
            if name == .fastest { pace = .fastest }
        }
        frames = try fields.choice("frames") ?? .latest
        queue = try fields.integer("queue", in: 1...64) ?? (frames == .latest ? 1 : 8)
        guard frames == .every || queue == 1 else {
            throw fields.failure("queue", "is for \"frames\": \"every\"; of the latest frames only one waits")
        }
        range = try Self.range(fields)
        geolocation = try fields.object("geolocation").map { block throws(JSONError) in
            try GeolocationConfiguration(block, folder)
        }
        moves = try fields.bool("moves") ?? (geolocation != nil)
        watch = try Self.watch(fields, standsStill: !moves)
        calibration = try folder.path(fields, "calibration")
        guard calibration == nil || !moves else {
            throw fields.failure("calibration", "is for a camera that stands still: this one \"moves\"")
        }
        try fields.finish()
    }

    private enum PaceName: String, CaseIterable { case recorded, fastest }
    private enum RangeName: String, CaseIterable { case automatic, full }

    private static func range(_ fields: JSONFields) throws(JSONError) -> Range {
        guard let value = fields.value("range") else { return .usual }
        guard case .array = value.content else {
            let name: RangeName? = try fields.choice("range")
            return name == .full ? .full : .automatic
        }
        guard let ends = try fields.integers("range", in: 0...65535), ends.count == 2, ends[0] < ends[1] else {
            throw fields.failure("range", "must be \"automatic\", \"full\", or the words for black and white")
        }
        return .fixed(UInt16(ends[0])...UInt16(ends[1]))
    }

    private static func watch(_ fields: JSONFields, standsStill: Bool) throws(JSONError) -> WatchOptions? {
        var options = WatchOptions()
        options.standsStill = standsStill
        if let value = fields.value("watch"), value.content == .bool(false) { return nil }
        guard let block = try fields.object("watch") else { return options }
        options.standsStill = try block.bool("stands_still") ?? options.standsStill
        options.patience = try block.number("patience", in: 0...3600) ?? options.patience
        options.learning = try block.number("learning", in: 0...86400) ?? options.learning
        try block.finish()
        return options
    }

    /// What stands in messages, figures and file names.
    static func isName(_ name: String) -> Bool {
        (1...64).contains(name.utf8.count)
            && name.utf8.allSatisfy { byte in
                switch byte {
                case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                    UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "_"), UInt8(ascii: "."):
                    true
                default: false
                }
            }
    }
}
