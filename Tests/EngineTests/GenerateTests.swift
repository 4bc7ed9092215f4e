// Tensors made from shapes and numbers, running sums, and what follows from types alone.
import Graphs
import Tensors
import Testing

@testable import Engine

@Suite struct GenerateTests {
    @Test("shape, size and rank follow from the type")
    func fromTypes() throws {
        let data = try counting([2, 3, 4])
        #expect(try computeOne(ShapeOf(), [data]).integers == [2, 3, 4])
        #expect(try computeOne(ShapeOf(start: -2, end: 2, resultElement: .int32), [data]).integers == [3])
        #expect(try computeOne(SizeOf(), [data]).integers == [24])
        #expect(try computeOne(RankOf(), [data]).integers == [3])
    }

    @Test("fill repeats the attribute or the input, large ones too")
    func fill() throws {
        #expect(
            try computeOne(Fill(value: try ints([1], [7])), [try longs([2, 2])], constants: [0]).integers == [
                7, 7, 7, 7,
            ])
        #expect(
            try computeOne(Fill(value: nil), [try longs([]), try floats([], [2.5])], constants: [0]).floats == [2.5])
        let large = try computeOne(Fill(value: try ints([1], [7])), [try longs([1, 600_000])], constants: [0])
        #expect(large.integers.allSatisfy { $0 == 7 })
    }

    @Test("ranges count up and down")
    func range() throws {
        let up = [try floats([], [1]), try floats([], [2]), try floats([], [0.25])]
        #expect(try computeOne(NumberRange(), up, constants: [0, 1, 2]).floats == [1, 1.25, 1.5, 1.75])
        let down = [try ints([], [3]), try ints([], [-4]), try ints([], [-3])]
        #expect(try computeOne(NumberRange(), down, constants: [0, 1, 2]).integers == [3, 0, -3])
    }

    @Test("eye puts ones on a diagonal")
    func eye() throws {
        let result = try computeOne(EyeLike(diagonal: 1, element: .float64), [try counting([2, 3])])
        #expect(result.element == .float64)
        #expect(result.doubles == [0, 1, 0, 0, 0, 1])
        #expect(
            try computeOne(EyeLike(diagonal: -1, element: nil), [try ints([2, 2], [5, 5, 5, 5])]).integers == [
                0, 0, 1, 0,
            ])
    }

    @Test("triangles keep one side of a diagonal of each matrix")
    func triangle() throws {
        let data = try counting([2, 2, 2])
        #expect(try computeOne(Triangle(keepsUpper: true), [data]).floats == [0, 1, 0, 3, 4, 5, 0, 7])
        #expect(
            try computeOne(Triangle(keepsUpper: false), [data, try longs([], [-1])], constants: [1]).floats == [
                0, 0, 2, 0, 0, 0, 6, 0,
            ])
    }

    @Test("running sums run both ways, with and without the element itself")
    func cumulativeSum() throws {
        let data = try counting([2, 3])
        let axis = try ints([], [1])
        #expect(
            try computeOne(CumulativeSum(isExclusive: false, isReversed: false), [data, axis], constants: [1]).floats
                == [0, 1, 3, 3, 7, 12])
        #expect(
            try computeOne(CumulativeSum(isExclusive: true, isReversed: true), [data, axis], constants: [1]).floats == [
                3, 2, 0, 9, 5, 0,
            ])
        let rows = try computeOne(
            CumulativeSum(isExclusive: false, isReversed: false), [data, try ints([], [-2])], constants: [1])
        #expect(rows.floats == [0, 1, 2, 3, 5, 7])
        let quantized = try computeOne(
            CumulativeSum(isExclusive: false, isReversed: false),
            [try bytes([3], [3, 5, 2], Quantization(scale: 0.5, zeroPoint: 1)), try ints([], [0])], constants: [1])
        #expect(quantized.integers == [3, 7, 8])
    }
}
