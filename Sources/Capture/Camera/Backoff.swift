// When to try again.

/// Waits that double from 0.1 to 5 seconds: short enough for a cable that is plugged in again, long enough to cost nothing while it is not.
struct Backoff {
    static let first = 100
    static let longest = 5000

    private(set) var attempts = 0
    private var due = 0

    /// Milliseconds that are left to wait at the time `now`, in milliseconds.
    func wait(at now: Int) -> Int { max(due - now, 0) }

    /// The first try is made at once, and after each that failed the wait doubles.
    mutating func failed(at now: Int) {
        due = now + min(Self.first << min(attempts, 10), Self.longest)
        attempts += 1
    }

    mutating func succeeded() { self = Backoff() }
}
