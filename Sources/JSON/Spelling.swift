/// Guesses which known word a mistyped one was meant to be.
public enum Spelling {
    /// The word of `known` nearest to `word`, if it is near enough to be a slip of the hand. Ties go to the first.
    /// Complexity: O(known * length²); words beyond 64 letters have no suggestion.
    public static func suggestion(for word: String, among known: some Sequence<String>) -> String? {
        let letters = normalized(word)
        guard letters.count <= 64 else { return nil }
        var best: (word: String, distance: Int)?
        for candidate in known {
            let distance = editDistance(letters, normalized(candidate))
            if distance <= max(1, min(letters.count, candidate.utf8.count) / 3), distance < best?.distance ?? .max {
                best = (candidate, distance)
            }
        }
        return best?.word
    }

    /// `a, b and c`.
    public static func list(_ words: some Collection<String>) -> String {
        let words = Array(words)
        guard words.count > 1, let last = words.last else { return words.first ?? "nothing" }
        return words.dropLast().joined(separator: ", ") + " and " + last
    }

    /// Case and the choice between `-` and `_` are the most common slips: they cost nothing.
    private static func normalized(_ word: String) -> [UInt8] {
        word.lowercased().utf8.map { $0 == UInt8(ascii: "-") ? UInt8(ascii: "_") : $0 }
    }

    /// Insertions, removals, replacements and swaps of neighbours that turn `a` into `b`.
    private static func editDistance(_ a: [UInt8], _ b: [UInt8]) -> Int {
        var before: [Int] = []
        var previous = Array(0...b.count)
        for i in a.indices {
            var row = [i + 1]
            row.reserveCapacity(b.count + 1)
            for j in b.indices {
                var cost = min(previous[j + 1] + 1, row[j] + 1, previous[j] + (a[i] == b[j] ? 0 : 1))
                if i > 0, j > 0, a[i] == b[j - 1], a[i - 1] == b[j] { cost = min(cost, before[j - 1] + 1) }
                row.append(cost)
            }
            before = previous
            previous = row
        }
        return previous[b.count]
    }
}
