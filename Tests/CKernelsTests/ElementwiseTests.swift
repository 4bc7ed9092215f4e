import CKernels
import Foundation
import Testing

@Suite("Elementwise functions of one operand")
struct UnaryTests {
    private static let functions: [(arete_unary_operation, @Sendable (Double) -> Double)] = [
        (ARETE_UNARY_ABS, { abs($0) }), (ARETE_UNARY_NEG, { -$0 }), (ARETE_UNARY_SQUARE, { $0 * $0 }),
        (ARETE_UNARY_SIGN, { $0 > 0 ? 1 : $0 < 0 ? -1 : $0 }),
        (ARETE_UNARY_RELU, { $0 < 0 ? 0 : $0 }), (ARETE_UNARY_RELU6, { $0 < 0 ? 0 : $0 > 6 ? 6 : $0 }),
        (ARETE_UNARY_RELU_N1, { $0 < -1 ? -1 : $0 > 1 ? 1 : $0 }),
        (ARETE_UNARY_CEIL, { $0.rounded(.up) }), (ARETE_UNARY_FLOOR, { $0.rounded(.down) }),
        (ARETE_UNARY_ROUND, { $0.rounded(.toNearestOrEven) }),
        (ARETE_UNARY_SQRT, { $0.squareRoot() }), (ARETE_UNARY_RSQRT, { 1 / $0.squareRoot() }),
        (ARETE_UNARY_RECIPROCAL, { 1 / $0 }), (ARETE_UNARY_EXP, exp), (ARETE_UNARY_LOG, log),
        (ARETE_UNARY_SIN, sin), (ARETE_UNARY_COS, cos), (ARETE_UNARY_TAN, tan), (ARETE_UNARY_ASIN, asin),
        (ARETE_UNARY_ACOS, acos), (ARETE_UNARY_ATAN, atan), (ARETE_UNARY_SINH, sinh), (ARETE_UNARY_COSH, cosh),
        (ARETE_UNARY_TANH, tanh), (ARETE_UNARY_ASINH, asinh), (ARETE_UNARY_ACOSH, acosh),
        (ARETE_UNARY_ATANH, atanh), (ARETE_UNARY_ERF, erf), (ARETE_UNARY_SIGMOID, { 1 / (1 + exp(-$0)) }),
        (ARETE_UNARY_SOFTPLUS, { max($0, 0) + log1p(exp(-abs($0))) }), (ARETE_UNARY_SOFTSIGN, { $0 / (1 + abs($0)) }),
        (ARETE_UNARY_MISH, { $0 * tanh(log(1 + exp($0))) }),
        (ARETE_UNARY_GELU, { 0.5 * $0 * (1 + erf($0 / 2.0.squareRoot())) }),
        (
            ARETE_UNARY_GELU_TANH,
            { 0.5 * $0 * (1 + tanh((2 / Double.pi).squareRoot() * ($0 + 0.044715 * $0 * $0 * $0))) }
        ),
        (ARETE_UNARY_HARD_SWISH, { $0 * min(max($0 + 3, 0), 6) / 6 }),
        (ARETE_UNARY_HARD_SWISH_ONNX, { $0 * min(max($0 / 6 + 0.5, 0), 1) }),
    ]

    @Test("each float function agrees with its definition, in ranges and in place")
    func floatFunctions() throws {
        var draw = Draw(seed: 11)
        let values = draw.floats(61) + [0, -0.0, 0.5, 1.5, 2.5, -0.5, 1, -1, 3e9, -3e9]
        for (operation, reference) in Self.functions {
            let function = try #require(arete_unary(operation, ARETE_FLOAT32))
            var result = [Float](repeating: 7, count: values.count)
            for cut in draw.cuts(values.count) { function(values, &result, cut.lowerBound, cut.upperBound) }
            let expected = values.map { Float(reference(Double($0))) }
            #expect(near(result, expected), "operation \(operation.rawValue), seed \(draw.seed)")
            var inPlace = values
            inPlace.withUnsafeMutableBytes { function($0.baseAddress, $0.baseAddress, 0, values.count) }
            #expect(inPlace.map(\.bitPattern) == result.map(\.bitPattern), "operation \(operation.rawValue)")
            let wide = try #require(arete_unary(operation, ARETE_FLOAT64))
            var doubles = [Double](repeating: 0, count: values.count)
            wide(values.map(Double.init), &doubles, 0, values.count)
            #expect(near(doubles, values.map { reference(Double($0)) }, relative: 1e-12, absolute: 1e-12))
        }
    }

