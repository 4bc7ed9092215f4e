// What operators become: attributes, their defaults, old forms.
import Graphs
import Tensors
import Testing

/// One operator and what the last node of its graph must be.
struct Case: Sendable, CustomTestStringConvertible {
    var bytes: [UInt8]
    var expected: any Operator
    var testDescription: String { expected.name }

    init(_ expected: any Operator, _ bytes: [UInt8]) {
        self.expected = expected
        self.bytes = bytes
    }
}

private let ones = [1, 1]
private let noPadding = Padding.explicit(before: [0, 0], after: [0, 0])

@Suite("Operators")
struct OperatorTests {
    static let defaultCases = [
        Case(Unary(.leakyRelu(alpha: 0.01)), single("LeakyRelu")),
        Case(Unary(.elu(alpha: 1)), single("Elu")),
        Case(Unary(.celu(alpha: 1)), single("Celu")),
        Case(Unary(.selu(alpha: 1.6732632, gamma: 1.050701)), single("Selu")),
        Case(Unary(.hardSigmoid(alpha: 0.2, beta: 0.5)), single("HardSigmoid")),
        Case(Unary(.thresholdedRelu(alpha: 1)), single("ThresholdedRelu")),
        Case(Unary(.shrink(lambda: 0.5, bias: 0)), single("Shrink")),
        Case(Unary(.gelu(approximate: false)), single("Gelu")),
        Case(Unary(.isInfinite(positive: true, negative: true)), single("IsInf")),
        Case(Softmax(axis: -1), single("Softmax")),
        Case(Softmax(.logSoftmax, axis: -1), single("LogSoftmax")),
        Case(Flatten(axis: 1), single("Flatten")),
        Case(Transpose(nil), single("Transpose")),
        Case(Split(axis: 0, sizes: nil), single("Split", outputs: 2)),
        Case(Gather(axis: 0), single("Gather", inputs: 2)),
        Case(GatherElements(axis: 0), single("GatherElements", inputs: 2)),
        Case(GatherND(batchAxes: 0), single("GatherND", inputs: 2)),
        Case(ScatterElements(axis: 0, reduction: .none), single("ScatterElements", inputs: 3)),
        Case(ScatterElements(axis: 0, reduction: .none), single("Scatter", inputs: 3, opset: 9)),
        Case(ScatterND(reduction: .none), single("ScatterND", inputs: 3)),
        Case(OneHot(axis: -1, values: .offThenOn), single("OneHot", inputs: 3)),
        Case(CumulativeSum(isExclusive: false, isReversed: false), single("CumSum", inputs: 2)),
        Case(Triangle(keepsUpper: true), single("Trilu")),
        Case(EyeLike(diagonal: 0, element: nil), single("EyeLike")),
        Case(ShapeOf(), single("Shape")),
        Case(Reduce(.mean, axes: nil, keepsDimensions: true), single("ReduceMean")),
        Case(
            ArgReduce(
                findsMaximum: true, axis: 0, keepsDimensions: true, selectsLast: false, resultElement: .int64),
            single("ArgMax")),
        Case(
            TopK(axis: -1, findsLargest: true, isSorted: true, indexElement: .int64),
            single("TopK", inputs: 2, outputs: 2)),
        Case(Pad(.constant, order: .beforesThenAfters), single("Pad", inputs: 2)),
        Case(Gemm(alpha: 1, beta: 1, transposesA: false, transposesB: false), single("Gemm", inputs: 3)),
        Case(Reshape(nil, zeroCopies: true), single("Reshape", inputs: 2)),
        Case(BatchNormalization(epsilon: 1e-5, layout: .channelsFirst), single("BatchNormalization", inputs: 5)),
        Case(GroupNormalization(groups: nil, epsilon: 1e-5), single("InstanceNormalization", inputs: 3)),
        Case(LayerNormalization(axis: -1, epsilon: 1e-5), single("LayerNormalization", inputs: 2)),
        Case(LpNormalization(axis: -1, p: 2), single("LpNormalization")),
        Case(NonMaxSuppression(boxesHaveCentres: false), single("NonMaxSuppression", inputs: 2)),
        Case(
            DepthSpace(.depthToSpace(columnFirst: false), blockSize: 2, layout: .channelsFirst),
            single("DepthToSpace", [.int("blocksize", 2)])),
        Case(
            QuantizeLinear(scales: ScaleLayout(axis: 1, blockSize: 0), element: nil),
            single("QuantizeLinear", inputs: 3)),
        Case(DequantizeLinear(scales: ScaleLayout(axis: 1, blockSize: 0)), single("DequantizeLinear", inputs: 2)),
        Case(Binary(.floorModulo), single("Mod", inputs: 2)),
        Case(
            LocalResponseNormalization(layout: .channelsFirst, size: 3, alpha: 1e-4, beta: 0.75, bias: 1),
            single("LRN", [.int("size", 3)])),
        Case(
            Convolution(layout: .channelsFirst, strides: ones, dilations: ones, padding: noPadding),
            single("Conv", inputs: 2)),
        Case(
            TransposedConvolution(
                layout: .channelsFirst, strides: ones, dilations: ones, padding: noPadding, outputPadding: [0, 0],
                outputSize: nil),
            single("ConvTranspose", inputs: 3)),
        Case(
            Pool(
                .maximum(columnMajor: false), layout: .channelsFirst,
                window: Window(size: [2, 3], strides: ones, dilations: ones, padding: noPadding)),
            single("MaxPool", [.ints("kernel_shape", [2, 3])])),
        Case(
            Pool(
                .average(countsPadding: false), layout: .channelsFirst,
                window: Window(size: [2, 3], strides: ones, dilations: ones, padding: noPadding)),
            single("AveragePool", [.ints("kernel_shape", [2, 3])])),
        Case(Resize(mode: .nearest(.preferFloor), coordinates: .halfPixel), single("Resize", inputs: 3)),
        Case(GridSample(mode: .linear, border: .zeros, alignsCorners: false), single("GridSample", inputs: 2)),
        Case(
            RoiAlign(
                outputHeight: 1, outputWidth: 1, samplingRatio: 0, spatialScale: 1, takesMaximum: false,
                hasHalfPixelCentres: true),
            single("RoiAlign", inputs: 3)),
        Case(
            Recurrent(
                cell: .lstm(couplesInputAndForget: false), direction: .forward, hiddenSize: 2, activations: [],
                clip: nil,
                isBatchFirst: false),
            single("LSTM", inputs: 3, [.int("hidden_size", 2)])),
    ]

