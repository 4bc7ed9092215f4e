// Folding, fusing and removing.
import Tensors
import Testing

@testable import Graphs

@Suite("Folding passes")
struct FoldingPassTests {
    @Test("a batch normalization goes into the weights and bias of the convolution before it")
    func batchNormalization() throws {
        var test = TestGraph()
        let x = test.input("x", TensorType(.float32, [1, 1, 2, 2]))
        let y = try test.add(
            convolution(), [x, try test.constant([2, 1, 1, 1], [3, 5]), try test.constant([2], [1, 2])])
        let statistics = try [[2, 4], [10, 20], [1, 1], [4, 16]].map { try test.constant([2], $0) }
        let z = try test.add(BatchNormalization(epsilon: 0, layout: .channelsFirst), [y] + statistics)
        test.graph.outputs = [z]
        test.graph.foldBatchNormalizations()
        try test.graph.expectConsistent()
        #expect(test.graph.operatorNames == ["Convolution"])
        let node = try test.graph.only(Convolution.self).node
        #expect(try test.graph.constant(node, 1).floats == [3, 5])
        #expect(try test.graph.constant(node, 2).floats == [10, 21])
    }

    @Test("a batch normalization stays where somebody else reads the convolution")
    func sharedBatchNormalization() throws {
        var test = TestGraph()
        let x = test.input("x", TensorType(.float32, [1, 1, 2, 2]))
        let y = try test.add(convolution(), [x, try test.constant([1, 1, 1, 1], [3])])
        let one = try test.constant([1], [1])
        let z = try test.add(BatchNormalization(epsilon: 0, layout: .channelsFirst), [y, one, one, one, one])
        test.graph.outputs = [z, y]
        test.graph.foldBatchNormalizations()
        #expect(test.graph.operatorNames == ["Convolution", "BatchNormalization"])
    }

    @Test(
        "a clamp goes into the operator before it",
        arguments: [
            (Unary.Function.relu, Activation.relu), (.relu6, .relu6), (.clip(low: 0, high: 6), .relu6),
            (.clip(low: -1, high: 2), .clip(-1, 2)),
        ])
    func activation(function: Unary.Function, activation: Activation) throws {
        var test = TestGraph()
        let x = test.input("x", TensorType(.float32, [2]))
        test.graph.outputs = [try test.add(Unary(function), [try test.add(Binary(.add), [x, x])])]
        test.graph.fuseActivations()
        try test.graph.expectConsistent()
        #expect(try test.graph.only(Binary.self).op.activation == activation)
        #expect(test.graph.operatorNames == ["Binary"])
    }

    @Test("other functions, and clamps of shared values, stay")
    func noActivation() throws {
        var test = TestGraph()
        let x = test.input("x", TensorType(.float32, [2]))
        let sum = try test.add(Binary(.add), [x, x])
        test.graph.outputs = [
            try test.add(Unary(.relu), [sum]), sum,
            try test.add(Unary(.sigmoid), [try test.add(Binary(.add), [x, x])]),
        ]
        test.graph.fuseActivations()
        #expect(test.graph.operatorNames == ["Binary", "Unary", "Binary", "Unary"])
    }

    @Test("x * sigmoid(x) and x * relu6(x + 3) / 6 become one function each, whatever the order of the operands")
    func functions() throws {
        for isTurned in [false, true] {
            var test = TestGraph()
            let x = test.input("x", TensorType(.float32, [2, 3]))
            let sigmoid = try test.add(Unary(.sigmoid), [x])
            let (three, six) = (try test.constant([1], [3]), try test.constant([1], [6]))
            let inner = try test.add(Binary(.add, activation: .relu6), isTurned ? [three, x] : [x, three])
            let product = try test.add(Binary(.multiply), isTurned ? [inner, x] : [x, inner])
            test.graph.outputs = [
                try test.add(Binary(.multiply), isTurned ? [sigmoid, x] : [x, sigmoid]),
                try test.add(Binary(.divide), [product, six]),
            ]
            test.graph.fuseFunctions()
            test.graph.removeDeadNodes()
            try test.graph.expectConsistent()
            #expect(test.graph.nodes.map { ($0.op as? Unary)?.function } == [.swish(alpha: 1), .hardSwish])
        }
    }

