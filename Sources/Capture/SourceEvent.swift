// What happens to a source between its pictures.

/// Told by a source, on the thread that calls `next`: something that passes and does not end it.
public enum SourceEvent: Equatable, Sendable, CustomStringConvertible {
    /// No frames come; the source is opened again as soon as it answers.
    case lost(CaptureError)
    case back(path: String, afterMilliseconds: Int)
    /// A picture could not be read and was left out.
    case skipped(CaptureError)

    public var description: String {
        switch self {
        case .lost(let error): "\(error); trying again until it answers"
        case .back(let path, let milliseconds): "\(path): back after \(milliseconds) ms"
        case .skipped(let error): "\(error); left out"
        }
    }
}
