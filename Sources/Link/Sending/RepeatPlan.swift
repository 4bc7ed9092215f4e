// When what must arrive is said again.

/// Times at which something was sent, and when it is sent again as long as nobody has said that it came.
struct RepeatPlan {
    private(set) var count = 0
    private(set) var lastSent: Int?

    /// Milliseconds from each time to the next. The first is short, so that one lost packet delays an alert little; later ones outlast
    /// a ridge. On a link with a way back the last goes on.
    private static let pauses = [350, 1500, 3500, 12_000, 45_000]

    /// Whether it is to be sent now.
    ///
    /// - Parameters:
    ///   - contact: when the link came back last: what was sent before then is sent at once.
    ///   - goesOn: it is repeated until somebody says that it came; else so often as there are pauses.
    func isDue(at now: Int, contact: Int?, goesOn: Bool) -> Bool {
        next(contact: contact, goesOn: goesOn).map { $0 <= now } ?? false
    }

    /// When it is to be sent; `nil`: never again.
    func next(contact: Int?, goesOn: Bool) -> Int? {
        guard let lastSent else { return .min }
        if let contact, lastSent < contact { return contact }
        guard goesOn || count <= Self.pauses.count else { return nil }
        return lastSent + Self.pauses[min(count, Self.pauses.count) - 1]
    }

    /// How often it was sent since `contact`.
    func count(since contact: Int?) -> Int {
        if let lastSent, let contact, lastSent < contact { return 0 }
        return count
    }

    /// Notes that it was sent. With a new contact it begins anew.
    mutating func note(at now: Int, contact: Int?) {
        count = count(since: contact) + 1
        lastSent = now
    }
}
