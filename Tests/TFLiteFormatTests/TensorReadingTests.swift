// Types, quantization and constants of tensors.
import Graphs
import TFLiteFormat
import Tensors
import Testing

@Suite("Tensors of a model")
struct TensorReadingTests {
    /// The graph in which RESHAPE reads `tensor`.
    private func reading(_ tensor: TestTensor, into output: TestTensor = TestTensor([4])) -> TestModel {
        TestModel(
            [tensor, .ints([-1]), output], [TestOperator("RESHAPE", [0, 1], [2])],
            inputs: tensor.content == nil ? [0] : [], outputs: [2])
    }

    private func first(_ model: TestModel) throws -> Value {
        let graph = try model.read()
        return graph[try #require(graph.nodes[0].inputs[0])]
    }

    @Test(
        "element types are those of the format",
        arguments: [
            (0, ElementType.float32), (1, .float16), (2, .int32), (3, .uint8), (4, .int64), (6, .bool), (7, .int16),
            (9, .int8),
            (10, .float64), (12, .uint64), (15, .uint32), (16, .uint16), (17, .int4), (18, .bfloat16), (20, .uint4),
        ])
    func elementTypes(number: Int, element: ElementType) throws {
        #expect(try first(reading(TestTensor([4], number))).element == element)
    }

    @Test(
        "other element types are refused by name",
        arguments: [
            (5, "STRING"), (8, "COMPLEX64"), (13, "RESOURCE"), (14, "VARIANT"), (19, "INT2"), (77, "number 77"),
        ])
    func otherTypes(number: Int, name: String) {
        #expect(
            readError(reading(TestTensor([4], number)).bytes)
                == "tensor 0 't0': elements of type \(name) are not supported")
    }

    @Test("constants lie in the mapped file where it aligns them")
    func mappedConstants() throws {
        let bytes = reading(TestTensor([4], content: TestTensor.littleEndian([UInt32(1), 2, 3, 4]))).bytes
        let file = try bytes.withUnsafeBytes { try MappedFile(copying: $0, name: "test") }
        let graph = try TFLiteReader.read(file: file)
        let constants = graph.values.compactMap(\.constant)
        let start = try #require(file.bytes.baseAddress)
        #expect(constants.count == 2)
        #expect(constants.allSatisfy { (start..<start + bytes.count).contains($0.baseAddress) })
    }

    @Test("int4 weights are unpacked, the lower half of a byte first")
    func int4() throws {
        let value = try first(
            reading(TestTensor([5], TestTensor.int4, content: [0x21, 0x8f, 0x07]), into: TestTensor([5], 17)))
        #expect(value.constant?.integers == [1, 2, -1, -8, 7])
        let unsigned = try first(reading(TestTensor([3], 20, content: [0xf1, 0x08]), into: TestTensor([3], 20)))
        #expect(unsigned.constant?.integers == [1, 15, 8])
    }

    @Test("content behind the flatbuffer is found by offset and size")
    func largeModels() throws {
        var bytes = reading(TestTensor([4])).bytes
        let content = TestTensor.littleEndian([UInt32(5), 6, 7, 8])
        let model = TestModel(
            [TestTensor([4]), .ints([-1]), TestTensor([4])], [TestOperator("RESHAPE", [0, 1], [2])], inputs: [],
            outputs: [2])
        // The offset is known once the flatbuffer has its length, which does not depend on the offset.
        var offset = 0
        for _ in 0..<2 {
            var changed = model
            changed.main.tensors[0].extra = [2: .u32(2)]
            changed.extraBuffers = [[1: .u64(UInt64(max(offset, 2))), 2: .u64(16)]]
            bytes = changed.bytes
            while bytes.count % 16 != 0 { bytes.append(0) }
            offset = bytes.count
            bytes += content
        }
        let graph = try readModel(bytes)
        #expect(
            try graph[#require(graph.nodes[0].inputs[0])].constant.map { $0.withUnsafeBytes { Array($0) } } == content)
        #expect(
            readError(bytes.dropLast())?.hasSuffix("16 bytes from offset \(offset) reach past the end of the file")
                == true)
    }

