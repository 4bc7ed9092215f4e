// Where a camera looks: structure that stays while light changes.

/// The outlines of a view, some 64 pixels wide, of mean 0 and deviation 1. Complexity of all: O(pixels), comparing O(pixels * shifts).
struct ViewPlace {
    let width: Int
    let height: Int
    private(set) var outlines: [Float]

    private static let widest = 64
    /// Pixels of the small picture that a view is shifted by at most: an eighth of the width.
    static let farthest = 8

    init(_ picture: GreyPicture) {
        var small = picture
        while small.width > Self.widest, small.height > 8 { small = small.halved }
        (width, height) = (small.width, small.height)
        outlines = Self.normalized(Self.highPassed(small))
    }

    /// Each pixel less the mean of those around it.
    private static func highPassed(_ picture: GreyPicture) -> [Float] {
        let (width, height) = (picture.width, picture.height)
        return (0..<width * height).map { at in
            let (x, y) = (at % width, at / width)
            var (sum, count) = (0, 0)
            for row in max(y - 2, 0)...min(y + 2, height - 1) {
                for column in max(x - 2, 0)...min(x + 2, width - 1) {
                    sum += Int(picture.bytes[row * width + column])
                    count += 1
                }
            }
            return Float(picture.bytes[at]) - Float(sum) / Float(count)
        }
    }

    private static func normalized(_ values: [Float]) -> [Float] {
        let count = Float(max(values.count, 1))
        let mean = values.reduce(0, +) / count
        let deviation = (values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / count).squareRoot()
        return values.map { deviation > 0 ? ($0 - mean) / deviation : 0 }
    }

    /// Moves towards `other` by `share`, so that what changes slowly is followed.
    mutating func follow(_ other: ViewPlace, by share: Float) {
        guard other.width == width, other.height == height else { return }
        outlines = Self.normalized(zip(outlines, other.outlines).map { $0 + share * ($1 - $0) })
    }

    /// The correlation, -1...1, with `other` moved by so many pixels.
    func likeness(to other: ViewPlace, right: Int = 0, down: Int = 0) -> Float {
        guard other.width == width, other.height == height else { return 0 }
        var sum: Float = 0, own: Float = 0, theirs: Float = 0
        for y in max(down, 0)..<min(height + down, height) {
            for x in max(right, 0)..<min(width + right, width) {
                let (a, b) = (outlines[y * width + x], other.outlines[(y - down) * width + x - right])
                sum += a * b
                own += a * a
                theirs += b * b
            }
        }
        let size = (own * theirs).squareRoot()
        return size > 0 ? sum / size : 0
    }

    /// The shift at which this is most like `other`, and how much.
    func bestShift(to other: ViewPlace) -> (right: Int, down: Int, likeness: Float) {
        let farthest = min(Self.farthest, width / 4, height / 4)
        var best = (right: 0, down: 0, likeness: likeness(to: other))
        for down in -farthest...farthest {
            for right in -farthest...farthest {
                let likeness = likeness(to: other, right: right, down: down)
                if likeness > best.likeness { best = (right, down, likeness) }
            }
        }
        return best
    }
}
