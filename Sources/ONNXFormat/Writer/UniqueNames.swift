// Names that nobody else has.

struct UniqueNames {
    private var taken: Set<String> = []
    /// For a name that was wanted again, the number that was put behind it last.
    private var numbers: [String: Int] = [:]

    /// `name`, or with a number behind it where it is taken. Complexity: O(1) amortized over all calls.
    mutating func claim(_ name: String) -> String {
        if taken.insert(name).inserted { return name }
        var number = numbers[name, default: 0]
        var candidate: String
        repeat {
            number += 1
            candidate = "\(name)_\(number)"
        } while !taken.insert(candidate).inserted
        numbers[name] = number
        return candidate
    }
}
