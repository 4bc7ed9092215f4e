// What keeps a model from being judged, worded for the person who must act.
import JSON

/// Why annotations, or what is asked of them, are nothing to judge by.
public enum EvaluationError: Error, Hashable, Sendable {
    /// The annotations are wrong, at a line of their document.
    case annotations(JSONError)
    /// A file or folder cannot be used.
    case file(path: String, reason: String)
    /// Classes of the model, of the annotations and of the options do not go together.
    case classes(reason: String)
    /// What is asked for cannot be told from these data.
    case data(reason: String)
}

extension EvaluationError: CustomStringConvertible {
    public var description: String {
        switch self {
        case .annotations(let error): error.description
        case .file(let path, let reason): "\(path): \(reason)"
        case .classes(let reason), .data(let reason): reason
        }
    }
}
