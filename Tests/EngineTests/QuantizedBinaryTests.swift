// Quantized functions of two operands give the same results however one of them is broadcast.
import Graphs
import Tensors
import Testing

@testable import Engine

@Suite struct QuantizedBinaryTests {
    private func tensor(_ shape: Shape, _ scale: Float, _ zeroPoint: Int32, _ value: (Int) -> Int) throws -> Tensor {
        try Tensor(TensorType(.int8, shape, quantization: Quantization(scale: scale, zeroPoint: zeroPoint))) { bytes in
            for index in bytes.indices { bytes[index] = UInt8(truncatingIfNeeded: value(index)) }
        }
    }

    @Test(
        "an operand of few channels, or of one constant, gives what its full tensor gives",
        arguments: [QuantizedConvention.tflite, .onnx], [Binary.Function.add, .subtract, .multiply])
    func broadcasts(convention: QuantizedConvention, function: Binary.Function) throws {
        let declared = Arguments.Declared(element: .int8, quantization: Quantization(scale: 0.08, zeroPoint: -9))
        let (rows, channels) = (13 * 17, 21)
        let shape: Shape = [1, 13, 17, 21]
        let a = try tensor(shape, 0.05, -128) { $0 &* 73 }
        let short = try tensor([1, 1, 1, 21], 0.03, 5) { $0 &* 11 }
        let full = try tensor(shape, 0.03, 5) { ($0 % channels) &* 11 }
        let one = try tensor([1], 0.03, 5) { _ in 77 }
        let ones = try tensor(shape, 0.03, 5) { _ in 77 }
        #expect(a.elementCount == rows * channels)
        let cases: [(Tensor, Tensor, Set<Int>)] = [(short, full, []), (one, ones, [1]), (one, ones, [])]
        for (narrow, wide, constants) in cases {
            for isSwapped in [false, true] {
                let inputs = isSwapped ? [narrow, a] : [a, narrow]
                let known = isSwapped ? Set(constants.map { 1 - $0 }) : constants
                let result = try computeOne(
                    Binary(function), inputs, constants: known, declared: declared, convention: convention)
                let expected = try computeOne(
                    Binary(function), isSwapped ? [wide, a] : [a, wide], declared: declared, convention: convention)
                #expect(
                    result.withUnsafeBytes(Array.init) == expected.withUnsafeBytes(Array.init),
                    "\(constants) swapped: \(isSwapped)")
            }
        }
    }

    @Test("an operand broadcast in the middle gives what its full tensor gives", arguments: [true, false])
    func broadcastsShortRows(isConstant: Bool) throws {
        let declared = Arguments.Declared(element: .int8, quantization: Quantization(scale: 0.08, zeroPoint: -9))
        let a = try tensor([1, 7, 9, 3, 2], 0.05, -128) { $0 &* 73 }
        let narrow = try tensor([7, 9, 1, 2], 0.03, 5) { $0 &* 11 }
        let wide = try tensor([1, 7, 9, 3, 2], 0.03, 5) { ($0 / 6 * 2 + $0 % 2) &* 11 }
        let result = try computeOne(
            Binary(.add), [a, narrow], constants: isConstant ? [1] : [], declared: declared, convention: .tflite)
        let expected = try computeOne(Binary(.add), [a, wide], declared: declared, convention: .tflite)
        #expect(result.withUnsafeBytes(Array.init) == expected.withUnsafeBytes(Array.init))
    }

    @Test("sums and requantizations of 16-bit numbers are those of real ones, rounded once", arguments: UInt64(1)...8)
    func words(seed: UInt64) throws {
        func word(_ index: Int, _ factor: Int) -> Int { Int(Int16(truncatingIfNeeded: index &* factor &* 40503)) }
        func form(_ step: UInt64) -> Quantization {
            Quantization(
                scale: Float(1 + (seed &* step) % 17) * 1e-4, zeroPoint: Int32((seed &* step &* 977) % 65536) - 32768)
        }
        let shape: Shape = [1, 7, 9, 5]
        func tensor(_ quantization: Quantization, _ factor: Int) throws -> Tensor {
            try Tensor(
                .int16, shape, (0..<shape.elementCount).map { Int16(word($0, factor)) }, quantization: quantization)
        }
        let (from, with, to) = (form(3), form(5), form(7))
        func expected(_ real: Double) -> Double {
            min(max((real / Double(to.scale)).rounded() + Double(to.zeroPoint), -32768), 32767)
        }
        func real(_ index: Int, _ factor: Int, _ form: Quantization) -> Double {
            Double(word(index, factor) - Int(form.zeroPoint)) * Double(form.scale)
        }
        let declared = Arguments.Declared(element: .int16, quantization: to)
        let (a, b) = (try tensor(from, 1), try tensor(with, 7))
        let sum = try computeOne(Binary(.add), [a, b], declared: declared)
        let scaled = try computeOne(Unary(.identity), [a], declared: declared)
        for index in 0..<shape.elementCount {
            let reals = (real(index, 1, from), real(index, 7, with))
            #expect(abs(Double(sum.integers[index]) - expected(reals.0 + reals.1)) <= 1, "seed \(seed)")
            #expect(abs(Double(scaled.integers[index]) - expected(reals.0)) <= 1, "seed \(seed)")
        }
        #expect(Set(sum.integers).count > 2 && Set(scaled.integers).count > 2)
        let graph = oneNode(Unary(.identity), [a], declared: [declared], convention: .onnx)
        #expect(try Executable(graph, options: Options()).program.steps.map(\.kind) == ["requantize int16"])
    }
}