    @Test("exponential functions stay within three units in the last place and end where they should")
    func exponentials() throws {
        let functions: [(arete_unary_operation, (Double) -> Double)] = [
            (ARETE_UNARY_EXP, exp), (ARETE_UNARY_TANH, tanh), (ARETE_UNARY_ERF, erf),
            (ARETE_UNARY_SIGMOID, { 1 / (1 + exp(-$0)) }),
        ]
        var draw = Draw(seed: 13)
        let values = draw.floats(3000, in: -87...88) + draw.floats(3000, in: -2...2)
        for (operation, reference) in functions {
            let function = try found(arete_unary(operation, ARETE_FLOAT32))
            var result = [Float](repeating: 0, count: values.count)
            function(values, &result, 0, values.count)
            let worst =
                zip(values, result).map { value, result in
                    let exact = reference(Double(value))
                    return abs(Double(result) - exact) / Double(Float(exact).ulp)
                }.max() ?? 0
            #expect(worst < 3, "operation \(operation.rawValue), seed \(draw.seed)")
            var ends: [Float] = [0, 0, 0, 0]
            function([Float.nan, -.infinity, .infinity, -200], &ends, 0, 4)
            #expect(ends[0].isNaN)
            #expect(ends[1] == Float(reference(-.infinity)))
            #expect(ends[2] == Float(reference(.infinity)))
            #expect(ends[3] == Float(reference(-200)))
        }
    }

    @Test("NaN passes through sign, ReLU and the clamps")
    func nanPasses() throws {
        for operation in [ARETE_UNARY_SIGN, ARETE_UNARY_RELU, ARETE_UNARY_RELU6, ARETE_UNARY_ROUND] {
            var result: [Float] = [0]
            try found(arete_unary(operation, ARETE_FLOAT32))([Float.nan], &result, 0, 1)
            #expect(result[0].isNaN)
        }
    }

    @Test("integer functions wrap at the ends of the range")
    func integerFunctions() throws {
        let values: [Int8] = [-128, -127, -1, 0, 1, 7, 127]
        func computed(_ operation: arete_unary_operation) throws -> [Int8] {
            var result = [Int8](repeating: 99, count: values.count)
            try found(arete_unary(operation, ARETE_INT8))(values, &result, 0, values.count)
            return result
        }
        #expect(try computed(ARETE_UNARY_ABS) == [-128, 127, 1, 0, 1, 7, 127])
        #expect(try computed(ARETE_UNARY_NEG) == [-128, 127, 1, 0, -1, -7, -127])
        #expect(try computed(ARETE_UNARY_SIGN) == [-1, -1, -1, 0, 1, 1, 1])
        #expect(try computed(ARETE_UNARY_RELU6) == [0, 0, 0, 0, 1, 6, 6])
        #expect(try computed(ARETE_UNARY_SQUARE) == values.map { $0 &* $0 })
        #expect(try computed(ARETE_UNARY_BITWISE_NOT) == values.map { ~$0 })
    }

    @Test("an operation without meaning for a type has no function")
    func unsupported() {
        #expect(arete_unary(ARETE_UNARY_EXP, ARETE_INT32) == nil)
        #expect(arete_unary(ARETE_UNARY_NOT, ARETE_FLOAT32) == nil)
        #expect(arete_unary(ARETE_UNARY_NEG, ARETE_UINT8) == nil)
        #expect(arete_unary(ARETE_UNARY_ABS, arete_element_type(rawValue: 99)) == nil)
        #expect(arete_unary(arete_unary_operation(rawValue: 999), ARETE_FLOAT32) == nil)
        #expect(arete_binary(ARETE_BINARY_AND, ARETE_FLOAT32) == nil)
        #expect(arete_parametric(ARETE_PARAMETRIC_ELU, ARETE_INT8) == nil)
    }

