// Which pictures a command takes: a source and the options that go with it.
import Capture

enum SourceOptions {
    static let all: [CommandForm.Option] = [
        .init(name: "--format", value: "NAME", help: "YUYV, NV12, MJPG, ... (default: the cheapest of a camera)"),
        .init(name: "--size", value: "WxH", help: "of the pictures (default: of a camera, from 640x480 up)"),
        .init(name: "--rate", value: "N", help: "frames a second (default: of a camera, 30 or what is below)"),
        .init(name: "--set", value: "NAME=VALUE ...", help: "settings of a camera, in this order", takesMany: true),
    ]

    /// The source that `text` and the options name.
    static func request(_ text: String, _ arguments: ParsedArguments) throws -> SourceRequest {
        let settings = try settings(arguments)
        do throws(CaptureError) {
            return try SourceRequest(text, settings)
        } catch {
            throw UsageError("\(error)")
        }
    }

    private static func settings(_ arguments: ParsedArguments) throws -> SourceSettings {
        var settings = SourceSettings()
        if let name = arguments.last("--format") {
            guard (1...4).contains(name.utf8.count) else {
                throw UsageError("--format takes four letters such as YUYV, not '\(name)'")
            }
            settings.format = FourCC(stringLiteral: name)
        }
        if let size = arguments.last("--size") {
            let sides = size.split(separator: "x", omittingEmptySubsequences: false).map { Int($0) }
            guard sides.count == 2, let width = sides[0], let height = sides[1], (1...16384).contains(width),
                (1...16384).contains(height)
            else { throw UsageError("--size takes a size such as 1280x720, not '\(size)'") }
            (settings.width, settings.height) = (width, height)
        }
        settings.rate = try arguments.number("--rate", in: 0.01...10_000)
        settings.controls = try arguments.all("--set").map { setting in
            let parts = setting.split(separator: "=", maxSplits: 1).map(String.init)
            guard parts.count == 2, let value = Int64(parts[1]) else {
                throw UsageError("--set takes settings such as brightness=100, not '\(setting)'")
            }
            return ControlSetting(name: parts[0], value: value)
        }
        return settings
    }
}