    static let givenCases = [
        Case(Unary(.leakyRelu(alpha: 0.5)), single("LeakyRelu", [.float("alpha", 0.5)])),
        Case(Unary(.gelu(approximate: true)), single("Gelu", [.string("approximate", "tanh")])),
        Case(Unary(.clip(low: 0, high: 6)), single("Clip", [.float("min", 0), .float("max", 6)], opset: 9)),
        Case(Binary(.truncatedModulo), single("Mod", inputs: 2, [.int("fmod", 1)])),
        Case(Cast(to: .int8), single("Cast", [.int("to", 3)])),
        Case(ShapeOf(start: 1, end: -1), single("Shape", [.int("start", 1), .int("end", -1)])),
        Case(Transpose([0, 2, 1]), single("Transpose", [.ints("perm", [0, 2, 1])])),
        Case(Reshape(nil, zeroCopies: false), single("Reshape", inputs: 2, [.int("allowzero", 1)])),
        Case(Squeeze(axes: [0]), single("Squeeze", [.ints("axes", [0])], opset: 11)),
        Case(Unsqueeze(axes: [0]), single("Unsqueeze", [.ints("axes", [0])], opset: 11)),
        Case(
            Split(axis: 1, sizes: [1, 2]),
            single("Split", outputs: 2, [.int("axis", 1), .ints("split", [1, 2])], opset: 12)),
        Case(Split(axis: 0, sizes: nil, allowsUneven: true), single("Split", outputs: 2, [.int("num_outputs", 2)])),
        Case(
            Reduce(.sum, axes: [1], keepsDimensions: false),
            single("ReduceSum", [.ints("axes", [1]), .int("keepdims", 0)], opset: 11)),
        Case(
            Reduce(.sum, axes: nil, keepsDimensions: true, isIdentityWithoutAxes: true),
            single("ReduceSum", inputs: 2, [.int("noop_with_empty_axes", 1)])),
        Case(
            GroupNormalization(groups: 2, epsilon: 0.5, scalesGroups: true),
            single("GroupNormalization", inputs: 3, [.int("num_groups", 2), .float("epsilon", 0.5)], opset: 18)),
        Case(
            Convolution(
                layout: .channelsFirst, strides: [2, 3], dilations: [1, 2],
                padding: .explicit(before: [1, 2], after: [3, 4]), groups: 4),
            single(
                "Conv", inputs: 2,
                [
                    .ints("strides", [2, 3]), .ints("dilations", [1, 2]), .ints("pads", [1, 2, 3, 4]),
                    .int("group", 4),
                ])),
        Case(
            Convolution(layout: .channelsFirst, strides: [1], dilations: [1], padding: .sameLower),
            single("Conv", inputs: 2, [.string("auto_pad", "SAME_LOWER"), .ints("kernel_shape", [3])])),
        Case(
            TransposedConvolution(
                layout: .channelsFirst, strides: ones, dilations: ones, padding: .sameLower, outputPadding: [1, 0],
                outputSize: [9, 8]),
            single("ConvTranspose", inputs: 2, [.ints("output_shape", [9, 8]), .ints("output_padding", [1, 0])])),
        Case(
            Resize(
                mode: .cubic, coordinates: .alignCorners, axes: [2], cubicCoefficient: -0.5, excludesOutside: true,
                extrapolationValue: 2, antialiases: true, aspect: .notLarger),
            single(
                "Resize", inputs: 3,
                [
                    .string("mode", "cubic"), .string("coordinate_transformation_mode", "align_corners"),
                    .ints("axes", [2]),
                    .float("cubic_coeff_a", -0.5), .int("exclude_outside", 1), .float("extrapolation_value", 2),
                    .int("antialias", 1),
                    .string("keep_aspect_ratio_policy", "not_larger"),
                ])),
        Case(
            Recurrent(
                cell: .gru(appliesResetAfterProduct: true), direction: .bidirectional, hiddenSize: 3,
                activations: [
                    .init(name: "LeakyRelu", alpha: 0.5), .init(name: "Tanh"),
                    .init(name: "HardSigmoid", alpha: 0.25, beta: 4),
                ],
                clip: 2, isBatchFirst: true),
            single(
                "GRU", inputs: 3,
                [
                    .string("direction", "bidirectional"), .int("hidden_size", 3), .int("linear_before_reset", 1),
                    .float("clip", 2),
                    .int("layout", 1), .strings("activations", ["LeakyRelu", "Tanh", "HardSigmoid"]),
                    .floats("activation_alpha", [0.5, 0.25]), .floats("activation_beta", [4]),
                ])),
    ]

