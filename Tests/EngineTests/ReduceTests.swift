// Reductions, extrema, running sums and softmax, against plain loops.
import Graphs
import Tensors
import Testing

#if canImport(Glibc)
    import Glibc
#endif

@testable import Engine

@Suite struct ReduceTests {
    /// The values that fall together when `axes` are reduced, in the order of the results.
    private func groups(_ data: Tensor, _ axes: [Int]) -> [[Double]] {
        let result = data.shape.reduced(axes: axes, keepsDimensions: true)
        var groups = [[Double]](repeating: [], count: result.elementCount)
        for (index, position) in data.shape.positions.enumerated() {
            let place = position.enumerated().map { axes.contains($0.offset) ? 0 : $0.element }
            groups[result.offset(place)].append(data.doubles[index])
        }
        return groups
    }

    private static let functions: [(Reduce.Function, @Sendable ([Double]) -> Double)] = [
        (.sum, { $0.reduce(0, +) }), (.mean, { $0.reduce(0, +) / Double($0.count) }), (.product, { $0.reduce(1, *) }),
        (.maximum, { $0.max() ?? 0 }), (.minimum, { $0.min() ?? 0 }), (.l1, { $0.reduce(0) { $0 + abs($1) } }),
        (.l2, { sqrt($0.reduce(0) { $0 + $1 * $1 }) }), (.logSum, { log($0.reduce(0, +)) }),
        (.logSumExp, { log($0.reduce(0) { $0 + exp($1) }) }), (.sumOfSquares, { $0.reduce(0) { $0 + $1 * $1 } }),
    ]

    @Test("every function over every choice of axes gives what a loop gives", arguments: 0..<10)
    func reductions(index: Int) throws {
        let (function, expected) = Self.functions[index]
        let data = try floats([2, 3, 4], try noise([2, 3, 4]).floats.map { $0 + 1.5 })
        for axes in [[], [0], [1], [2], [0, 1], [1, 2], [0, 2], [0, 1, 2]] {
            let result = try computeOne(
                Reduce(function, axes: axes, keepsDimensions: true, isIdentityWithoutAxes: true), [data])
            #expect(result.shape == data.shape.reduced(axes: axes, keepsDimensions: true))
            #expect(isClose(result, groups(data, axes).map { Float(expected($0)) }))
        }
        let all = try computeOne(
            Reduce(function, axes: nil, keepsDimensions: false), [data, try longs([])], constants: [1])
        #expect(all.shape == .scalar)
        #expect(isClose(all, [Float(expected(data.doubles))]))
    }

