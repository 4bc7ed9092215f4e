import JSON

/// Why a preset does not fit a model, or an image or output cannot be used.
public enum VisionError: Error, Hashable, Sendable {
    /// The preset itself is wrong.
    case preset(JSONError)
    /// A file beside the model (labels, a preset) cannot be read.
    case file(path: String, reason: String)
    /// Preset or options ask of the model's input what it cannot take.
    case input(reason: String)
    /// An output of the model is not what the decoder needs.
    case output(name: String, reason: String)
    /// The outputs together, or the options, are not what the decoder needs.
    case decoder(kind: String, reason: String)
}

extension VisionError: CustomStringConvertible {
    public var description: String {
        switch self {
        case .preset(let error): error.description
        case .file(let path, let reason): "\(path): \(reason)"
        case .input(let reason): "input: \(reason)"
        case .output(let name, let reason): "output '\(name)': \(reason)"
        case .decoder(let kind, let reason): "decoder \(kind): \(reason)"
        }
    }
}