    @Test(
        "x * (erf(x / √2) + 1) * 0.5 becomes gelu, wherever the half stands, and nothing like it does", arguments: 0..<6
    )
    func gelu(form: Int) throws {
        var test = TestGraph()
        let x = test.input("x", TensorType(.float32, [2, 3]))
        let y = test.input("y", TensorType(.float32, [2, 3]))
        let (half, one) = (try test.constant([1], [0.5]), try test.constant([1], [form == 4 ? 2 : 1]))
        let root = try test.constant([1], [Float(form == 1 ? 0.5 : 2).squareRoot()])
        let scaled = try test.add(Binary(form == 1 ? .multiply : .divide), [form == 3 ? y : x, root])
        let erf = try test.add(Unary(.erf), [scaled])
        let sum = try test.add(Binary(.add), form == 1 ? [one, erf] : [erf, one])
        let result: ValueID
        switch form {
        case 1: result = try test.add(Binary(.multiply), [try test.add(Binary(.multiply), [half, x]), sum])
        case 2: result = try test.add(Binary(.multiply), [x, try test.add(Binary(.multiply), [sum, half])])
        default: result = try test.add(Binary(.multiply), [try test.add(Binary(.multiply), [x, sum]), half])
        }
        test.graph.outputs = form == 5 ? [result, sum] : [result]
        test.graph.fuseFunctions()
        test.graph.removeDeadNodes()
        try test.graph.expectConsistent()
        let isGelu = test.graph.nodes.map { ($0.op as? Unary)?.function } == [.gelu(approximate: false)]
        #expect(isGelu == (form < 3))
    }

    @Test("a gate of another value, a sigmoid that is an output, and another divisor stay")
    func noFunctions() throws {
        var test = TestGraph()
        let (x, y) = (test.input("x", TensorType(.float32, [2])), test.input("y", TensorType(.float32, [2])))
        let shared = try test.add(Unary(.sigmoid), [x])
        let inner = try test.add(Binary(.add, activation: .relu6), [x, try test.constant([1], [3])])
        let product = try test.add(Binary(.multiply), [x, inner])
        test.graph.outputs = [
            try test.add(Binary(.multiply), [y, try test.add(Unary(.sigmoid), [x])]), shared,
            try test.add(Binary(.multiply), [x, shared]),
            try test.add(Binary(.divide), [product, try test.constant([1], [5])]),
        ]
        let before = test.graph.operatorNames
        test.graph.fuseFunctions()
        #expect(test.graph.operatorNames == before)
    }

    @Test("a border of zeros goes into the padding of the convolution behind it")
    func pad() throws {
        var test = TestGraph()
        let x = test.input("x", TensorType(.float32, [1, 1, 2, 2]))
        let borders = try test.constant(integers: [0, 0, 1, 2, 0, 0, 3, 4])
        let padded = try test.add(Pad(.constant, order: .beforesThenAfters), [x, borders])
        let op = convolution(padding: .explicit(before: [1, 1], after: [0, 0]))
        test.graph.outputs = [try test.add(op, [padded, try test.constant([1, 1, 1, 1], [3])])]
        test.graph.foldPads()
        try test.graph.expectConsistent()
        #expect(try test.graph.only(Convolution.self).op.padding == .explicit(before: [2, 3], after: [3, 4]))
        #expect(test.graph.operatorNames == ["Convolution"])
    }

