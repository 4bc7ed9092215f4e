// One place where dark and bright fields meet in turn, and the edges that cross there.
import Glibc

/// What lies on a circle around a place that may be a corner of a chessboard.
struct SaddlePoint {
    var place: SIMD2<Double>
    /// The edge after which, turning from x to y, it gets bright; an angle of 0..<pi, as edges run both ways.
    let rising: Double
    let falling: Double

    private static let samples = 32
    private static let radius = 4.5
    /// Levels between dark and bright below which it is noise.
    private static let leastContrast = 12.0
    private static let circle: [SIMD2<Double>] = (0..<samples).map { index in
        let angle = 2 * Double.pi * Double(index) / Double(samples)
        return SIMD2(cos(angle), sin(angle)) * radius
    }

    /// `nil` where the circle does not change four times between dark and bright, or its edges do not run straight
    /// through.
    init?(_ picture: GreyPicture, at place: SIMD2<Double>) {
        guard let levels = Self.levels(picture, around: place) else { return nil }
        guard let most = levels.max(), let least = levels.min(), most - least >= Self.leastContrast else { return nil }
        let mean = levels.reduce(0, +) / Double(levels.count)
        var rising: [Double] = []
        var falling: [Double] = []
        var level = levels[levels.count - 1] - mean
        for (index, value) in levels.enumerated() {
            let next = value - mean
            if (level < 0) != (next < 0) {
                let angle = 2 * Double.pi * (Double(index) - next / (next - level)) / Double(levels.count)
                if next > level { rising.append(angle) } else { falling.append(angle) }
            }
            level = next
        }
        guard let rise = Self.axis(rising), let fall = Self.axis(falling), Self.turn(rise, fall) > 0.25 else {
            return nil
        }
        self.place = place
        self.rising = rise
        self.falling = fall
    }

    /// The picture on the circle, each sample smoothed with its neighbours; `nil` where the border is too near.
    private static func levels(_ picture: GreyPicture, around place: SIMD2<Double>) -> [Double]? {
        guard place.x >= radius + 1, place.y >= radius + 1, place.x < Double(picture.width) - radius - 2,
            place.y < Double(picture.height) - radius - 2
        else { return nil }
        let raw = circle.map { picture.level(place + $0) }
        return raw.indices.map { at in
            let (before, after) = (raw[(at + samples - 1) % samples], raw[(at + 1) % samples])
            return (before + 2 * raw[at] + after) / 4
        }
    }

    /// The direction that two opposite crossings have in common.
    private static func axis(_ crossings: [Double]) -> Double? {
        guard crossings.count == 2 else { return nil }
        let first = crossings[0]
        let second = crossings[1] - .pi
        guard abs(second - first) < 0.6 else { return nil }
        let mean = (first + second) / 2
        return mean < 0 ? mean + .pi : mean >= .pi ? mean - .pi : mean
    }

    /// The angle between two edges, 0...pi/2.
    static func turn(_ a: Double, _ b: Double) -> Double {
        let difference = abs(a - b)
        return min(difference, .pi - difference)
    }

    /// Whether `other` may be the next corner of the same board: there dark and bright have changed places.
    func fitsBeside(_ other: SaddlePoint) -> Bool {
        Self.turn(rising, other.falling) < 0.45 && Self.turn(falling, other.rising) < 0.45
    }
}

extension GreyPicture {
    /// The level at a place inside the picture, between its pixels by the four around it.
    func level(_ place: SIMD2<Double>) -> Double {
        let (x, y) = (Int(place.x), Int(place.y))
        let (right, down) = (place.x - Double(x), place.y - Double(y))
        let at = y * width + x
        let upper = Double(bytes[at]) * (1 - right) + Double(bytes[at + 1]) * right
        let lower = Double(bytes[at + width]) * (1 - right) + Double(bytes[at + width + 1]) * right
        return upper * (1 - down) + lower * down
    }
}