    @Test("functions with constants agree with their definitions")
    func parametric() throws {
        let a = 0.75
        let b = 0.25
        let functions: [(arete_parametric_operation, (Double) -> Double)] = [
            (ARETE_PARAMETRIC_LEAKY_RELU, { $0 < 0 ? a * $0 : $0 }),
            (ARETE_PARAMETRIC_ELU, { $0 < 0 ? a * (exp($0) - 1) : $0 }),
            (ARETE_PARAMETRIC_SELU, { b * ($0 < 0 ? a * (exp($0) - 1) : $0) }),
            (ARETE_PARAMETRIC_CELU, { max($0, 0) + min(0, a * (exp($0 / a) - 1)) }),
            (ARETE_PARAMETRIC_THRESHOLDED_RELU, { $0 > a ? $0 : 0 }),
            (ARETE_PARAMETRIC_HARD_SIGMOID, { min(max(a * $0 + b, 0), 1) }),
            (ARETE_PARAMETRIC_SHRINK, { $0 < -a ? $0 + b : $0 > a ? $0 - b : 0 }),
            (ARETE_PARAMETRIC_POW, { pow($0, a) }), (ARETE_PARAMETRIC_SWISH, { $0 / (1 + exp(-a * $0)) }),
            (ARETE_PARAMETRIC_AFFINE, { a * $0 + b }), (ARETE_PARAMETRIC_SCALED_TANH, { a * tanh(b * $0) }),
            (ARETE_PARAMETRIC_CLIP, { min(max($0, a), b) }),
        ]
        var draw = Draw(seed: 12)
        let values = draw.floats(50)
        var constants = arete_parameters(a: a, b: b)
        for (operation, reference) in functions {
            var result = [Float](repeating: 0, count: values.count)
            try found(arete_parametric(operation, ARETE_FLOAT32))(values, &result, 0, values.count, &constants)
            #expect(near(result, values.map { Float(reference(Double($0))) }), "operation \(operation.rawValue)")
        }
    }

    @Test("clipping takes absent bounds and the upper bound when they cross")
    func clip() throws {
        let function = try #require(arete_clip(ARETE_INT64))
        let values: [Int64] = [.min, -5, 0, 5, .max]
        var low: Int64 = -3
        var high: Int64 = 4
        var result = [Int64](repeating: 0, count: 5)
        function(values, &result, 0, 5, &low, nil)
        #expect(result == [-3, -3, 0, 5, .max])
        function(values, &result, 0, 5, nil, &high)
        #expect(result == [.min, -5, 0, 4, 4])
        low = 9
        function(values, &result, 0, 5, &low, &high)
        #expect(result == [4, 4, 4, 4, 4])
    }
}

@Suite("Elementwise functions of two operands")
struct BinaryTests {
    /// The result of an operation on dense tensors, computed in ranges.
    private static func broadcast<T: BitwiseCopyable, R: BitwiseCopyable>(
        _ operation: arete_binary_operation, _ type: arete_element_type, _ a: [T], _ aShape: [Int], _ b: [T],
        _ bShape: [Int], into shape: [Int], cuts: [Range<Int>], zero: R
    ) throws -> [R] {
        let row = try #require(arete_binary(operation, type))
        var nest = arete_nest()
        let ok = shape.withUnsafeBufferPointer { s in
            aShape.withUnsafeBufferPointer { x in
                bShape.withUnsafeBufferPointer { y in
                    let shapes = [s, x, y].map { UnsafeRawPointer($0.baseAddress)?.assumingMemoryBound(to: Int.self) }
                    return arete_nest_broadcast(
                        &nest, shape.count, shape, 3, [shape.count, aShape.count, bShape.count], shapes,
                        [MemoryLayout<R>.size, MemoryLayout<T>.size, MemoryLayout<T>.size])
                }
            }
        }
        try #require(ok)
        arete_nest_simplify(&nest)
        var result = [R](repeating: zero, count: shape.reduce(1, *))
        #expect(arete_nest_count(&nest) == result.count)
        for cut in cuts { arete_binary_broadcast(row, &nest, &result, a, b, cut.lowerBound, cut.upperBound) }
        return result
    }