    @Test("a maximum passes over a border of the least byte, and of no other")
    func padOfMaximum() throws {
        for (element, zero, border, isFolded) in [
            (ElementType.int8, -128, 1, true), (.uint8, 0, 2, true), (.int8, 0, 1, false), (.uint8, 1, 1, false),
            (.int8, -128, 3, false),
        ] as [(ElementType, Int32, Int64, Bool)] {
            var test = TestGraph()
            test.graph.convention = .tflite
            let quantization = Quantization(scale: 0.5, zeroPoint: zero)
            let x = test.input("x", TensorType(element, [1, 4, 4, 2], quantization: quantization))
            let borders = try test.constant(integers: [0, border, 1, 0, 0, 1, border, 0])
            let pad = Pad(.constant, order: .beforesThenAfters)
            let padded = try test.add(pad, [x, borders], quantization: quantization)
            let window = Window(size: [3, 3], strides: [2, 2], dilations: [1, 1], padding: .valid)
            let op = Pool(.maximum(columnMajor: false), layout: .channelsLast, window: window)
            test.graph.outputs = [try test.add(op, [padded], quantization: quantization)]
            test.graph.foldPads()
            try test.graph.expectConsistent()
            #expect(
                test.graph.operatorNames == (isFolded ? ["Pool"] : ["Pad", "Pool"]), "\(element) \(zero) \(border)")
            guard isFolded else { continue }
            let places = (before: [Int(border), 1], after: [1, Int(border)])
            #expect(
                try test.graph.only(Pool.self).op.window.padding
                    == .explicit(before: places.before, after: places.after))
        }
    }

    @Test("a border of other values, or round channels, stays")
    func otherPads() throws {
        for (amounts, value) in [([0, 0, 1, 1, 0, 0, 1, 1], 1), ([0, 1, 0, 0, 0, 0, 0, 0], 0)] as [([Int64], Float)] {
            var test = TestGraph()
            let x = test.input("x", TensorType(.float32, [1, 1, 2, 2]))
            let padded = try test.add(
                Pad(.constant, order: .beforesThenAfters),
                [x, try test.constant(integers: amounts), try test.constant(.scalar, [value])])
            let channels = test.graph[padded].shape?[1] ?? 1
            test.graph.outputs = [
                try test.add(
                    convolution(),
                    [padded, try test.constant([1, channels, 1, 1], [Float](repeating: 1, count: channels))])
            ]
            test.graph.foldPads()
            #expect(test.graph.operatorNames == ["Pad", "Convolution"])
        }
    }

    @Test("operators that change nothing are removed")
    func identities() throws {
        var test = TestGraph()
        let x = test.input("x", TensorType(.float32, [1, 3]))
        var y = try test.add(Unary(.abs), [x])
        y = try test.add(Unary(.identity), [y])
        y = try test.add(Cast(to: .float32), [y])
        y = try test.add(Reshape([1, 3], zeroCopies: false), [y])
        y = try test.add(Transpose([0, 1]), [y])
        y = try test.add(Concat(axis: 0), [y])
        y = try test.add(
            Slice(),
            [y, try test.constant(integers: [0]), try test.constant(integers: [9]), try test.constant(integers: [1])])
        y = try test.add(Pad(.edge, order: .beforesThenAfters), [y, try test.constant(integers: [0, 0, 0, 0])])
        test.graph.outputs = [try test.add(Unary(.exp), [y])]
        test.graph.removeIdentities()
        try test.graph.expectConsistent()
        #expect(test.graph.operatorNames == ["Unary", "Unary"])
    }

    @Test("an identity between an input and an output stays, one before an output gives its name")
    func outputIdentities() throws {
        var test = TestGraph()
        let x = test.input("x", TensorType(.float32, [1]))
        let copy = try test.add(Unary(.identity), [x])
        let y = try test.add(Unary(.abs), [x])
        let z = try test.add(Unary(.identity), [y])
        test.graph[z].name = "result"
        test.graph.outputs = [copy, z]
        test.graph.removeIdentities()
        #expect(test.graph.operatorNames == ["Unary", "Unary"])
        #expect(test.graph.outputs == [copy, y] && test.graph[y].name == "result")
    }

    @Test("a transpose of axes of size 1 is a reshape")
    func freeTranspose() throws {
        var test = TestGraph()
        let x = test.input("x", TensorType(.float32, [1, 5, 1, 1]))
        test.graph.outputs = [try test.add(Transpose([0, 2, 3, 1]), [x])]
        test.graph.removeIdentities()
        #expect(test.graph.operatorNames == ["Reshape"])
    }
}
