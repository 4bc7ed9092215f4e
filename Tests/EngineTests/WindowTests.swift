// Pools over sliding windows, against plain loops.
import Graphs
import Tensors
import Testing

#if canImport(Glibc)
    import Glibc
#endif

@testable import Engine

@Suite struct WindowTests {
    /// The values under each window of a tensor with channels first, padding left out, with the flat places they come from.
    private func windows(_ data: Tensor, _ window: Window, _ result: Shape) throws -> [[(value: Double, place: Int)]] {
        let axes = try window.axes(over: Array(data.shape.dimensions[2...]))
        let taps = Shape(window.size).positions
        return result.positions.map { position in
            taps.compactMap { tap in
                var source = Array(position[..<2])
                for (index, axis) in axes.enumerated() {
                    let at = position[index + 2] * axis.stride + tap[index] * axis.dilation - axis.before
                    guard (0..<axis.input).contains(at) else { return nil }
                    source.append(at)
                }
                let place = data.shape.offset(source)
                return (data.doubles[place], place)
            }
        }
    }

    private static let geometries: [(shape: Shape, window: Window)] = [
        ([2, 3, 7], Window(size: [3], strides: [2], dilations: [1], padding: .explicit(before: [1], after: [1]))),
        ([1, 2, 5, 6], Window(size: [2, 3], strides: [2, 1], dilations: [1, 2], padding: .same)),
        ([1, 2, 5, 5], Window(size: [3, 3], strides: [2, 2], dilations: [1, 1], padding: .sameLower)),
        ([1, 1, 6, 6], Window(size: [3, 3], strides: [2, 2], dilations: [1, 1], padding: .valid, roundsUp: true)),
        ([1, 2, 2, 5], Window(size: [3, 3], strides: [2, 3], dilations: [1, 1], padding: .valid, roundsUp: true)),
        ([1, 2, 4, 3, 5], Window(size: [2, 2, 2], strides: [1, 1, 2], dilations: [1, 1, 1], padding: .valid)),
    ]

    @Test("pools of every kind and geometry give what loops give, in both layouts", arguments: 0..<6)
    func pools(index: Int) throws {
        let (shape, window) = Self.geometries[index]
        let data = try noise(shape)
        let spatial = Array(2..<shape.rank)
        let kinds: [(Pool.Function, ([Double]) -> Double)] = [
            (.maximum(columnMajor: false), { $0.max() ?? 0 }),
            (.average(countsPadding: false), { $0.reduce(0, +) / Double($0.count) }),
            (.norm(p: 1), { $0.reduce(0) { $0 + abs($1) } }),
            (.norm(p: 3), { cbrt($0.reduce(0) { $0 + pow(abs($1), 3) }) }),
        ]
        for (function, expected) in kinds {
            let result = try computeOne(Pool(function, layout: .channelsFirst, window: window), [data])
            let values = try windows(data, window, result.shape).map { Float(expected($0.map(\.value))) }
            #expect(isClose(result, values))
            let turned = try computeOne(Transpose([0] + spatial + [1]), [data])
            let last = try computeOne(Pool(function, layout: .channelsLast, window: window), [turned])
            #expect(
                isClose(try computeOne(Transpose([0, shape.rank - 1] + Array(1..<(shape.rank - 1))), [last]), values))
        }
    }

    @Test("an average may count its padding as zeros, a clamp follows")
    func averageWithPadding() throws {
        let window = Window(
            size: [2, 2], strides: [1, 1], dilations: [1, 1], padding: .explicit(before: [1, 1], after: [0, 0]))
        let data = try floats([1, 1, 2, 2], [4, 8, 12, 16])
        let op = Pool(.average(countsPadding: true), layout: .channelsFirst, window: window, activation: .relu6)
        #expect(try computeOne(op, [data]).floats == [1, 3, 4, 6])
    }

    @Test("places of maxima lead back to where they came from")
    func unpool() throws {
        let window = Window(
            size: [2, 2], strides: [2, 2], dilations: [1, 1], padding: .explicit(before: [0, 0], after: [0, 0]))
        let data = try floats([1, 2, 2, 4], [1, 5, 2, 2, 3, 4, 9, 2, 8, 1, 1, 1, 1, 1, 1, 7])
        let op = Pool(.maximum(columnMajor: false), layout: .channelsFirst, window: window)
        let pooled = try compute(op, [data], declared: [.init(), .init()])
        #expect(pooled[0].floats == [5, 9, 8, 7])
        #expect(pooled[1].integers == [1, 6, 8, 15])
        let back = try computeOne(MaxUnpool(window: window), [pooled[0], pooled[1]])
        #expect(back.shape == data.shape)
        #expect(back.floats == [0, 5, 0, 0, 0, 0, 9, 0, 8, 0, 0, 0, 0, 0, 0, 7])
        let columns = Pool(.maximum(columnMajor: true), layout: .channelsFirst, window: window)
        #expect(try compute(columns, [data], declared: [.init(), .init()])[1].integers == [2, 5, 8, 15])
        #expect(throws: RunError.self) {
            try computeOne(MaxUnpool(window: window), [try floats([1, 1, 1, 1], [1]), try longs([1, 1, 1, 1], [4])])
        }
    }

    @Test("the greatest of integers needs no scales")
    func integers() throws {
        let quantization = Quantization(scale: 0.1, zeroPoint: -5)
        let window = Window(size: [2, 2], strides: [2, 2], dilations: [1, 1], padding: .valid)
        let op = Pool(.maximum(columnMajor: false), layout: .channelsLast, window: window)
        let result = try computeOne(
            op, [try bytes([1, 2, 2, 2], [1, -1, 2, -2, 3, -3, 4, -4], quantization)],
            declared: .init(element: .int8, quantization: quantization), convention: .tflite)
        #expect(result.integers == [4, -1])
    }
}
