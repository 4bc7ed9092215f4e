// Whether poses can be trusted, told once for each change.

/// Notes what becomes of pose after pose. Seconds are the source's.
struct PoseTrust {
    /// As it was told last; at first nobody was told of anything.
    private var told: String?
    private var current: (kind: String?, since: Double)?

    /// What comes and goes faster is not told.
    private static let patience = 1.0

    /// - Parameter refusal: why nothing is placed; `nil`: poses are fine.
    /// - Returns: what is to be told now.
    mutating func note(_ refusal: String?, at now: Double) -> String? {
        // The same reason with other numbers in it is no news.
        let kind = refusal.map { String($0.filter { !$0.isNumber }) }
        if current?.kind != kind || current == nil { current = (kind, now) }
        guard let since = current?.since, now - since >= Self.patience, kind != told else { return nil }
        told = kind
        return refusal.map { "nothing is placed: \($0)" } ?? "the vehicle's pose can be trusted: what is seen is placed"
    }
}
