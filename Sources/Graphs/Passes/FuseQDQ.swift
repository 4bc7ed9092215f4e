// From float operators between Dequantize and Quantize to integer operators.
import Tensors

extension Graph {
    /// Lets operators whose inputs are dequantized and whose result is quantized compute on the integers.
    ///
    /// What only moves elements goes in front of the Dequantize, whatever reads it. What cannot be integer stays float between its
    /// Dequantize and Quantize. Rounding: an integer operator rounds its exact result once, the float form rounds the float
    /// result; a bias is rounded to the product of the scales of data and weights.
    mutating func fuseQuantizeDequantize() {
        let wanted = quantizedResults()
        var isSettled = [Bool](repeating: false, count: values.count)
        GraphRewriter.rewrite(&self, having: [Quantize.self, Dequantize.self]) { rewriter, node in
            if node.op is Quantize {
                if !isSettled[node.outputs[0].index] { rewriter.requantize(node) }
                return
            }
            if rewriter.moveDequantize(node) { return }
            if node.outputs.count == 1, case let results = wanted[node.outputs[0].index], let result = results.first,
                rewriter.makeInteger(node, result: result)
            {
                for settled in results { isSettled[settled.index] = true }
                for other in results.dropFirst() { rewriter.replace(other, by: result) }
                return
            }
            rewriter.keep(node)
        }
    }

    /// For each float value that only Quantize nodes read, all with one quantization for the whole tensor: their results. For other
    /// values none.
    private func quantizedResults() -> [[ValueID]] {
        var results = [[ValueID]](repeating: [], count: values.count)
        let uses = useCounts
        for node in nodes where node.op is Quantize {
            guard let input = node.inputs[0], self[input].element == .float32 else { continue }
            results[input.index].append(node.outputs[0])
        }
        for input in results.indices {
            guard let first = results[input].first.map({ self[$0] }) else { continue }
            let isOne =
                results[input].count == uses[input] && first.quantization?.isPerTensor == true
                && results[input].allSatisfy {
                    self[$0].quantization == first.quantization && self[$0].element == first.element
                }
                && results[input].dropFirst().allSatisfy { !outputs.contains($0) }
            if !isOne { results[input] = [] }
        }
        return results
    }
}

extension GraphRewriter {
    /// The quantized value that `id` is the dequantized form of.
    func dequantizedSource(_ id: ValueID?) -> ValueID? {
        guard let id, let node = producer(of: id), node.op is Dequantize, let source = node.inputs[0],
            graph[source].element?.isInteger == true, graph[source].quantization != nil
        else { return nil }
        return source
    }

    /// Quantize of a dequantized value: from one integer type to another, nothing at all where they are the same.
    fileprivate mutating func requantize(_ node: Node) {
        guard let source = dequantizedSource(node.inputs[0]), graph[source].quantization?.isPerTensor == true,
            graph[node.outputs[0]].quantization?.isPerTensor == true, graph[source].element?.isActivation == true
        else { return keep(node) }
        keep(Node(Unary(.identity), inputs: [source], outputs: node.outputs, origin: node.origin))
    }

    /// Moves an operator that only moves elements in front of the Dequantize of its data.
    /// - Returns: whether it did.
    fileprivate mutating func moveDequantize(_ node: Node) -> Bool {
        guard let source = dequantizedSource(node.inputs.first ?? nil), let quantization = graph[source].quantization,
            let element = graph[source].element, quantization.isPerTensor || node.op is Transpose
        else { return false }
        var inputs = node.inputs
        inputs[0] = source
        switch node.op {
        case is Reshape, is Squeeze, is Unsqueeze, is Flatten, is Transpose, is DepthSpace, is Reverse, is Split,
            is Tile, is Expand,
            is Gather, is GatherElements, is GatherND, is Slice, is SliceBySize, is StridedSlice:
            break
        case let op as Pool:
            guard case .maximum = op.function, node.outputs.count == 1, op.activation == .none else { return false }
        case let op as Reduce:
            guard op.function == .maximum || op.function == .minimum else { return false }
        case let op as Resize:
            guard case .nearest = op.mode, op.coordinates != .cropAndResize else { return false }
        case let op as Concat:
            guard op.activation == .none else { return false }
            for (index, id) in node.inputs.enumerated() {
                guard let part = dequantizedSource(id), graph[part].quantization == quantization,
                    graph[part].element == element
                else {
                    return false
                }
                inputs[index] = part
            }
        case let op as Pad:
            guard op.mode == .constant else { break }
            guard let filling = filling(node, quantization, element) else { return false }
            while inputs.count < 3 { inputs.append(nil) }
            inputs[2] = filling
        default: return false
        }
        var moved: [ValueID] = []
        for id in node.outputs {
            var value = Value(name: "\(graph[id].name)/integer", element: element)
            value.quantization = quantization
            moved.append(graph.add(value))
        }
        add(Node(node.op, inputs: inputs, outputs: moved, origin: node.origin))
        for (id, integer) in zip(node.outputs, moved) {
            keep(Node(Dequantize(), inputs: [integer], outputs: [id], origin: node.origin))
        }
        return true
    }

