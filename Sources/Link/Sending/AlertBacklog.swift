// Alerts that wait for their turn.

/// What a sender keeps beside the alerts that it tells now: the most important come out first, of these the newest.
public struct AlertBacklog: Sendable {
    /// By their importance, each list by number.
    private var lists = [[Alert]](repeating: [], count: Alert.Importance.allCases.count)
    private let most: Int

    public init(most: Int) { self.most = most }

    public var count: Int { lists.reduce(0) { $0 + $1.count } }

    /// Puts one in. Returns what is given up where there are too many: the least important, of these the oldest.
    /// Complexity: O(1) for the newest one of its importance, O(n) else.
    public mutating func put(_ alert: Alert) -> Alert? {
        let list = alert.importance.rawValue
        lists[list].insert(alert, at: place(of: alert.number, in: lists[list]))
        guard count > most, let least = lists.firstIndex(where: { !$0.isEmpty }) else { return nil }
        return lists[least].removeFirst()
    }

    /// The next one. Complexity: O(1).
    public mutating func take() -> Alert? {
        guard let first = lists.lastIndex(where: { !$0.isEmpty }) else { return nil }
        return lists[first].removeLast()
    }

    /// Somebody has it. Complexity: O(n).
    public mutating func remove(_ number: Int) {
        for list in lists.indices {
            let place = place(of: number, in: lists[list])
            if place < lists[list].count, lists[list][place].number == number { lists[list].remove(at: place) }
        }
    }

    /// Of the first that has this number or a larger one.
    private func place(of number: Int, in list: [Alert]) -> Int {
        if let last = list.last, last.number < number { return list.count }
        var (low, high) = (0, list.count)
        while low < high {
            let middle = (low + high) / 2
            if list[middle].number < number { low = middle + 1 } else { high = middle }
        }
        return low
    }
}
