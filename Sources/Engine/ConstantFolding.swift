import Graphs
import Tensors

extension Graph {
    /// Infers all types in order and computes what follows from constants alone, but for dequantized constants, which stay integers.
    ///
    /// Shapes that a graph computes from those of its inputs are constants afterwards. The nodes stay; nobody needs to run them.
    /// - Throws: `GraphError` when an operator refuses its inputs.
    public mutating func foldConstants() throws(GraphError) {
        var room = FoldingRoom(for: self)
        try resolve(keepsDequantization: true, room: &room)
    }

    /// Infers all types in order and computes what follows from constants alone.
    ///
    /// - Parameters:
    ///   - keepsDequantization: leaves dequantized constants as they are, for passes that want the integers.
    ///   - room: for constants that are made; what does not find room stays an operator.
    /// - Returns: whether all types are known.
    /// - Throws: `GraphError` when an operator refuses its inputs.
    @discardableResult
    mutating func resolve(keepsDequantization: Bool, room: inout FoldingRoom) throws(GraphError) -> Bool {
        var isResolved = true
        for index in nodes.indices {
            if try !inferTypes(ofNode: index).known { isResolved = false }
            try foldNode(index, keepsDequantization: keepsDequantization, room: &room)
        }
        return isResolved
    }

    /// Computes the dequantized constants that passes have left.
    /// - Throws: `GraphError` when an operator refuses its inputs.
    mutating func foldDequantizedConstants(room: inout FoldingRoom) throws(GraphError) {
        for index in nodes.indices where nodes[index].op is Dequantize || nodes[index].op is DequantizeLinear {
            try foldNode(index, keepsDequantization: false, room: &room)
        }
        dropFoldedNodes()
    }

    /// Removes nodes whose results are all constants.
    mutating func dropFoldedNodes() {
        nodes = nodes.filter { node in node.op.hasEffect || node.outputs.contains { self[$0].constant == nil } }
        removeDeadNodes()
    }

    private mutating func foldNode(
        _ index: Int, keepsDequantization: Bool, room: inout FoldingRoom
    ) throws(GraphError) {
        let node = nodes[index]
        guard node.op.isPure, node.outputs.contains(where: { self[$0].constant == nil }) else { return }
        if let known = try valueFromTypes(node) {
            self[node.outputs[0]].constant = known
            return
        }
        guard node.inputs.allSatisfy({ $0.map { self[$0].constant != nil } ?? true }) else { return }
        if keepsDequantization, node.op is Dequantize || node.op is DequantizeLinear { return }
        let inputs = node.inputs.map { $0.flatMap { self[$0].constant } }
        if node.op.hasDataDependentShape, let op = node.op as? any Evaluable {
            let outputs: [Tensor]
            do throws(OperatorFailure) { outputs = try op.evaluate(inputs) } catch {
                throw GraphError(node.origin, error.reason)
            }
            // A position takes eight bytes however few its element takes. Without it no shape after it would ever be known.
            guard room.take(outputs.reduce(0) { $0 + $1.elementCount }) else {
                throw GraphError(node.origin, "what follows from the model's constants takes too much memory")
            }
            for (id, tensor) in zip(node.outputs, outputs) { setConstant(tensor, of: id) }
            return
        }
        if node.isAlias, let source = inputs.first ?? nil, let type = self[node.outputs[0]].type,
            let alias = source.reinterpreted(as: type)
        {
            self[node.outputs[0]].constant = alias
            return
        }
        guard node.isAlias || node.lowerable != nil else { return }
        let inputBytes = inputs.reduce(0) { $0 + ($1?.byteCount ?? 0) }
        var outputBytes = 0
        for id in node.outputs {
            guard let type = self[id].type else { return }
            outputBytes += type.byteCount
        }
        // A constant much larger than what it comes from (an expanded zero) is cheaper to make than to keep.
        guard outputBytes <= max(1 << 20, 8 * inputBytes), room.take(outputBytes) else { return }
        let outputs = try Graph.evaluate(
            node, inputs: inputs, outputTypes: node.outputs.map { self[$0].type }, convention: convention)
        for (id, tensor) in zip(node.outputs, outputs) { setConstant(tensor, of: id) }
    }

    private mutating func setConstant(_ tensor: Tensor, of id: ValueID) {
        self[id].constant = tensor
        self[id].element = tensor.element
        self[id].shape = tensor.shape
    }

    /// The value of an operator that looks at types only.
    private func valueFromTypes(_ node: Node) throws(GraphError) -> Tensor? {
        let kind = ObjectIdentifier(type(of: node.op))
        // Not by casts, each of which takes as long as all of this.
        guard
            kind == ObjectIdentifier(ShapeOf.self) || kind == ObjectIdentifier(SizeOf.self)
                || kind == ObjectIdentifier(RankOf.self),
            let input = node.inputs.first ?? nil, let shape = self[input].type?.shape
        else { return nil }
        do throws(TensorError) {
            switch node.op {
            case let op as ShapeOf:
                let sizes = op.dimensions(of: shape)
                return op.resultElement == .int32
                    ? try Tensor(.int32, [sizes.count], sizes.map { Int32(clamping: $0) })
                    : try Tensor(.int64, [sizes.count], sizes.map(Int64.init))
            case is SizeOf: return try Tensor(.int64, .scalar, [Int64(shape.elementCount)])
            case is RankOf: return try Tensor(.int32, .scalar, [Int32(shape.rank)])
            default: return nil
            }
        } catch {
            throw GraphError(node.origin, "\(error)")
        }
    }

    /// Runs one node by itself, with the kernels that the engine uses.
    static func evaluate(
        _ node: Node, inputs: [Tensor?], outputTypes: [TensorType?], convention: QuantizedConvention,
        arithmetic: Arithmetic = .fast
    ) throws(GraphError) -> [Tensor] {
        var graph = Graph(name: "constant", convention: convention)
        let ids = inputs.enumerated().map { index, tensor in
            tensor.map { graph.add(constant: $0, name: "input \(index)") }
        }
        var outputs: [Value] = []
        for (index, type) in outputTypes.enumerated() {
            guard let type else { return [] }
            outputs.append(Value(name: "output \(index)", type: type))
        }
        graph.outputs = graph.append(node.op, ids, outputs: outputs, origin: node.origin)
        let program = try Program(graph, options: Options(arithmetic: arithmetic))
        do {
            let run = try ProgramRun(program, pool: nil)
            try run.run()
            return try graph.outputs.indices.map { try run.outputTensor($0) }
        } catch {
            throw GraphError(node.origin, "\(error)")
        }
    }
}

extension OperatorFailure {
    /// The failure in words.
    var reason: String {
        switch self {
        case .invalid(let reason): reason
        case .needsValue(let input): "the value of input \(input) is not known"
        }
    }
}
