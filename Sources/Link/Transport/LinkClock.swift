// The time of an epoch, and the world's.
import CPlatform
import Glibc
import Synchronization

/// Counts milliseconds from the begin of an epoch by a clock that nobody sets and that runs on while the machine sleeps.
public struct LinkClock: Sendable {
    /// A time of the world: milliseconds since 1970 (UTC), and how many that may be off.
    typealias Reading = (utc: Int, doubt: Int)

    private let began: Int
    private let machine: @Sendable () -> Reading?
    private let told = ToldTime()

    /// What somebody else told, for all copies of a clock.
    private final class ToldTime: Sendable {
        let time = Mutex<(began: Int, doubt: Int)?>(nil)
    }

    public init() { self.init(machine: Self.systemTime) }

    /// - Parameter machine: what the machine takes for the time; `nil` where it does not know.
    init(machine: @escaping @Sendable () -> Reading?) {
        began = Self.milliseconds(CLOCK_BOOTTIME)
        self.machine = machine
    }

    public var now: Int { Self.milliseconds(CLOCK_BOOTTIME) - began }

    /// When the epoch began, in milliseconds since 1970 (UTC), and how many milliseconds that may be off; `nil` where nobody knows.
    ///
    /// A machine whose clock is kept right needs nobody else's word. One that does not know the time takes it, and one whose clock nobody keeps, where both differ by less
    /// than such clocks do.
    public var worldTime: (began: Int, doubt: Int)? {
        let own = machine().map { (began: $0.utc - now, doubt: $0.doubt) }
        guard let other = told.time.withLock({ $0 }) else { return own }
        guard let own else { return other }
        return own.doubt >= Self.unkeptDoubt && abs(own.began - other.began) < Self.drift ? other : own
    }

    /// The time as the machine alone knows it.
    public var machineTime: (began: Int, doubt: Int)? { machine().map { (began: $0.utc - now, doubt: $0.doubt) } }

    /// Milliseconds: a day.
    private static let drift = 86_400_000

    /// Takes somebody else's word for when the epoch began, as a vehicle's: it counts as long as the machine itself knows no better.
    public func learn(began: Int, doubt: Int) {
        guard Self.possible.contains(began + now) else { return }
        told.time.withLock { $0 = (began, doubt) }
    }

    private static let systemTime: @Sendable () -> Reading? = {
        let utc = milliseconds(CLOCK_REALTIME)
        // A machine without a clock of its own begins long ago.
        guard utc > leastTime else { return nil }
        let doubt = arete_clock_doubt()
        return (utc, doubt >= 0 ? doubt : unkeptDoubt)
    }

    /// 2025: nothing was built before.
    static let leastTime = 1_735_689_600_000
    /// Until 2100.
    private static let possible = leastTime...4_102_444_800_000
    /// Of a clock that nobody keeps right: the largest that can be told.
    private static let unkeptDoubt = 32_768

    private static func milliseconds(_ clock: clockid_t) -> Int {
        var time = timespec()
        clock_gettime(clock, &time)
        return time.tv_sec * 1000 + time.tv_nsec / 1_000_000
    }
}
