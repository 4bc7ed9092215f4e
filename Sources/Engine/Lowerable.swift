import Graphs
import Tensors

/// An operator that the engine can compute: it turns itself into steps.
///
/// One file in `Lowering/` for each family of operators conforms it.
public protocol Lowerable: Operator {
    /// Appends the steps that compute the node at `site`.
    /// - Throws: `.invalid` for a combination of types that no kernel computes; the text goes to the user.
    func lower(_ site: Site, _ builder: inout ProgramBuilder) throws(OperatorFailure)
}

/// A node with everything that lowering needs to know about its place.
public struct Site {
    public let node: Node
    /// Types and known values of the inputs, and what is declared of the outputs.
    public let arguments: Arguments
    public let outputTypes: [TensorType]
    let inputBuffers: [Buffer?]
    let outputBuffers: [Buffer]

    /// The memory of input `index`, which must be there.
    public func input(_ index: Int) throws(OperatorFailure) -> Buffer {
        guard index < inputBuffers.count, let buffer = inputBuffers[index] else {
            throw .invalid("input \(index) is missing")
        }
        return buffer
    }

    /// The memory of input `index`, `nil` where it is left out.
    public func optionalInput(_ index: Int) -> Buffer? { index < inputBuffers.count ? inputBuffers[index] : nil }

    public func inputType(_ index: Int) throws(OperatorFailure) -> TensorType { try arguments.type(index) }
    public func optionalConstant(_ index: Int) -> Tensor? {
        index < arguments.constants.count ? arguments.constants[index] : nil
    }

    /// The memory of output `index`.
    public func output(_ index: Int = 0) -> Buffer { outputBuffers[index] }
    public func outputType(_ index: Int = 0) -> TensorType { outputTypes[index] }
    public var outputCount: Int { outputTypes.count }
}

extension Node {
    /// The operator as one that can be lowered.
    var lowerable: (any Lowerable)? {
        let kind = ObjectIdentifier(type(of: op))
        return Self.common.first { $0.kind == kind }?.cast(op) ?? (op as? any Lowerable)
    }

    /// The first cast of each type to a protocol looks through every conformance in the program, which takes longer than to lower
    /// the operator. The most common ones are spared that.
    private static let common = [
        common(Convolution.self), common(DepthwiseConvolution.self), common(FullyConnected.self),
        common(Binary.self), common(Unary.self), common(Pool.self), common(Reduce.self), common(Softmax.self),
        common(Concat.self), common(Quantize.self), common(Dequantize.self), common(ByteTable.self),
        common(Transpose.self), common(Resize.self), common(Pad.self), common(StridedSlice.self), common(Slice.self),
        common(Split.self), common(UnidirectionalLSTM.self), common(TransposedConvolution.self), common(MatMul.self),
        common(Gemm.self), common(ReadVariable.self), common(AssignVariable.self), common(ResizeImage.self),
        common(Gather.self), common(Expand.self), common(FloatTable.self), common(Cast.self),
        common(ScaledInteger.self), common(IntegerConvolution.self), common(IntegerMatMul.self),
        common(QuantizeLinear.self), common(DequantizeLinear.self), common(DynamicQuantizeLinear.self),
        common(BatchNormalization.self), common(DepthSpace.self), common(SVDF.self), common(Recurrent.self),
        common(SliceBySize.self), common(ArgReduce.self), common(EmbeddingLookup.self), common(Tile.self),
        common(Select.self), common(LpNormalization.self), common(WordSwish.self), common(ResizedArgReduce.self),
        common(Fill.self), common(DetectionPostProcess.self), common(Reverse.self), common(GatherElements.self),
        common(GatherND.self), common(NumberRange.self), common(ScatterND.self), common(TopK.self),
        common(LayerNormalization.self),
    ]

    private static func common<Op: Lowerable>(
        _ type: Op.Type
    ) -> (kind: ObjectIdentifier, cast: @Sendable (any Operator) -> (any Lowerable)?) {
        (ObjectIdentifier(type), { $0 as? Op })
    }

    /// Whether the result is the bytes of the first input under another type: the node costs nothing.
    var isAlias: Bool { Self.aliases.contains(ObjectIdentifier(type(of: op))) }

    private static let aliases = [
        ObjectIdentifier(Reshape.self), ObjectIdentifier(Squeeze.self), ObjectIdentifier(Unsqueeze.self),
        ObjectIdentifier(Flatten.self), ObjectIdentifier(AssumeQuantization.self),
    ]
}

/// An operator whose shape depends on the values of its inputs: it is computed as a whole once they are known.
public protocol Evaluable: Operator {
    /// The outputs for the given inputs (`nil` where left out).
    func evaluate(_ inputs: [Tensor?]) throws(OperatorFailure) -> [Tensor]
}
