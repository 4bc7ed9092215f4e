// Numbers that belong together.

/// Sets of the numbers from 0 on: each alone at first, then joined two by two.
struct DisjointSets: Sendable {
    private var parents: [Int]

    init(count: Int = 0) { parents = Array(0..<count) }

    var count: Int { parents.count }

    /// Adds so many numbers, each a set of its own; their range is the result.
    mutating func add(_ number: Int) -> Range<Int> {
        let added = parents.count..<parents.count + number
        parents += added
        return added
    }

    /// The number that stands for the set of `member`.
    subscript(_ member: Int) -> Int {
        var member = member
        while parents[member] != member { member = parents[member] }
        return member
    }

    /// Joins the set of `member` to that of `other`, whose number stands for both from now on.
    mutating func join(_ member: Int, to other: Int) { parents[self[member]] = self[other] }
}
