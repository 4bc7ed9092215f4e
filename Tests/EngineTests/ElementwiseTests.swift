// Functions of one and of two elements, selection, casts and variables.
import Graphs
import Tensors
import Testing

#if canImport(Glibc)
    import Glibc
#endif

@testable import Engine

@Suite struct ElementwiseTests {
    private static let unary: [(Unary.Function, @Sendable (Double) -> Double)] = [
        (.identity, { $0 }), (.abs, { abs($0) }), (.negate, { -$0 }), (.sign, { $0 > 0 ? 1 : $0 < 0 ? -1 : 0 }),
        (.square, { $0 * $0 }),
        (.sqrt, { sqrt($0) }), (.rsqrt, { 1 / sqrt($0) }), (.reciprocal, { 1 / $0 }), (.ceil, { ceil($0) }),
        (.floor, { floor($0) }),
        (.round, { $0.rounded(.toNearestOrEven) }), (.exp, { exp($0) }), (.log, { log($0) }), (.sin, { sin($0) }),
        (.cos, { cos($0) }),
        (.tan, { tan($0) }), (.asin, { asin($0) }), (.acos, { acos($0) }), (.atan, { atan($0) }), (.sinh, { sinh($0) }),
        (.cosh, { cosh($0) }), (.tanh, { tanh($0) }), (.asinh, { asinh($0) }), (.acosh, { acosh($0) }),
        (.atanh, { atanh($0) }),
        (.erf, { erf($0) }), (.sigmoid, { 1 / (1 + exp(-$0)) }), (.relu, { max($0, 0) }),
        (.relu6, { min(max($0, 0), 6) }),
        (.reluN1To1, { min(max($0, -1), 1) }), (.softplus, { log(1 + exp($0)) }), (.softsign, { $0 / (1 + abs($0)) }),
        (.mish, { $0 * tanh(log(1 + exp($0))) }), (.hardSwish, { $0 * min(max($0 + 3, 0), 6) / 6 }),
        (.clip(low: -0.5, high: 0.25), { min(max($0, -0.5), 0.25) }),
        (.leakyRelu(alpha: 0.5), { $0 < 0 ? 0.5 * $0 : $0 }),
        (.elu(alpha: 2), { $0 < 0 ? 2 * (exp($0) - 1) : $0 }),
        (.selu(alpha: 2, gamma: 3), { 3 * ($0 < 0 ? 2 * (exp($0) - 1) : $0) }),
        (.celu(alpha: 2), { $0 < 0 ? 2 * (exp($0 / 2) - 1) : $0 }), (.thresholdedRelu(alpha: 1), { $0 > 1 ? $0 : 0 }),
        (.hardSigmoid(alpha: 0.5, beta: 0.25), { min(max(0.5 * $0 + 0.25, 0), 1) }),
        (.gelu(approximate: false), { 0.5 * $0 * (1 + erf($0 / sqrt(2))) }),
        (.gelu(approximate: true), { 0.5 * $0 * (1 + tanh(sqrt(2 / .pi) * ($0 + 0.044715 * $0 * $0 * $0))) }),
        (.shrink(lambda: 0.5, bias: 0.25), { $0 < -0.5 ? $0 + 0.25 : $0 > 0.5 ? $0 - 0.25 : 0 }),
        (.swish(alpha: 2), { $0 / (1 + exp(-2 * $0)) }),
    ]

    @Test("every function of one element gives what the mathematics library gives", arguments: 0..<45)
    func unary(index: Int) throws {
        let (function, expected) = Self.unary[index]
        let values: [Float] = [-7, -2.5, -1, -0.75, -0.5, 0, 0.25, 0.5, 1, 1.5, 2.5, 6.5]
        let result = try computeOne(Unary(function), [try floats([12], values)])
        #expect(isClose(result, values.map { Float(expected(Double($0))) }))
    }

    @Test("functions of truths, bits and kinds of numbers")
    func unaryLogic() throws {
        #expect(try computeOne(Unary(.logicalNot), [try booleans([2], [true, false])]).integers == [0, 1])
        #expect(try computeOne(Unary(.bitwiseNot), [try ints([0, 5])]).integers == [-1, -6])
        let odd = try floats([4], [.nan, .infinity, -.infinity, 1])
        #expect(try computeOne(Unary(.isNaN), [odd]).integers == [1, 0, 0, 0])
        #expect(try computeOne(Unary(.isInfinite(positive: true, negative: true)), [odd]).integers == [0, 1, 1, 0])
        #expect(try computeOne(Unary(.isInfinite(positive: true, negative: false)), [odd]).integers == [0, 1, 0, 0])
        #expect(try computeOne(Unary(.isInfinite(positive: false, negative: true)), [odd]).integers == [0, 0, 1, 0])
        #expect(try computeOne(Unary(.isInfinite(positive: false, negative: false)), [odd]).integers == [0, 0, 0, 0])
        #expect(try computeOne(Unary(.abs), [try floats([0, 3], [])]).shape == [0, 3])
    }