    @Test("attributes that are left out have the standard's defaults", arguments: defaultCases)
    func defaults(_ test: Case) throws {
        #expect(String(reflecting: try read(test.bytes).nodes.last?.op) == String(reflecting: Optional(test.expected)))
    }

    @Test("attributes that are given arrive", arguments: givenCases)
    func given(_ test: Case) throws {
        #expect(String(reflecting: try read(test.bytes).nodes.last?.op) == String(reflecting: Optional(test.expected)))
    }

    private func names(_ bytes: [UInt8]) throws -> [String] { try read(bytes).nodes.map { String(reflecting: $0.op) } }
    private func names(of operators: [any Operator]) -> [String] { operators.map { String(reflecting: $0) } }

    @Test("sums, means and extremes of many inputs become chains of two")
    func chains() throws {
        #expect(try names(single("Sum", inputs: 3)) == names(of: [Binary(.add), Binary(.add)]))
        #expect(try names(single("Max", inputs: 2)) == names(of: [Binary(.maximum)]))
        #expect(try names(single("Min", inputs: 1)) == names(of: [Unary(.identity)]))
        #expect(try names(single("Mean", inputs: 2)) == names(of: [Binary(.add), CastLike(), Binary(.divide)]))
    }

    @Test("limits of Clip that are computed become a maximum and a minimum")
    func computedClip() throws {
        #expect(
            try names(single("Clip", inputs: 3)) == names(of: [Binary(.maximum), Binary(.minimum), Unary(.identity)]))
        let nodes = [node("Clip", ["x", "low", ""], ["y"])]
        let bytes = model(
            graphMessage(nodes, inputs: [info("x", [])], outputs: ["y"], initializers: [floats("low", [], [-2])]))
        #expect(try names(bytes) == names(of: [Unary(.clip(low: -2, high: .infinity))]))
    }

    @Test("softmax before version 13 treats what lies behind its axis as one")
    func oldSoftmax() throws {
        let expected: [any Operator] = [Flatten(axis: 1), ShapeOf(), Softmax(axis: 1), Reshape(nil, zeroCopies: false)]
        #expect(try names(single("Softmax", opset: 12)) == names(of: expected))
    }

    @Test("a global pool reduces the axes that follow from the rank")
    func globalPool() throws {
        let reduce = Reduce(.mean, axes: nil, keepsDimensions: true, isIdentityWithoutAxes: true)
        #expect(try names(single("GlobalAveragePool")) == names(of: [RankOf(), NumberRange(), reduce]))
    }

    @Test("dropout is an identity with a mask of ones")
    func dropout() throws {
        let graph = try read(single("Dropout", outputs: 2))
        #expect(graph.nodes.map(\.op.name) == ["Unary", "ShapeOf", "Fill"])
        let training = [node("Dropout", ["x", "", "t"], ["y"])]
        let refused = refusal(
            model(
                graphMessage(
                    training, inputs: [info("x", [])], outputs: ["y"], initializers: [tensor("t", 9, [], raw: [1])])))
        #expect(refused.contains("training"))
    }

    @Test("attributes of old slices and pads become inputs")
    func oldSlice() throws {
        let slice = try read(
            single("Slice", [.ints("starts", [1]), .ints("ends", [-1]), .ints("axes", [2])], opset: 9))
        #expect(
            slice.nodes[0].inputs.dropFirst().map { $0.flatMap { slice[$0].constant }?.integers } == [[1], [-1], [2]])
        let pad = try read(single("Pad", [.ints("pads", [1, 0]), .float("value", 3)], opset: 10))
        #expect(pad.nodes.map(\.op.name) == ["CastLike", "Pad"])
        #expect(pad.nodes[1].inputs[1].flatMap { pad[$0].constant }?.integers == [1, 0])
    }

    @Test("Upsample and the first Resize become the present one")
    func oldResize() throws {
        let expected = String(reflecting: Resize(mode: .nearest(.byScale), coordinates: .asymmetric))
        for bytes in [
            single("Upsample", [.floats("scales", [1, 1, 2, 2])], opset: 7), single("Upsample", inputs: 2, opset: 9),
            single("Resize", inputs: 2, opset: 10),
        ] {
            let graph = try read(bytes)
            #expect(String(reflecting: graph.nodes[0].op) == expected)
            #expect(graph.nodes[0].inputs.count == 3 && graph.nodes[0].inputs[1] == nil)
        }
    }

    @Test("constants come from tensors and from numbers")
    func constants() throws {
        let cases: [(Attribute, TensorType, [Double])] = [
            (.tensor("value", floats("", [2], [1, 2])), TensorType(.float32, [2]), [1, 2]),
            (.float("value_float", 0.5), TensorType(.float32, .scalar), [0.5]),
            (.int("value_int", -3), TensorType(.int64, .scalar), [-3]),
            (.floats("value_floats", [1, 2]), TensorType(.float32, [2]), [1, 2]),
            (.ints("value_ints", [4]), TensorType(.int64, [1]), [4]),
        ]
        for (attribute, type, values) in cases {
            let graph = try read(single("Constant", inputs: 0, [attribute]))
            let constant = try #require(graph[graph.outputs[0]].constant)
            #expect(constant.type == type && constant.doubles == values)
        }
        #expect(refusal(single("Constant", inputs: 0, [.string("value_string", "a")])).contains("not handled"))
    }

    @Test("operators on quantized tensors name their scales")
    func linearQuantized() throws {
        let conv = try #require(try read(single("QLinearConv", inputs: 9)).nodes[0].op as? LinearQuantized)
        #expect(conv.operands.map(\.data) == [0, 3, 8] && conv.operands.map(\.scale) == [1, 4, nil])
        #expect(conv.operands.map(\.zeroPoint) == [2, 5, nil] && conv.result == (6, 7))
        let product = try #require(
            try read(single("QLinearMatMul", inputs: 8, rank: 3)).nodes[0].op as? LinearQuantized)
        #expect(product.operands.map(\.axis) == [1, 2])
        let concat = try #require(
            try read(single("QLinearConcat", inputs: 8, [.int("axis", 1)], domain: "com.microsoft")).nodes[0].op
                as? LinearQuantized)
        #expect(concat.operands.map(\.data) == [2, 5] && concat.result == (0, 1))
        let mean = try read(single("QLinearGlobalAveragePool", inputs: 5, domain: "com.microsoft"))
        #expect(mean.nodes.map(\.op.name) == ["RankOf", "NumberRange", "LinearQuantizedReduce"])
        #expect((mean.nodes[2].op as? LinearQuantized)?.operands.map(\.data) == [0, 5])
        for (type, inputs) in [
            ("QLinearAdd", 8), ("QLinearMul", 8), ("QLinearLeakyRelu", 5), ("QLinearSigmoid", 5), ("QLinearSoftmax", 5),
        ] {
            #expect(
                try read(single(type, inputs: inputs, domain: "com.microsoft")).nodes.last?.op is LinearQuantized,
                "\(type)")
        }
        #expect(
            refusal(single("QLinearConcat", inputs: 6, [.int("axis", 1)], domain: "com.microsoft")).contains("6 inputs")
        )
    }

    @Test("fused operators come apart")
    func fused() throws {
        let conv = try names(single("FusedConv", inputs: 4, [.string("activation", "Relu")], domain: "com.microsoft"))
        #expect(conv.dropFirst() == names(of: [Binary(.add), Unary(.relu)])[...])
        let product = try names(
            single("FusedMatMul", inputs: 2, [.float("alpha", 0.5), .int("transB", 1)], domain: "com.microsoft"))
        #expect(product.first == String(reflecting: MatMul(transposesB: true)) && product.count == 3)
        let dynamic = try read(single("DynamicQuantizeMatMul", inputs: 5, domain: "com.microsoft")).nodes.map(\.op.name)
        #expect(dynamic == ["DynamicQuantizeLinear", "IntegerMatMul", "Binary", "Cast", "Binary", "Binary"])
    }
}
