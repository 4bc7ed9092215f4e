// What an operator can do on integers.
import Graphs
import Tensors

/// How a node takes part in a quantized network.
enum NodeRole: Hashable, Sendable {
    /// A layer with constant weights at input 1 (their output channels along `axis`), and a bias at input 2.
    case weighted(axis: Int)
    /// Its result has a range of its own; inputs are quantized.
    case arithmetic
    /// Its result lies from 0 to 1 by its nature.
    case unit
    /// The result holds elements of the first input as they are: one scale for both.
    case moving
    /// All inputs joined.
    case joining
    /// No integer form that runtimes share: it computes on floats.
    case float
}

extension Graph {
    /// The role that the operator of `node` allows, all types known. Only float32 data are quantized.
    func role(of node: Node) -> NodeRole {
        guard node.outputs.allSatisfy({ self[$0].element == .float32 }) || node.op is Pool,
            let first = node.inputs.first ?? nil, self[first].element == .float32, let rank = self[first].shape?.rank
        else { return .float }
        switch node.op {
        case let op as Convolution
        where op.layout == .channelsFirst && (3...4).contains(rank) && op.activation == .none:
            return hasFloatWeights(node) ? .weighted(axis: 0) : .float
        case let op as TransposedConvolution
        where op.layout == .channelsFirst && rank == 4 && op.groups == 1 && op.activation == .none:
            return hasFloatWeights(node) ? .weighted(axis: 1) : .float
        case let op as Gemm where !op.transposesA && op.alpha == 1 && op.beta == 1:
            return hasFloatWeights(node) && hasBiasOfChannels(node) ? .weighted(axis: op.transposesB ? 0 : 1) : .float
        case let op as MatMul where !op.transposesA && !op.transposesB:
            if hasFloatWeights(node), let id = node.inputs[1], self[id].shape?.rank == 2 { return .weighted(axis: 1) }
            return isConstant(node.inputs[1]) || isConstant(first) ? .float : .arithmetic
        case let op as Binary where op.activation == .none: return role(of: op)
        case let op as Unary: return role(of: op.function)
        case let op as Pool:
            switch op.function {
            case .maximum: return node.outputs.count == 1 ? .moving : .float
            case .average: return .arithmetic
            case .norm: return .float
            }
        case let op as Reduce: return op.function == .mean ? .arithmetic : .float
        case let op as Softmax: return op.function == .softmax ? .unit : .float
        case let op as Resize:
            if case .nearest = op.mode { return op.coordinates == .cropAndResize ? .float : .moving }
            return op.coordinates == .cropAndResize ? .float : .arithmetic
        case let op as Pad:
            // A border of another value than zero need not be one that the scale can say.
            return op.mode != .constant || fillsWithZero(node) ? .moving : .float
        case is Reshape, is Squeeze, is Unsqueeze, is Flatten, is Transpose, is DepthSpace, is Split, is Tile,
            is Expand,
            is Slice, is Gather:
            return isConstant(first) ? .float : .moving
        case let op as Concat: return op.activation == .none ? .joining : .float
        default: return .float
        }
    }

    private func role(of op: Binary) -> NodeRole {
        switch op.function {
        case .add, .subtract, .multiply: .arithmetic
        default: .float
        }
    }

    private func role(of function: Unary.Function) -> NodeRole {
        switch function {
        case .sigmoid, .hardSigmoid: .unit
        case .relu, .relu6, .clip, .leakyRelu, .hardSwish, .tanh, .swish, .elu, .gelu, .mish: .arithmetic
        default: .float
        }
    }

    func isConstant(_ id: ValueID?) -> Bool { id.map { self[$0].constant != nil } ?? false }

    private func hasFloatWeights(_ node: Node) -> Bool {
        guard node.inputs.count > 1, let id = node.inputs[1], let weights = self[id].constant,
            weights.element == .float32,
            weights.elementCount > 0
        else { return false }
        guard node.inputs.count > 2, let bias = node.inputs[2] else { return true }
        return self[bias].constant?.element == .float32
    }

    /// Whether the third input is absent or has one number for each column of the result.
    private func hasBiasOfChannels(_ node: Node) -> Bool {
        guard node.inputs.count > 2, let bias = node.inputs[2] else { return true }
        guard let columns = self[node.outputs[0]].shape?.dimensions.last else { return false }
        return self[bias].constant?.elementCount == columns
    }

    private func fillsWithZero(_ node: Node) -> Bool {
        guard node.inputs.count > 2, let id = node.inputs[2] else { return true }
        return self[id].constant?.floats.allSatisfy { $0 == 0 } ?? false
    }
}