    @Test("integers, halves, booleans and nothing at all can be reduced")
    func otherTypes() throws {
        let sum = try computeOne(
            Reduce(.sum, axes: [1], keepsDimensions: false), [try longs([2, 2], [1, 2, -3, 1 << 40])])
        #expect(sum.integers == [3, (1 << 40) - 3])
        let half = try Tensor(.float16, [2], [UInt16(0x3c00), 0x4000])
        #expect(try computeOne(Reduce(.mean, axes: nil, keepsDimensions: false), [half]).doubles == [1.5])
        let truths = try booleans([2, 2], [true, false, false, false])
        #expect(try computeOne(Reduce(.any, axes: [1], keepsDimensions: false), [truths]).integers == [1, 0])
        #expect(try computeOne(Reduce(.all, axes: [0], keepsDimensions: false), [truths]).integers == [0, 0])
        let empty = try floats([0, 2], [])
        #expect(try computeOne(Reduce(.sum, axes: [0], keepsDimensions: false), [empty]).floats == [0, 0])
        #expect(
            try computeOne(Reduce(.minimum, axes: [0], keepsDimensions: false), [empty]).floats == [
                .infinity, .infinity,
            ])
        #expect(try computeOne(Reduce(.sum, axes: nil, keepsDimensions: false), [try floats([], [3])]).floats == [3])
    }

    @Test("the greatest of equally quantized integers is a plain comparison")
    func quantizedMaximum() throws {
        let quantization = Quantization(scale: 0.1, zeroPoint: 3)
        let result = try computeOne(
            Reduce(.maximum, axes: [1], keepsDimensions: false), [try bytes([2, 2], [-5, 4, 7, -9], quantization)],
            declared: .init(element: .int8, quantization: quantization), convention: .tflite)
        #expect(result.integers == [4, 7])
    }

    @Test("positions of extrema choose the first or the last of equals")
    func argReduce() throws {
        let data = try floats([2, 4], [1, 5, 5, 0, -1, -3, -3, -2])
        func positions(_ maximum: Bool, last: Bool, _ axis: Int) throws -> [Int64] {
            let op = ArgReduce(
                findsMaximum: maximum, axis: axis, keepsDimensions: false, selectsLast: last, resultElement: .int64)
            return try computeOne(op, [data]).integers
        }
        #expect(try positions(true, last: false, 1) == [1, 0])
        #expect(try positions(true, last: true, 1) == [2, 0])
        #expect(try positions(false, last: true, -1) == [3, 2])
        #expect(try positions(false, last: false, 0) == [1, 1, 1, 1])
        let fromInput = ArgReduce(
            findsMaximum: true, axis: nil, keepsDimensions: true, selectsLast: false, resultElement: .int32)
        let quantized = try bytes([1, 3], [-4, 9, 2], Quantization(scale: 1, zeroPoint: 0))
        let result = try computeOne(fromInput, [quantized, try ints([], [1])], constants: [1])
        #expect(result.shape == [1, 1])
        #expect(result.integers == [1])
    }

    @Test("the k greatest come in order, equals by position, none for k = 0")
    func topK() throws {
        let data = try floats([2, 4], [1, 3, 3, 2, 8, 6, 7, 5])
        let two: [Arguments.Declared] = [.init(), .init()]
        let op = TopK(axis: -1, findsLargest: true, isSorted: true, indexElement: .int64)
        let greatest = try compute(op, [data, try longs([3])], constants: [1], declared: two)
        #expect(greatest[0].floats == [3, 3, 2, 8, 7, 6])
        #expect(greatest[1].integers == [1, 2, 3, 0, 2, 1])
        let least = TopK(axis: 0, findsLargest: false, isSorted: false, indexElement: .int32)
        let column = try compute(least, [data, try ints([1])], constants: [1], declared: two)
        #expect(column[0].floats == [1, 3, 3, 2])
        #expect(column[1].integers == [0, 0, 0, 0])
        #expect(try compute(op, [data, try longs([0])], constants: [1], declared: two)[1].shape == [2, 0])
    }

    @Test("softmax, its logarithm and hardmax normalize along any axis")
    func softmax() throws {
        let data = try noise([2, 5, 3])
        for axis in [0, 1, -1] {
            let sums = try computeOne(
                Reduce(.sum, axes: [axis], keepsDimensions: false),
                [try computeOne(Softmax(axis: axis, beta: 2), [data])])
            #expect(isClose(sums, [Float](repeating: 1, count: sums.elementCount)))
        }
        let row = try floats([1, 3], [1, 2, 4])
        let total = exp(Float(1)) + exp(2) + exp(4)
        #expect(
            isClose(
                try computeOne(Softmax(axis: 1), [row]),
                [exp(Float(1)) / total, exp(Float(2)) / total, exp(Float(4)) / total]))
        #expect(
            isClose(
                try computeOne(Softmax(.logSoftmax, axis: 1), [row]), [1 - log(total), 2 - log(total), 4 - log(total)]))
        #expect(try computeOne(Softmax(.hardmax, axis: 1), [try floats([1, 3], [4, 4, 1])]).floats == [1, 0, 0])
        #expect(isClose(try computeOne(Softmax(axis: 0), [try floats([2], [1000, 1000])]), [0.5, 0.5]))
    }
}
