// Sums of products over named axes, and suppressed boxes.
import Graphs
import Tensors
import Testing

@testable import Engine

@Suite struct ProductTests {
    @Test("einsum multiplies, transposes, sums, takes diagonals and broadcasts")
    func einsum() throws {
        let (a, b) = (try counting([2, 3]), try counting([3, 2]))
        #expect(try computeOne(Einsum("ij,jk->ik"), [a, b]).floats == [10, 13, 28, 40])
        #expect(try computeOne(Einsum("ij->ji"), [a]).floats == [0, 3, 1, 4, 2, 5])
        #expect(try computeOne(Einsum("ij->"), [a]).floats == [15])
        #expect(try computeOne(Einsum("ii->i"), [try counting([3, 3])]).floats == [0, 4, 8])
        #expect(
            try computeOne(Einsum("...ij,...jk"), [try counting([2, 1, 2]), try counting([1, 2, 1])]).floats == [1, 3])
        #expect(
            try computeOne(
                Einsum("i,i,i->i"), [try floats([2], [1, 2]), try floats([2], [3, 4]), try floats([2], [5, 6])]
            ).floats == [15, 48])
        #expect(
            try computeOne(Einsum("bij,bjk->bik"), [try doubles([1, 1, 1], [3]), try doubles([1, 1, 1], [4])]).doubles
                == [12])
    }

    @Test("suppression keeps the best of boxes that overlap, class by class")
    func suppression() throws {
        let boxes = try floats([1, 4, 4], [0, 0, 1, 1, 0, 0.1, 1, 1.1, 0, 10, 1, 11, 0, 10.1, 1, 11.1])
        let scores = try floats([1, 2, 4], [0.9, 0.75, 0.6, 0.95, 0.1, 0.9, 0.2, 0.3])
        func kept(_ most: Int64, _ score: Float) throws -> [Int64] {
            try computeOne(
                NonMaxSuppression(boxesHaveCentres: false),
                [boxes, scores, try longs([most]), try floats([1], [0.5]), try floats([1], [score])],
                constants: [2, 3, 4]
            ).integers
        }
        #expect(try kept(2, 0.25) == [0, 0, 3, 0, 0, 0, 0, 1, 1, 0, 1, 3])
        #expect(try kept(1, 0.92) == [0, 0, 3])
        #expect(try kept(0, 0) == [])
        let centred = try floats([1, 2, 4], [0.5, 0.5, 1, 1, 0.6, 0.5, 1, 1])
        let result = try computeOne(
            NonMaxSuppression(boxesHaveCentres: true),
            [centred, try floats([1, 1, 2], [0.5, 0.6]), try longs([9]), try floats([1], [0.5]), nil],
            constants: [2, 3])
        #expect(result.shape == [1, 3])
        #expect(result.integers == [0, 0, 1])
    }
}