    /// The integer that stands for the border value of a pad, if one does exactly.
    private mutating func filling(_ node: Node, _ quantization: Quantization, _ element: ElementType) -> ValueID? {
        var real: Float = 0
        if node.inputs.count > 2, let id = node.inputs[2] {
            guard let value = graph[id].constant, value.elementCount == 1, let first = value.floats.first else {
                return nil
            }
            real = first
        }
        let steps = (real / quantization.scale).rounded(.toNearestOrEven)
        guard steps.isFinite, steps * quantization.scale == real, abs(steps) < 1e6, let range = element.integerRange
        else { return nil }
        let integer = Int64(steps) + Int64(quantization.zeroPoint)
        guard range.contains(integer), element.isActivation else { return nil }
        let tensor: Tensor?
        switch element {
        case .int8: tensor = try? Tensor(.int8, .scalar, [Int8(integer)], quantization: quantization)
        case .uint8: tensor = try? Tensor(.uint8, .scalar, [UInt8(integer)], quantization: quantization)
        case .int16: tensor = try? Tensor(.int16, .scalar, [Int16(integer)], quantization: quantization)
        default: tensor = try? Tensor(.uint16, .scalar, [UInt16(integer)], quantization: quantization)
        }
        return tensor.map { graph.add(constant: $0, name: "\(graph[node.outputs[0]].name)/border") }
    }

    /// Adds the integer form of a float node, with `result` as its output.
    /// - Returns: whether there is one.
    fileprivate mutating func makeInteger(_ node: Node, result: ValueID) -> Bool {
        guard graph[result].type?.isKernelActivation == true, let data = node.inputs.first ?? nil else { return false }
        let rank = graph[data].shape?.rank
        switch node.op {
        case is FullyConnected: return weighted(node, node.op, outputAxis: 0, result)
        case is Convolution where [3, 4].contains(rank): return weighted(node, node.op, outputAxis: 0, result)
        case let op as TransposedConvolution where rank == 4 && op.groups == 1 && op.dilations == [1, 1]:
            return weighted(node, node.op, outputAxis: 1, result)
        case let op as Gemm: return gemm(node, op, result)
        case let op as MatMul where !op.transposesA: return matrixProduct(node, op, result)
        case let op as Binary where !op.function.isComparison && op.function.isArithmetic:
            return elementwise(node, result)
        case let op as Unary where op.function.isReal: return elementwise(node, result)
        case let op as Pool:
            if case .norm = op.function { return false }
            return elementwise(node, result)
        case let op as Reduce where op.function == .mean || op.function == .sum:
            return elementwise(node, result, count: 1)
        case is Softmax: return elementwise(node, result)
        case is Resize where activation(data).map { graph[$0].element } == graph[result].element:
            return elementwise(node, result, count: 1)
        case let op as Concat where op.activation == .none: return concat(node, op, result)
        default: return false
        }
    }

    /// An operator that works on integers as it is: its first `count` inputs (`nil`: all) are dequantized activations.
    private mutating func elementwise(_ node: Node, _ result: ValueID, count: Int? = nil) -> Bool {
        var inputs = node.inputs
        for index in 0..<min(count ?? inputs.count, inputs.count) {
            guard let source = activation(inputs[index]) else { return false }
            inputs[index] = source
        }
        add(Node(node.op, inputs: inputs, outputs: [result], origin: node.origin))
        return true
    }

    /// The integers behind a dequantized activation with one scale, of a type that integer kernels compute on.
    private func activation(_ id: ValueID?) -> ValueID? {
        guard let source = dequantizedSource(id), let type = graph[source].type, type.isKernelActivation else {
            return nil
        }
        return source
    }

    /// Parts of other scales than the result's are requantized first.
    private mutating func concat(_ node: Node, _ op: Concat, _ result: ValueID) -> Bool {
        var inputs: [ValueID?] = []
        for id in node.inputs {
            guard let source = activation(id) else { return false }
            inputs.append(source)
        }
        let target = graph[result]
        for case (let index, let source?) in inputs.enumerated()
        where graph[source].quantization != target.quantization || graph[source].element != target.element {
            inputs[index] = add(
                Unary(.identity), [source], name: "\(graph[source].name)/requantized", origin: node.origin,
                element: target.element,
                quantization: target.quantization)
        }
        add(Node(op, inputs: inputs, outputs: [result], origin: node.origin))
        return true
    }

    /// A convolution or fully connected layer with constant integer weights.
    private mutating func weighted(_ node: Node, _ op: any Operator, outputAxis: Int, _ result: ValueID) -> Bool {
        guard let weights = constantWeights(node.inputs[1]) else { return false }
        if let axis = weights.type.quantization?.axis, axis != outputAxis { return false }
        return weighted(
            node, op, weights: weights, bias: node.inputs.count > 2 ? node.inputs[2] : nil, outputAxis: outputAxis,
            result)
    }

