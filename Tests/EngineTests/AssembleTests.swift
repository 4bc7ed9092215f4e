// Joining, cutting, repeating and padding, against NumPy's rules written out.
import Graphs
import Tensors
import Testing

@testable import Engine

@Suite struct AssembleTests {
    @Test("concat joins along the middle axis, also with an empty part")
    func concat() throws {
        let parts = [try counting([2, 3, 2]), try counting([2, 0, 2]), try counting([2, 1, 2])]
        let joined = try computeOne(Concat(axis: -2), parts)
        #expect(joined.shape == [2, 4, 2])
        #expect(joined.floats == [0, 1, 2, 3, 4, 5, 0, 1, 6, 7, 8, 9, 10, 11, 2, 3])
        #expect(try computeOne(Concat(axis: 0, activation: .relu6), [try floats([2], [-1, 9])]).floats == [0, 6])
    }

    @Test("concat of equally quantized parts moves their integers")
    func quantizedConcat() throws {
        let quantization = Quantization(scale: 0.5, zeroPoint: -3)
        let joined = try computeOne(
            Concat(axis: 1),
            [try bytes([2, 1], [1, 2], quantization), try bytes([2, 2], [3, 4, 5, 6], quantization)],
            declared: .init(element: .int8, quantization: quantization), convention: .tflite)
        #expect(joined.integers == [1, 3, 4, 2, 5, 6])
    }

    @Test("split cuts into given sizes and into equal or nearly equal parts")
    func split() throws {
        let data = try counting([2, 5])
        let two: [Arguments.Declared] = [.init(), .init()]
        let given = try compute(Split(axis: 1, sizes: [1, 4]), [data], declared: two)
        #expect(given.map(\.floats) == [[0, 5], [1, 2, 3, 4, 6, 7, 8, 9]])
        let uneven = try compute(Split(axis: 1, sizes: nil, allowsUneven: true), [data], declared: two)
        #expect(uneven.map(\.shape) == [[2, 3], [2, 2]])
        #expect(uneven[1].floats == [3, 4, 8, 9])
        let equal = try compute(
            Split(axis: nil, sizes: nil), [data, nil, try ints([0])], constants: [2], declared: two)
        #expect(equal[1].floats == [5, 6, 7, 8, 9])
    }

    @Test("tile repeats along each axis, 0 times too")
    func tile() throws {
        let tiled = try computeOne(Tile(), [try counting([1, 2]), try longs([2, 2])], constants: [1])
        #expect(tiled.floats == [0, 1, 0, 1, 0, 1, 0, 1])
        #expect(try computeOne(Tile(), [try counting([1, 2]), try longs([0, 2])], constants: [1]).shape == [0, 4])
    }

    @Test("expand broadcasts both ways")
    func expand() throws {
        let expanded = try computeOne(Expand(), [try counting([2, 1]), try longs([2, 1, 3])], constants: [1])
        #expect(expanded.shape == [2, 2, 3])
        #expect(expanded.floats == [0, 0, 0, 1, 1, 1, 0, 0, 0, 1, 1, 1])
        #expect(try computeOne(Expand(), [try bytes([], [7]), try longs([3])], constants: [1]).integers == [7, 7, 7])
    }

    @Test(
        "padding fills each border by its mode",
        arguments: [
            (Pad.Mode.constant, [9, 9, 0, 1, 2, 3, 9]), (.edge, [0, 0, 0, 1, 2, 3, 3]),
            (.reflect, [2, 1, 0, 1, 2, 3, 2]),
            (.symmetric, [1, 0, 0, 1, 2, 3, 3]), (.wrap, [2, 3, 0, 1, 2, 3, 0]),
        ] as [(Pad.Mode, [Float])])
    func pad(mode: Pad.Mode, expected: [Float]) throws {
        // With a value that is computed, and with one that is known.
        for constants in [[1], [1, 2]] as [Set<Int>] {
            let padded = try computeOne(
                Pad(mode, order: .beforesThenAfters),
                [try counting([1, 4]), try longs([0, 2, 0, 1]), try floats([], [9])], constants: constants)
            #expect(padded.floats == expected)
        }
    }

    @Test("rows of a vector and more get columns of a known value", arguments: [[1], [1, 2]] as [Set<Int>])
    func padColumns(constants: Set<Int>) throws {
        let padded = try computeOne(
            Pad(.constant, order: .beforesThenAfters),
            [try counting([3, 20]), try longs([0, 2, 0, 1]), try floats([1], [9])], constants: constants)
        let expected = (0..<3).flatMap { row -> [Float] in
            let values: [Float] = (0..<20).map { Float(row * 20 + $0) }
            return [9, 9] + values + [9]
        }
        #expect(padded.floats == expected)
    }

    @Test("padding may crop, takes pairs and axes, and fills quantized data with its zero point")
    func padForms() throws {
        let cropped = try computeOne(
            Pad(.constant, order: .beforesThenAfters),
            [try counting([2, 3]), try longs([-1, 1]), nil, try longs([1])],
            constants: [1, 3])
        #expect(cropped.floats == [1, 2, 0, 4, 5, 0])
        let quantization = Quantization(scale: 1, zeroPoint: 5)
        let quantized = try computeOne(
            Pad(.constant, order: .pairs),
            [try bytes([1, 2], [1, 2], quantization), try ints([2, 2], [1, 0, 0, 1])], constants: [1],
            convention: .tflite)
        #expect(quantized.shape == [2, 3])
        #expect(quantized.integers == [5, 5, 5, 1, 2, 5])
        #expect(quantized.type.quantization == quantization)
    }
}