    @Test("an empty list needs no content, any other content must have the size of its type")
    func sizes() throws {
        let scalar = TestModel(
            [TestTensor([1]), TestTensor([0], TestTensor.int32), TestTensor([])],
            [TestOperator("RESHAPE", [0, 1], [2])],
            inputs: [0], outputs: [2])
        var graph = try scalar.read()
        #expect(try graph.inferTypes().isEmpty)
        #expect(graph[graph.outputs[0]].shape == .scalar)
        #expect(
            readError(reading(TestTensor([4], content: [1, 2, 3])).bytes)
                == "tensor 0 't0': float32[4] needs 16 bytes, its buffer has 3")
    }

    @Test("shapes that lie are refused before memory is asked for")
    func shapes() {
        #expect(
            readError(reading(TestTensor([1 << 30, 1 << 30])).bytes)
                == "tensor 0 't0': float32[1073741824x1073741824] is larger than any memory here")
        #expect(readError(reading(TestTensor([-2])).bytes) == "Tensor 0, field 'shape': -2 is no shape")
        #expect(
            readError(reading(TestTensor([1, 1, 1, 1, 1, 1, 1, 1, 1])).bytes)
                == "Tensor 0, field 'shape': 9 dimensions; at most 8 are handled")
    }

    @Test("sparse tensors and weights in other files are refused")
    func refusedTensors() {
        var sparse = TestTensor([4])
        sparse.extra = [6: .table([:])]
        #expect(readError(reading(sparse).bytes) == "Tensor 0, field 'sparsity': sparse tensors are not supported")
        var external = TestTensor([4])
        external.extra = [10: .u32(1)]
        #expect(
            readError(reading(external).bytes)
                == "Tensor 0, field 'external_buffer': weights outside the file are not supported")
    }
}

@Suite("Quantization of tensors")
struct QuantizationReadingTests {
    private func quantization(_ tensor: TestTensor) throws -> Quantization? {
        let graph = try model(tensor).read()
        return graph[try #require(graph.nodes[0].inputs[0])].quantization
    }

    private func model(_ tensor: TestTensor) -> TestModel {
        TestModel([tensor, TestTensor([2, 3])], [TestOperator("DEQUANTIZE", [0], [1])], inputs: [0], outputs: [1])
    }

    @Test("one scale is for the whole tensor, several are for an axis")
    func scales() throws {
        let whole = try quantization(.quantized([2, 3], scales: [0.5], zeroPoints: [-7]))
        #expect(whole == Quantization(scale: 0.5, zeroPoint: -7))
        let rows = try quantization(.quantized([2, 3], scales: [0.5, 1], zeroPoints: [0, 0]))
        #expect(rows == Quantization(scales: [0.5, 1], zeroPoints: [0, 0], axis: 0))
        let columns = try quantization(.quantized([2, 3], scales: [0.5, 1, 2], zeroPoints: [0], axis: 1))
        #expect(columns == Quantization(scales: [0.5, 1, 2], zeroPoints: [0, 0, 0], axis: 1))
    }

    @Test("no scale, a scale of 0 and scales of floats mean no quantization")
    func absent() throws {
        #expect(try quantization(TestTensor([2, 3], TestTensor.int8)) == nil)
        #expect(try quantization(.quantized([2, 3], scales: [0], zeroPoints: [0])) == nil)
        #expect(try quantization(.quantized([2, 3], TestTensor.float32, scales: [1], zeroPoints: [0])) == nil)
    }

    @Test("the axis of a list is its only one, whatever old files say")
    func biasAxis() throws {
        let bias = try quantization(
            .quantized([3], TestTensor.int32, scales: [1, 2, 3], zeroPoints: [0, 0, 0], axis: 3))
        #expect(bias?.axis == 0)
    }

    @Test(
        "numbers that are no scales or zero points are refused",
        arguments: [
            (
                TestTensor.quantized([2, 3], scales: [.nan], zeroPoints: [0]),
                "a scale of its quantization is not a positive number"
            ),
            (
                .quantized([2, 3], scales: [.infinity], zeroPoints: [0]),
                "a scale of its quantization is not a positive number"
            ),
            (
                .quantized([2, 3], scales: [-1], zeroPoints: [0]),
                "a scale of its quantization is not a positive number"
            ),
            (
                .quantized([2, 3], scales: [1, 0], zeroPoints: [0, 0]),
                "a scale of its quantization is not a positive number"
            ),
            (.quantized([2, 3], scales: [1], zeroPoints: [128]), "zero point 128 is no int8"),
            (.quantized([2, 3], scales: [1], zeroPoints: [1, 2]), "2 zero points for 1 scales"),
            (
                .quantized([2, 3], scales: [1, 2], zeroPoints: [0, 1]),
                "zero points other than 0 with a scale for each channel"
            ),
            (.quantized([2, 3], scales: [1, 2], zeroPoints: [0], axis: 1), "2 scales do not fit axis 1 of 2x3"),
            (.quantized([2, 3], scales: [1, 2], zeroPoints: [0], axis: -1), "2 scales do not fit axis -1 of 2x3"),
        ])
    func refused(tensor: TestTensor, reason: String) {
        #expect(readError(model(tensor).bytes) == "tensor 0 't0': \(reason)")
    }

    @Test("blockwise and custom quantization are refused")
    func details() {
        var tensor = TestTensor([2, 3], TestTensor.int8)
        tensor.extra = [4: .table([2: .floats([1]), 4: .u8(2)])]
        #expect(readError(model(tensor).bytes) == "tensor 0 't0': blockwise quantization is not supported")
    }
}
