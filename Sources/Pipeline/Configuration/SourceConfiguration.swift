// A source as a pipeline's file describes it.
import Capture
import JSON
import Vision

/// Where pictures come from, and which of them count.
public struct SourceConfiguration: Sendable {
    public enum Kind: Sendable {
        case camera(CameraRequest)
        case recording(path: String, Recording.Pace)
    }

    /// Which frames are looked at when the engine cannot look at all.
    public enum Frames: String, CaseIterable, Sendable {
        /// Late frames are worthless: the newest takes the place of those before.
        case latest
        /// Each counts: one that there is no time for is an alarm.
        case every
    }

    public var name: String
    public var kind: Kind
    public var frames: Frames
    /// Frames that may wait for the engine.
    public var queue: Int
    /// `nil`: nobody watches whether the camera is blind.
    public var watch: WatchOptions?

    /// Whether pictures come whether or not somebody has time for them.
    public var isLive: Bool {
        switch kind {
        case .camera: true
        case .recording(_, let pace): pace == .recorded
        }
    }

    /// Opens the source.
    ///
    /// - Parameters:
    ///   - need: what the pictures are for.
    ///   - report: is told, on the thread that takes frames, when a camera is lost and when it is back.
    func open(
        need: PictureNeed, report: @escaping (Notice) -> Void
    ) throws(CaptureError) -> any FrameSource {
        switch kind {
        case .camera(var request):
            request.need = need
            return try Camera(request) { event in
                switch event {
                case .lost: report(.lost(reason: event.description))
                case .back: report(.back(event.description))
                }
            }
        case .recording(let path, let pace): return try Recording(path: path, pace: pace)
        }
    }

    private enum KindName: String, CaseIterable { case camera, recording }
    private enum PaceName: String, CaseIterable { case recorded, fastest }

    init(_ fields: JSONFields, _ folder: ConfigurationFolder, place: Int) throws(JSONError) {
        name = try fields.string("name") ?? "source\(place)"
        guard Self.isName(name) else {
            throw fields.failure("name", "must be 1 to 64 letters, digits and signs of \"-_.\"")
        }
        guard let type: KindName = try fields.choice("type") else {
            throw fields.missing("type", "is missing: camera or recording")
        }
        switch type {
        case .camera: kind = .camera(try CameraRequest(fields))
        case .recording:
            guard let path = try folder.path(fields, "path") else { throw fields.missing("path") }
            let pace: PaceName = try fields.choice("pace") ?? .recorded
            kind = .recording(path: path, pace == .recorded ? .recorded : .fastest)
        }
        frames = try fields.choice("frames") ?? .latest
        queue = try fields.integer("queue", in: 1...64) ?? (frames == .latest ? 1 : 8)
        guard frames == .every || queue == 1 else {
            throw fields.failure("queue", "is for \"frames\": \"every\"; of the latest frames only one waits")
        }
        watch = WatchOptions()
        if let value = fields.value("watch"), value.content == .bool(false) {
            watch = nil
        } else if let block = try fields.object("watch") {
            watch?.standsStill = try block.bool("stands_still") ?? true
            watch?.patience = try block.number("patience", in: 0...3600) ?? WatchOptions().patience
            watch?.learning = try block.number("learning", in: 0...86400) ?? WatchOptions().learning
            try block.finish()
        }
        try fields.finish()
    }

    /// What stands in messages, figures and file names.
    private static func isName(_ name: String) -> Bool {
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

extension CameraRequest {
    fileprivate init(_ fields: JSONFields) throws(JSONError) {
        guard let device = try fields.string("device") else {
            throw fields.missing("device", "is missing: a node or an id that 'arete cameras' lists")
        }
        self.init(camera: device)
        if let name = try fields.string("format") {
            guard (1...4).contains(name.utf8.count) else {
                throw fields.failure("format", "must be four letters such as YUYV, not \"\(name)\"")
            }
            format = FourCC(stringLiteral: name)
        }
        width = try fields.integer("width", in: 1...16384)
        height = try fields.integer("height", in: 1...16384)
        rate = try fields.number("rate", in: 0.01...10_000)
        buffers = try fields.integer("buffers", in: 2...32) ?? buffers
        guard let block = try fields.object("controls") else { return }
        for name in block.keys {
            guard let value = try block.integer(name) else { throw block.failure(name, "must be a whole number") }
            controls.append(ControlSetting(name: name, value: Int64(value)))
        }
        try block.finish()
    }
}
