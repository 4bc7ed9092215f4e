// Where patches of one picture went in the next.
import CPixels
import Imaging

/// A picture at its own size, at half of it, and so on: patches are followed in the small ones first.
struct GreyPyramid {
    let levels: [GreyPicture]
    private static let smallest = 24

    init(_ picture: GreyPicture) {
        var levels = [picture]
        while let last = levels.last, min(last.width, last.height) >= 2 * Self.smallest { levels.append(last.halved) }
        self.levels = levels
    }

    var width: Int { levels[0].width }
    var height: Int { levels[0].height }
}

/// A point of one picture and where it went; pixels, the corner of the picture being (0, 0).
struct PointPair: Equatable {
    var x: Double
    var y: Double
    var newX: Double
    var newY: Double
}

/// Patches with structure, spread over a picture.
enum PatchFlow {
    /// Sides of the cells that a picture is divided in; each gives its best patch. In blocks of four pixels.
    private static let cell = 5
    /// The least structure along the weaker direction, in squared grey levels a pixel.
    private static let leastStructure: Float = 2
    /// The most that a patch may differ from what it became, in grey levels.
    private static let mostDifference: Float = 12

    /// The places, in the middle of patches, that can be followed, at most one a cell; none in `hidden`, which is in pixels of this picture.
    static func places(in picture: GreyPicture, hidden: [Box]) -> [(x: Double, y: Double)] {
        let block = Int(ARETE_BLOCK)
        let (across, down) = (picture.width / block - 1, picture.height / block - 1)
        guard across > 0, down > 0 else { return [] }
        var strengths = [Float](repeating: 0, count: across * down)
        var sums = [Float](repeating: 0, count: 6 * (picture.width / block))
        arete_grey_corners(picture.bytes, picture.width, picture.height, &sums, &strengths)
        hide(hidden, in: &strengths, across: across, down: down)
        var places: [(x: Double, y: Double)] = []
        for top in stride(from: 0, to: down, by: cell) {
            for left in stride(from: 0, to: across, by: cell) {
                var best = (strength: leastStructure, place: -1)
                for row in top..<min(top + cell, down) {
                    for place in row * across + left..<row * across + min(left + cell, across)
                    where strengths[place] > best.strength {
                        best = (strengths[place], place)
                    }
                }
                guard best.place >= 0 else { continue }
                places.append((Double((best.place % across + 1) * block), Double((best.place / across + 1) * block)))
            }
        }
        return places
    }

    /// No structure where a patch would touch a box.
    private static func hide(_ boxes: [Box], in strengths: inout [Float], across: Int, down: Int) {
        let block = Float(ARETE_BLOCK)
        func range(_ from: Float, _ to: Float, _ count: Int) -> Range<Int> {
            // Patches reach one block to each side of the corner that they are round.
            let first = min(max(from / block - 2, 0), Float(count)), last = min(max(to / block, 0), Float(count))
            return Int(first.rounded(.up))..<max(Int(last.rounded(.up)), Int(first.rounded(.up)))
        }
        for box in boxes where [box.x, box.y, box.right, box.bottom].allSatisfy(\.isFinite) {
            let columns = range(box.x, box.right, across)
            for row in range(box.y, box.bottom, down) {
                for column in columns { strengths[row * across + column] = 0 }
            }
        }
    }

    /// The places of `from` that were found again in `to`, each looked for from where `guess` puts it.
    static func pairs(
        _ places: [(x: Double, y: Double)], from: GreyPyramid, to: GreyPyramid,
        guess: (_ x: Double, _ y: Double) -> (x: Double, y: Double)
    ) -> [PointPair] {
        guard from.levels.count == to.levels.count else { return [] }
        let half = Float(ARETE_PATCH) / 2
        return places.compactMap { place in
            let guessed = guess(place.x, place.y)
            var shift = [Float(guessed.x - place.x), Float(guessed.y - place.y)]
            var difference: Float = -1
            for level in from.levels.indices.reversed() {
                let scale = Float(1 << level)
                let (old, new) = (from.levels[level], to.levels[level])
                var scaled = [shift[0] / scale, shift[1] / scale]
                difference = arete_grey_follow(
                    old.bytes, new.bytes, old.width, old.height, Float(place.x) / scale - half,
                    Float(place.y) / scale - half, &scaled)
                // Near the border, small pictures have no room for a patch; larger ones may.
                if difference >= 0 { shift = [scaled[0] * scale, scaled[1] * scale] }
            }
            guard difference >= 0, difference <= mostDifference else { return nil }
            return PointPair(
                x: place.x, y: place.y, newX: place.x + Double(shift[0]), newY: place.y + Double(shift[1]))
        }
    }
}