    @Test("operands broadcast as NumPy does, and ranges join without a seam")
    func broadcasting() throws {
        var draw = Draw(seed: 21)
        let cases: [([Int], [Int], [Int])] = [
            ([5, 7], [5, 7], [5, 7]), ([4, 1, 6], [7, 1], [4, 7, 6]), ([1], [3, 4], [3, 4]), ([3, 4], [4], [3, 4]),
            ([2, 3, 1, 5], [4, 1], [2, 3, 4, 5]),
            ([2, 1, 2, 1, 2, 1, 2, 1], [1, 3, 1, 2, 1, 2, 1, 3], [2, 3, 2, 2, 2, 2, 2, 3]),
            ([0, 3], [3], [0, 3]),
        ]
        for (aShape, bShape, shape) in cases {
            let a = draw.floats(aShape.reduce(1, *))
            let b = draw.floats(bShape.reduce(1, *))
            let count = shape.reduce(1, *)
            let result = try Self.broadcast(
                ARETE_BINARY_SUB, ARETE_FLOAT32, a, aShape, b, bShape, into: shape, cuts: draw.cuts(count),
                zero: Float(0))
            let expected = (0..<count).map { flat -> Float in
                let c = coordinates(flat, in: shape)
                return a[position(c, in: aShape)] - b[position(c, in: bShape)]
            }
            #expect(result == expected, "\(aShape) \(bShape), seed \(draw.seed)")
            let less = try Self.broadcast(
                ARETE_BINARY_LESS, ARETE_FLOAT32, a, aShape, b, bShape, into: shape, cuts: draw.cuts(count),
                zero: UInt8(9))
            #expect(less == expected.map { $0 < 0 ? 1 : 0 }, "\(aShape) \(bShape), seed \(draw.seed)")
        }
    }

    @Test("a shape that does not broadcast is refused")
    func refused() {
        var nest = arete_nest()
        let shape = [2, 3]
        let other = [2]
        shape.withUnsafeBufferPointer { s in
            other.withUnsafeBufferPointer { o in
                #expect(!arete_nest_broadcast(&nest, 2, shape, 2, [2, 1], [s.baseAddress, o.baseAddress], [4, 4]))
                #expect(!arete_nest_broadcast(&nest, 1, other, 2, [1, 2], [o.baseAddress, s.baseAddress], [4, 4]))
            }
        }
    }

    private static func integers(_ operation: arete_binary_operation, _ a: [Int32], _ b: [Int32]) throws -> [Int32] {
        var result = [Int32](repeating: 0, count: a.count)
        try found(arete_binary(operation, ARETE_INT32))(a, 4, b, 4, &result, a.count)
        return result
    }

    @Test("integer division truncates or floors, survives zero and the smallest value")
    func division() throws {
        let a: [Int32] = [7, -7, 7, -7, 6, -6, .min, 5, .min, 0]
        let b: [Int32] = [2, 2, -2, -2, 3, -3, -1, 0, 0, 0]
        #expect(try Self.integers(ARETE_BINARY_DIV, a, b) == [3, -3, -3, 3, 2, 2, .min, 0, 0, 0])
        #expect(try Self.integers(ARETE_BINARY_FLOOR_DIV, a, b) == [3, -4, -4, 3, 2, 2, .min, 0, 0, 0])
        #expect(try Self.integers(ARETE_BINARY_FLOOR_MOD, a, b) == [1, 1, -1, -1, 0, 0, 0, 0, 0, 0])
        #expect(try Self.integers(ARETE_BINARY_TRUNC_MOD, a, b) == [1, -1, 1, -1, 0, 0, 0, 0, 0, 0])
    }

