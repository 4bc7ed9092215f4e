// What can go wrong between a camera and a frame.
import Glibc

/// An error of a source, worded for the person who must act.
public enum CaptureError: Error, Equatable, CustomStringConvertible {
    case missing(String)
    case noPermission(String)
    case busy(String)
    case notACamera(String, reason: String)
    /// Unplugged, or its driver was taken away.
    case gone(String)
    case unsupported(String, reason: String)
    /// No picture came for so long, and no error either.
    case stalled(String, milliseconds: Int)
    /// A file of pictures that cannot be read or written.
    case file(String, reason: String)
    case system(String, call: String, errno: Int32)

    public var description: String {
        switch self {
        case .missing(let path): "\(path): there is no such device; 'arete cameras' lists those that are there"
        case .noPermission(let path):
            "\(path): no permission; add this user to the group 'video' (usermod -aG video USER) and log in again"
        case .busy(let path): "\(path): in use by another program; 'fuser -v \(path)' tells which"
        case .notACamera(let path, let reason): "\(path): no camera: \(reason)"
        case .gone(let path): "\(path): the camera is gone"
        case .unsupported(let path, let reason), .file(let path, let reason): "\(path): \(reason)"
        case .stalled(let path, let milliseconds): "\(path): no picture for \(milliseconds) ms"
        case .system(let path, let call, let errno): "\(path): \(call): \(String(cString: strerror(errno)))"
        }
    }

    /// The error that a failed system call means.
    static func of(_ path: String, _ call: String, _ number: Int32) -> CaptureError {
        switch number {
        case ENOENT, ENXIO: .missing(path)
        case EACCES, EPERM: .noPermission(path)
        case EBUSY: .busy(path)
        case ENODEV: .gone(path)
        default: .system(path, call: call, errno: number)
        }
    }
}
