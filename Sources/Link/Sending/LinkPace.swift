// When the link is free again.

/// Keeps to a rate: the next packet goes out when the one before is paid for. So in any time no more is sent than the rate allows, and one
/// packet. Times are milliseconds of one clock.
struct LinkPace {
    /// Bytes a second.
    let rate: Double
    private var freeAt = -Double.infinity

    /// Milliseconds by which somebody who looks now and then may be late: they are not lost for the rate.
    private static let lateness = 100.0

    init(rate: Double) { self.rate = rate }

    func isFree(at now: Int) -> Bool { Double(now) >= freeAt }

    /// Milliseconds until it is.
    func wait(at now: Int) -> Int { isFree(at: now) ? 0 : Int((freeAt - Double(now)).rounded(.up)) }

    mutating func send(bytes: Int, at now: Int) {
        let start = Double(now) - freeAt < Self.lateness ? freeAt : Double(now)
        freeAt = start + Double(bytes) / rate * 1000
    }
}
