// Which pictures a command takes: the options of cameras and recordings.
import Capture

enum SourceOptions {
    static let all: [CommandForm.Option] = [
        .init(name: "--format", value: "NAME", help: "of a camera: YUYV, NV12, MJPG, ... (default: the cheapest)"),
        .init(name: "--size", value: "WxH", help: "of a camera's pictures (default: from 640x480 up)"),
        .init(name: "--rate", value: "N", help: "frames a second of a camera (default: 30 or what is below)"),
        .init(name: "--set", value: "NAME=VALUE ...", help: "settings of a camera, in this order", takesMany: true),
    ]

    /// The source that `text` names: a recording, or else a camera's node or id.
    static func open(_ text: String, _ arguments: ParsedArguments, pace: Recording.Pace) throws -> any FrameSource {
        if Recording.isRecording(text) {
            for option in all where arguments.has(option.name) {
                throw UsageError("\(option.name) is for cameras; \(text) is a recording")
            }
            return try Recording(path: text, pace: pace)
        }
        return try Camera(try request(text, arguments)) { event in Output.error("arete: \(event)") }
    }

    private static func request(_ camera: String, _ arguments: ParsedArguments) throws -> CameraRequest {
        var request = CameraRequest(camera: camera)
        if let name = arguments.last("--format") {
            guard (1...4).contains(name.utf8.count) else {
                throw UsageError("--format takes four letters such as YUYV, not '\(name)'")
            }
            request.format = FourCC(stringLiteral: name)
        }
        if let size = arguments.last("--size") {
            let sides = size.split(separator: "x", omittingEmptySubsequences: false).map { Int($0) }
            guard sides.count == 2, let width = sides[0], let height = sides[1], (1...16384).contains(width),
                (1...16384).contains(height)
            else { throw UsageError("--size takes a size such as 1280x720, not '\(size)'") }
            (request.width, request.height) = (width, height)
        }
        request.rate = try arguments.number("--rate", in: 0.01...10_000)
        request.controls = try arguments.all("--set").map { setting in
            let parts = setting.split(separator: "=", maxSplits: 1).map(String.init)
            guard parts.count == 2, let value = Int64(parts[1]) else {
                throw UsageError("--set takes settings such as brightness=100, not '\(setting)'")
            }
            return ControlSetting(name: parts[0], value: value)
        }
        return request
    }
}
