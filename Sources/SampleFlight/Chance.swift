// Numbers that come by chance, the same for the same seed.
import Evaluation
import Glibc

struct Chance {
    private var generator: SeededGenerator

    init(_ seed: UInt64) { generator = SeededGenerator(seed: seed) }

    mutating func next() -> UInt64 { generator.next() }

    mutating func uniform(_ range: ClosedRange<Double>) -> Double { Double.random(in: range, using: &generator) }

    mutating func index(below count: Int) -> Int { Int.random(in: 0..<count, using: &generator) }

    /// Box and Muller's way from even numbers to normal ones.
    mutating func normal(_ deviation: Double) -> Double {
        let radius = (-2 * log(uniform(1e-12...1))).squareRoot()
        return deviation * radius * cos(uniform(0...(2 * .pi)))
    }
}

/// Noise on the plane with one value per unit, smooth between; repeats after 256 units.
struct Noise {
    private static let side = 256
    private let values: [Float]

    init(seed: UInt64) {
        var chance = Chance(seed)
        values = (0..<Self.side * Self.side).map { _ in Float(chance.next() >> 40) / Float(1 << 24) }
    }

    /// 0 to 1, with first and second derivatives that have no jumps.
    func value(_ x: Double, _ y: Double) -> Double {
        let (left, top) = (x.rounded(.down), y.rounded(.down))
        let (column, row) = (Int(left), Int(top))
        func ease(_ t: Double) -> Double { t * t * t * (t * (t * 6 - 15) + 10) }
        let (right, down) = (ease(x - left), ease(y - top))
        let above = at(column, row) + (at(column + 1, row) - at(column, row)) * right
        let below = at(column, row + 1) + (at(column + 1, row + 1) - at(column, row + 1)) * right
        return above + (below - above) * down
    }

    /// As `value`, faster: for textures.
    func quick(_ x: Float, _ y: Float) -> Float {
        let (left, top) = (x.rounded(.down), y.rounded(.down))
        let (column, row) = (Int(left) & 255, Int(top) & 255)
        let (a, b) = (x - left, y - top)
        let (right, down) = (a * a * (3 - 2 * a), b * b * (3 - 2 * b))
        let (next, under) = ((column + 1) & 255, ((row + 1) & 255) << 8)
        let line = row << 8
        let above = values[line | column] + (values[line | next] - values[line | column]) * right
        let below = values[under | column] + (values[under | next] - values[under | column]) * right
        return above + (below - above) * down
    }

    /// Noises each twice as fine and half as strong as the one before: 0 to 1.
    func clouds(_ x: Float, _ y: Float, _ octaves: Int) -> Float {
        var (sum, weight, whole) = (Float(0), Float(1), Float(0))
        var (x, y) = (x, y)
        for _ in 0..<octaves {
            sum += weight * quick(x, y)
            whole += weight
            weight *= 0.5
            // Turned, so that the lattices of the noises do not lie on each other.
            (x, y) = (1.6 * x - 1.2 * y + 17.3, 1.2 * x + 1.6 * y + 5.1)
        }
        return sum / whole
    }

    /// A value of a lattice point alone: 0 to 1.
    func grain(_ column: Int, _ row: Int) -> Float { values[(row & 255) << 8 | (column & 255)] }

    private func at(_ column: Int, _ row: Int) -> Double {
        Double(values[(row & 255) << 8 | (column & 255)])
    }
}
