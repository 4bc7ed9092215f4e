// Small models as bytes of .tflite files.
import Graphs
import TFLiteFormat
import Tensors

/// A tensor of a model file.
struct TestTensor: Sendable {
    var name = ""
    var shape: [Int]
    /// The format's number of the element type.
    var type = TestTensor.float32
    var content: [UInt8]?
    var scales: [Float] = []
    var zeroPoints: [Int64] = []
    var axis = 0
    var isVariable = false
    var signature: [Int]?
    var extra: [Int: Field] = [:]

    static let float32 = 0, float16 = 1, int32 = 2, uint8 = 3, int64 = 4, bool = 6, int16 = 7, int8 = 9, resource = 13,
        int4 = 17

    init(_ shape: [Int], _ type: Int = TestTensor.float32, content: [UInt8]? = nil) {
        self.shape = shape
        self.type = type
        self.content = content
    }

    /// A constant list of int32.
    static func ints(_ values: [Int]) -> TestTensor {
        TestTensor([values.count], int32, content: littleEndian(values.map { Int32($0) }))
    }

    /// A constant of `count` zero bytes for each element.
    static func zeros(_ shape: [Int], _ type: Int = TestTensor.float32, width: Int = 4) -> TestTensor {
        TestTensor(shape, type, content: [UInt8](repeating: 0, count: shape.reduce(1, *) * width))
    }

    static func quantized(
        _ shape: [Int], _ type: Int = TestTensor.int8, scales: [Float], zeroPoints: [Int64], axis: Int = 0,
        content: [UInt8]? = nil
    ) -> TestTensor {
        var tensor = TestTensor(shape, type, content: content)
        tensor.scales = scales
        tensor.zeroPoints = zeroPoints
        tensor.axis = axis
        return tensor
    }

    static func littleEndian<Number: FixedWidthInteger>(_ values: [Number]) -> [UInt8] {
        values.flatMap { value in withUnsafeBytes(of: value.littleEndian) { Array($0) } }
    }
}

/// An operator of a model file.
struct TestOperator: Sendable {
    var code: Int
    var custom: String?
    var inputs: [Int]
    var outputs: [Int]
    var optionsType = 0
    var options: [Int: Field] = [:]
    var extra: [Int: Field] = [:]

    init(_ name: String, _ inputs: [Int], _ outputs: [Int], optionsType: Int = 0, _ options: [Int: Field] = [:]) {
        code = builtinCodes[name] ?? 32
        custom = builtinCodes[name] == nil ? name : nil
        self.inputs = inputs
        self.outputs = outputs
        self.optionsType = optionsType
        self.options = options
    }
}

struct TestSubgraph: Sendable {
    var tensors: [TestTensor] = []
    var operators: [TestOperator] = []
    var inputs: [Int] = []
    var outputs: [Int] = []
}

/// A model file with one main subgraph, and others where operators call them.
struct TestModel: Sendable {
    var main: TestSubgraph
    var others: [TestSubgraph] = []
    var version: UInt32 = 3
    /// Buffers behind those of the tensors.
    var extraBuffers: [[Int: Field]] = []

    init(_ tensors: [TestTensor], _ operators: [TestOperator], inputs: [Int], outputs: [Int]) {
        main = TestSubgraph(tensors: tensors, operators: operators, inputs: inputs, outputs: outputs)
    }

    var bytes: [UInt8] {
        var buffers: [[Int: Field]] = [[:]]
        var codes: [[Int: Field]] = []
        func table(_ tensor: TestTensor, _ index: Int) -> [Int: Field] {
            var fields: [Int: Field] = [
                0: .ints(tensor.shape), 1: .i8(Int8(tensor.type)),
                3: .string(tensor.name.isEmpty ? "t\(index)" : tensor.name),
            ]
            if let content = tensor.content {
                fields[2] = .u32(UInt32(buffers.count))
                buffers.append([0: .bytes(content)])
            }
            if !tensor.scales.isEmpty {
                fields[4] = .table([
                    2: .floats(tensor.scales), 3: .longs(tensor.zeroPoints), 6: .i32(Int32(tensor.axis)),
                ])
            }
            if tensor.isVariable { fields[5] = .bool(true) }
            if let signature = tensor.signature { fields[7] = .ints(signature) }
            return fields.merging(tensor.extra) { $1 }
        }
        func table(_ op: TestOperator) -> [Int: Field] {
            var fields: [Int: Field] = [0: .u32(UInt32(codes.count)), 1: .ints(op.inputs), 2: .ints(op.outputs)]
            if op.optionsType != 0 {
                fields[3] = .u8(UInt8(op.optionsType))
                fields[4] = .table(op.options)
            }
            var code: [Int: Field] = [0: .i8(Int8(min(op.code, 127))), 3: .i32(Int32(op.code))]
            if let custom = op.custom { code[1] = .string(custom) }
            codes.append(code)
            return fields.merging(op.extra) { $1 }
        }
        func table(_ subgraph: TestSubgraph) -> [Int: Field] {
            [
                0: .tables(subgraph.tensors.enumerated().map { table($0.element, $0.offset) }),
                1: .ints(subgraph.inputs),
                2: .ints(subgraph.outputs), 3: .tables(subgraph.operators.map { table($0) }), 4: .string("main"),
            ]
        }
        let subgraphs = ([main] + others).map { table($0) }
        return FlatBufferWriter.file(root: [
            0: .u32(version), 1: .tables(codes), 2: .tables(subgraphs), 4: .tables(buffers + extraBuffers),
        ])
    }

