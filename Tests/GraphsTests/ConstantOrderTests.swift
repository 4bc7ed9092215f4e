// Constants whose elements change places.
import Tensors
import Testing

@testable import Graphs

@Suite struct ConstantOrderTests {
    private var seed: UInt64 = 0x5eed

    /// A number below `bound`.
    private mutating func next(_ bound: Int) -> Int {
        seed = seed &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
        return Int(seed >> 33) % bound
    }

    @Test("transposing puts each element where its indices say, at every size round the blocks that are turned at once")
    mutating func transposed() throws {
        var shapes: [[Int]] = [[16, 9, 3, 3], [3, 8, 5, 5], [2, 17, 1, 1], [1, 64, 3, 3], [9, 24], [8, 8, 2]]
        for _ in 0..<40 { shapes.append((0..<(2 + next(3))).map { _ in 1 + next(19) }) }
        for dimensions in shapes {
            var permutation = Array(dimensions.indices)
            for place in permutation.indices { permutation.swapAt(place, next(permutation.count)) }
            for order in [permutation, permutation.reversed(), Array(permutation.indices.dropFirst()) + [0]] {
                try check(dimensions, order, of: UInt8.self, .uint8)
                try check(dimensions, order, of: UInt16.self, .uint16)
                try check(dimensions, order, of: Int32.self, .int32)
            }
        }
    }

    private func check<Number: FixedWidthInteger & BitwiseCopyable>(
        _ dimensions: [Int], _ order: [Int], of: Number.Type, _ element: ElementType
    ) throws {
        let shape = Shape(dimensions)
        let numbers = (0..<shape.elementCount).map { Number(truncatingIfNeeded: $0 &* 0x9e37 &+ $0 >> 3) }
        let turned = try #require(try Tensor(element, shape, numbers).transposed(order))
        let steps = order.map { shape.strides[$0] }
        let places = turned.shape.strides
        let expected = numbers.indices.map { place in
            var source = 0
            for axis in order.indices { source += place / places[axis] % turned.shape[axis] * steps[axis] }
            return numbers[source]
        }
        #expect(turned.shape.dimensions == order.map { dimensions[$0] })
        #expect(turned.integers == expected.map { Int64($0) }, "\(dimensions) by \(order), seed 0x5eed")
    }

    @Test("picking puts the entries of an axis in the order that is asked for", arguments: [0, 1, 2])
    mutating func picked(axis: Int) throws {
        let shape: Shape = [3, 5, 7]
        let numbers = (0..<shape.elementCount).map { UInt8($0) }
        let tensor = try Tensor(.uint8, shape, numbers)
        let places = (0..<shape[axis]).map { ($0 * 2 + 1) % shape[axis] }
        let result = try #require(tensor.picked(places, axis: axis))
        let step = shape.strides[axis]
        let expected = numbers.indices.map { place in
            let index = place / step % shape[axis]
            return numbers[place + (places[index] - index) * step]
        }
        #expect(result.integers == expected.map { Int64($0) })
        #expect(tensor.picked(places + [0], axis: axis) == nil)
    }
}
