// Convolutions, pools and resizing.
import Graphs
import Tensors
import Testing

@Suite("Window operators")
struct WindowTests {
    private let image = TestTensor([1, 9, 8, 4])

    @Test("a convolution keeps strides, dilations, padding and activation, height first")
    func convolution() throws {
        let op: Convolution = try model(
            "CONV_2D", [image, .zeros([6, 3, 2, 4]), .zeros([6])], [TestTensor([1, 3, 6, 6])], options: 1,
            [0: .i8(1), 1: .i32(1), 2: .i32(2), 3: .i8(3), 4: .i32(2), 5: .i32(2)]
        ).single()
        #expect(op.strides == [2, 1] && op.dilations == [2, 2] && op.padding == .valid && op.activation == .relu6)
        #expect(op.layout == .channelsLast && op.groups == 1)
    }

    @Test("absent fields of a convolution are SAME, dilation 1 and no activation; strides have no such value")
    func convolutionDefaults() throws {
        let op: Convolution = try model(
            "CONV_2D", [image, .zeros([6, 3, 2, 4]), nil], [TestTensor([1, 9, 8, 6])], options: 1,
            [1: .i32(1), 2: .i32(1)]
        ).single()
        #expect(op.dilations == [1, 1] && op.padding == .same && op.activation == .none)
        #expect(throws: (any Error).self) {
            var graph = try model("CONV_2D", [image, .zeros([6, 3, 2, 4])], [TestTensor([1, 9, 8, 6])], options: 1)
                .read()
            _ = try graph.inferTypes()
        }
        let missing = readError(model("CONV_2D", [image, .zeros([6, 3, 2, 4])], [TestTensor([1, 9, 8, 6])]).bytes)
        #expect(missing == "operator 0 'CONV_2D': it has no Conv2DOptions")
    }

    @Test("weights that see a part of the channels make a grouped convolution")
    func groupedConvolution() throws {
        let op: Convolution = try model(
            "CONV_2D", [image, .zeros([6, 3, 3, 2])], [TestTensor([1, 9, 8, 6])], options: 1, [1: .i32(1), 2: .i32(1)]
        ).single()
        #expect(op.groups == 2)
    }

    @Test("depthwise weights lose their first axis, and their scales run along the last of three")
    func depthwise() throws {
        let weights = TestTensor.quantized(
            [1, 3, 2, 8], scales: [Float](repeating: 0.5, count: 8), zeroPoints: [Int64](repeating: 0, count: 8),
            axis: 3,
            content: (0..<48).map { UInt8($0) })
        let file = model(
            "DEPTHWISE_CONV_2D", [.quantized([1, 9, 8, 4], scales: [1], zeroPoints: [3]), weights],
            [.quantized([1, 5, 4, 8], scales: [2], zeroPoints: [-3])], options: 2,
            [1: .i32(2), 2: .i32(2), 3: .i32(2), 4: .i8(1)])
        let graph = try file.checkedGraph()
        let op = try #require(graph.nodes[0].op as? DepthwiseConvolution)
        #expect(op.strides == [2, 2] && op.dilations == [1, 1] && op.padding == .same && op.activation == .relu)
        let type = try #require(graph.nodes[0].inputs[1].flatMap { graph[$0].constant })
        #expect(type.shape == [3, 2, 8] && type.type.quantization?.axis == 2)
        #expect(type.integers == (0..<48).map { Int64($0) })
    }

    @Test("depthwise weights that are computed are reshaped in the graph")
    func computedDepthwiseWeights() throws {
        let half = TestTensor([1, 3, 2, 8], TestTensor.float16, content: [UInt8](repeating: 0, count: 96))
        let file = TestModel(
            [image, half, TestTensor([1, 3, 2, 8]), TestTensor([1, 9, 8, 8])],
            [
                TestOperator("DEQUANTIZE", [1], [2]),
                TestOperator("DEPTHWISE_CONV_2D", [0, 2], [3], optionsType: 2, [1: .i32(1), 2: .i32(1)]),
            ], inputs: [0], outputs: [3])
        #expect(try file.nodeNames() == ["Dequantize", "Reshape", "DepthwiseConvolution"])
        let graph = try file.read()
        #expect(graph.nodes.map(\.origin.index) == [0, 1, 1])
        #expect(graph.nodes[1].outputs.allSatisfy { graph[$0].fileIndex == nil })
    }

    @Test("a transposed convolution has its inputs in another order and its size from the first")
    func transposed() throws {
        let file = model(
            "TRANSPOSE_CONV", [.ints([1, 17, 16, 5]), .zeros([5, 3, 3, 4]), image, .zeros([5])],
            [TestTensor([1, 17, 16, 5])],
            options: 49, [0: .i8(0), 1: .i32(2), 2: .i32(2), 3: .i8(1)])
        let graph = try file.checkedGraph()
        let op = try #require(graph.nodes[0].op as? TransposedConvolution)
        #expect(op.outputSize == [17, 16] && op.strides == [2, 2] && op.padding == .same && op.activation == .relu)
        #expect(graph.nodes[0].inputs.compactMap { $0.flatMap { graph[$0].fileIndex } } == [2, 1, 3])
    }

    @Test("a transposed convolution of computed size takes the declared one, or is refused when that is open")
    func transposedComputedSize() throws {
        var output = TestTensor([1, 18, 16, 5])
        let shape = TestTensor([4], TestTensor.int32)
        let options: [Int: Field] = [1: .i32(2), 2: .i32(2)]
        let op: TransposedConvolution = try model(
            "TRANSPOSE_CONV", [shape, .zeros([5, 3, 3, 4]), image], [output], options: 49, options
        ).single()
        #expect(op.outputSize == [18, 16])
        output.signature = [1, -1, -1, 5]
        let message = readError(
            model("TRANSPOSE_CONV", [shape, .zeros([5, 3, 3, 4]), image], [output], options: 49, options).bytes)
        #expect(message?.contains("no sizes that are known before the model runs") == true)
    }

    @Test("weights of a 3-D convolution are brought into the graph's order")
    func convolution3D() throws {
        let file = model(
            "CONV_3D", [TestTensor([1, 5, 6, 7, 2]), .zeros([3, 2, 1, 2, 4])], [TestTensor([1, 3, 5, 3, 4])],
            options: 106,
            [0: .i8(1), 1: .i32(1), 2: .i32(3), 3: .i32(1)])
        let graph = try file.checkedGraph()
        #expect((graph.nodes[0].op as? Transpose)?.permutation == [4, 0, 1, 2, 3])
        #expect((graph.nodes[1].op as? Convolution)?.strides == [1, 1, 3])
    }

    @Test("weights of a transposed 3-D convolution are brought into the graph's order")
    func transposedConvolution3D() throws {
        let file = model(
            "CONV_3D_TRANSPOSE", [.ints([1, 5, 6, 7, 4]), .zeros([2, 2, 2, 4, 2]), TestTensor([1, 5, 6, 7, 2])],
            [TestTensor([1, 5, 6, 7, 4])], options: 106, [1: .i32(1), 2: .i32(1), 3: .i32(1)])
        #expect(try file.nodeNames() == ["Transpose", "TransposedConvolution"])
    }

    @Test("pools keep window, strides, padding and activation", arguments: ["AVERAGE_POOL_2D", "MAX_POOL_2D"])
    func pools(name: String) throws {
        let op: Pool = try model(
            name, [image], [TestTensor([1, 4, 8, 4])], options: 5,
            [0: .i8(1), 1: .i32(1), 2: .i32(2), 3: .i32(1), 4: .i32(3), 5: .i8(2)]
        ).single()
        #expect(op.function == (name == "MAX_POOL_2D" ? .maximum(columnMajor: false) : .average(countsPadding: false)))
        #expect(op.window.size == [3, 1] && op.window.strides == [2, 1] && op.window.padding == .valid)
        #expect(op.activation == .reluN1To1 && op.layout == .channelsLast)
    }

    @Test("an L2 pool is the root of the mean of squares")
    func l2Pool() throws {
        let options: [Int: Field] = [1: .i32(1), 2: .i32(1), 3: .i32(2), 4: .i32(2)]
        let plain = model("L2_POOL_2D", [image], [TestTensor([1, 9, 8, 4])], options: 5, options)
        #expect(try plain.nodeNames() == ["Unary", "Pool", "Unary"])
        let clipped = model(
            "L2_POOL_2D", [image], [TestTensor([1, 9, 8, 4])], options: 5, options.merging([5: .i8(3)]) { $1 })
        #expect((try clipped.checkedGraph().nodes.last?.op as? Unary)?.function == .relu6)
    }

    @Test("resizing keeps where it samples; options of both kinds have their own fields")
    func resize() throws {
        let bilinear: ResizeImage = try model(
            "RESIZE_BILINEAR", [image, .ints([18, 16])], [TestTensor([1, 18, 16, 4])], options: 15, [3: .bool(true)]
        ).single()
        #expect(bilinear.isBilinear && bilinear.hasHalfPixelCentres && !bilinear.alignsCorners)
        let nearest: ResizeImage = try model(
            "RESIZE_NEAREST_NEIGHBOR", [image, .ints([3, 5])], [TestTensor([1, 3, 5, 4])], options: 74, [0: .bool(true)]
        ).single()
        #expect(!nearest.isBilinear && nearest.alignsCorners && !nearest.hasHalfPixelCentres)
    }

    @Test("an unknown padding or activation is refused by its number")
    func unknownEnumerations() {
        let padding = model("MAX_POOL_2D", [image], [TestTensor([1, 9, 8, 4])], options: 5, [0: .i8(2)])
        #expect(readError(padding.bytes) == "operator 0 'MAX_POOL_2D': padding 2 is not known")
        let activation = model("ADD", [image, image], [image], options: 11, [0: .i8(5)])
        #expect(readError(activation.bytes) == "operator 0 'ADD': fused activation function 5 is not supported")
        let options = model("ADD", [image, image], [image], options: 21, [0: .i8(1)])
        #expect(
            readError(options.bytes)
                == "operator 0 'ADD': Operator 0, field 'builtin_options_type': 21 is found, AddOptions (11) is expected"
        )
    }
}
