// Why a pipeline cannot run.
import Capture
import JSON

/// One line for the person who must act.
public enum PipelineError: Error, CustomStringConvertible {
    /// Its file is wrong: line and key are told.
    case configuration(JSONError)
    /// A file that it names cannot be used.
    case file(path: String, reason: String)
    case source(name: String, CaptureError)
    case system(String)

    public var description: String {
        switch self {
        case .configuration(let error): error.description
        case .file(let path, let reason): "\(path): \(reason)"
        case .source(let name, let error): "source '\(name)': \(error)"
        case .system(let reason): reason
        }
    }
}
