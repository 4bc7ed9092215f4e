// Which operators are known: one line an operator.
import Graphs

/// Builders of the builtin operators by their names.
let builtinOperators: [String: OperatorBuilder] = merged([
    elementwiseOperators, windowOperators, matrixOperators, shapeOperators, selectionOperators, reductionOperators,
    quantizationOperators, stateOperators, detectionOperators, controlFlowOperators,
])

/// Builders of custom operators by their codes.
let customOperators: [String: OperatorBuilder] = [
    "TFLite_Detection_PostProcess": buildDetectionPostProcess
]

private func merged(_ tables: [[String: OperatorBuilder]]) -> [String: OperatorBuilder] {
    tables.reduce(into: [:]) { all, table in all.merge(table) { first, _ in first } }
}

private let elementwiseOperators: [String: OperatorBuilder] = [
    "ABS": unary(.abs),
    "ADD": binary(.add, options: 11, "AddOptions"),
    "ADD_N": buildAddN,
    "ATAN2": binary(.arcTangent2),
    "BITWISE_XOR": binary(.bitwiseXor),
    "CAST": buildCast,
    "CEIL": unary(.ceil),
    "COS": unary(.cos),
    "DIV": binary(.divide, options: 29, "DivOptions"),
    "ELU": unary(.elu(alpha: 1)),
    "EQUAL": binary(.equal),
    "EXP": unary(.exp),
    "FLOOR": unary(.floor),
    "FLOOR_DIV": binary(.floorDivide),
    "FLOOR_MOD": binary(.floorModulo),
    "GELU": buildGelu,
    "GREATER": binary(.greater),
    "GREATER_EQUAL": binary(.greaterOrEqual),
    "HARD_SWISH": unary(.hardSwish),
    "LEAKY_RELU": buildLeakyRelu,
    "LESS": binary(.less),
    "LESS_EQUAL": binary(.lessOrEqual),
    "LOG": unary(.log),
    "LOGICAL_AND": binary(.logicalAnd),
    "LOGICAL_NOT": unary(.logicalNot),
    "LOGICAL_OR": binary(.logicalOr),
    "LOGISTIC": unary(.sigmoid),
    "MAXIMUM": binary(.maximum),
    "MINIMUM": binary(.minimum),
    "MUL": binary(.multiply, options: 21, "MulOptions"),
    "NEG": unary(.negate),
    "NOT_EQUAL": binary(.notEqual),
    "POW": binary(.power),
    "PRELU": binary(.prelu),
    "RELU": unary(.relu),
    "RELU6": unary(.relu6),
    "RELU_0_TO_1": unary(.clip(low: 0, high: 1)),
    "RELU_N1_TO_1": unary(.reluN1To1),
    "RIGHT_SHIFT": binary(.shiftRight),
    "ROUND": unary(.round),
    "RSQRT": unary(.rsqrt),
    "SIGN": unary(.sign),
    "SIN": unary(.sin),
    "SQRT": unary(.sqrt),
    "SQUARE": unary(.square),
    "SQUARED_DIFFERENCE": binary(.squaredDifference),
    "SUB": binary(.subtract, options: 28, "SubOptions"),
    "TANH": unary(.tanh),
    "ZEROS_LIKE": buildZerosLike,
]

private let windowOperators: [String: OperatorBuilder] = [
    "AVERAGE_POOL_2D": pool(.average(countsPadding: false)),
    "CONV_2D": buildConvolution2D,
    "CONV_3D": buildConvolution3D,
    "CONV_3D_TRANSPOSE": buildTransposedConvolution3D,
    "DEPTHWISE_CONV_2D": buildDepthwiseConvolution,
    "L2_POOL_2D": buildRootMeanSquarePool,
    "MAX_POOL_2D": pool(.maximum(columnMajor: false)),
    "RESIZE_BILINEAR": buildResizeBilinear,
    "RESIZE_NEAREST_NEIGHBOR": buildResizeNearest,
    "TRANSPOSE_CONV": buildTransposedConvolution,
]

private let matrixOperators: [String: OperatorBuilder] = [
    "BATCH_MATMUL": buildBatchMatMul,
    "EMBEDDING_LOOKUP": buildEmbeddingLookup,
    "FULLY_CONNECTED": buildFullyConnected,
]

