// Operators that give elements another order, against index arithmetic written out.
import Graphs
import Tensors
import Testing

@testable import Engine

@Suite struct RearrangeTests {
    @Test("transpose moves every element, for all orders of four axes and all element sizes")
    func transpose() throws {
        let shape: Shape = [2, 3, 1, 5]
        for order in [[3, 2, 1, 0], [0, 2, 3, 1], [0, 3, 1, 2], [1, 0, 3, 2], [0, 1, 2, 3]] {
            for element in [ElementType.int8, .int16, .int32, .int64] {
                let bytes = (0..<shape.elementCount * element.byteCount).map { UInt8($0 % 251) }
                let data = try Tensor(element, shape, bytes)
                let result = try computeOne(Transpose(order), [data])
                for position in result.shape.positions {
                    var source = position
                    for (axis, from) in order.enumerated() { source[from] = position[axis] }
                    #expect(result.integers[result.shape.offset(position)] == data.integers[shape.offset(source)])
                }
            }
        }
        #expect(try computeOne(Transpose(nil), [try counting([2, 3])]).floats == [0, 3, 1, 4, 2, 5])
        #expect(try computeOne(Transpose(nil), [try counting([2, 0])]).shape == [0, 2])
    }

    @Test("blocks of channels become space in both orders and both layouts, and go back")
    func depthSpace() throws {
        let data = try counting([1, 8, 1, 2])
        let deep = try computeOne(
            DepthSpace(.depthToSpace(columnFirst: false), blockSize: 2, layout: .channelsFirst), [data])
        #expect(deep.shape == [1, 2, 2, 4])
        #expect(deep.floats == [0, 4, 1, 5, 8, 12, 9, 13, 2, 6, 3, 7, 10, 14, 11, 15])
        let columns = try computeOne(
            DepthSpace(.depthToSpace(columnFirst: true), blockSize: 2, layout: .channelsFirst), [data])
        #expect(columns.floats == [0, 2, 1, 3, 4, 6, 5, 7, 8, 10, 9, 11, 12, 14, 13, 15])
        #expect(
            try computeOne(DepthSpace(.spaceToDepth, blockSize: 2, layout: .channelsFirst), [deep]).floats
                == data.floats)
        let last = try computeOne(
            DepthSpace(.depthToSpace(columnFirst: false), blockSize: 2, layout: .channelsLast),
            [try counting([1, 1, 2, 4])])
        #expect(last.floats == [0, 1, 4, 5, 2, 3, 6, 7])
        #expect(
            try computeOne(DepthSpace(.spaceToDepth, blockSize: 2, layout: .channelsLast), [last]).floats
                == (0..<8).map(Float.init))
    }

    @Test("space goes to the batch with padding and comes back cropped")
    func batchSpace() throws {
        let data = try counting([1, 3, 4, 1])
        let blocks = try ints([2, 2])
        let small = try computeOne(
            BatchSpace(.spaceToBatch), [data, blocks, try ints([2, 2], [1, 0, 0, 0])], constants: [1, 2])
        #expect(small.shape == [4, 2, 2, 1])
        #expect(small.floats == [0, 0, 4, 6, 0, 0, 5, 7, 0, 2, 8, 10, 1, 3, 9, 11])
        let large = try computeOne(
            BatchSpace(.batchToSpace), [small, blocks, try ints([2, 2], [1, 0, 0, 0])], constants: [1, 2])
        #expect(large.floats == data.floats)
    }

    @Test("reverse turns the named axes round")
    func reverse() throws {
        #expect(
            try computeOne(Reverse(), [try counting([2, 3]), try ints([1])], constants: [1]).floats == [
                2, 1, 0, 5, 4, 3,
            ])
        #expect(
            try computeOne(Reverse(), [try counting([2, 2]), try ints([0, -1])], constants: [1]).floats == [3, 2, 1, 0])
        #expect(try computeOne(Reverse(), [try counting([0, 2]), try ints([0])], constants: [1]).shape == [0, 2])
    }

    @Test("each sequence is reversed up to its length, and a length beyond the data is an error")
    func reverseSequence() throws {
        let data = try counting([2, 3, 1])
        #expect(
            try computeOne(ReverseSequence(batchAxis: 0, timeAxis: 1), [data, try longs([2, 3])]).floats == [
                1, 0, 2, 5, 4, 3,
            ])
        #expect(
            try computeOne(ReverseSequence(batchAxis: 1, timeAxis: 0), [data, try ints([1, 2, 0])]).floats == [
                0, 4, 2, 3, 1, 5,
            ])
        #expect(throws: RunError.self) {
            try computeOne(ReverseSequence(batchAxis: 0, timeAxis: 1), [data, try longs([4, 3])])
        }
    }

    @Test("shapes change without moving anything")
    func aliases() throws {
        let data = try counting([1, 2, 3])
        #expect(try computeOne(Reshape([3, -1], zeroCopies: false), [data]).shape == [3, 2])
        #expect(try computeOne(Squeeze(axes: nil), [data]).shape == [2, 3])
        #expect(try computeOne(Unsqueeze(axes: [0, -1]), [data]).shape == [1, 1, 2, 3, 1])
        #expect(try computeOne(Flatten(axis: 2), [data]).shape == [2, 3])
        let quantization = Quantization(scale: 2, zeroPoint: 1)
        #expect(
            try computeOne(AssumeQuantization(quantization), [try bytes([2], [1, 2])]).type.quantization == quantization
        )
    }
}