    @Test("integer sums and products wrap, powers and shifts have defined ends")
    func wrapping() throws {
        let a: [Int32] = [.max, .min, 100_000, -3, 2, -1, 0, 2]
        let b: [Int32] = [1, -1, 100_000, 3, -1, -3, -1, 40]
        #expect(try Self.integers(ARETE_BINARY_ADD, a, b) == zip(a, b).map { $0 &+ $1 })
        #expect(try Self.integers(ARETE_BINARY_MUL, a, b) == zip(a, b).map { $0 &* $1 })
        #expect(
            try Self.integers(ARETE_BINARY_POW, [-3, 2, -1, 0, 7, 2], [3, -1, -3, -1, 0, 40]) == [-27, 0, -1, 0, 1, 0])
        #expect(try Self.integers(ARETE_BINARY_SHIFT_LEFT, [1, 3, 1], [4, 31, 32]) == [16, .min, 0])
        #expect(try Self.integers(ARETE_BINARY_SHIFT_RIGHT, [-16, 16, -1, 5], [2, 2, 40, 32]) == [-4, 4, -1, 0])
    }

    @Test("extrema keep NaN, and float remainders have the sign that is asked for")
    func floatCorners() throws {
        func floats(_ operation: arete_binary_operation, _ a: [Float], _ b: [Float]) throws -> [Float] {
            var result = [Float](repeating: 0, count: a.count)
            try found(arete_binary(operation, ARETE_FLOAT32))(a, 4, b, 4, &result, a.count)
            return result
        }
        #expect(try floats(ARETE_BINARY_MAX, [.nan, 1], [1, .nan]).allSatisfy(\.isNaN))
        #expect(try floats(ARETE_BINARY_MIN, [.nan, 1], [1, .nan]).allSatisfy(\.isNaN))
        #expect(try floats(ARETE_BINARY_FLOOR_MOD, [5.5, -5.5, 5.5, -5.5], [2, 2, -2, -2]) == [1.5, 0.5, -0.5, -1.5])
        #expect(try floats(ARETE_BINARY_TRUNC_MOD, [5.5, -5.5, 5.5, -5.5], [2, 2, -2, -2]) == [1.5, -1.5, 1.5, -1.5])
        #expect(try floats(ARETE_BINARY_PRELU, [-2, 2], [0.5, 0.5]) == [-1, 2])
    }

    @Test("a condition chooses between broadcast operands of every element size")
    func selection() {
        var nest = arete_nest()
        arete_nest_begin(&nest, 4)
        #expect(arete_nest_append(&nest, 2, [6, 0, 2, 0]))
        #expect(arete_nest_append(&nest, 3, [2, 1, 0, 2]))
        let condition: [UInt8] = [1, 0, 1]
        var result = [Int16](repeating: 0, count: 6)
        arete_where(2, &nest, &result, condition, [Int16(10), 20], [Int16(-1), -2, -3], 0, 4)
        arete_where(2, &nest, &result, condition, [Int16(10), 20], [Int16(-1), -2, -3], 4, 6)
        #expect(result == [10, -2, 10, 20, -2, 20])
    }
}

@Suite("Conversion between element types")
struct CastTests {
    private static func cast<A: BitwiseCopyable, B: BitwiseCopyable>(
        _ from: arete_element_type, _ to: arete_element_type, _ x: [A], _ zero: B
    ) throws
        -> [B]
    {
        var y = [B](repeating: zero, count: x.count)
        try found(arete_cast(from, to))(x, &y, 0, x.count)
        return y
    }

