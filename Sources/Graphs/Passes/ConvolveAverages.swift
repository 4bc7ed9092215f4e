// Average pools of bytes that have no integer kernel of their own.
import Tensors

extension Graph {
    /// Pools that count their padding, or whose results have another scale, become convolutions of each channel with ones of
    /// scale 1 / n: the exact sum is rounded once, where the float form rounds on its way.
    mutating func convolveAverages() {
        GraphRewriter.rewrite(&self, having: [Pool.self]) { rewriter, node in
            if !rewriter.convolveAverage(node) { rewriter.keep(node) }
        }
    }
}

extension GraphRewriter {
    fileprivate mutating func convolveAverage(_ node: Node) -> Bool {
        guard let op = node.op as? Pool, case .average(let countsPadding) = op.function, op.layout == .channelsLast,
            op.activation == .none, !op.window.roundsUp, op.window.dilations == [1, 1], op.window.size.count == 2,
            case .explicit(let before, let after) = op.window.padding, let data = node.inputs[0],
            let type = graph[data].type, let result = graph[node.outputs[0]].type, type.shape.rank == 4,
            type.shape[3] < 1 << 16, type.isByteActivation, result.isByteActivation, type.element == result.element
        else { return false }
        let isPadded = (before + after).contains { $0 != 0 }
        // Every window has as many elements; what computes without scales stays as it is.
        guard countsPadding || !isPadded, isPadded || type.quantization != result.quantization else { return false }
        let (height, width) = (op.window.size[0], op.window.size[1])
        guard (1...Self.longestSide).contains(height), (1...Self.longestSide).contains(width) else { return false }
        let scale = Quantization(scale: 1 / Float(height * width), zeroPoint: 0)
        let shape: Shape = [height, width, type.shape[3]]
        guard
            let ones = try? Tensor(
                .int8, shape, [Int8](repeating: 1, count: shape.elementCount), quantization: scale)
        else { return false }
        let layer = DepthwiseConvolution(
            strides: op.window.strides, dilations: [1, 1], padding: op.window.padding, activation: .none)
        let weights = graph.add(constant: ones, name: "\(graph[node.outputs[0]].name)/ones")
        add(Node(layer, inputs: [data, weights], outputs: node.outputs, origin: node.origin))
        return true
    }

    /// Larger windows are not what depthwise kernels are made for.
    private static var longestSide: Int { 5 }
}

extension TensorType {
    /// Whether these are bytes with one scale.
    fileprivate var isByteActivation: Bool {
        (element == .int8 || element == .uint8) && quantization?.isPerTensor == true
    }
}
