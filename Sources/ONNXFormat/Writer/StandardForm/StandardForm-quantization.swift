// Quantized values as real ones and back.
import Graphs
import Tensors

extension StandardForm {
    /// The real numbers that `id` stands for: itself unless it is quantized, else the result of a DequantizeLinear.
    mutating func real(_ id: ValueID) throws -> ValueID {
        guard source.values.indices.contains(id.index), source[id].standsForReals,
            let quantization = source[id].quantization
        else { return id }
        if let known = reals[id] { return known }
        let result = graph.add(Value(name: "\(source[id].name)/real"))
        try addDequantize(id, quantization, to: result)
        reals[id] = result
        return result
    }

    /// Adds the node that turns quantized integers into real numbers.
    private mutating func addDequantize(_ id: ValueID, _ quantization: Quantization, to result: ValueID) throws {
        let operands = try scale(of: id, quantization, graph[id].element ?? .int8)
        let op = DequantizeLinear(scales: ScaleLayout(axis: quantization.axis ?? 1, blockSize: 0))
        try add(op, [id] + operands, to: [result])
    }

    /// Adds the node that rounds real numbers to the quantized value `id`.
    mutating func quantize(_ real: ValueID, to id: ValueID) throws {
        guard let quantization = source[id].quantization, let element = source[id].element else { return }
        let operands = try scale(of: id, quantization, element)
        let op = QuantizeLinear(scales: ScaleLayout(axis: quantization.axis ?? 1, blockSize: 0), element: element)
        try add(op, [real] + operands, to: [id])
    }

    /// Scale and zero point as constants, lists where there is one for each index of an axis.
    private mutating func scale(
        of id: ValueID, _ quantization: Quantization, _ element: ElementType
    ) throws -> [ValueID] {
        if let known = scales[id] { return known }
        let shape: Shape = quantization.isPerTensor ? .scalar : [quantization.scales.count]
        let scales = try Tensor(.float32, shape, quantization.scales)
        let zeroPoints = quantization.zeroPoints.prefix(quantization.scales.count)
        let zeros = try Tensor(TensorType(element, shape)) { target in
            let size = element.byteCount
            for (index, zeroPoint) in zeroPoints.enumerated() {
                // The low bytes of a number that fits are the number.
                Swift.withUnsafeBytes(of: zeroPoint.littleEndian) { bytes in
                    for byte in 0..<size { target[index * size + byte] = bytes[byte] }
                }
            }
        }
        let name = graph[id].name
        let operands = [
            graph.add(constant: scales, name: "\(name)/scale"), graph.add(constant: zeros, name: "\(name)/zero_point"),
        ]
        self.scales[id] = operands
        return operands
    }

    /// TFLite's DEQUANTIZE, of quantized numbers or of half-precision ones.
    mutating func dequantize(_ node: Node) throws {
        let id = try required(node, 0)
        guard let quantization = source[id].quantization, source[id].element?.isInteger == true else {
            return try add(Cast(to: .float32), [id], to: node.outputs)
        }
        try addDequantize(id, quantization, to: node.outputs[0])
    }

    // MARK: Weights

    /// The constant that a weight is, with its quantization, also where an operator turns it into real numbers; `nil` where it is computed.
    func weights(_ id: ValueID) -> (tensor: Tensor, name: String)? {
        guard let maker = makers[id].map({ graph.nodes[$0] }), let op = maker.op as? Reshape, op.shape != nil,
            let data = maker.inputs.first ?? nil, let shape = graph[id].shape
        else { return storedWeights(id) }
        // Weights of one channel each lose their first axis on the way into the graph.
        guard let (tensor, name) = storedWeights(data), tensor.type.quantization?.isPerTensor ?? true else {
            return nil
        }
        let type = TensorType(tensor.element, shape, quantization: tensor.type.quantization)
        return tensor.reinterpreted(as: type).map { ($0, name) }
    }

