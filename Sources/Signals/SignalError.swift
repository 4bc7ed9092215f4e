// What can go wrong with the wires to other machines.
import Glibc

/// An error of a line or coil, worded for the person who must act.
public enum SignalError: Error, Equatable, CustomStringConvertible {
    case missing(String)
    case noPermission(String)
    case busy(String, line: Int)
    /// The chip is there, the line is not.
    case noSuchLine(String, line: Int)
    /// The line is there and cannot be asked to be quiet before it counts.
    case noDebounce(String, line: Int)
    case system(String, what: String, errno: Int32)
    /// A machine at the other end of a network does not do what it is asked.
    case remote(String, reason: String)

    public var description: String {
        switch self {
        case .missing(let chip): "\(chip): there is no such GPIO chip; 'ls /dev/gpiochip*' lists those that are there"
        case .noPermission(let chip):
            "\(chip): no permission; add this user to the group 'gpio' (usermod -aG gpio USER) and log in again"
        case .busy(let chip, let line): "\(chip) line \(line): in use by another program; 'gpioinfo' tells which"
        case .noSuchLine(let chip, let line): "\(chip) has no line \(line); 'gpioinfo' lists those that are there"
        case .noDebounce(let chip, let line):
            "\(chip) line \(line) cannot be debounced by this chip or its driver; leave \"debounce_ms\" out"
        case .system(let place, let what, let errno): "\(place): \(what): \(String(cString: strerror(errno)))"
        case .remote(let place, let reason): "\(place): \(reason)"
        }
    }
}
