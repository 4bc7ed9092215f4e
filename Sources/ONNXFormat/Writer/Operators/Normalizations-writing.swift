// Normalizations and softmax, back into the file.
import Graphs
import Tensors

extension OperatorTable {
    static func normalizationWriting(_ op: any Operator) -> WritingRule? {
        switch op {
        case let op as BatchNormalization where op.layout == .channelsFirst:
            return { $0.finish("BatchNormalization", $0.inputs(5), [.float("epsilon", op.epsilon)]) }
        case let op as GroupNormalization: return { try write($0, op) }
        case let op as LayerNormalization: return { write($0, op) }
        case let op as LocalResponseNormalization where op.layout == .channelsFirst:
            return {
                let attributes: [WrittenAttribute] = [
                    .integer("size", op.size), .float("alpha", op.alpha), .float("beta", op.beta),
                    .float("bias", op.bias),
                ]
                $0.finish("LRN", $0.inputs(1), attributes)
            }
        case let op as LpNormalization: return { try write($0, op) }
        case let op as Softmax: return { try write($0, op) }
        default: return nil
        }
    }

    private static func write(_ node: NodeWriting, _ op: GroupNormalization) throws {
        let epsilon = WrittenAttribute.float("epsilon", op.epsilon)
        guard let groups = op.groups else {
            return node.finish("InstanceNormalization", node.inputs(3), [epsilon])
        }
        let attributes = [epsilon, .integer("num_groups", groups)]
        guard op.scalesGroups else {
            node.require(21)
            return node.finish("GroupNormalization", node.inputs(3), attributes)
        }
        node.require(18)
        if node.version < 21 { return node.finish("GroupNormalization", node.inputs(3), attributes) }
        // Since version 21 each channel has its own.
        guard let channels = node.shape(0)?.dimensions.dropFirst().first, groups > 0, channels % groups == 0 else {
            throw ONNXError("the number of channels is not known")
        }
        let repeated = try (1...2).map { index in
            let column = node.intermediate(
                "Reshape", [node.input(index), try node.initializer(integers: [groups, 1])])
            let matrix = node.intermediate(
                "Expand", [column, try node.initializer(integers: [groups, channels / groups])])
            return node.intermediate("Reshape", [matrix, try node.initializer(integers: [channels])])
        }
        node.finish("GroupNormalization", [node.input(0)] + repeated, attributes)
    }

    private static func write(_ node: NodeWriting, _ op: LayerNormalization) {
        let attributes: [WrittenAttribute] = [.integer("axis", op.axis), .float("epsilon", op.epsilon)]
        guard op.isRootMeanSquare else { return node.finish("LayerNormalization", node.inputs(3), attributes) }
        node.require(23)
        node.finish("RMSNormalization", node.inputs(2), attributes)
    }

    /// ONNX's operator has no least norm.
    private static func write(_ node: NodeWriting, _ op: LpNormalization) throws {
        if op.epsilon == 0 {
            return node.finish("LpNormalization", node.inputs(1), [.integer("axis", op.axis), .integer("p", op.p)])
        }
        // Axes are an input since version 18.
        let isInput = node.version >= 18
        let inputs = [node.input(0)] + (isInput ? [try node.initializer(integers: [op.axis])] : [])
        let attributes = (isInput ? [] : [WrittenAttribute.integers("axes", [op.axis])]) + [.flag("keepdims", true)]
        let norm = node.intermediate(op.p == 1 ? "ReduceL1" : "ReduceL2", inputs, attributes)
        let divisor = node.intermediate("Max", [norm, try node.scalar(Double(op.epsilon))])
        node.finish("Div", [node.input(0), divisor])
    }

    private static func write(_ node: NodeWriting, _ op: Softmax) throws {
        let data =
            op.beta == 1
            ? node.input(0)
            : node.intermediate(
                "Mul", [node.input(0), try node.scalar(Double(op.beta))])
        let type: String
        switch op.function {
        case .softmax: type = "Softmax"
        case .logSoftmax: type = "LogSoftmax"
        case .hardmax: type = "Hardmax"
        }
        node.finish(type, [data], [.integer("axis", op.axis)])
    }
}
