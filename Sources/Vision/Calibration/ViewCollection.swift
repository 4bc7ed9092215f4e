// Which sightings of a live camera are kept, and which are still missing.

/// Takes sightings that are sharp, at rest and new until a lens can be told from them.
public struct ViewCollection: Sendable {
    public let width: Int
    public let height: Int
    public private(set) var views: [BoardSighting] = []
    private var layouts: [BoardLayout] = []
    private var last: BoardSighting?

    /// What became of a sighting.
    public enum Verdict: Hashable, Sendable {
        case taken
        case blurred
        case moving
        /// One like it was taken before.
        case known
    }

    /// Beyond this more views tell nothing more.
    public static let most = 60
    private static let mostEdgeWidth = 0.25
    /// Parts of the picture's width that a board at rest moves from one picture to the next, in noise.
    private static let rest = 0.002
    private static let slant = 0.12

    public init(width: Int, height: Int) {
        self.width = width
        self.height = height
    }

    /// - Parameter isMoving: whether pictures follow one another closely, so that a board may be caught in motion.
    public mutating func consider(_ sighting: BoardSighting, isMoving: Bool) -> Verdict {
        defer { last = sighting }
        // An edge that takes a quarter of a square is out of focus, whatever the size of the picture.
        guard sighting.edgeWidth <= max(Self.mostEdgeWidth * sighting.spacing.lowerBound, 4) else { return .blurred }
        if isMoving {
            guard let last, last.board == sighting.board else { return .moving }
            let moved = zip(last.corners, sighting.corners).map { ($0 - $1).length }.max() ?? 0
            guard moved <= max(Self.rest * Double(width), 1) else { return .moving }
        }
        let layout = BoardLayout(sighting)
        guard !layouts.contains(where: layout.isLike) else { return .known }
        views.append(sighting)
        layouts.append(layout)
        return .taken
    }

    /// The board is out of sight.
    public mutating func lose() { last = nil }

    public var isEnough: Bool { missing.isEmpty || views.count >= Self.most }

    /// What to do next, the most telling first; empty where all is there.
    public var missing: [String] {
        var missing: [String] = []
        let (across, down) = (Double(width), Double(height))
        func isSeen(_ place: (SIMD2<Double>) -> Bool) -> Bool { views.contains { $0.corners.contains(where: place) } }
        if !isSeen({ $0.x < 0.15 * across }) { missing.append("show the board at the left of the picture") }
        if !isSeen({ $0.x > 0.85 * across }) { missing.append("show the board at the right of the picture") }
        if !isSeen({ $0.y < 0.15 * down }) { missing.append("show the board at the top of the picture") }
        if !isSeen({ $0.y > 0.85 * down }) { missing.append("show the board at the bottom of the picture") }
        // What is nearer is seen longer.
        if !layouts.contains(where: { $0.slant.x > Self.slant }) {
            missing.append("tilt the board: its left side nearer")
        }
        if !layouts.contains(where: { $0.slant.x < -Self.slant }) {
            missing.append("tilt the board: its right side nearer")
        }
        if !layouts.contains(where: { $0.slant.y > Self.slant }) {
            missing.append("tilt the board: its upper side nearer")
        }
        if !layouts.contains(where: { $0.slant.y < -Self.slant }) {
            missing.append("tilt the board: its lower side nearer")
        }
        if missing.isEmpty, views.count < CalibrationResult.fewViews {
            missing.append("show the board in other places and sizes")
        }
        return missing
    }
}
