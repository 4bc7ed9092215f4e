// Graphs in ONNX's vocabulary, whatever file they come from.
import Graphs
import Tensors

/// Rewrites operators that ONNX does not have as ones that it has: images get their channels first, activations become operators of
/// their own, quantized operators real ones between DequantizeLinear and QuantizeLinear.
struct StandardForm {
    /// The graph as it came, with the types that could be inferred.
    let source: Graph
    /// The graph that is made: values of the source keep their numbers, new ones come behind.
    var graph: Graph
    /// For each value that a new node makes, its place in `graph.nodes`.
    var makers: [ValueID: Int] = [:]
    /// Quantized values as real numbers.
    var reals: [ValueID: ValueID] = [:]
    /// Scale and zero point of the values that were converted.
    var scales: [ValueID: [ValueID]] = [:]
    /// Where the node that is rewritten comes from, for those it becomes.
    var origin = Node.Origin(index: 0, operatorName: "")

    /// The graph in ONNX's vocabulary, as far as it has words: what stays foreign is refused when it is written.
    ///
    /// A graph that came from ONNX stays as it is. Others need shapes: a dimension that such a file leaves open is settled as for a run.
    /// - Throws: `GraphError` for types that contradict each other, `ONNXError` naming an operator whose shapes are not known.
    static func graph(_ source: Graph) throws -> Graph {
        var source = source
        if source.convention == .tflite { try source.fixInputShapes([:]) }
        // What stays unknown is told by the file's declarations, or needs not be known.
        _ = try source.inferTypes()
        var form = StandardForm(source: source, graph: source)
        form.graph.nodes = []
        for node in source.nodes { try form.rewrite(node) }
        form.dropQuantizations()
        if source.convention == .tflite {
            form.graph.sinkTransposes()
            form.graph.removeDeadNodes()
            form.restoreNames()
            form.graph.convention = .onnx
        }
        return form.graph
    }

    private mutating func rewrite(_ node: Node) throws {
        // What is known needs no operator.
        if !node.outputs.isEmpty, node.outputs.allSatisfy({ source[$0].constant != nil }) { return }
        origin = node.origin
        do {
            switch node.op {
            // These look at integers as they are.
            case is Cast, is CastLike, is ShapeOf, is SizeOf, is RankOf, is EyeLike, is QuantizeLinear,
                is DequantizeLinear, is DynamicQuantizeLinear, is IntegerConvolution, is IntegerMatMul,
                is LinearQuantized:
                keep(node)
            case is AssumeQuantization:
                keep(Node(Unary(.identity), inputs: node.inputs, outputs: node.outputs, origin: origin))
            case is Dequantize: try dequantize(node)
            case is Quantize:
                if let id = node.inputs.first ?? nil { try quantize(try real(id), to: node.outputs[0]) }
            default: try rewriteReal(node)
            }
        } catch let error as OperatorFailure {
            switch error {
            case .invalid(let reason): throw ONNXError("\(node.origin): \(reason)")
            case .needsValue(let input):
                throw ONNXError("\(node.origin): input \(input) is computed, ONNX wants a constant")
            }
        } catch let error as ONNXError { throw ONNXError("\(node.origin): \(error)") }
    }

    /// A node that computes with real numbers: its quantized operands and results are converted round it.
    private mutating func rewriteReal(_ node: Node) throws {
        var real = node
        for position in node.inputs.indices where !node.op.takesWeights(at: position) {
            real.inputs[position] = try node.inputs[position].map { try self.real($0) }
        }
        for (position, id) in node.outputs.enumerated() where source[id].standsForReals {
            real.outputs[position] = graph.add(
                Value(name: "\(source[id].name)/result", element: .float32, shape: source[id].shape))
        }
        try lower(real, from: node)
        for (id, result) in zip(node.outputs, real.outputs) where id != result { try quantize(result, to: id) }
    }

    /// Adds what `node`, whose operands are real numbers, becomes; `original` is as the source has it.
    private mutating func lower(_ node: Node, from original: Node) throws {
        switch node.op {
        case let op as Binary where op.activation != .none:
            try finish(node, [Step(Binary(op.function), Array(node.inputs.dropFirst()))] + Step.steps(op.activation))
        case let op as Concat where op.activation != .none:
            try finish(node, [Step(Concat(axis: op.axis), Array(node.inputs.dropFirst()))] + Step.steps(op.activation))
        case let op as FullyConnected: try lower(node, original, op)
        case let op as Convolution: try lower(node, original, op)
        case let op as DepthwiseConvolution: try lower(node, original, op)
        case let op as TransposedConvolution: try lower(node, original, op)
        case let op as Pool: try lower(node, op)
        case let op as ResizeImage: try lower(node, original, op)
        case var op as DepthSpace where op.layout == .channelsLast:
            op.layout = .channelsFirst
            try finishImage(node, op)
        case var op as BatchNormalization where op.layout == .channelsLast:
            op.layout = .channelsFirst
            try finishImage(node, op)
        case var op as LocalResponseNormalization where op.layout == .channelsLast:
            op.layout = .channelsFirst
            try finishImage(node, op)
        case is SliceBySize, is StridedSlice: try lowerSlice(node, original)
        case let op as Pad where op.order == .pairs: try lower(node, original, op)
        case let op as Split where op.axis == nil: try lower(node, original, op)
        case let op as ArgReduce where op.axis == nil: try lower(node, original, op)
        case let op as BatchSpace: try lower(node, original, op)
        case is Reverse: try lowerReverse(node, original)
        default: keep(node)
        }
    }