    @Test("every half becomes the float that it means and comes back")
    func halves() throws {
        let bits = (0...UInt16.max).map { $0 }
        let floats = try Self.cast(ARETE_FLOAT16, ARETE_FLOAT32, bits, Float(0))
        #expect(zip(bits, floats).allSatisfy { near(Float(Float16(bitPattern: $0)), $1, relative: 0, absolute: 0) })
        let back = try Self.cast(ARETE_FLOAT32, ARETE_FLOAT16, floats, UInt16(0))
        #expect(
            zip(bits, back).allSatisfy { $0 == $1 || (Float16(bitPattern: $0).isNaN && Float16(bitPattern: $1).isNaN) })
    }

    @Test("floats and doubles round to the nearest half, ties to even")
    func rounding() throws {
        var draw = Draw(seed: 31)
        let halves = (0..<2000).map { _ in Float16(bitPattern: UInt16.random(in: 0..<0x7bff, using: &draw)) }
        let ties = halves.map { (Double($0) + Double($0.nextUp)) / 2 }
        let doubles = ties + ties.map(\.nextUp) + ties.map(\.nextDown) + [65519.99, 65520, -70000, 1e300, -1e-300]
        let fromDoubles = try Self.cast(ARETE_FLOAT64, ARETE_FLOAT16, doubles, UInt16(0))
        #expect(fromDoubles == doubles.map { Float16($0).bitPattern }, "seed \(draw.seed)")
        let floats = doubles.map { Float($0) }
        let fromFloats = try Self.cast(ARETE_FLOAT32, ARETE_FLOAT16, floats, UInt16(0))
        #expect(fromFloats == floats.map { Float16($0).bitPattern }, "seed \(draw.seed)")
        let brain = try Self.cast(
            ARETE_FLOAT32, ARETE_BFLOAT16, [Float(1), 1.00390625, 1.01171875, .infinity], UInt16(0))
        #expect(brain == [0x3f80, 0x3f80, 0x3f82, 0x7f80])
    }

    @Test("floats become integers by truncation and stop at the range's ends")
    func truncation() throws {
        let x: [Float] = [1.9, -1.9, 3e9, -3e9, .nan, .infinity]
        #expect(try Self.cast(ARETE_FLOAT32, ARETE_INT32, x, Int32(0)) == [1, -1, .max, .min, 0, .max])
        #expect(
            try Self.cast(ARETE_FLOAT32, ARETE_INT64, x, Int64(0)) == [1, -1, 3_000_000_000, -3_000_000_000, 0, .max])
        #expect(try Self.cast(ARETE_FLOAT32, ARETE_UINT8, [Float(200.7), -1, 256], UInt8(0)) == [200, 255, 0])
        #expect(try Self.cast(ARETE_FLOAT32, ARETE_BOOL, [Float(0), -0.0, 0.1, .nan], UInt8(9)) == [0, 0, 1, 1])
    }

    @Test("integers wrap, 4-bit integers keep their low bits")
    func integers() throws {
        #expect(try Self.cast(ARETE_INT32, ARETE_INT8, [Int32(300), -129, 127], Int8(0)) == [44, 127, 127])
        #expect(try Self.cast(ARETE_INT64, ARETE_UINT32, [Int64(-1), 5], UInt32(0)) == [.max, 5])
        #expect(try Self.cast(ARETE_INT8, ARETE_INT4, [Int8(7), 8, -8, -9], Int8(0)) == [7, -8, -8, 7])
        #expect(try Self.cast(ARETE_FLOAT32, ARETE_UINT4, [Float(15.5), 16], UInt8(9)) == [15, 0])
        #expect(try Self.cast(ARETE_BOOL, ARETE_FLOAT64, [UInt8(1), 0], 9.0) == [1, 0])
    }

    @Test("every pair of types has a conversion")
    func pairs() {
        for from in 0...UInt32(14) {
            for to in 0...UInt32(14) {
                #expect(arete_cast(arete_element_type(rawValue: from), arete_element_type(rawValue: to)) != nil)
            }
        }
        #expect(arete_cast(arete_element_type(rawValue: 15), ARETE_BOOL) == nil)
    }
}
