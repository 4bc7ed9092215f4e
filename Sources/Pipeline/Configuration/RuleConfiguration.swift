// A rule as a pipeline's file describes it.
import JSON

/// When something that happens to an object is told as an event.
public struct RuleConfiguration: Sendable {
    public enum When: String, CaseIterable, Sendable {
        /// An object counts as one for the first time, anywhere or in the zone.
        case appears
        /// It comes into the zone from outside.
        case enters
        /// It goes out of the zone, or is lost in it.
        case leaves
        /// It passes the line.
        case crosses
    }

    /// A point of the picture: 0, 0 is its upper left corner, 1, 1 its lower right one.
    public struct Point: Sendable, Hashable {
        public var x: Double
        public var y: Double
    }

    /// The point of an object's box that counts.
    public enum Anchor: String, CaseIterable, Sendable { case centre, bottom }

    public var name: String
    public var when: When
    /// Empty: all.
    public var labels: [String]
    public var leastScore: Float
    /// `nil`: of any size.
    public var size: SizeLimits?
    /// Corners; empty: the whole picture.
    public var zone: [Point]
    /// Two points of `crosses`.
    public var line: [Point]
    public var anchor: Anchor

    /// - Parameter sources: those whose objects it is about.
    init(_ fields: JSONFields, of sources: [SourceConfiguration]) throws(JSONError) {
        name = try Self.name(fields)
        guard let when: When = try fields.choice("when") else {
            throw fields.missing("when", "is missing: appears, enters, leaves or crosses")
        }
        self.when = when
        labels = try fields.strings("labels") ?? []
        leastScore = Float(try fields.number("min_score", in: 0...1) ?? 0)
        size = try SizeLimits.read(fields, of: sources)
        anchor = try fields.choice("anchor") ?? .centre
        zone = try Self.points(fields, "zone") ?? []
        line = try Self.points(fields, "line") ?? []
        switch when {
        case .crosses:
            guard line.count == 2, line[0] != line[1] else {
                throw fields.failure("line", "must be two different points such as [[0.5, 0], [0.5, 1]]")
            }
            guard zone.isEmpty else { throw fields.failure("zone", "is not for \"crosses\", which has a line") }
        case .appears, .enters, .leaves:
            guard line.isEmpty else { throw fields.failure("line", "is for \"crosses\" alone") }
            guard when == .appears || !zone.isEmpty else {
                throw fields.missing("zone", "is missing: at least three points such as [0.1, 0.9]")
            }
            guard zone.isEmpty || (3...100).contains(zone.count) else {
                throw fields.failure("zone", "must have 3 to 100 points, not \(zone.count)")
            }
        }
        try fields.finish()
    }

    /// What a rule is called in results and figures.
    static func name(_ fields: JSONFields) throws(JSONError) -> String {
        guard let name = try fields.string("name"), (1...64).contains(name.utf8.count) else {
            throw fields.missing("name", "must be a name of 1 to 64 bytes")
        }
        return name
    }

    private static func points(_ fields: JSONFields, _ key: String) throws(JSONError) -> [Point]? {
        guard let rows = try fields.numberRows(key, in: 0...1) else { return nil }
        var points: [Point] = []
        for row in rows {
            guard row.count == 2 else { throw fields.failure(key, "must be points of two numbers, 0 to 1") }
            points.append(Point(x: row[0], y: row[1]))
        }
        return points
    }
}
