// When the link is free again.

/// Keeps to a rate and a duty cycle: the next packet goes out when the one before is paid for. So in any time no more is sent than the rate allows, and
/// one packet. Times are milliseconds of one clock.
struct LinkPace {
    private var freeAt = -Double.infinity
    private var account: DutyAccount?

    /// Milliseconds by which somebody who looks now and then may be late: they are not lost for the rate.
    private static let lateness = 100.0

    init(_ profile: LinkProfile) { account = profile.duty.map { DutyAccount($0) } }

    func isFree(at now: Int, isUrgent: Bool) -> Bool { wait(at: now, isUrgent: isUrgent) == 0 }

    /// Milliseconds until it is. What is urgent does not wait for what is kept for it.
    func wait(at now: Int, isUrgent: Bool) -> Int {
        let wait = Double(now) >= freeAt ? 0 : Int((freeAt - Double(now)).rounded(.up))
        return max(wait, account?.wait(at: now, isUrgent: isUrgent) ?? 0)
    }

    /// - Parameter rate: bytes a second.
    mutating func send(bytes: Int, rate: Double, at now: Int) {
        let start = Double(now) - freeAt < Self.lateness ? freeAt : Double(now)
        freeAt = start + Double(bytes) / rate * 1000
        account?.send(bytes: bytes, at: now)
    }
}
