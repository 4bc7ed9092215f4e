// What makes a place doubtful, beyond its ellipse.

/// Why a place on the ground may be farther off than its ellipse tells.
public struct PlaceDoubts: OptionSet, Hashable, Sendable {
    public let rawValue: Int

    public init(rawValue: Int) { self.rawValue = rawValue & Self.mask }

    /// The ground was taken as level.
    public static let flat = PlaceDoubts(rawValue: 1)
    /// The line of sight passed over ground whose height is not known.
    public static let gap = PlaceDoubts(rawValue: 2)
    /// The camera may have been on the ground.
    public static let low = PlaceDoubts(rawValue: 4)
    /// The line of sight nearly grazed the ground.
    public static let grazing = PlaceDoubts(rawValue: 8)

    static let bits = 4
    private static let mask = 1 << bits - 1

    private static let all: [(doubt: PlaceDoubts, name: String, words: String)] = [
        (.flat, "flat", "the ground is taken as level"),
        (.gap, "gap", "the line of sight passes over unknown ground"),
        (.low, "low", "the camera may be on the ground"),
        (.grazing, "grazing", "the line of sight nearly grazes the ground"),
    ]

    /// For programs: `flat`, `gap`, `low`, `grazing`.
    public var names: [String] { Self.all.filter { contains($0.doubt) }.map(\.name) }

    /// For people; `nil`: nothing makes it doubtful.
    public var words: String? {
        isEmpty ? nil : Self.all.filter { contains($0.doubt) }.map(\.words).joined(separator: "; ")
    }

    /// - Returns: `nil` for a name that is none of `names`.
    public init?(name: String) {
        guard let known = Self.all.first(where: { $0.name == name }) else { return nil }
        self = known.doubt
    }
}
