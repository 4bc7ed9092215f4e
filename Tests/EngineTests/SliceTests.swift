// Slices, against Python's rules.
import Graphs
import Tensors
import Testing

@testable import Engine

@Suite struct SliceTests {
    @Test("slices take ranges with steps in both directions")
    func slice() throws {
        let data = try counting([3, 4])
        let taken = try computeOne(
            Slice(), [data, try longs([-1, 1]), try longs([-100, 100]), try longs([1, 0]), try longs([-2, 1])],
            constants: [1, 2, 3, 4])
        #expect(taken.shape == [2, 2])
        #expect(taken.floats == [7, 5, 11, 9])
        #expect(try computeOne(Slice(), [data, try longs([2]), try longs([2])], constants: [1, 2]).shape == [0, 4])
    }

    @Test("slices by size run to the end for -1")
    func sliceBySize() throws {
        let taken = try computeOne(
            SliceBySize(), [try counting([3, 4]), try ints([1, 1]), try ints([-1, 2])], constants: [1, 2])
        #expect(taken.floats == [5, 6, 9, 10])
    }

    @Test("strided slices obey every mask")
    func stridedSlice() throws {
        let data = try counting([2, 3, 4])
        func slice(
            _ begins: [Int32], _ ends: [Int32], _ strides: [Int32], begin: Int = 0, end: Int = 0, ellipsis: Int = 0,
            newAxis: Int = 0,
            shrink: Int = 0, isOffset: Bool = false
        ) throws -> Tensor {
            let op = StridedSlice(
                beginMask: begin, endMask: end, ellipsisMask: ellipsis, newAxisMask: newAxis, shrinkAxisMask: shrink,
                isOffset: isOffset)
            return try computeOne(
                op, [data, try ints(begins), try ints(ends), try ints(strides)], constants: [1, 2, 3])
        }
        let shrunk = try slice([1, 0, 1], [0, 2, 3], [1, 1, 1], shrink: 1)
        #expect(shrunk.shape == [2, 2])
        #expect(shrunk.floats == [13, 14, 17, 18])
        let ellipsis = try slice([0, -1], [0, 0], [1, -2], end: 2, ellipsis: 1)
        #expect(ellipsis.shape == [2, 3, 2])
        #expect(ellipsis.floats == [3, 1, 7, 5, 11, 9, 15, 13, 19, 17, 23, 21])
        let added = try slice([0, 1], [0, 2], [1, 1], newAxis: 1)
        #expect(added.shape == [1, 1, 3, 4])
        #expect(try slice([1, 1, 1], [1, 2, 1], [1, 1, 1], isOffset: true).floats == [17, 21])
        #expect(try slice([1, 1, 1], [0, 0, 0], [1, 1, 1], begin: 7, end: 7).floats == data.floats)
    }
}
