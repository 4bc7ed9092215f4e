// arete cameras: the cameras of this machine, and what they can do.
import Capture
import Evaluation
import JSON

enum CamerasCommand: Command {
    static let form = CommandForm(
        name: "cameras", summary: "Lists the cameras of this machine: formats, sizes, rates, controls",
        positionals: "[DEVICE...]", positionalCount: 0...64, options: [ModelOptions.json])

    static func run(_ arguments: ParsedArguments) throws {
        let (cameras, silent) =
            arguments.positionals.isEmpty
            ? Cameras.all() : (try arguments.positionals.map { try Cameras.describe($0) }, [])
        for camera in silent { Output.error("arete: \(camera.error)") }
        if arguments.has("--json") {
            try Output.print((["cameras": JSONValue(cameras.map(json))] as JSONValue).text)
        } else if cameras.isEmpty, silent.isEmpty {
            try Output.print("no camera: nothing at /dev/video0, /dev/video1, ... gives frames")
        } else if !cameras.isEmpty {
            try Output.print(cameras.map(text).joined(separator: "\n\n"))
        }
    }

    private static func text(_ camera: CameraDescription) -> String {
        var lines = ["\(camera.path): \(camera.name) (\(camera.driver)), id \(camera.id)"]
        for (format, modes) in formats(camera) {
            lines.append("  \(format)")
            lines += modes.map { mode in
                let rates = mode.rates.map { Figures.text($0, digits: $0 == $0.rounded() ? 0 : 2) }
                return "    \(mode.width)x\(mode.height)"
                    + (rates.isEmpty ? "" : " at \(rates.joined(separator: ", ")) frames/s")
            }
        }
        lines += camera.controls.map { "  \($0.name): \(setting($0))" }
        return lines.joined(separator: "\n")
    }

    private static func setting(_ control: Control) -> String {
        let value = control.value.map { "\($0)" } ?? "?"
        let state = control.isReadOnly ? ", read only" : control.isInactive ? ", inactive" : ""
        switch control.kind {
        case .boolean: return "\(value) (0 or 1, default \(control.standard)\(state))"
        case .button: return "a button"
        case .menu(let names):
            let choices = names.sorted { $0.key < $1.key }.map { "\($0.key) \($0.value)" }
            return "\(value) (\(choices.joined(separator: ", ")); default \(control.standard)\(state))"
        case .integer, .bitmask:
            let step = control.step > 1 ? " in steps of \(control.step)" : ""
            let range = "\(control.range.lowerBound) to \(control.range.upperBound)\(step)"
            return "\(value) (\(range), default \(control.standard)\(state))"
        }
    }

    /// Modes by their format, in the order in which the camera lists them.
    private static func formats(_ camera: CameraDescription) -> [(format: FourCC, modes: [FrameMode])] {
        var groups: [(format: FourCC, modes: [FrameMode])] = []
        for mode in camera.modes {
            if groups.last?.format == mode.format {
                groups[groups.count - 1].modes.append(mode)
            } else {
                groups.append((mode.format, [mode]))
            }
        }
        return groups
    }

    private static func json(_ camera: CameraDescription) -> JSONValue {
        let formats = formats(camera).map { format, modes -> JSONValue in
            let sizes = modes.map { mode -> JSONValue in
                [
                    "width": JSONValue(mode.width), "height": JSONValue(mode.height),
                    "rates": JSONValue(mode.rates.map { JSONValue($0) }),
                ]
            }
            return ["format": JSONValue("\(format)"), "sizes": JSONValue(sizes)]
        }
        return [
            "path": JSONValue(camera.path), "id": JSONValue(camera.id), "name": JSONValue(camera.name),
            "driver": JSONValue(camera.driver), "bus": JSONValue(camera.bus), "formats": JSONValue(formats),
            "controls": JSONValue(camera.controls.map(json)),
        ]
    }

    private static func json(_ control: Control) -> JSONValue {
        var kind = "integer"
        var choices: JSONValue = nil
        switch control.kind {
        case .integer: break
        case .boolean: kind = "boolean"
        case .button: kind = "button"
        case .bitmask: kind = "bitmask"
        case .menu(let names):
            kind = "menu"
            choices = JSONValue(
                names.sorted { $0.key < $1.key }.map { ["value": JSONValue(Int($0.key)), "name": JSONValue($0.value)] })
        }
        return [
            "name": JSONValue(control.name), "kind": JSONValue(kind),
            "value": control.value.map { JSONValue(Int($0)) } ?? nil,
            "minimum": JSONValue(Int(control.range.lowerBound)), "maximum": JSONValue(Int(control.range.upperBound)),
            "step": JSONValue(Int(clamping: control.step)), "default": JSONValue(Int(control.standard)),
            "choices": choices, "read_only": JSONValue(control.isReadOnly), "inactive": JSONValue(control.isInactive),
        ]
    }
}