    private mutating func gemm(_ node: Node, _ op: Gemm, _ result: ValueID) -> Bool {
        guard let weights = constantWeights(node.inputs[1]).flatMap(op.layerRows) else { return false }
        let bias = node.inputs.count > 2 ? node.inputs[2] : nil
        if let bias, graph[bias].shape?.elementCount != weights.shape[0] { return false }
        return weighted(
            node, FullyConnected(keepsLeadingDimensions: true), weights: weights, bias: bias, outputAxis: 0, result)
    }

    /// A product with constant weights is a fully connected layer; one of two activations stays a product.
    private mutating func matrixProduct(_ node: Node, _ op: MatMul, _ result: ValueID) -> Bool {
        guard let weights = constantWeights(node.inputs[1]) else { return elementwise(node, result) }
        guard let rows = op.layerRows(weights, rank: node.inputs[0].flatMap { graph[$0].shape?.rank }) else {
            return false
        }
        return weighted(
            node, FullyConnected(keepsLeadingDimensions: true), weights: rows, bias: nil, outputAxis: 0, result)
    }

    /// The dequantized 8-bit constant that `id` is.
    private func constantWeights(_ id: ValueID?) -> Tensor? {
        guard let source = dequantizedSource(id), let constant = graph[source].constant,
            constant.element == .int8 || constant.element == .uint8, let quantization = graph[source].quantization
        else { return nil }
        return constant.quantized(quantization)
    }

    private mutating func weighted(
        _ node: Node, _ op: any Operator, weights: Tensor, bias: ValueID?, outputAxis: Int, _ result: ValueID
    ) -> Bool {
        guard let data = activation(node.inputs[0]), let scale = graph[data].quantization?.scale,
            let weightScales = weights.type.quantization?.scales
        else { return false }
        let name = graph[result].name
        var inputs: [ValueID?] = [data, nil]
        if let bias {
            guard let tensor = quantizedBias(bias, scales: weightScales.map { scale * $0 }) else { return false }
            inputs.append(graph.add(constant: tensor, name: "\(name)/bias"))
        }
        inputs[1] = graph.add(constant: weights, name: "\(name)/weights")
        add(Node(op, inputs: inputs, outputs: [result], origin: node.origin))
        return true
    }

    /// A constant bias, float or dequantized int32, as int32 of the given scales.
    private func quantizedBias(_ id: ValueID, scales: [Float]) -> Tensor? {
        let quantization = Quantization(scales: scales, zeroPoints: [Int32](repeating: 0, count: scales.count), axis: 0)
        let reals: [Double]
        let count: Int
        if let source = dequantizedSource(id), let constant = graph[source].constant,
            let given = graph[source].quantization
        {
            count = constant.elementCount
            if constant.element == .int32, given.scales == scales, given.zeroPoints.allSatisfy({ $0 == 0 }) {
                return constant.reshaped([count], quantization: quantization)
            }
            guard given.isPerTensor || given.scales.count == count else { return nil }
            let (givenScales, zeroPoints) = (given.scales, given.zeroPoints)
            reals = constant.integers.enumerated().map { index, integer in
                let entry = given.isPerTensor ? 0 : index
                return Double(integer - Int64(zeroPoints[entry])) * Double(givenScales[entry])
            }
        } else if let constant = graph[id].constant, constant.element == .float32 {
            count = constant.elementCount
            reals = constant.doubles
        } else {
            return nil
        }
        guard scales.count == 1 || scales.count == count else { return nil }
        var integers: [Int32] = []
        for (index, real) in reals.enumerated() {
            let steps = (real / Double(scales[scales.count == 1 ? 0 : index])).rounded(.toNearestOrEven)
            guard steps.isFinite, abs(steps) < 0x1p30 else { return nil }
            integers.append(Int32(steps))
        }
        return try? Tensor(.int32, [count], integers, quantization: quantization)
    }
}

extension ElementType {
    /// Whether quantized activations come in this type.
    var isActivation: Bool { self == .int8 || self == .uint8 || self == .int16 || self == .uint16 }
}

extension TensorType {
    /// Whether integer kernels compute on such activations: bytes or signed words. Others stay float between their Dequantize and
    /// Quantize, which costs no accuracy.
    fileprivate var isKernelActivation: Bool {
        guard let quantization, quantization.isPerTensor else { return false }
        return element == .int8 || element == .uint8 || element == .int16
    }
}

extension Binary.Function {
    /// Whether the function works on real numbers.
    fileprivate var isArithmetic: Bool {
        switch self {
        case .add, .subtract, .multiply, .divide, .power, .maximum, .minimum, .prelu, .squaredDifference: true
        default: false
        }
    }
}

extension Unary.Function {
    /// Whether the function gives real numbers for real numbers.
    fileprivate var isReal: Bool {
        switch self {
        case .logicalNot, .bitwiseNot, .isNaN, .isInfinite: false
        default: true
        }
    }
}
