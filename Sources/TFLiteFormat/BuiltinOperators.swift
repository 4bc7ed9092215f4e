// Which operators are known: one line an operator.
import Graphs

/// The builder of the builtin operator of that name; `nil` where it is not known.
///
/// Functions, not tables: a table would be filled for every model, which takes longer than to read a small one.
func builtinOperator(_ name: String) -> OperatorBuilder? {
    let families: [(String) -> OperatorBuilder?] = [
        elementwiseOperator, windowOperator, matrixOperator, shapeOperator, selectionOperator, reductionOperator,
        quantizationOperator, stateOperator, detectionOperator, controlFlowOperator,
    ]
    for family in families {
        if let builder = family(name) { return builder }
    }
    return nil
}

/// The builder of the custom operator of that code.
func customOperator(_ code: String) -> OperatorBuilder? {
    switch code {
    case "TFLite_Detection_PostProcess": buildDetectionPostProcess
    default: nil
    }
}

private func elementwiseOperator(_ name: String) -> OperatorBuilder? {
    switch name {
    case "ABS": unary(.abs)
    case "ADD": binary(.add, options: 11, "AddOptions")
    case "ADD_N": buildAddN
    case "ATAN2": binary(.arcTangent2)
    case "BITWISE_XOR": binary(.bitwiseXor)
    case "CAST": buildCast
    case "CEIL": unary(.ceil)
    case "COS": unary(.cos)
    case "DIV": binary(.divide, options: 29, "DivOptions")
    case "ELU": unary(.elu(alpha: 1))
    case "EQUAL": binary(.equal)
    case "EXP": unary(.exp)
    case "FLOOR": unary(.floor)
    case "FLOOR_DIV": binary(.floorDivide)
    case "FLOOR_MOD": binary(.floorModulo)
    case "GELU": buildGelu
    case "GREATER": binary(.greater)
    case "GREATER_EQUAL": binary(.greaterOrEqual)
    case "HARD_SWISH": unary(.hardSwish)
    case "LEAKY_RELU": buildLeakyRelu
    case "LESS": binary(.less)
    case "LESS_EQUAL": binary(.lessOrEqual)
    case "LOG": unary(.log)
    case "LOGICAL_AND": binary(.logicalAnd)
    case "LOGICAL_NOT": unary(.logicalNot)
    case "LOGICAL_OR": binary(.logicalOr)
    case "LOGISTIC": unary(.sigmoid)
    case "MAXIMUM": binary(.maximum)
    case "MINIMUM": binary(.minimum)
    case "MUL": binary(.multiply, options: 21, "MulOptions")
    case "NEG": unary(.negate)
    case "NOT_EQUAL": binary(.notEqual)
    case "POW": binary(.power)
    case "PRELU": binary(.prelu)
    case "RELU": unary(.relu)
    case "RELU6": unary(.relu6)
    case "RELU_0_TO_1": unary(.clip(low: 0, high: 1))
    case "RELU_N1_TO_1": unary(.reluN1To1)
    case "RIGHT_SHIFT": binary(.shiftRight)
    case "ROUND": unary(.round)
    case "RSQRT": unary(.rsqrt)
    case "SIGN": unary(.sign)
    case "SIN": unary(.sin)
    case "SQRT": unary(.sqrt)
    case "SQUARE": unary(.square)
    case "SQUARED_DIFFERENCE": binary(.squaredDifference)
    case "SUB": binary(.subtract, options: 28, "SubOptions")
    case "TANH": unary(.tanh)
    case "ZEROS_LIKE": buildZerosLike
    default: nil
    }
}

private func windowOperator(_ name: String) -> OperatorBuilder? {
    switch name {
    case "AVERAGE_POOL_2D": pool(.average(countsPadding: false))
    case "CONV_2D": buildConvolution2D
    case "CONV_3D": buildConvolution3D
    case "CONV_3D_TRANSPOSE": buildTransposedConvolution3D
    case "DEPTHWISE_CONV_2D": buildDepthwiseConvolution
    case "L2_POOL_2D": buildRootMeanSquarePool
    case "MAX_POOL_2D": pool(.maximum(columnMajor: false))
    case "RESIZE_BILINEAR": buildResizeBilinear
    case "RESIZE_NEAREST_NEIGHBOR": buildResizeNearest
    case "TRANSPOSE_CONV": buildTransposedConvolution
    default: nil
    }
}

private func matrixOperator(_ name: String) -> OperatorBuilder? {
    switch name {
    case "BATCH_MATMUL": buildBatchMatMul
    case "EMBEDDING_LOOKUP": buildEmbeddingLookup
    case "FULLY_CONNECTED": buildFullyConnected
    default: nil
    }
}

