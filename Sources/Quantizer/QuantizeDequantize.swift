// Writes a placement into the graph: QuantizeLinear and DequantizeLinear round what is integer.
import Graphs
import Tensors

/// Builds the quantized graph from the float one.
struct QuantizeDequantize {
    private let placement: Placement
    private let quantizations: [ValueID: Quantization]
    private let element: ElementType
    private let weights: WeightFormat
    /// The graph without nodes: they are in `nodes`.
    private var graph: Graph
    private var nodes: [Node] = []
    /// What integer nodes read in place of a value.
    private var dequantized: [ValueID: ValueID] = [:]
    private var constants: [ValueID: ValueID] = [:]
    /// The index of the node at hand.
    private var current = 0

    /// The quantized form of the placement's graph, in ONNX's own operators.
    /// - Throws: `QuantizerError.model` without memory.
    static func graph(
        _ plan: QuantizationPlan, _ options: QuantizerOptions
    ) throws(QuantizerError) -> Graph {
        var builder = QuantizeDequantize(plan, options)
        do throws(TensorError) { return try builder.build() } catch { throw .model("\(error)") }
    }

    private init(_ plan: QuantizationPlan, _ options: QuantizerOptions) {
        placement = plan.placement
        quantizations = plan.quantizations
        element = options.activations
        weights = options.weights
        graph = placement.graph
        graph.nodes = []
    }

    private mutating func build() throws(TensorError) -> Graph {
        for input in graph.inputs { try round(input.value, byInteger: false) }
        for (index, node) in placement.graph.nodes.enumerated() {
            let role = placement.roles[index]
            current = node.origin.index
            var inputs = node.inputs
            for (place, id) in node.inputs.enumerated() {
                guard let id else { continue }
                inputs[place] = try operand(id, place, of: node, role)
            }
            if case .weighted(let axis) = role { try quantizeWeights(&inputs, node, axis: axis) }
            nodes.append(Node(node.op, inputs: inputs, outputs: node.outputs, origin: node.origin))
            for id in node.outputs { try round(id, byInteger: role != .float) }
        }
        for place in graph.outputs.indices {
            let id = graph.outputs[place]
            guard isInteger.contains(id), let result = dequantized[id] else { continue }
            graph.outputs[place] = result
            // The model's output keeps its name; a value may be listed twice.
            guard !graph.outputs[..<place].contains(result) else { continue }
            let name = graph[id].name
            graph[id].name = "\(name)/float"
            graph[result].name = name
        }
        graph.nodes = nodes
        graph.removeDeadNodes()
        return graph
    }

    /// Values that integer nodes make: whoever reads them reads the rounded numbers.
    private var isInteger: Set<ValueID> = []

    private mutating func operand(
        _ id: ValueID, _ place: Int, of node: Node, _ role: NodeRole
    ) throws(TensorError) -> ValueID {
        if let rounded = dequantized[id] { return role != .float || isInteger.contains(id) ? rounded : id }
        // A constant beside bytes becomes bytes too.
        guard role == .arithmetic || role == .joining, node.op is Binary || node.op is Concat,
            let constant = graph[id].constant, constant.element == .float32, constant.elementCount > 0
        else { return id }
        if let known = constants[id] { return known }
        let values = constant.floats
        let range = ActivationRange(low: values.min() ?? 0, high: values.max() ?? 0)
        guard let quantization = range.quantization(element), let levels = Levels(range, element) else { return id }
        let low = element.integerRange?.lowerBound ?? 0
        let bytes = values.map { UInt8(truncatingIfNeeded: Int64(levels.index(of: $0)) + low) }
        let tensor = try Tensor(TensorType(element, constant.shape)) { target in
            bytes.withUnsafeBytes { target.copyMemory(from: $0) }
        }
        let name = graph[id].name
        let stored = graph.add(constant: tensor, name: "\(name)/bytes")
        let result = try dequantize(stored, quantization, name: name, shape: constant.shape)
        constants[id] = result
        return result
    }