    private static let binary: [(Binary.Function, @Sendable (Double, Double) -> Double)] = [
        (.add, { $0 + $1 }), (.subtract, { $0 - $1 }), (.multiply, { $0 * $1 }), (.divide, { $0 / $1 }),
        (.power, { pow($0, $1) }),
        (.floorDivide, { floor($0 / $1) }), (.floorModulo, { $0 - floor($0 / $1) * $1 }),
        (.truncatedModulo, { fmod($0, $1) }),
        (.maximum, { max($0, $1) }), (.minimum, { min($0, $1) }), (.prelu, { $0 < 0 ? $0 * $1 : $0 }),
        (.squaredDifference, { ($0 - $1) * ($0 - $1) }), (.arcTangent2, { atan2($0, $1) }),
        (.equal, { $0 == $1 ? 1 : 0 }),
        (.notEqual, { $0 != $1 ? 1 : 0 }), (.less, { $0 < $1 ? 1 : 0 }), (.lessOrEqual, { $0 <= $1 ? 1 : 0 }),
        (.greater, { $0 > $1 ? 1 : 0 }), (.greaterOrEqual, { $0 >= $1 ? 1 : 0 }),
    ]

    @Test("every function of two elements broadcasts and gives what Swift gives", arguments: 0..<19)
    func binary(index: Int) throws {
        let (function, expected) = Self.binary[index]
        let (a, b): ([Float], [Float]) = ([-3, -1.5, 2, 4], [0.5, 2, -1])
        let result = try computeOne(Binary(function), [try floats([4, 1], a), try floats([3], b)])
        #expect(result.shape == [4, 3])
        #expect(isClose(result, a.flatMap { left in b.map { Float(expected(Double(left), Double($0))) } }))
    }

    @Test("functions of integers and truths")
    func binaryIntegers() throws {
        let (a, b) = (try ints([7, -7, 6, 5]), try ints([2, 2, 0, -3]))
        let expected: [(Binary.Function, [Int64])] = [
            (.divide, [3, -3, 0, -1]), (.floorDivide, [3, -4, 0, -2]), (.floorModulo, [1, 1, 0, -1]),
            (.truncatedModulo, [1, -1, 0, 2]),
            (.bitwiseAnd, [2, 0, 0, 5]), (.bitwiseOr, [7, -5, 6, -3]), (.bitwiseXor, [5, -5, 6, -8]),
        ]
        for (function, values) in expected { #expect(try computeOne(Binary(function), [a, b]).integers == values) }
        let (p, q) = (try booleans([4], [true, true, false, false]), try booleans([4], [true, false, true, false]))
        #expect(try computeOne(Binary(.logicalAnd), [p, q]).integers == [1, 0, 0, 0])
        #expect(try computeOne(Binary(.logicalOr), [p, q]).integers == [1, 1, 1, 0])
        #expect(try computeOne(Binary(.logicalXor), [p, q]).integers == [0, 1, 1, 0])
        let bits = try Tensor(.uint8, [2], [UInt8(0x81), 4])
        let amounts = try Tensor(.uint8, [2], [UInt8(1), 2])
        #expect(try computeOne(Binary(.shiftLeft), [bits, amounts]).integers == [2, 16])
        #expect(try computeOne(Binary(.shiftRight), [bits, amounts]).integers == [0x40, 1])
        #expect(try computeOne(Binary(.power), [try floats([2], [2, 3]), try longs([2], [3, 2])]).floats == [8, 9])
        let clamped = try computeOne(
            Binary(.add, activation: .relu6), [try floats([2], [5, -5]), try floats([2], [3, 3])])
        #expect(clamped.floats == [6, 0])
    }

    @Test("selection broadcasts all three of its inputs")
    func select() throws {
        let condition = try booleans([2, 1], [true, false])
        #expect(
            try computeOne(Select(), [condition, try floats([2], [1, 2]), try floats([], [9])]).floats == [1, 2, 9, 9])
    }

    @Test("casts truncate, wrap and tell truths")
    func cast() throws {
        let data = try floats([4], [-1.9, 0, 2.9, 300])
        #expect(try computeOne(Cast(to: .int32), [data]).integers == [-1, 0, 2, 300])
        #expect(try computeOne(Cast(to: .bool), [data]).integers == [1, 0, 1, 1])
        #expect(
            try computeOne(Cast(to: .float16), [data]).doubles == [
                Double(Float(float16Bits: 0xbf9a)), 0, Double(Float(float16Bits: 0x41cd)), 300,
            ])
        #expect(try computeOne(CastLike(), [data, try longs([0])]).element == .int64)
    }

    @Test("a variable keeps what a run assigned until the state is reset")
    func variables() throws {
        var graph = Graph(name: "counter", convention: .tflite)
        let initial = try floats([2], [10, 20])
        let type = initial.type
        graph.variables = [Variable(value: graph.add(Value(name: "state", type: type)), initial: initial)]
        let input = graph.add(Value(name: "step", type: type))
        graph.inputs = [Input(value: input, dimensions: [.fixed(2)])]
        func node(_ op: any Operator, _ inputs: [ValueID?], outputs: Int) -> [ValueID] {
            graph.append(
                op, inputs, outputs: (0..<outputs).map { Value(name: "\(op.name) \($0)") },
                origin: Node.Origin(index: graph.nodes.count, operatorName: op.name))
        }
        let before = node(ReadVariable(variable: 0, type: type), [], outputs: 1)
        let after = node(Binary(.add), [before[0], input], outputs: 1)
        _ = node(AssignVariable(variable: 0, type: type), [after[0]], outputs: 0)
        graph.outputs = before + after
        let session = try Session(try Executable(graph, options: Options()))
        try session.setInput(0, to: try floats([2], [1, 2]))
        for turn in 0..<3 {
            try session.run()
            #expect(try session.output(0).floats == [10 + Float(turn), 20 + 2 * Float(turn)])
            #expect(try session.output(1).floats == [11 + Float(turn), 22 + 2 * Float(turn)])
        }
        session.reset()
        try session.run()
        #expect(try session.output(0).floats == [10, 20])
    }
}