private func shapeOperator(_ name: String) -> OperatorBuilder? {
    switch name {
    case "BATCH_TO_SPACE_ND": inputs(3, BatchSpace(.batchToSpace))
    case "BROADCAST_TO": inputs(2, Expand())
    case "CONCATENATION": buildConcatenation
    case "DEPTH_TO_SPACE": buildDepthToSpace
    case "EXPAND_DIMS": inputs(2, Unsqueeze(axes: nil))
    case "FILL": inputs(2, Fill(value: nil))
    case "MIRROR_PAD": buildMirrorPad
    case "PACK": buildPack
    case "PAD": inputs(2, Pad(.constant, order: .pairs))
    case "PADV2": inputs(3, Pad(.constant, order: .pairs))
    case "RANGE": inputs(3, NumberRange())
    case "RANK": inputs(1, RankOf())
    case "RESHAPE": buildReshape
    case "REVERSE_SEQUENCE": buildReverseSequence
    case "REVERSE_V2": inputs(2, Reverse())
    case "SHAPE": buildShape
    case "SPACE_TO_BATCH_ND": inputs(3, BatchSpace(.spaceToBatch))
    case "SPACE_TO_DEPTH": buildSpaceToDepth
    case "SPLIT": buildSplit
    case "SPLIT_V": buildSplitBySizes
    case "SQUEEZE": buildSqueeze
    case "TILE": inputs(2, Tile())
    case "TRANSPOSE": inputs(2, Transpose(nil))
    case "UNPACK": buildUnpack
    default: nil
    }
}

private func selectionOperator(_ name: String) -> OperatorBuilder? {
    switch name {
    case "GATHER": buildGather
    case "GATHER_ND": inputs(2, GatherND())
    case "ONE_HOT": buildOneHot
    case "SCATTER_ND": inputs(3, ScatterIntoZeros())
    case "SELECT": buildSelect
    case "SELECT_V2": inputs(3, Select())
    case "SLICE": inputs(3, SliceBySize())
    case "STRIDED_SLICE": buildStridedSlice
    case "WHERE": buildWhere
    default: nil
    }
}

private func reductionOperator(_ name: String) -> OperatorBuilder? {
    switch name {
    case "ARG_MAX": argReduce(findsMaximum: true)
    case "ARG_MIN": argReduce(findsMaximum: false)
    case "CUMSUM": buildCumulativeSum
    case "L2_NORMALIZATION": buildL2Normalization
    case "LOCAL_RESPONSE_NORMALIZATION": buildLocalResponseNormalization
    case "LOG_SOFTMAX": inputs(1, Softmax(.logSoftmax, axis: -1))
    case "MEAN": reduce(.mean)
    case "REDUCE_ALL": reduce(.all)
    case "REDUCE_ANY": reduce(.any)
    case "REDUCE_MAX": reduce(.maximum)
    case "REDUCE_MIN": reduce(.minimum)
    case "REDUCE_PROD": reduce(.product)
    case "SOFTMAX": buildSoftmax
    case "SUM": reduce(.sum)
    case "TOPK_V2": buildTopK
    default: nil
    }
}

private func quantizationOperator(_ name: String) -> OperatorBuilder? {
    switch name {
    case "DEQUANTIZE": inputs(1, Dequantize())
    case "FAKE_QUANT": buildFakeQuantization
    case "QUANTIZE": inputs(1, Quantize())
    default: nil
    }
}

private func stateOperator(_ name: String) -> OperatorBuilder? {
    switch name {
    case "ASSIGN_VARIABLE": buildAssignVariable
    case "CALL_ONCE": buildNothing
    case "LSTM": buildLSTM
    case "READ_VARIABLE": buildReadVariable
    case "SVDF": buildSVDF
    case "UNIDIRECTIONAL_SEQUENCE_LSTM": buildSequenceLSTM
    case "VAR_HANDLE": buildVariableHandle
    default: nil
    }
}

private func detectionOperator(_ name: String) -> OperatorBuilder? {
    switch name {
    case "NON_MAX_SUPPRESSION_V4": suppression(isSoft: false)
    case "NON_MAX_SUPPRESSION_V5": suppression(isSoft: true)
    default: nil
    }
}

private func controlFlowOperator(_ name: String) -> OperatorBuilder? {
    switch name {
    case "CALL": refuseControlFlow
    case "IF": refuseControlFlow
    case "WHILE": refuseControlFlow
    default: nil
    }
}