    /// Adds the rounding of `id` to bytes and back, where it is stored as bytes.
    private mutating func round(_ id: ValueID, byInteger: Bool) throws(TensorError) {
        guard placement.isByte[id.index], let quantization = quantizations[id], let shape = graph[id].shape else {
            return
        }
        if byInteger { isInteger.insert(id) }
        let name = graph[id].name
        let stored = graph.add(Value(name: "\(name)/bytes", type: TensorType(element, shape)))
        let (scale, zero) = try parameters(quantization, element, name: name)
        nodes.append(
            Node(
                QuantizeLinear(scales: ScaleLayout(axis: 1, blockSize: 0), element: nil), inputs: [id, scale, zero],
                outputs: [stored], origin: origin("QuantizeLinear", name)))
        dequantized[id] = dequantize(stored, scale, zero, name: name, shape: shape, axis: 1)
    }

    private mutating func quantizeWeights(_ inputs: inout [ValueID?], _ node: Node, axis: Int) throws(TensorError) {
        guard let data = node.inputs[0], let id = node.inputs[1], let reals = graph[id].constant,
            let dataScale = quantizations[data]?.scale
        else { return }
        let biasID = node.inputs.count > 2 ? node.inputs[2] : nil
        let bias = biasID.flatMap { graph[$0].constant?.floats }
        let quantized = try WeightQuantizer.quantize(
            reals, axis: axis, bias: bias, dataScale: dataScale, format: weights)
        let count = quantized.scales.count
        let perChannel = Quantization(
            scales: quantized.scales, zeroPoints: [Int32](repeating: 0, count: count), axis: axis)
        let stored = graph.add(constant: quantized.tensor, name: unique("\(graph[id].name)/bytes"))
        inputs[1] = try dequantize(stored, perChannel, name: unique(graph[id].name), shape: reals.shape)
        guard let biasID, let bias else { return }
        let scales = quantized.scales.map { dataScale * $0 }
        let sums = Quantization(scales: scales, zeroPoints: [Int32](repeating: 0, count: count), axis: 0)
        let steps = try WeightQuantizer.quantize(bias: bias, scales: scales)
        let storedBias = graph.add(constant: steps, name: unique("\(graph[biasID].name)/sums"))
        inputs[2] = try dequantize(storedBias, sums, name: unique(graph[biasID].name), shape: [count])
    }

    private var taken: [String: Int] = [:]

    /// Weights that several layers share are stored for each, as their biases' scales differ.
    private mutating func unique(_ name: String) -> String {
        let count = taken[name, default: 0]
        taken[name] = count + 1
        return count == 0 ? name : "\(name)/\(count)"
    }

    private mutating func dequantize(
        _ stored: ValueID, _ quantization: Quantization, name: String, shape: Shape
    ) throws(TensorError) -> ValueID {
        let element = graph[stored].element ?? self.element
        let (scale, zero) = try parameters(quantization, element, name: graph[stored].name)
        return dequantize(stored, scale, zero, name: name, shape: shape, axis: quantization.axis ?? 1)
    }

    private mutating func dequantize(
        _ stored: ValueID, _ scale: ValueID, _ zero: ValueID?, name: String, shape: Shape, axis: Int
    ) -> ValueID {
        let result = graph.add(Value(name: "\(name)/rounded", type: TensorType(.float32, shape)))
        nodes.append(
            Node(
                DequantizeLinear(scales: ScaleLayout(axis: axis, blockSize: 0)), inputs: [stored, scale, zero],
                outputs: [result], origin: origin("DequantizeLinear", name)))
        return result
    }

    /// Scale and zero point as constants; sums of 32 bits have no zero point.
    private mutating func parameters(
        _ quantization: Quantization, _ element: ElementType, name: String
    ) throws(TensorError) -> (scale: ValueID, zero: ValueID?) {
        let shape: Shape = quantization.isPerTensor ? .scalar : [quantization.scales.count]
        let scale = graph.add(constant: try Tensor(.float32, shape, quantization.scales), name: "\(name)/scale")
        guard element != .int32 else { return (scale, nil) }
        let zeros = quantization.zeroPoints.map { UInt8(truncatingIfNeeded: $0) }
        let tensor = try Tensor(TensorType(element, shape)) { target in
            zeros.withUnsafeBytes { target.copyMemory(from: $0) }
        }
        return (scale, graph.add(constant: tensor, name: "\(name)/zero"))
    }

    /// Rounding counts as part of the node that it belongs to.
    private func origin(_ operatorName: String, _ name: String) -> Node.Origin {
        Node.Origin(index: current, operatorName: operatorName, nodeName: "\(name)/\(operatorName)")
    }
}
