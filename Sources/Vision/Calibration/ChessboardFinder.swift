// Finds a whole chessboard in a grey picture.
import CPixels
import Glibc
import Imaging

/// Looks for one board: in the picture halved to some 1,000 pixels first, then in coarser and finer ones. Complexity:
/// O(pixels).
public struct ChessboardFinder: Sendable {
    public let board: Chessboard

    /// Pixels across at which most boards are found.
    private static let usual = 1000
    /// Below this there is no room for a board of corners that tell themselves apart.
    private static let least = 60
    /// Points from which a board may be grown without success before the picture is given up.
    private static let seeds = 40

    /// How far from a corner its edges are looked at, in pixels and in widths of an edge.
    private static let leastReach = 10.0
    private static let edgeWidths = 6.0

    public init(_ board: Chessboard) { self.board = board }

    /// The board with corners to a fraction of a pixel; `nil` unless all its inner corners are seen, and no more than
    /// those.
    public func find(in picture: Image) -> BoardSighting? {
        let grey = picture.converted(to: .grey)
        return find(in: GreyPicture(width: grey.width, height: grey.height, bytes: grey.bytes))
    }

    func find(in picture: GreyPicture) -> BoardSighting? {
        var levels = [picture]
        while let last = levels.last, min(last.width, last.height) >= 2 * Self.least { levels.append(last.halved) }
        let usual = levels.firstIndex { $0.width <= Self.usual } ?? levels.count - 1
        let order = Array(usual..<levels.count) + (0..<usual).reversed()
        for level in order {
            if let corners = corners(in: levels[level]), let sighting = refined(corners, through: levels[...level]) {
                return sighting
            }
        }
        return nil
    }

    /// The corners of one level, to the pixel.
    private func corners(in picture: GreyPicture) -> [SIMD2<Double>]? {
        let points = SaddleSearch.points(in: picture).map { point in
            var better = point
            better.place = picture.meetingOfEdges(near: point.place, within: 4) ?? point.place
            return better
        }
        guard points.count >= board.corners else { return nil }
        var tried: Set<Int> = []
        var failures = 0
        for seed in points.indices where !tried.contains(seed) {
            let grid = BoardGrid(from: seed, among: points)
            if let indices = grid.rectangle(columns: board.columns, rows: board.rows) {
                return numbered(indices.map { points[$0] })
            }
            tried.formUnion(grid.cells.values)
            failures += 1
            if failures == Self.seeds { return nil }
        }
        return nil
    }

    /// Rows from top to bottom of a board that is not seen in a mirror, from the corner that its colours mark where
    /// they do.
    private func numbered(_ points: [SaddlePoint]) -> [SIMD2<Double>] {
        var points = points
        let columns = board.columns
        let (right, down) = (
            points[columns - 1].place - points[0].place, points[points.count - columns].place - points[0].place
        )
        if right.cross(down) < 0 {
            points = (0..<board.rows).flatMap { row in points[row * columns..<(row + 1) * columns].reversed() }
        }
        let isMarked = !(board.columns + board.rows).isMultiple(of: 2)
        if isMarked ? !beginsDark(points) : points[0].place.y > points[points.count - 1].place.y { points.reverse() }
        return points.map(\.place)
    }

    /// Whether the square before the first corner, in both directions, is dark.
    private func beginsDark(_ points: [SaddlePoint]) -> Bool {
        // Turning from the row's edge towards the column's, the square between is as dark as the one opposite.
        let first = points[0]
        let row = points[1].place - first.place
        var angle = atan2(row.y, row.x)
        if angle < 0 { angle += .pi }
        return SaddlePoint.turn(angle, first.falling) < SaddlePoint.turn(angle, first.rising)
    }

    /// The corners of the coarsest level carried to the first, in each to where the edges meet.
    private func refined(_ corners: [SIMD2<Double>], through levels: ArraySlice<GreyPicture>) -> BoardSighting? {
        var sighting = BoardSighting(board: board, corners: corners, edgeWidth: 0)
        for (index, level) in levels.enumerated().reversed() {
            // A pixel of a halved picture lies in the middle of its four.
            let places = index == levels.count - 1 ? sighting.corners : sighting.corners.map { $0 * 2 + 0.5 }
            sighting = BoardSighting(board: board, corners: places, edgeWidth: 0)
            // Long pieces of edges even out noise, short ones are less bent by the lens: as long as the blur asks for.
            let most = max(Self.edgeWidths * level.edgeWidth(of: sighting), Self.leastReach)
            var better: [SIMD2<Double>] = []
            for (index, place) in places.enumerated() {
                let nearest = sighting.neighbours(of: index).map { (places[$0] - place).length }.min() ?? 0
                let border = min(
                    place.x, place.y, Double(level.width - 1) - place.x, Double(level.height - 1) - place.y)
                let reach = max(min(0.45 * nearest, border.rounded(.down) - 3, most), 2.5)
                guard let found = level.meetingOfEdges(near: place, within: reach) else { return nil }
                better.append(found)
            }
            sighting = BoardSighting(board: board, corners: better, edgeWidth: level.edgeWidth(of: sighting))
        }
        return sighting
    }
}

extension GreyPicture {
    /// The point that the edges within `radius` of `place` run through; `nil` where there is none.
    fileprivate func meetingOfEdges(near place: SIMD2<Double>, within radius: Double) -> SIMD2<Double>? {
        var (x, y) = (place.x, place.y)
        guard arete_grey_meeting(bytes, width, height, radius, &x, &y) else { return nil }
        return SIMD2(x, y)
    }
}
