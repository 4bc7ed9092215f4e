// What can go wrong with picture files, worded for the person who must act.

/// An error in reading, converting or writing a picture. The text does not name the file: the caller knows it.
public enum ImageError: Error, Equatable, CustomStringConvertible {
    /// The operating system refused.
    case cannotRead(reason: String)
    case cannotWrite(reason: String)
    /// The first bytes belong to no format that is read.
    case unknownFormat
    /// The file breaks its format or ends early.
    case damaged(format: String, reason: String)
    /// A variant of the format that is not read.
    case unsupported(format: String, reason: String)
    /// More pixels than `ImageLimits` allows.
    case tooLarge(width: Int, height: Int, limit: Int)
    /// A size that no picture can have, or bytes that do not fit it.
    case invalidSize(width: Int, height: Int, bytes: Int)

    public var description: String {
        switch self {
        case .cannotRead(let reason): "cannot be read: \(reason)"
        case .cannotWrite(let reason): "cannot be written: \(reason)"
        case .unknownFormat: "is neither JPEG, PNG, WebP, PPM nor PGM"
        case .damaged(let format, let reason): "damaged \(format) file: \(reason)"
        case .unsupported(let format, let reason): "\(format) file of a kind that is not read: \(reason)"
        case .tooLarge(let width, let height, let limit):
            "\(width) x \(height) pixels are more than the limit of \(limit) pixels"
        case .invalidSize(let width, let height, let bytes):
            "\(bytes) bytes are no picture of \(width) x \(height) pixels"
        }
    }
}
