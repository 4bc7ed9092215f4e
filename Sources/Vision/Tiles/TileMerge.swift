// Detections of overlapping tiles become those of the picture.
import Imaging

/// Joins what was found in several tiles: the same object found twice, and the pieces of one that no tile shows whole.
///
/// Suppression by overlap alone fails at seams: a piece of a box overlaps the whole one too little to be dropped by it.
public enum TileMerge {
    /// Of boxes found in two tiles, the shared part of the joint area, or of the smaller box, from which they are one object.
    private static let joint: Float = 0.35
    private static let covered: Float = 0.6
    /// The shared part of the joint height (or width) from which pieces on both sides of a seam belong together.
    private static let aligned: Float = 0.5

    private struct Piece {
        var detection: Detection
        /// The tile; pieces that were joined have -1.
        var tile: Int
        /// Sides that end where the tile does and not the picture.
        var left = false
        var top = false
        var right = false
        var bottom = false

        var isCut: Bool { left || top || right || bottom }
        var box: Box { detection.box }
        var area: Float { box.width * box.height }
    }

    /// At most `count` detections, best first, of those found in each tile of `grid`, and in the `whole` picture where that was looked at
    /// too; boxes in pixels of the picture. What is found in the whole picture counts where no tile need show it whole: smaller boxes are
    /// told better by tiles. Complexity: O(n^2) for n detections.
    public static func merged(
        _ found: [[Detection]], of grid: TileGrid, whole: [Detection] = [], count: Int
    ) -> [Detection] {
        let large = whole.filter {
            $0.box.width > Float(grid.wholeWidth) || $0.box.height > Float(grid.wholeHeight)
        }
        var pieces = large.map { Piece(detection: $0, tile: grid.tiles.count) }
        for (index, detections) in found.enumerated() {
            pieces += detections.map { piece($0, index, grid) }
        }
        let complete = pieces.filter { !$0.isCut }
        let cut = pieces.filter { piece in
            piece.isCut && !complete.contains { isSame(piece, $0) && share(piece.box, in: $0.box) > covered }
        }
        let joined = joined(cut)
        let largest = joined.filter { piece in
            !joined.contains { isSame(piece, $0) && $0.area > piece.area && share(piece.box, in: $0.box) > covered }
        }
        let candidates = (complete + largest).enumerated().sorted {
            ($0.element.detection.score, $1.offset) > ($1.element.detection.score, $0.offset)
        }
        var kept: [Piece] = []
        for (_, candidate) in candidates {
            guard kept.count < count else { break }
            let isKnown = kept.contains { better in
                isSame(candidate, better)
                    && (candidate.box.overlap(with: better.box) > joint
                        || max(share(candidate.box, in: better.box), share(better.box, in: candidate.box)) > covered)
            }
            if !isKnown { kept.append(candidate) }
        }
        return kept.map(\.detection)
    }

    private static func piece(_ detection: Detection, _ index: Int, _ grid: TileGrid) -> Piece {
        let tile = grid.tiles[index], box = detection.box
        // Detectors put the side of a cut box near the tile's, not on it.
        let (across, down) = (2 + box.width / 10, 2 + box.height / 10)
        var piece = Piece(detection: detection, tile: index)
        piece.left = tile.x > 0 && box.x < Float(tile.x) + across
        piece.top = tile.y > 0 && box.y < Float(tile.y) + down
        piece.right = tile.x + tile.width < grid.width && box.right > Float(tile.x + tile.width) - across
        piece.bottom = tile.y + tile.height < grid.height && box.bottom > Float(tile.y + tile.height) - down
        return piece
    }

    /// Whether they may be one object: a detector has told apart what it found in one tile.
    private static func isSame(_ a: Piece, _ b: Piece) -> Bool {
        a.detection.classIndex == b.detection.classIndex && (a.tile != b.tile || a.tile == -1)
    }

    /// How much of `inner` lies in `outer`, 0...1.
    private static func share(_ inner: Box, in outer: Box) -> Float {
        let width = min(inner.right, outer.right) - max(inner.x, outer.x)
        let height = min(inner.bottom, outer.bottom) - max(inner.y, outer.y)
        guard width > 0, height > 0 else { return 0 }
        return width * height / (inner.width * inner.height)
    }

    /// Pieces that go on at each other's cut side become one, with the best score among them.
    private static func joined(_ pieces: [Piece]) -> [Piece] {
        var group = Array(pieces.indices)
        func root(_ index: Int) -> Int {
            var index = index
            while group[index] != index { index = group[index] }
            return index
        }
        for first in pieces.indices {
            for second in pieces.indices where isSame(pieces[first], pieces[second]) {
                if goesOn(pieces[first], in: pieces[second]) { group[root(second)] = root(first) }
            }
        }
        var members: [Int: [Piece]] = [:]
        for index in pieces.indices { members[root(index), default: []].append(pieces[index]) }
        return members.sorted { $0.key < $1.key }.map { union($0.value) }
    }

    /// Whether `b` is what lies beyond the right or lower side at which `a` is cut.
    private static func goesOn(_ a: Piece, in b: Piece) -> Bool {
        func alike(_ from: Float, _ to: Float, _ otherFrom: Float, _ otherTo: Float) -> Bool {
            min(to, otherTo) - max(from, otherFrom) > aligned * (max(to, otherTo) - min(from, otherFrom))
        }
        if a.right, b.left, a.box.x < b.box.x, a.box.right < b.box.right, b.box.x <= a.box.right {
            return alike(a.box.y, a.box.bottom, b.box.y, b.box.bottom)
        }
        if a.bottom, b.top, a.box.y < b.box.y, a.box.bottom < b.box.bottom, b.box.y <= a.box.bottom {
            return alike(a.box.x, a.box.right, b.box.x, b.box.right)
        }
        return false
    }

    private static func union(_ pieces: [Piece]) -> Piece {
        guard pieces.count > 1, var best = pieces.max(by: { $0.detection.score < $1.detection.score }) else {
            return pieces[0]
        }
        let left = pieces.map(\.box.x).min() ?? 0, top = pieces.map(\.box.y).min() ?? 0
        let right = pieces.map(\.box.right).max() ?? 0, bottom = pieces.map(\.box.bottom).max() ?? 0
        best.detection.box = Box(x: left, y: top, width: right - left, height: bottom - top)
        best.tile = -1
        return best
    }
}
