// How a board lies in a picture, in a few numbers.
import Glibc

/// Place, size and slants of a sighting, by which two are told apart before anything is known of the lens.
struct BoardLayout {
    let middle: SIMD2<Double>
    /// The root of the area that the corners span, in pixels.
    let size: Double
    /// The logarithm of how much longer the left side of the board is seen than the right, and the upper than the
    /// lower.
    let slant: SIMD2<Double>

    init(_ sighting: BoardSighting) {
        let (corners, board) = (sighting.corners, sighting.board)
        let outer = [
            corners[0], corners[board.columns - 1], corners[board.corners - 1], corners[board.corners - board.columns],
        ]
        // The four sides by where they are seen, however the board is turned.
        let sides = outer.indices.map { index in (outer[index] + outer[(index + 1) % 4]) / 2 }
        let lengths = outer.indices.map { index in (outer[index] - outer[(index + 1) % 4]).length }
        let first = abs(sides[0].x - sides[2].x) > abs(sides[1].x - sides[3].x) ? 0 : 1
        let (left, right) = sides[first].x < sides[first + 2].x ? (first, first + 2) : (first + 2, first)
        let other = 1 - first
        let (upper, lower) = sides[other].y < sides[other + 2].y ? (other, other + 2) : (other + 2, other)
        middle = corners.reduce(SIMD2<Double>(0, 0)) { $0 + $1 } / Double(corners.count)
        size = abs((outer[2] - outer[0]).cross(outer[3] - outer[1]) / 2).squareRoot()
        slant = SIMD2(
            log(max(lengths[left], 1) / max(lengths[right], 1)), log(max(lengths[upper], 1) / max(lengths[lower], 1)))
    }

    /// Whether another view of this kind tells nothing new.
    func isLike(_ other: BoardLayout) -> Bool {
        let scale = max(size, other.size, 1)
        return (middle - other.middle).length < 0.15 * scale && abs(size - other.size) < 0.1 * scale
            && (slant - other.slant).length < 0.08
    }
}
