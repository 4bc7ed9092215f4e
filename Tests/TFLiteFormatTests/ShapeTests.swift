// Operators that rearrange, join, cut, pick and reduce.
import Graphs
import Tensors
import Testing

@Suite("Operators on shapes")
struct ShapeTests {
    private let data = TestTensor([2, 3, 4])

    @Test("a concatenation keeps axis and activation")
    func concatenation() throws {
        let op: Concat = try model(
            "CONCATENATION", [data, data], [TestTensor([2, 6, 4])], options: 10, [0: .i32(-2), 1: .i8(1)]
        ).single()
        #expect(op.axis == -2 && op.activation == .relu)
    }

    @Test("a reshape takes its shape from an input, or from its options where there is none")
    func reshape() throws {
        let byInput = model("RESHAPE", [data, .ints([6, -1])], [TestTensor([6, 4])], options: 17, [0: .ints([24])])
        #expect(try byInput.single(Reshape.self).shape == nil)
        let byOptions = model("RESHAPE", [data], [TestTensor([24])], options: 17, [0: .ints([24])])
        #expect(try byOptions.single(Reshape.self).shape == [24])
        let scalar = model("RESHAPE", [TestTensor([1, 1])], [TestTensor([])], options: 17, [0: .ints([0])])
        #expect(try scalar.single(Reshape.self).shape == [])
        let matrix = model(
            "RESHAPE", [data, .zeros([1, 2], TestTensor.int32)], [TestTensor([24])], options: 17, [0: .ints([24])])
        #expect(try matrix.single(Reshape.self).shape == [24])
        #expect(
            readError(model("RESHAPE", [data], [data]).bytes)
                == "operator 0 'RESHAPE': neither an input nor its options give the shape")
    }

    @Test("a pack is a join of raised tensors, an unpack a cut and drops")
    func packAndUnpack() throws {
        let pack = model("PACK", [data, data], [TestTensor([2, 3, 4, 2])], options: 59, [0: .i32(2), 1: .i32(-1)])
        #expect(try pack.nodeNames() == ["Unsqueeze", "Unsqueeze", "Concat"])
        let one = model("PACK", [data], [TestTensor([1, 2, 3, 4])], options: 59)
        #expect(try one.nodeNames() == ["Unsqueeze"])
        let unpack = model(
            "UNPACK", [data], [TestTensor([2, 4]), TestTensor([2, 4]), TestTensor([2, 4])], options: 64,
            [0: .i32(3), 1: .i32(1)])
        #expect(try unpack.nodeNames() == ["Split", "Squeeze", "Squeeze", "Squeeze"])
        #expect(Set(try unpack.read().nodes.map(\.origin)).count == 1)
    }

    @Test("a split has its axis first in the file; one by sizes has it last")
    func split() throws {
        let even = model(
            "SPLIT", [.ints([2]), data], [TestTensor([2, 3, 2]), TestTensor([2, 3, 2])], options: 35, [0: .i32(2)])
        _ = try even.single(Split.self)
        let sizes = model(
            "SPLIT_V", [data, .ints([1, -1]), .ints([1])], [TestTensor([2, 1, 4]), TestTensor([2, 2, 4])], options: 79)
        _ = try sizes.single(Split.self)
    }

    @Test("a mirrored pad keeps its mode, and borders come in pairs")
    func pads() throws {
        let symmetric = model(
            "MIRROR_PAD", [data, .ints([0, 0, 1, 0, 0, 2])].map { $0 }, [TestTensor([2, 4, 6])], options: 77,
            [0: .i8(1)])
        #expect(try symmetric.single(Pad.self).mode == .symmetric)
        let reflect = model("MIRROR_PAD", [data, .ints([0, 0, 1, 0, 0, 2])], [TestTensor([2, 4, 6])], options: 77)
        #expect(try reflect.single(Pad.self).mode == .reflect)
        let constant: Pad = try model(
            "PADV2", [data, .ints([0, 1, 0, 0, 0, 0]), .zeros([1])], [TestTensor([3, 3, 4])]
        ).single()
        #expect(constant.mode == .constant && constant.order == .pairs)
    }

    @Test("a squeeze keeps its axes, none meaning all of size 1")
    func squeeze() throws {
        let some = model("SQUEEZE", [TestTensor([1, 3, 1])], [TestTensor([1, 3])], options: 30, [0: .ints([2])])
        #expect(try some.single(Squeeze.self).axes == [2])
        _ = try model("SQUEEZE", [TestTensor([1, 3, 1])], [TestTensor([3])]).single(Squeeze.self)
    }

    @Test("a strided slice keeps all of its masks")
    func stridedSlice() throws {
        let op: StridedSlice = try model(
            "STRIDED_SLICE", [data, .ints([0, 1, 0]), .ints([2, 2, 4]), .ints([1, 1, 2])], [TestTensor([2, 2])],
            options: 32,
            [0: .i32(1), 1: .i32(4), 4: .i32(2), 5: .bool(false)]
        ).single()
        #expect(op.beginMask == 1 && op.endMask == 4 && op.shrinkAxisMask == 2 && !op.isOffset)
        let masks: StridedSlice = try model(
            "STRIDED_SLICE", [data, .ints([0, 0]), .ints([0, 4]), .ints([1, 1])], [TestTensor([2, 3, 4])], options: 32,
            [2: .i32(1), 5: .bool(true)]
        ).single()
        #expect(masks.ellipsisMask == 1 && masks.newAxisMask == 0 && masks.isOffset)
    }

    @Test("gathering keeps axis and batch axes, negative ones counted over the indices")
    func gather() throws {
        let op: Gather = try model(
            "GATHER", [data, .zeros([2, 5], TestTensor.int32)], [TestTensor([2, 5, 4])], options: 23,
            [0: .i32(1), 1: .i32(-1)]
        ).single()
        #expect(op.axis == 1 && op.batchAxes == 1)
        #expect(try model("GATHER", [data, .ints([1])], [TestTensor([1, 3, 4])]).single(Gather.self).axis == 0)
    }

    @Test("one-hot keeps its axis and takes on and off values apart")
    func oneHot() throws {
        let op: OneHot = try model(
            "ONE_HOT", [.ints([1, 2]), scalar(3), .zeros([]), .zeros([])], [TestTensor([2, 3])], options: 61,
            [0: .i32(-1)]
        ).single()
        #expect(op.axis == -1 && op.values == .separateOnAndOff)
    }

    @Test("a list of conditions chooses among slices, a full set among elements")
    func select() throws {
        let bools = TestTensor([2], TestTensor.bool)
        #expect(try model("SELECT", [bools, data, data], [data]).nodeNames() == ["Unsqueeze", "Select"])
        let full = TestTensor([2, 3, 4], TestTensor.bool)
        #expect(try model("SELECT", [full, data, data], [data]).nodeNames() == ["Select"])
        #expect(
            try model("SELECT_V2", [TestTensor([1], TestTensor.bool), data, data], [data]).nodeNames() == ["Select"])
    }

    @Test("reductions take axes from an input, and no axes mean no reduction")
    func reductions() throws {
        let op: Reduce = try model(
            "MEAN", [data, .ints([1, 2])], [TestTensor([2, 1, 1])], options: 27, [0: .bool(true)]
        ).single()
        #expect(op.function == .mean && op.keepsDimensions && op.isIdentityWithoutAxes)
        let sum: Reduce = try model("SUM", [data, .ints([-1])], [TestTensor([2, 3])], options: 27).single()
        #expect(sum.function == .sum && !sum.keepsDimensions)
        let arg: ArgReduce = try model(
            "ARG_MAX", [data, scalar(1)], [TestTensor([2, 4], TestTensor.int64)], options: 40
        ).single()
        #expect(arg.findsMaximum && arg.resultElement == .int64 && !arg.selectsLast)
        let wrong = model("ARG_MIN", [data, scalar(1)], [TestTensor([2, 4])])
        #expect(readError(wrong.bytes) == "operator 0 'ARG_MIN': output 0 must be int32 or int64, not float32")
        let top: TopK = try model(
            "TOPK_V2", [data, scalar(2)], [TestTensor([2, 3, 2]), TestTensor([2, 3, 2], TestTensor.int32)]
        ).single()
        #expect(top.axis == -1 && top.isSorted && top.indexElement == .int32)
        let running: CumulativeSum = try model("CUMSUM", [data, scalar(1)], [data], options: 102, [1: .bool(true)])
            .single()
        #expect(running.isReversed && !running.isExclusive)
    }

    @Test("normalizations run along the last axis")
    func normalizations() throws {
        let softmax: Softmax = try model("SOFTMAX", [data], [data], options: 9, [0: .f32(2)]).single()
        #expect(softmax.axis == -1 && softmax.beta == 2 && softmax.function == .softmax)
        #expect(try model("LOG_SOFTMAX", [data], [data]).single(Softmax.self).function == .logSoftmax)
        let l2: LpNormalization = try model("L2_NORMALIZATION", [data], [data], options: 12).single()
        #expect(l2.axis == -1 && l2.p == 2)
        let local: LocalResponseNormalization = try model(
            "LOCAL_RESPONSE_NORMALIZATION", [TestTensor([1, 2, 2, 8])], [TestTensor([1, 2, 2, 8])], options: 13,
            [0: .i32(2), 1: .f32(1), 2: .f32(0.5), 3: .f32(0.75)]
        ).single()
        #expect(local.size == 5 && local.alpha == 2.5 && local.beta == 0.75 && local.bias == 1)
    }

    @Test("matrix products keep their attributes")
    func matrices() throws {
        let dense: FullyConnected = try model(
            "FULLY_CONNECTED", [data, .zeros([5, 4]), nil], [TestTensor([2, 3, 5])], options: 8,
            [0: .i8(1), 2: .bool(true), 3: .bool(true)]
        ).single()
        #expect(dense.keepsLeadingDimensions && dense.activation == .relu && dense.quantizesInputsAsymmetrically)
        let flat: FullyConnected = try model(
            "FULLY_CONNECTED", [data, .zeros([5, 4]), .zeros([5])], [TestTensor([6, 5])]
        ).single()
        #expect(!flat.keepsLeadingDimensions && !flat.quantizesInputsAsymmetrically)
        let shuffled = model(
            "FULLY_CONNECTED", [data, .zeros([5, 4])], [TestTensor([6, 5])], options: 8, [1: .i8(1)])
        #expect(readError(shuffled.bytes)?.contains("SHUFFLED4x16INT8") == true)
        let batch: MatMul = try model(
            "BATCH_MATMUL", [data, TestTensor([2, 3, 5])], [TestTensor([2, 4, 5])], options: 101, [0: .bool(true)]
        ).single()
        #expect(batch.transposesA && !batch.transposesB)
        let weights = TestTensor.quantized(
            [4, 5], scales: [0.5], zeroPoints: [0], content: [UInt8](repeating: 1, count: 20))
        let hybrid = model("BATCH_MATMUL", [data, weights], [TestTensor([2, 3, 5])], options: 101)
        #expect(try hybrid.nodeNames() == ["Dequantize", "MatMul"])
    }

    @Test(
        "the remaining operators take their inputs as they are",
        arguments: [
            ("BROADCAST_TO", [TestTensor([3, 1]), .ints([2, 3, 4])], TestTensor([2, 3, 4]), "Expand"),
            ("EXPAND_DIMS", [TestTensor([3]), .ints([-1])], TestTensor([3, 1]), "Unsqueeze"),
            ("TILE", [TestTensor([2, 3]), .ints([2, 1])], TestTensor([4, 3]), "Tile"),
            ("TRANSPOSE", [TestTensor([2, 3]), .ints([1, 0])], TestTensor([3, 2]), "Transpose"),
            ("REVERSE_V2", [TestTensor([2, 3]), .ints([1])], TestTensor([2, 3]), "Reverse"),
            ("SLICE", [TestTensor([2, 3]), .ints([0, 1]), .ints([2, -1])], TestTensor([2, 2]), "SliceBySize"),
            ("PAD", [TestTensor([2, 3]), .ints([1, 0, 0, 1])], TestTensor([3, 4]), "Pad"),
            ("GATHER_ND", [TestTensor([2, 3]), .zeros([5, 2], 2)], TestTensor([5]), "GatherND"),
            (
                "SCATTER_ND", [TestTensor.zeros([2, 1], 2), TestTensor([2, 4]), .ints([3, 4])], TestTensor([3, 4]),
                "ScatterIntoZeros"
            ),
            (
                "SPACE_TO_BATCH_ND", [TestTensor([1, 4, 4, 2]), .ints([2, 2]), .zeros([2, 2], 2)],
                TestTensor([4, 2, 2, 2]), "BatchSpace"
            ),
            (
                "BATCH_TO_SPACE_ND", [TestTensor([4, 2, 2, 2]), .ints([2, 2]), .zeros([2, 2], 2)],
                TestTensor([1, 4, 4, 2]), "BatchSpace"
            ),
            ("EMBEDDING_LOOKUP", [TestTensor([2], 2), .zeros([5, 3])], TestTensor([2, 3]), "EmbeddingLookup"),
            ("RANK", [TestTensor([2, 3])], TestTensor([], 2), "RankOf"),
            ("SHAPE", [TestTensor([2, 3])], TestTensor([2], 2), "ShapeOf"),
            ("FILL", [TestTensor.ints([2, 3]), .zeros([])], TestTensor([2, 3]), "Fill"),
        ])
    func plain(name: String, inputs: [TestTensor], output: TestTensor, expected: String) throws {
        #expect(try model(name, inputs, [output]).nodeNames() == [expected])
    }

    @Test("rows of a quantized table are converted behind the choice, rows with scales of their own before it")
    func quantizedTable() throws {
        let indices = TestTensor([2], TestTensor.int32)
        let content = [UInt8](repeating: 1, count: 6)
        let whole = TestTensor.quantized([3, 2], scales: [0.5], zeroPoints: [0], content: content)
        #expect(
            try model("EMBEDDING_LOOKUP", [indices, whole], [TestTensor([2, 2])]).nodeNames() == [
                "Gather", "Dequantize",
            ])
        let rows = TestTensor.quantized([3, 2], scales: [1, 2, 3], zeroPoints: [0], content: content)
        #expect(
            try model("EMBEDDING_LOOKUP", [indices, rows], [TestTensor([2, 2])]).nodeNames()
                == ["Dequantize", "EmbeddingLookup"])
    }

    @Test("block sizes and the axes of sequences are kept")
    func blocks() throws {
        let depth: DepthSpace = try model(
            "DEPTH_TO_SPACE", [TestTensor([1, 2, 2, 8])], [TestTensor([1, 4, 4, 2])], options: 94, [0: .i32(2)]
        ).single()
        #expect(depth.direction == .depthToSpace(columnFirst: false) && depth.blockSize == 2)
        let space: DepthSpace = try model(
            "SPACE_TO_DEPTH", [TestTensor([1, 4, 4, 2])], [TestTensor([1, 2, 2, 8])], options: 19, [0: .i32(2)]
        ).single()
        #expect(space.direction == .spaceToDepth && space.layout == .channelsLast)
        let reverse: ReverseSequence = try model(
            "REVERSE_SEQUENCE", [data, .ints([1, 2, 3])], [data], options: 87, [0: .i32(2), 1: .i32(1)]
        ).single()
        #expect(reverse.timeAxis == 2 && reverse.batchAxis == 1)
    }

    private func scalar(_ value: Int32) -> TestTensor {
        TestTensor([], TestTensor.int32, content: TestTensor.littleEndian([value]))
    }
}