    func read() throws -> Graph { try readModel(bytes) }
}

/// The graph of a file with these bytes.
func readModel(_ bytes: [UInt8]) throws -> Graph {
    try TFLiteReader.read(file: try bytes.withUnsafeBytes { try MappedFile(copying: $0, name: "test") })
}

/// The message of the error that reading `bytes` gives; `nil` when it succeeds.
func readError(_ bytes: [UInt8]) -> String? {
    do {
        _ = try readModel(bytes)
        return nil
    } catch {
        return "\(error)"
    }
}

/// The format's numbers of the builtin operators that tests use.
let builtinCodes: [String: Int] = [
    "ABS": 101, "ADD": 0, "ADD_N": 106, "ARG_MAX": 56, "ARG_MIN": 79, "ASSIGN_VARIABLE": 144, "AVERAGE_POOL_2D": 1,
    "BATCH_MATMUL": 126, "BATCH_TO_SPACE_ND": 37, "BROADCAST_TO": 130, "CALL_ONCE": 129, "CAST": 53,
    "CONCATENATION": 2, "CONV_2D": 3, "CONV_3D": 132, "CONV_3D_TRANSPOSE": 141, "CUMSUM": 128, "DEPTHWISE_CONV_2D": 4,
    "DEPTH_TO_SPACE": 5, "DEQUANTIZE": 6, "DIV": 42, "EMBEDDING_LOOKUP": 7, "EXPAND_DIMS": 70, "FAKE_QUANT": 80,
    "FILL": 94, "FULLY_CONNECTED": 9, "GATHER": 36, "GATHER_ND": 107, "GELU": 150, "L2_NORMALIZATION": 11,
    "L2_POOL_2D": 12, "LEAKY_RELU": 98, "LOCAL_RESPONSE_NORMALIZATION": 13, "LOG_SOFTMAX": 50, "LSTM": 16,
    "MAX_POOL_2D": 17, "MEAN": 40, "MIRROR_PAD": 100, "MUL": 18, "NON_MAX_SUPPRESSION_V4": 120,
    "NON_MAX_SUPPRESSION_V5": 121, "ONE_HOT": 85, "PACK": 83, "PAD": 34, "PADV2": 60, "PRELU": 54, "QUANTIZE": 114,
    "RANGE": 96, "RANK": 110, "READ_VARIABLE": 143, "RELU": 19, "RELU6": 21, "RELU_0_TO_1": 152, "RESHAPE": 22,
    "RESIZE_BILINEAR": 23, "RESIZE_NEAREST_NEIGHBOR": 97, "REVERSE_SEQUENCE": 112, "REVERSE_V2": 105,
    "SCATTER_ND": 122, "SELECT": 64, "SELECT_V2": 123, "SHAPE": 77, "SLICE": 65, "SOFTMAX": 25,
    "SPACE_TO_BATCH_ND": 38, "SPACE_TO_DEPTH": 26, "SPLIT": 49, "SPLIT_V": 102, "SQUEEZE": 43, "STRIDED_SLICE": 45,
    "SUB": 41, "SUM": 74, "SVDF": 27, "TANH": 28, "TILE": 69, "TOPK_V2": 48, "TRANSPOSE": 39, "TRANSPOSE_CONV": 67,
    "UNIDIRECTIONAL_SEQUENCE_LSTM": 44, "UNIQUE": 103, "UNPACK": 88, "VAR_HANDLE": 142, "WHERE": 109, "WHILE": 119,
    "ZEROS_LIKE": 93,
]
