// A border of zeros in front of a convolution or a pool.
import Tensors

extension Graph {
    /// Takes a constant pad of the spatial axes with zeros (for quantized data: the zero point) into the padding of the
    /// convolution behind it, or of the maximum pool where nothing is less than zero.
    mutating func foldPads() {
        let uses = useCounts
        GraphRewriter.rewrite(&self, having: [Pad.self]) { rewriter, node in
            guard let op = node.op.window, node.outputs.count == 1, let input = node.inputs.first ?? nil,
                uses[input.index] == 1, let before = rewriter.producer(of: input),
                let borders = rewriter.zeroBorders(before), let data = before.inputs[0],
                rewriter.graph[input].quantization == rewriter.graph[data].quantization
            else { return rewriter.keep(node) }
            let spatial = op.layout.spatialAxes(rank: borders.count)
            let others = borders.indices.filter { !spatial.contains($0) }
            guard others.allSatisfy({ borders[$0] == (0, 0) }), borders.allSatisfy({ $0.before >= 0 && $0.after >= 0 })
            else {
                return rewriter.keep(node)
            }
            var (befores, afters) = (spatial.map { borders[$0].before }, spatial.map { borders[$0].after })
            switch op.padding {
            case .valid: break
            case .explicit(let before, let after) where before.count == befores.count && after.count == afters.count:
                befores = zip(befores, before).map { $0 &+ $1 }
                afters = zip(afters, after).map { $0 &+ $1 }
            default: return rewriter.keep(node)
            }
            guard op.passesOver(befores, afters, of: rewriter.graph[data].type) else { return rewriter.keep(node) }
            let padded = op.padded(.explicit(before: befores, after: afters))
            rewriter.add(
                Node(padded, inputs: [data] + node.inputs.dropFirst(), outputs: node.outputs, origin: node.origin))
        }
    }
}

/// An operator over windows whose padding can be another.
private protocol PaddedWindow: Operator {
    var layout: Layout { get }
    var padding: Padding { get set }

    /// Whether it makes of so much padding what it makes of as many zeros of such data.
    func passesOver(_ before: [Int], _ after: [Int], of data: TensorType?) -> Bool
}

extension PaddedWindow {
    fileprivate func padded(_ padding: Padding) -> any Operator {
        var result = self
        result.padding = padding
        return result
    }

    fileprivate func passesOver(_: [Int], _: [Int], of _: TensorType?) -> Bool { true }
}

extension Operator {
    fileprivate var window: (any PaddedWindow)? {
        (self as? Convolution) ?? (self as? DepthwiseConvolution) ?? (self as? Pool)
    }
}

extension Convolution: PaddedWindow {}

extension DepthwiseConvolution: PaddedWindow {
    fileprivate var layout: Layout { .channelsLast }
}

extension Pool: PaddedWindow {
    fileprivate var padding: Padding {
        get { window.padding }
        set { window.padding = newValue }
    }

    /// A maximum leaves padding out, which changes nothing where a zero is the least byte and every window has another element.
    fileprivate func passesOver(_ before: [Int], _ after: [Int], of data: TensorType?) -> Bool {
        guard case .maximum = function, !window.roundsUp, window.dilations.allSatisfy({ $0 == 1 }),
            let data, let zero = data.quantization?.zeroPoint,
            data.element == .int8 && zero == -128 || data.element == .uint8 && zero == 0
        else { return false }
        return zip(before + after, window.size + window.size).allSatisfy { $0 < $1 }
    }
}

extension GraphRewriter {
    /// The borders that `node` adds, if it is a pad with constant zeros.
    fileprivate func zeroBorders(_ node: Node) -> [(before: Int, after: Int)]? {
        guard let op = node.op as? Pad, op.mode == .constant, let arguments = graph.arguments(of: node),
            let data = arguments.optionalType(0)
        else { return nil }
        let isQuantized = data.element.isInteger
        if isQuantized, data.quantization?.isPerTensor != true { return nil }
        // In TFLite a layer of floats may have integer weights, and then a scale that depends on its data.
        if graph.convention == .tflite, !isQuantized { return nil }
        if arguments.has(2) {
            guard let value = arguments.constants[2], value.elementCount == 1 else { return nil }
            let zero = isQuantized ? Double(data.quantization?.zeroPoint ?? 0) : 0
            guard value.doubles == [zero] else { return nil }
        } else if isQuantized, graph.convention == .onnx {
            return nil
        }
        return try? op.borders(arguments)
    }
}
