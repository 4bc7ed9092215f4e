// Elements taken from and put at computed positions.
import Graphs
import Tensors
import Testing

@testable import Engine

@Suite struct GatherTests {
    @Test("gather takes slices along any axis, counting from the end for negative indices")
    func gather() throws {
        let data = try counting([3, 2])
        #expect(try computeOne(Gather(axis: 0), [data, try longs([-1, 0])]).floats == [4, 5, 0, 1])
        #expect(try computeOne(Gather(axis: 1), [data, try ints([], [1])]).floats == [1, 3, 5])
        let batched = try computeOne(Gather(axis: 1, batchAxes: 1), [data, try ints([3, 1], [1, 0, 1])])
        #expect(batched.floats == [1, 2, 5])
    }

    @Test("an index out of range ends the run with an error that names the operator")
    func outOfRange() throws {
        let data = try counting([3, 2])
        for op: any Operator in [Gather(axis: 0), GatherND(), EmbeddingLookup()] {
            let inputs = op is EmbeddingLookup ? [try ints([3]), data] : [data, try longs([1, 1], [3])]
            #expect {
                try computeOne(op, inputs)
            } throws: { error in
                (error as? RunError)?.description.contains(op.name) == true
            }
        }
        #expect(throws: RunError.self) {
            try computeOne(GatherElements(axis: 0), [data, try longs([1, 2], [0, -4])])
        }
        let updates = try floats([1, 2], [1, 2])
        #expect(throws: RunError.self) {
            try computeOne(ScatterND(reduction: .none), [data, try longs([1, 1], [3]), updates])
        }
        #expect(throws: RunError.self) {
            try computeOne(ScatterElements(axis: 0, reduction: .none), [data, try longs([1, 2], [3, 0]), updates])
        }
    }

    @Test("gather elements picks one element for each index")
    func gatherElements() throws {
        let data = try counting([3, 3])
        let rows = try computeOne(GatherElements(axis: 0), [data, try longs([2, 3], [1, 2, 0, 2, 0, -3])])
        #expect(rows.floats == [3, 7, 2, 6, 1, 2])
        #expect(try computeOne(GatherElements(axis: 1), [data, try ints([2, 1], [2, 0])]).floats == [2, 3])
    }

    @Test("gather by tuples takes elements and slices, with batch axes and with empty tuples")
    func gatherND() throws {
        let data = try counting([2, 2, 2])
        #expect(try computeOne(GatherND(), [data, try longs([2, 2], [0, 1, 1, 0])]).floats == [2, 3, 4, 5])
        #expect(try computeOne(GatherND(batchAxes: 1), [data, try longs([2, 1], [1, 0])]).floats == [2, 3, 4, 5])
        #expect(try computeOne(GatherND(), [data, try longs([1, 0], [])]).shape == [1, 2, 2, 2])
    }

    @Test("scatter replaces or combines, equal positions in order")
    func scatter() throws {
        let data = try floats([4], [1, 2, 3, 4])
        let indices = try longs([1, 1, -1])
        let updates = try floats([3], [10, 20, 30])
        let expected: [(ScatterReduction, [Float])] = [
            (.none, [1, 20, 3, 30]), (.add, [1, 32, 3, 34]), (.multiply, [1, 400, 3, 120]), (.maximum, [1, 20, 3, 30]),
            (.minimum, [1, 2, 3, 4]),
        ]
        for (reduction, values) in expected {
            #expect(
                try computeOne(ScatterElements(axis: 0, reduction: reduction), [data, indices, updates]).floats
                    == values)
            let tuples = try longs([3, 1], [1, 1, -1])
            #expect(try computeOne(ScatterND(reduction: reduction), [data, tuples, updates]).floats == values)
        }
        let columns = try computeOne(
            ScatterElements(axis: 1, reduction: .none),
            [try counting([2, 3]), try longs([2, 1], [2, 0]), try floats([2, 1], [8, 9])])
        #expect(columns.floats == [0, 1, 8, 9, 4, 5])
        #expect(data.floats == [1, 2, 3, 4])
    }

    @Test("scatter into zeros adds what falls on one place")
    func scatterIntoZeros() throws {
        let result = try computeOne(
            ScatterIntoZeros(),
            [try ints([3, 1], [1, 1, 0]), try ints([3, 2], [1, 2, 3, 4, 5, 6]), try ints([3, 2])], constants: [2])
        #expect(result.integers == [5, 6, 4, 6, 0, 0])
        let truths = try computeOne(
            ScatterIntoZeros(), [try ints([1, 1], [1]), try booleans([1], [true]), try ints([2])], constants: [2])
        #expect(truths.integers == [0, 1])
    }

    @Test("one-hot in ONNX counts negative positions from the end, in TFLite they are off")
    func oneHot() throws {
        let onnx = try computeOne(
            OneHot(axis: -1, values: .offThenOn), [try longs([1, -1, 3]), try longs([3]), try floats([2], [5, 7])],
            constants: [1])
        #expect(onnx.floats == [5, 7, 5, 5, 5, 7, 5, 5, 5])
        let tflite = try computeOne(
            OneHot(axis: 0, values: .separateOnAndOff),
            [try ints([1, -1]), try ints([], [2]), try ints([], [1]), try ints([], [0])],
            constants: [1])
        #expect(tflite.shape == [2, 2])
        #expect(tflite.integers == [0, 0, 1, 0])
    }

    @Test("the positions of what is not zero are listed by axis or by row")
    func nonZero() throws {
        let data = try floats([2, 3], [0, 1, 0, -2, 0, 3])
        let columns = try computeOne(NonZero(listsPositionsByRow: false), [data])
        #expect(columns.shape == [2, 3])
        #expect(columns.integers == [0, 1, 1, 1, 0, 2])
        let rows = try computeOne(NonZero(listsPositionsByRow: true), [data])
        #expect(rows.shape == [3, 2])
        #expect(rows.integers == [0, 1, 1, 0, 1, 2])
        #expect(try computeOne(NonZero(listsPositionsByRow: false), [try floats([], [4])]).shape == [1, 1])
        #expect(try computeOne(NonZero(listsPositionsByRow: false), [try floats([2], [0, 0])]).shape == [1, 0])
    }

    @Test("an embedding gives the rows of its table")
    func embedding() throws {
        #expect(
            try computeOne(EmbeddingLookup(), [try ints([2, 0]), try counting([3, 2])], constants: [1]).floats == [
                4, 5, 0, 1,
            ])
    }

    @Test("an embedding of bytes gives floats, by one scale or by one for each row")
    func quantizedEmbedding() throws {
        let values: [Int8] = [1, 2, 3, 4, -5, 6]
        let declared = Arguments.Declared(element: .float32)
        let whole = try bytes([3, 2], values, Quantization(scale: 0.5, zeroPoint: 0))
        let one = try computeOne(
            EmbeddingLookup(), [try ints([2, 0]), whole], constants: [1], declared: declared, convention: .tflite)
        #expect(one.floats == [-2.5, 3, 0.5, 1])
        let rows = try bytes([3, 2], values, Quantization(scales: [1, 2, 10], zeroPoints: [0, 0, 0], axis: 0))
        let each = try computeOne(
            EmbeddingLookup(), [try ints([2, 0]), rows], constants: [1], declared: declared, convention: .tflite)
        #expect(each.floats == [-50, 60, 1, 2])
    }
}