private let shapeOperators: [String: OperatorBuilder] = [
    "BATCH_TO_SPACE_ND": inputs(3, BatchSpace(.batchToSpace)),
    "BROADCAST_TO": inputs(2, Expand()),
    "CONCATENATION": buildConcatenation,
    "DEPTH_TO_SPACE": buildDepthToSpace,
    "EXPAND_DIMS": inputs(2, Unsqueeze(axes: nil)),
    "FILL": inputs(2, Fill(value: nil)),
    "MIRROR_PAD": buildMirrorPad,
    "PACK": buildPack,
    "PAD": inputs(2, Pad(.constant, order: .pairs)),
    "PADV2": inputs(3, Pad(.constant, order: .pairs)),
    "RANGE": inputs(3, NumberRange()),
    "RANK": inputs(1, RankOf()),
    "RESHAPE": buildReshape,
    "REVERSE_SEQUENCE": buildReverseSequence,
    "REVERSE_V2": inputs(2, Reverse()),
    "SHAPE": buildShape,
    "SPACE_TO_BATCH_ND": inputs(3, BatchSpace(.spaceToBatch)),
    "SPACE_TO_DEPTH": buildSpaceToDepth,
    "SPLIT": buildSplit,
    "SPLIT_V": buildSplitBySizes,
    "SQUEEZE": buildSqueeze,
    "TILE": inputs(2, Tile()),
    "TRANSPOSE": inputs(2, Transpose(nil)),
    "UNPACK": buildUnpack,
]

private let selectionOperators: [String: OperatorBuilder] = [
    "GATHER": buildGather,
    "GATHER_ND": inputs(2, GatherND()),
    "ONE_HOT": buildOneHot,
    "SCATTER_ND": inputs(3, ScatterIntoZeros()),
    "SELECT": buildSelect,
    "SELECT_V2": inputs(3, Select()),
    "SLICE": inputs(3, SliceBySize()),
    "STRIDED_SLICE": buildStridedSlice,
    "WHERE": buildWhere,
]

private let reductionOperators: [String: OperatorBuilder] = [
    "ARG_MAX": argReduce(findsMaximum: true),
    "ARG_MIN": argReduce(findsMaximum: false),
    "CUMSUM": buildCumulativeSum,
    "L2_NORMALIZATION": buildL2Normalization,
    "LOCAL_RESPONSE_NORMALIZATION": buildLocalResponseNormalization,
    "LOG_SOFTMAX": inputs(1, Softmax(.logSoftmax, axis: -1)),
    "MEAN": reduce(.mean),
    "REDUCE_ALL": reduce(.all),
    "REDUCE_ANY": reduce(.any),
    "REDUCE_MAX": reduce(.maximum),
    "REDUCE_MIN": reduce(.minimum),
    "REDUCE_PROD": reduce(.product),
    "SOFTMAX": buildSoftmax,
    "SUM": reduce(.sum),
    "TOPK_V2": buildTopK,
]

private let quantizationOperators: [String: OperatorBuilder] = [
    "DEQUANTIZE": inputs(1, Dequantize()),
    "FAKE_QUANT": buildFakeQuantization,
    "QUANTIZE": inputs(1, Quantize()),
]

private let stateOperators: [String: OperatorBuilder] = [
    "ASSIGN_VARIABLE": buildAssignVariable,
    "CALL_ONCE": buildNothing,
    "LSTM": buildLSTM,
    "READ_VARIABLE": buildReadVariable,
    "SVDF": buildSVDF,
    "UNIDIRECTIONAL_SEQUENCE_LSTM": buildSequenceLSTM,
    "VAR_HANDLE": buildVariableHandle,
]

private let detectionOperators: [String: OperatorBuilder] = [
    "NON_MAX_SUPPRESSION_V4": suppression(isSoft: false),
    "NON_MAX_SUPPRESSION_V5": suppression(isSoft: true),
]

private let controlFlowOperators: [String: OperatorBuilder] = [
    "CALL": refuseControlFlow,
    "IF": refuseControlFlow,
    "WHILE": refuseControlFlow,
]
