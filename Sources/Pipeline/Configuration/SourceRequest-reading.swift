// The kinds of sources as a pipeline's file names them.
import Capture
import JSON

private enum SourceType: String, CaseIterable { case camera, stream, recording, video, folder, mjpeg, raw, synthetic }

extension SourceRequest {
    /// Reads the keys that say what the source is; others are left to the caller.
    init(_ fields: JSONFields, _ folder: ConfigurationFolder) throws(JSONError) {
        guard let type: SourceType = try fields.choice("type") else {
            let known = SourceType.allCases.map(\.rawValue).joined(separator: ", ")
            throw fields.missing("type", "is missing; known are \(known)")
        }
        switch type {
        case .camera: self = .camera(try CameraRequest(fields))
        case .stream: self = .stream(address: try Self.address(fields))
        case .recording: self = .recording(path: try folder.file(fields))
        case .video: self = .video(path: try folder.file(fields))
        case .folder: self = .folder(path: try folder.file(fields), rate: try Self.rate(fields))
        case .mjpeg: self = .motionJPEG(path: try folder.file(fields), rate: try Self.rate(fields))
        case .raw:
            guard let format = try Self.format(fields) else { throw fields.missing("format") }
            guard let width = try Self.side(fields, "width") else { throw fields.missing("width") }
            guard let height = try Self.side(fields, "height") else { throw fields.missing("height") }
            self = .raw(
                RawFileRequest(
                    path: try folder.file(fields), format: format, width: width, height: height,
                    rate: try Self.rate(fields)))
        case .synthetic: self = .synthetic(try SyntheticRequest(fields))
        }
    }

    private static func address(_ fields: JSONFields) throws(JSONError) -> String {
        guard let address = try fields.string("address") else { throw fields.missing("address") }
        guard address.hasPrefix("rtsp://") || address.hasPrefix("rtsps://") else {
            throw fields.failure("address", "must begin with rtsp:// or rtsps://")
        }
        return address
    }

    fileprivate static func rate(_ fields: JSONFields) throws(JSONError) -> Double? {
        try fields.number("rate", in: 0.01...10_000)
    }

    fileprivate static func side(_ fields: JSONFields, _ key: String) throws(JSONError) -> Int? {
        try fields.integer(key, in: 1...16384)
    }

    fileprivate static func format(_ fields: JSONFields) throws(JSONError) -> FourCC? {
        guard let name = try fields.string("format") else { return nil }
        guard (1...4).contains(name.utf8.count) else {
            throw fields.failure("format", "must be four letters such as YUYV, not \"\(name)\"")
        }
        return FourCC(stringLiteral: name)
    }
}

extension CameraRequest {
    fileprivate init(_ fields: JSONFields) throws(JSONError) {
        guard let device = try fields.string("device") else {
            throw fields.missing("device", "is missing: a node or an id that 'arete cameras' lists")
        }
        self.init(camera: device)
        format = try SourceRequest.format(fields)
        width = try SourceRequest.side(fields, "width")
        height = try SourceRequest.side(fields, "height")
        rate = try SourceRequest.rate(fields)
        buffers = try fields.integer("buffers", in: 2...32) ?? buffers
        memory = try fields.choice("memory") ?? memory
        guard let block = try fields.object("controls") else { return }
        for name in block.keys {
            guard let value = try block.integer(name) else { throw block.failure(name, "must be a whole number") }
            controls.append(ControlSetting(name: name, value: Int64(value)))
        }
        try block.finish()
    }
}

extension SyntheticRequest {
    fileprivate init(_ fields: JSONFields) throws(JSONError) {
        self.init()
        format = try SourceRequest.format(fields) ?? format
        width = try SourceRequest.side(fields, "width") ?? width
        height = try SourceRequest.side(fields, "height") ?? height
        rate = try SourceRequest.rate(fields) ?? rate
        seed = UInt64(try fields.integer("seed", in: 0...Int.max) ?? Int(seed))
        objects = try fields.integer("objects", in: 0...1000) ?? objects
        self.frames = try fields.integer("count", in: 1...Int.max)
        for block in try fields.objects("faults") ?? [] {
            guard let kind: SyntheticFault.Kind = try block.choice("kind") else { throw block.missing("kind") }
            guard let first = try block.integer("first", in: 0...1 << 40) else { throw block.missing("first") }
            let last = try block.integer("last", in: first...1 << 40) ?? first
            faults.append(SyntheticFault(kind, first..<last + 1))
            try block.finish()
        }
    }
}
