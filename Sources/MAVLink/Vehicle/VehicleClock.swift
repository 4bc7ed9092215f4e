// What a part of the vehicle means by its time.

/// Ties a component's time since its start to ours.
///
/// A message comes later than it was written, by little at best: the smallest difference of the last minute is taken.
/// Where the component answers TIMESYNC, half of the shortest round trip is known too. Clocks that drift are followed,
/// as older differences are forgotten.
struct VehicleClock {
    /// The smallest of two spans of time, so that none is kept for long.
    private struct Least {
        private var began = -Double.infinity
        private var current = Double.infinity
        private var before = Double.infinity

        private static let span = 30_000.0

        var value: Double? { current.isFinite ? min(current, before) : nil }

        mutating func add(_ value: Double, at time: Double) {
            if time - began > Self.span {
                before = time - began > 2 * Self.span ? .infinity : current
                (began, current) = (time, .infinity)
            }
            current = min(current, value)
        }
    }

    private var delays = Least()
    private var trips = Least()
    private var synchronized: Double?
    private var newest: Double?

    /// A component's time that goes back further than messages overtake each other: it began anew.
    private static let restart = 2_000.0
    /// TIMESYNC of a clock that does not begin with the component.
    private static let otherClock = 10_000.0

    /// What to add to the component's time to get ours, milliseconds.
    var offset: Double? {
        guard let least = delays.value else { return nil }
        // None of its messages came before it was written.
        return min(synchronized ?? least, least)
    }

    /// A message came.
    ///
    /// - Returns: whether the component began anew; nothing that was known before holds.
    mutating func see(boot: Double, at local: Double) -> Bool {
        let isRestarted = newest.map { boot < $0 - Self.restart } ?? false
        if isRestarted { self = VehicleClock() }
        newest = max(newest ?? boot, boot)
        delays.add(local - boot, at: local)
        return isRestarted
    }

    /// An answer to TIMESYNC: its time, and when ours was asked and when it came.
    mutating func synchronize(answered: Double, asked: Double, came: Double) {
        guard let least = delays.value, asked <= came else { return }
        let found = (asked + came) / 2 - answered
        guard abs(found - least) < Self.otherClock else { return }
        trips.add(came - asked, at: came)
        if came - asked == trips.value { synchronized = found }
    }
}