    // MARK: Adding nodes

    /// Adds a node as it is.
    mutating func keep(_ node: Node) {
        for id in node.outputs { makers[id] = graph.nodes.count }
        graph.nodes.append(node)
    }

    /// Adds a node that makes existing values.
    mutating func add(_ op: any Operator, _ inputs: [ValueID?], to outputs: [ValueID]) throws {
        let node = Node(op, inputs: inputs, outputs: outputs, origin: origin)
        keep(node)
        guard let arguments = graph.arguments(of: node) else {
            throw ONNXError("a shape that it needs is computed while the model runs")
        }
        for (id, type) in zip(outputs, try op.outputTypes(arguments)) {
            graph[id].element = type.element
            graph[id].shape = type.shape
        }
    }

    /// Adds a node with one new result, named after `result`.
    mutating func add(_ op: any Operator, _ inputs: [ValueID?], _ result: ValueID) throws -> ValueID {
        let id = graph.add(Value(name: "\(graph[result].name)/\(op.name)"))
        try add(op, inputs, to: [id])
        return id
    }

    /// One of several operators that follow each other, with its inputs but the first.
    struct Step {
        var op: any Operator
        var rest: [ValueID?]

        init(_ op: any Operator, _ rest: [ValueID?] = []) {
            self.op = op
            self.rest = rest
        }

        /// The activation as an operator, where there is one.
        static func steps(_ activation: Activation) -> [Step] {
            activation == .none ? [] : [Step(Unary(activation.function))]
        }
    }

    /// Adds operators of which each takes the result before, the first one input 0 of `node`; the last gives the node's result.
    mutating func finish(_ node: Node, _ steps: [Step]) throws {
        var data = try required(node, 0)
        guard let last = steps.last else { return try add(Unary(.identity), [data], to: node.outputs) }
        for step in steps.dropLast() { data = try add(step.op, [data] + step.rest, node.outputs[0]) }
        // As transposes that move name what they leave behind.
        if last.op is Transpose { graph[data].name = "\(graph[node.outputs[0]].name)/inner" }
        try add(last.op, [data] + last.rest, to: node.outputs)
    }

    mutating func add(integers: [Int], _ name: String) throws -> ValueID {
        graph.add(constant: try Tensor(.int64, [integers.count], integers.map(Int64.init)), name: name)
    }

    /// Input `index` of a node, which must be there.
    func required(_ node: Node, _ index: Int) throws -> ValueID {
        guard index < node.inputs.count, let id = node.inputs[index] else {
            throw ONNXError("input \(index) is missing")
        }
        return id
    }

    /// The shape of `id`, which a lowering cannot do without.
    func shape(_ id: ValueID?) throws -> Shape {
        guard let id, let shape = graph[id].shape else {
            throw ONNXError("a shape that it needs is computed while the model runs")
        }
        return shape
    }

    /// The arguments of a node as the source has it.
    func arguments(_ original: Node) throws -> Arguments {
        guard let arguments = source.arguments(of: original) else {
            throw ONNXError("a shape that it needs is computed while the model runs")
        }
        return arguments
    }

    // MARK: Afterwards

    /// What stands for real numbers is told by operators now.
    private mutating func dropQuantizations() {
        for index in graph.values.indices where graph.values[index].quantization != nil {
            graph.values[index].quantization = nil
            guard let constant = graph.values[index].constant else { continue }
            let type = TensorType(constant.element, constant.shape)
            graph.values[index].constant = constant.reinterpreted(as: type)
        }
    }

    /// A value in another order of axes takes the name of the one that it stands for, where that is gone.
    private mutating func restoreNames() {
        var taken = Set((graph.inputs.map(\.value) + graph.outputs).map { graph[$0].name })
        for node in graph.nodes { for id in node.outputs { taken.insert(graph[id].name) } }
        for node in graph.nodes {
            for id in node.outputs where id.index >= source.values.count && graph[id].name.hasSuffix("/inner") {
                let name = String(graph[id].name.dropLast("/inner".count))
                if taken.insert(name).inserted { graph[id].name = name }
            }
        }
    }
}

extension Operator {
    /// Whether the operator's lowering brings this input into order itself.
    fileprivate func takesWeights(at position: Int) -> Bool {
        switch self {
        case is Convolution, is DepthwiseConvolution, is TransposedConvolution, is FullyConnected: position > 0
        default: false
        }
    }
}

extension Activation {
    /// The activation as an operator's function.
    var function: Unary.Function {
        switch self {
        case .none: .identity
        case .relu: .relu
        case .relu6: .relu6
        case .reluN1To1: .reluN1To1
        case .tanh: .tanh
        case .sigmoid: .sigmoid
        case .clip(let low, let high): .clip(low: Double(low), high: Double(high))
        }
    }
}

extension Value {
    fileprivate init(name: String, element: ElementType, shape: Shape?) {
        self.init(name: name, element: element)
        self.shape = shape
    }

    /// Whether the integers are quantized numbers; those of 32 bits and more that carry scales are sums, not quantized results.
    var standsForReals: Bool {
        guard quantization != nil, let element else { return false }
        switch element {
        case .int4, .uint4, .int8, .uint8, .int16, .uint16: return true
        default: return false
        }
    }
}
