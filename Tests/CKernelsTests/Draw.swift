// Numbers drawn from a seed, so that a failing case can be drawn again.

struct Draw: RandomNumberGenerator {
    let seed: UInt64
    private var generator: Generator

    init(seed: UInt64) {
        self.seed = seed
        generator = Generator(seed: seed)
    }

    mutating func next() -> UInt64 { generator.next() }

    mutating func floats(_ count: Int, in range: ClosedRange<Float> = -4...4) -> [Float] {
        generator.floats(count, in: range)
    }

    mutating func integers<T: FixedWidthInteger>(_ count: Int, in range: ClosedRange<T>) -> [T] {
        generator.integers(count, in: range)
    }

    /// Cuts 0 ..< count into up to four ranges, as threads would.
    mutating func cuts(_ count: Int) -> [Range<Int>] {
        let marks = ([0, count] + (0..<3).map { _ in Int.random(in: 0...count, using: &self) }).sorted()
        return zip(marks, marks.dropFirst()).map { $0..<$1 }
    }
}

/// Whether a and b agree within `relative` of b or `absolute`; NaN agrees with NaN.
func near<T: BinaryFloatingPoint>(_ a: T, _ b: T, relative: T = 1e-5, absolute: T = 1e-6) -> Bool {
    if a.isNaN || b.isNaN { return a.isNaN && b.isNaN }
    if a.isInfinite || b.isInfinite { return a == b }
    return abs(a - b) <= absolute + relative * abs(b)
}

func near<T: BinaryFloatingPoint>(_ a: [T], _ b: [T], relative: T = 1e-5, absolute: T = 1e-6) -> Bool {
    a.count == b.count && zip(a, b).allSatisfy { near($0, $1, relative: relative, absolute: absolute) }
}

/// Row-major coordinates of element `flat` of a tensor of `shape`.
func coordinates(_ flat: Int, in shape: [Int]) -> [Int] {
    var rest = flat
    var result = shape
    for d in shape.indices.reversed() {
        result[d] = rest % shape[d]
        rest /= shape[d]
    }
    return result
}

/// Row-major position of `coordinates` in a dense tensor of `shape`; dimensions of extent 1 repeat.
func position(_ coordinates: [Int], in shape: [Int]) -> Int {
    let tail = coordinates.suffix(shape.count)
    return zip(tail, shape).reduce(0) { $0 * $1.1 + ($1.1 == 1 ? 0 : $1.0) }
}

struct NoSuchFunction: Error {}

/// A function that a lookup found.
func found<Function>(_ function: Function?) throws -> Function {
    guard let function else { throw NoSuchFunction() }
    return function
}
