// Short ways to make tensors and to compare them.
import Graphs
import Tensors
import Testing

func floats(_ shape: Shape, _ values: [Float]) throws -> Tensor { try Tensor(.float32, shape, values) }
func doubles(_ shape: Shape, _ values: [Double]) throws -> Tensor { try Tensor(.float64, shape, values) }
func longs(_ shape: Shape, _ values: [Int64]) throws -> Tensor { try Tensor(.int64, shape, values) }
func longs(_ values: [Int64]) throws -> Tensor { try Tensor(.int64, [values.count], values) }
func ints(_ shape: Shape, _ values: [Int32]) throws -> Tensor { try Tensor(.int32, shape, values) }
func ints(_ values: [Int32]) throws -> Tensor { try Tensor(.int32, [values.count], values) }
func bytes(_ shape: Shape, _ values: [Int8], _ quantization: Quantization? = nil) throws -> Tensor {
    try Tensor(.int8, shape, values, quantization: quantization)
}
func booleans(_ shape: Shape, _ values: [Bool]) throws -> Tensor {
    try Tensor(.bool, shape, values.map { $0 ? UInt8(1) : 0 })
}

/// 0, 1, 2, ... as float32.
func counting(_ shape: Shape) throws -> Tensor { try floats(shape, (0..<shape.elementCount).map(Float.init)) }

/// Numbers that look random but are the same in every run, in -1 ..< 1.
func noise(_ shape: Shape, seed: UInt64 = 1) throws -> Tensor {
    var state = seed &* 0x9e37_79b9_7f4a_7c15 | 1
    return try floats(
        shape,
        (0..<shape.elementCount).map { _ in
            state ^= state << 13
            state ^= state >> 7
            state ^= state << 17
            return Float(Int64(state >> 40) - (1 << 23)) / Float(1 << 23)
        })
}

/// Choices that look random but follow from the seed that `state` is.
struct Generator: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
        state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
        return state ^ (state >> 29)
    }
}

/// Whether `a` and `b` agree element by element within `tolerance` of the larger of 1 and the magnitude.
func isClose(_ a: Tensor, _ b: [Float], tolerance: Double = 1e-5) -> Bool {
    let values = a.doubles
    guard values.count == b.count else { return false }
    return zip(values, b).allSatisfy { (got: Double, single: Float) -> Bool in
        let expected = Double(single)
        if got == expected || (got.isNaN && expected.isNaN) { return true }
        return abs(got - expected) <= tolerance * max(1, abs(expected))
    }
}

extension Shape {
    /// All positions in row-major order.
    var positions: [[Int]] {
        var result: [[Int]] = [[]]
        for size in dimensions { result = result.flatMap { head in (0..<size).map { head + [$0] } } }
        return result
    }

    /// Where `position` lies in a dense tensor of this shape.
    func offset(_ position: [Int]) -> Int { zip(dimensions, position).reduce(0) { $0 * $1.0 + $1.1 } }
}
