// Lines of a GPIO chip.
import CGPIO
import Glibc

/// How to take a line of a chip.
public struct GPIORequest: Hashable, Sendable {
    public enum Bias: String, CaseIterable, Sendable { case pullUp = "pull-up", pullDown = "pull-down" }

    /// The chip's device, such as /dev/gpiochip0.
    public var chip: String
    public var line: Int
    /// Whether the line counts as active when its voltage is low.
    public var isActiveLow: Bool
    /// Of inputs; `nil` leaves it as it is.
    public var bias: Bias?
    /// Microseconds that an input must be quiet until a change counts.
    public var debounce: Int

    public init(chip: String, line: Int, isActiveLow: Bool = false, bias: Bias? = nil, debounce: Int = 0) {
        self.chip = chip
        self.line = line
        self.isActiveLow = isActiveLow
        self.bias = bias
        self.debounce = debounce
    }

    /// Takes the line from the kernel and returns its descriptor.
    func taken(as flags: UInt64) throws(SignalError) -> Int32 {
        let device = open(chip, O_RDWR | O_CLOEXEC)
        guard device >= 0 else {
            switch errno {
            case ENOENT, ENXIO, ENODEV: throw .missing(chip)
            case EACCES, EPERM: throw .noPermission(chip)
            default: throw .system(chip, what: "open", errno: errno)
            }
        }
        defer { close(device) }
        var flags = flags
        if isActiveLow { flags |= UInt64(arete_gpio_active_low) }
        switch bias {
        case .pullUp: flags |= UInt64(arete_gpio_pull_up)
        case .pullDown: flags |= UInt64(arete_gpio_pull_down)
        case nil: break
        }
        let taken = arete_gpio_request(device, UInt32(clamping: line), flags, "arete", 0, UInt32(clamping: debounce))
        guard taken >= 0 else {
            let failure = errno
            switch failure {
            case EBUSY: throw .busy(chip, line: line)
            case ENOTTY: throw .missing(chip)
            case EINVAL where line >= arete_gpio_lines(device): throw .noSuchLine(chip, line: line)
            // The kernel cannot do it for chips on a slow bus that do not do it themselves.
            case EINVAL where debounce > 0: throw .noDebounce(chip, line: line)
            default: throw .system(chip, what: "line \(line)", errno: failure)
            }
        }
        _ = fcntl(taken, F_SETFD, FD_CLOEXEC)
        return taken
    }
}

/// A line that this program drives; inactive when taken, and when it is let go.
public final class GPIOOutput: @unchecked Sendable {
    private let request: GPIORequest
    private let descriptor: Int32

    /// - Throws: `SignalError` when the chip or line is missing, taken or forbidden.
    public init(_ request: GPIORequest) throws(SignalError) {
        self.request = request
        descriptor = try request.taken(as: UInt64(arete_gpio_output))
    }

    deinit {
        _ = arete_gpio_set(descriptor, 0)
        close(descriptor)
    }

    public func set(_ isActive: Bool) throws(SignalError) {
        guard arete_gpio_set(descriptor, isActive ? 1 : 0) == 0 else {
            throw .system(request.chip, what: "line \(request.line)", errno: errno)
        }
    }
}

/// A line that tells of its changes. For one thread at a time.
public final class GPIOInput {
    public enum Edge: String, CaseIterable, Sendable { case rising, falling }

    private let request: GPIORequest
    private let descriptor: Int32

    /// - Parameter edge: the change that counts, of the line's activity: `rising` is from inactive to active.
    /// - Throws: `SignalError` when the chip or line is missing, taken or forbidden.
    public init(_ request: GPIORequest, edge: Edge) throws(SignalError) {
        self.request = request
        let which = edge == .rising ? arete_gpio_rising : arete_gpio_falling
        descriptor = try request.taken(as: UInt64(arete_gpio_input) | UInt64(which))
        _ = fcntl(descriptor, F_SETFL, O_NONBLOCK)
    }

    deinit { close(descriptor) }

    /// The times of changes since the last call, oldest first, in nanoseconds of the monotonic clock as the kernel took them. The kernel
    /// keeps 16 for each line and drops the oldest.
    public func edges() throws(SignalError) -> [UInt64] {
        var times: [UInt64] = []
        var event = gpio_v2_line_event()
        while true {
            let count = read(descriptor, &event, MemoryLayout<gpio_v2_line_event>.size)
            if count == MemoryLayout<gpio_v2_line_event>.size {
                times.append(event.timestamp_ns)
            } else if count < 0, errno == EINTR {
                continue
            } else if count < 0, errno == EAGAIN {
                return times
            } else {
                throw .system(request.chip, what: "line \(request.line)", errno: count < 0 ? errno : EIO)
            }
        }
    }
}
