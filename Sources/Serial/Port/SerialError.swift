// What can go wrong with a serial port.
import Glibc

/// An error of a port, worded for the person who must act.
public enum SerialError: Error, Hashable, Sendable, CustomStringConvertible {
    case missing(String)
    case noPermission(String)
    case busy(String)
    /// A file, or another device.
    case notAPort(String)
    case rate(String, Int)
    /// Its plug was pulled, or its driver is gone.
    case unplugged(String)
    case system(String, errno: Int32)

    public var description: String {
        switch self {
        case .missing(let path): "\(path): there is no such port; 'ls /dev/serial/by-id' lists those that are there"
        case .noPermission(let path):
            "\(path): no permission; add this user to the group 'dialout' (usermod -aG dialout USER) and log in again"
        case .busy(let path): "\(path): in use by another program; 'fuser -v \(path)' tells which"
        case .notAPort(let path): "\(path): is no serial port"
        case .rate(let path, let rate): "\(path): cannot do \(rate) baud; ask for another rate"
        case .unplugged(let path): "\(path): was unplugged; plug it in again"
        case .system(let path, let errno): "\(path): \(String(cString: strerror(errno)))"
        }
    }

    init(_ path: String, errno: Int32, rate: Int) {
        switch errno {
        case ENOENT, ENXIO, ENODEV: self = .missing(path)
        case EACCES, EPERM: self = .noPermission(path)
        case EBUSY: self = .busy(path)
        case ENOTTY, EISDIR: self = .notAPort(path)
        case ERANGE: self = .rate(path, rate)
        case EIO: self = .unplugged(path)
        default: self = .system(path, errno: errno)
        }
    }
}
