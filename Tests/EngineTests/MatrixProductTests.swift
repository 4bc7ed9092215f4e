// Matrix products, against sums of products.
import Graphs
import Tensors
import Testing

@testable import Engine

@Suite struct MatrixProductTests {
    @Test("matrices of every float and integer type multiply, transposed and in batches that broadcast")
    func matMul() throws {
        let (m, k, n) = (3, 5, 4)
        for element in [ElementType.float32, .float64, .float16, .int32, .int64, .uint32] {
            for (transposesA, transposesB) in [(false, false), (true, false), (false, true), (true, true)] {
                let a = try computeOne(Cast(to: element), [try counting(transposesA ? [2, 1, k, m] : [2, 1, m, k])])
                let b = try computeOne(Cast(to: element), [try counting(transposesB ? [3, n, k] : [3, k, n])])
                let result = try computeOne(MatMul(transposesA: transposesA, transposesB: transposesB), [a, b])
                #expect(result.shape == [2, 3, m, n])
                let expected = result.shape.positions.map { position in
                    (0..<k).reduce(0.0) { sum, depth in
                        let left =
                            transposesA ? [position[0], 0, depth, position[2]] : [position[0], 0, position[2], depth]
                        let right =
                            transposesB ? [position[1], position[3], depth] : [position[1], depth, position[3]]
                        return sum + a.doubles[a.shape.offset(left)] * b.doubles[b.shape.offset(right)]
                    }
                }
                #expect(isClose(result, expected.map(Float.init), tolerance: element == .float16 ? 1e-3 : 1e-6))
            }
        }
    }

    @Test("vectors, empty sums and large matrices multiply")
    func matMulShapes() throws {
        let vector = try floats([3], [1, 2, 3])
        #expect(try computeOne(MatMul(), [vector, vector]).floats == [14])
        #expect(try computeOne(MatMul(), [vector, vector]).shape == .scalar)
        #expect(try computeOne(MatMul(), [vector, try counting([3, 2])]).floats == [16, 22])
        #expect(try computeOne(MatMul(), [try floats([2, 0], []), try floats([0, 2], [])]).floats == [0, 0, 0, 0])
        let (a, b) = (try noise([130, 70], seed: 1), try noise([70, 90], seed: 2))
        let result = try computeOne(MatMul(), [a, b])
        let (x, y) = (a.doubles, b.doubles)
        var expected: [Float] = []
        for row in 0..<130 {
            for column in 0..<90 {
                var sum = 0.0
                for depth in 0..<70 { sum += x[row * 70 + depth] * y[depth * 90 + column] }
                expected.append(Float(sum))
            }
        }
        #expect(isClose(result, expected))
    }

    @Test("a general product scales, transposes and adds what broadcasts")
    func gemm() throws {
        let (a, b) = (try counting([2, 3]), try counting([3, 2]))
        let plain = try computeOne(Gemm(alpha: 1, beta: 1, transposesA: false, transposesB: false), [a, b])
        #expect(plain.floats == [10, 13, 28, 40])
        let added = try computeOne(
            Gemm(alpha: 0.5, beta: 2, transposesA: true, transposesB: true),
            [try counting([3, 2]), try counting([2, 3]), try floats([2, 1], [1, 10])])
        #expect(added.floats == [7, 16, 26.5, 40])
        let constant = try computeOne(
            Gemm(alpha: 1, beta: 1, transposesA: false, transposesB: false), [a, b, try floats([2], [100, 200])],
            constants: [1, 2])
        #expect(constant.floats == [110, 213, 128, 240])
        let whole = try computeOne(
            Gemm(alpha: 1, beta: 1, transposesA: false, transposesB: false),
            [try doubles([1, 2], [1, 2]), try doubles([2, 1], [3, 4]), try doubles([], [5])])
        #expect(whole.doubles == [16])
    }

    @Test("a fully connected layer multiplies rows with rows, adds and clamps")
    func fullyConnected() throws {
        let (data, weights) = (try noise([2, 3, 70], seed: 3), try noise([67, 70], seed: 4))
        let bias = try noise([67], seed: 5)
        let result = try computeOne(
            FullyConnected(keepsLeadingDimensions: true, activation: .relu), [data, weights, bias], constants: [1, 2])
        #expect(result.shape == [2, 3, 67])
        let (x, w) = (data.doubles, weights.doubles)
        var expected: [Float] = []
        for row in 0..<6 {
            for (channel, start) in bias.doubles.enumerated() {
                var sum = start
                for depth in 0..<70 { sum += x[row * 70 + depth] * w[channel * 70 + depth] }
                expected.append(Float(max(0, sum)))
            }
        }
        #expect(isClose(result, expected))
        #expect(
            try computeOne(FullyConnected(keepsLeadingDimensions: false), [data, weights, nil], constants: [1]).shape
                == [6, 67])
    }

    @Test("products of integers are exact, with one zero point or one for each row and column")
    func integers() throws {
        let a = try Tensor(.uint8, [2, 2], [UInt8(11), 7, 255, 0])
        let b = try Tensor(.uint8, [2, 2], [UInt8(1), 4, 2, 5])
        #expect(try computeOne(IntegerMatMul(), [a, b]).integers == [25, 79, 255, 1020])
        let shifted = try computeOne(
            IntegerMatMul(), [a, b, try Tensor(.uint8, [], [UInt8(10)]), try Tensor(.uint8, [], [UInt8(2)])])
        #expect(shifted.integers == [-1, -7, -245, 460])
        let rows = try computeOne(
            IntegerMatMul(), [a, b, try Tensor(.uint8, [2], [UInt8(10), 0]), try Tensor(.uint8, [2], [UInt8(0), 4])])
        #expect(rows.integers == [-5, -3, 255, 0])
    }

    @Test("TFLite's quantize rounds to its scale, and dequantize goes back")
    func quantize() throws {
        let quantization = Quantization(scale: 0.5, zeroPoint: -3)
        let result = try computeOne(
            Quantize(), [try floats([5], [0, 1.1, -1.1, 100, -100])],
            declared: .init(element: .int8, quantization: quantization),
            convention: .tflite)
        #expect(result.integers == [-3, -1, -5, 127, -128])
        #expect(try computeOne(Dequantize(), [result], convention: .tflite).floats == [0, 1, -1, 65, -62.5])
        #expect(
            try computeOne(Dequantize(), [try Tensor(.float16, [1], [UInt16(0x3c00)])], convention: .tflite).floats == [
                1
            ])
        let other = Quantization(scale: 1, zeroPoint: 0)
        let requantized = try computeOne(
            Quantize(), [result], declared: .init(element: .int8, quantization: other), convention: .tflite)
        #expect(requantized.integers == [0, 1, -1, 65, -62] || requantized.integers == [0, 1, -1, 65, -63])
    }
}
