// Weights in 4 bits, activations in float: for models whose size counts and whose speed does not.
import Graphs
import Tensors

/// Weights as int4 in blocks with a scale each, behind a DequantizeLinear; those that have no long axis as int8, a scale a channel.
enum BlockWeights {
    /// Weights along `axis` that share a scale.
    struct Block: Hashable {
        var axis: Int
        var size: Int

        /// Blocks along the axis.
        func count(_ shape: Shape) -> Int { (shape[axis] + size - 1) / size }
    }

    static let usualSize = 32
    /// Shorter axes would store as much in scales as they save.
    private static let shortest = 16

    /// The blocks of a layer's weights: along the axis that its sums run over; `nil` where that is short.
    static func block(of op: any Operator, _ weights: Shape) -> Block? {
        let axis: Int
        switch op {
        case is Convolution: axis = 1
        case is TransposedConvolution: axis = 0
        case let op as Gemm: axis = op.transposesB ? 1 : 0
        case is MatMul: axis = 0
        default: return nil
        }
        guard weights.rank > axis, weights[axis] >= shortest else { return nil }
        return Block(axis: axis, size: min(usualSize, weights[axis]))
    }

    /// `graph` with the weights of all layers but `wide` stored so.
    /// - Throws: `QuantizerError.model` without memory.
    static func graph(_ graph: Graph, wide: Set<Layer>) throws(QuantizerError) -> Graph {
        let kept = Set(wide.flatMap(\.nodes))
        var result = graph
        result.nodes = []
        var stored: [ValueID: ValueID] = [:]
        do throws(TensorError) {
            for (index, node) in graph.nodes.enumerated() {
                var node = node
                if case .weighted(let axis) = graph.role(of: node), !kept.contains(index), let id = node.inputs[1],
                    let weights = graph[id].constant
                {
                    if stored[id] == nil { stored[id] = try store(weights, id, axis, of: node, in: &result) }
                    node.inputs[1] = stored[id]
                }
                result.nodes.append(node)
            }
        } catch {
            throw .model("\(error)")
        }
        return result
    }

    private static func store(
        _ weights: Tensor, _ id: ValueID, _ channels: Int, of node: Node, in graph: inout Graph
    ) throws(TensorError) -> ValueID {
        let name = graph[id].name
        let (tensor, scales, layout): (Tensor, Tensor, ScaleLayout)
        if let block = block(of: node.op, weights.shape) {
            (tensor, scales) = try quantize(weights, block)
            layout = ScaleLayout(axis: block.axis, blockSize: block.size)
        } else {
            let bytes = try WeightQuantizer.quantize(weights, axis: channels)
            tensor = bytes.tensor
            scales = try Tensor(.float32, [bytes.scales.count], bytes.scales)
            layout = ScaleLayout(axis: channels, blockSize: 0)
        }
        let inputs = [
            graph.add(constant: tensor, name: "\(name)/stored"), graph.add(constant: scales, name: "\(name)/scales"),
        ]
        let result = graph.add(Value(name: "\(name)/rounded", type: TensorType(.float32, weights.shape)))
        graph.nodes.append(
            Node(
                DequantizeLinear(scales: layout), inputs: inputs, outputs: [result],
                origin: .init(
                    index: node.origin.index, operatorName: "DequantizeLinear", nodeName: "\(name)/DequantizeLinear")))
        return result
    }

    /// int4 from -7 to 7 and a scale for each block. Complexity: O(n).
    static func quantize(_ weights: Tensor, _ block: Block) throws(TensorError) -> (Tensor, scales: Tensor) {
        let values = weights.floats
        let (length, inner) = (weights.shape[block.axis], weights.shape.strides[block.axis])
        var shape = weights.shape
        shape[block.axis] = block.count(weights.shape)
        func place(_ index: Int) -> Int {
            let (outer, along) = (index / (length * inner), index / inner % length)
            return (outer * shape[block.axis] + along / block.size) * inner + index % inner
        }
        var peaks = [Float](repeating: 0, count: shape.elementCount)
        for (index, value) in values.enumerated() { peaks[place(index)] = max(peaks[place(index)], value.magnitude) }
        let scales = peaks.map { max($0, .leastNormalMagnitude * 16) / 7 }
        let integers = values.enumerated().map { index, value in
            Int8(min(max((value / scales[place(index)]).rounded(.toNearestOrEven), -7), 7))
        }
        return (try Tensor(.int4, weights.shape, integers), try Tensor(.float32, shape, scales))
    }
}