    private func storedWeights(_ id: ValueID) -> (tensor: Tensor, name: String)? {
        if let constant = graph[id].constant { return (constant, graph[id].name) }
        guard let maker = makers[id].map({ graph.nodes[$0] }), let data = maker.inputs.first ?? nil,
            let constant = graph[data].constant
        else { return nil }
        switch maker.op {
        case is Cast where constant.element == .float16: return (constant, graph[data].name)
        case let op as DequantizeLinear:
            guard let quantization = quantization(op, maker, constant.shape) else { return nil }
            let type = TensorType(constant.element, constant.shape, quantization: quantization)
            return constant.reinterpreted(as: type).map { ($0, graph[data].name) }
        default: return nil
        }
    }

    /// What constant scales and zero points of a DequantizeLinear say; `nil` for scales of blocks.
    private func quantization(_ op: DequantizeLinear, _ node: Node, _ shape: Shape) -> Quantization? {
        guard op.scales.blockSize == 0, node.inputs.count > 1,
            let scales = node.inputs[1].flatMap({ graph[$0].constant })?.floats, !scales.isEmpty,
            let axis = shape.normalized(axis: op.scales.axis) ?? (scales.count == 1 ? 0 : nil)
        else { return nil }
        guard node.inputs.count > 2, let id = node.inputs[2] else {
            return Quantization(scales: scales, zeroPoints: scales.map { _ in 0 }, axis: axis)
        }
        guard let zeros = graph[id].constant?.integers, zeros.count == scales.count else { return nil }
        return Quantization(scales: scales, zeroPoints: zeros.map { Int32(truncatingIfNeeded: $0) }, axis: axis)
    }

    /// Adds a weight in its new order; returns it as real numbers.
    mutating func place(_ tensor: Tensor, name: String) throws -> ValueID {
        guard let plain = tensor.reinterpreted(as: TensorType(tensor.element, tensor.shape)) else {
            throw ONNXError("the weights have no values")
        }
        let id = graph.add(constant: plain, name: name)
        if tensor.element == .float16 {
            let result = graph.add(Value(name: "\(name)/real"))
            try add(Cast(to: .float32), [id], to: [result])
            return result
        }
        guard tensor.element.isInteger, let quantization = tensor.type.quantization else { return id }
        let result = graph.add(Value(name: "\(name)/real"))
        try addDequantize(id, quantization, to: result)
        return result
    }

    /// What a layer adds to its sums: integers have the scale of the data times those of the weights.
    mutating func bias(_ original: Node) throws -> [ValueID] {
        guard original.inputs.count > 2, let id = original.inputs[2] else { return [] }
        guard let constant = source[id].constant, constant.element == .int32 || constant.element == .int64 else {
            return [try real(id)]
        }
        let data = original.inputs[0].flatMap { source[$0].quantization }
        let weights = original.inputs[1].flatMap { source[$0].quantization }
        guard let data, data.isPerTensor, let weights else {
            throw ONNXError("integers are added to sums whose scale is not known")
        }
        let scales = weights.scales.map { data.scale * $0 }
        let zeros = [Int32](repeating: 0, count: scales.count)
        guard scales.count == 1 || scales.count == constant.elementCount else {
            throw ONNXError("\(scales.count) scales do not fit \(constant.elementCount) numbers that are added")
        }
        let shape: Shape = [constant.elementCount]
        if constant.element == .int64 {
            // DequantizeLinear takes none of 64 bits.
            let values = constant.integers.enumerated().map { Float($1) * scales[scales.count == 1 ? 0 : $0] }
            return [graph.add(constant: try Tensor(.float32, shape, values), name: source[id].name)]
        }
        let quantization = Quantization(scales: scales, zeroPoints: zeros, axis: 0)
        guard let list = constant.reinterpreted(as: TensorType(.int32, shape, quantization: quantization)) else {
            throw ONNXError("what is added has no values")
        }
        return [try place(list, name: source[id].name)]
    }
}
