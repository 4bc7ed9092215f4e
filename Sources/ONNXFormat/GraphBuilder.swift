// From ONNX's messages to a graph.
import Graphs
import Tensors

/// Builds the graph of one model: values by name, nodes in an order in which they can run, functions inlined.
final class GraphBuilder {
    var graph: Graph
    /// The number of dimensions of inputs and constants, as far as the file declares it.
    var declaredRank = DeclaredRanks()
    private let model: ModelMessage
    let decoder: TensorDecoder
    private var functions: [OperatorName: FunctionMessage] = [:]
    private var rules = OperatorRules()
    /// Nodes of functions and branches translated so far; functions that call functions could make more than any machine holds.
    private var inlined = 0
    private var inlineDepth = 0

    static let mostInlinedNodes = 1 << 16
    static let deepestInlining = 32

    init(_ model: ModelMessage, decoder: TensorDecoder) throws {
        self.model = model
        self.decoder = decoder
        graph = Graph(name: model.graph?.name ?? "", convention: .onnx)
        for function in model.functions {
            guard functions.updateValue(function, forKey: OperatorName(function.domain, function.name)) == nil else {
                throw ONNXError("function '\(function.name)' is defined twice")
            }
        }
    }

    /// - Throws: `ONNXError`.
    func build() throws -> Graph {
        guard let main = model.graph else { throw ONNXError("the file holds no graph: it is no ONNX model") }
        try UnknownOperators.check(main, functions: functions, &rules)
        let scope = Scope(parent: nil, opsets: model.opsets)
        scope.reserve(main.initializers.count + main.inputs.count + main.nodes.count)
        try defineInitializers(main, in: scope)
        for info in main.inputs where scope.own(info.name) == nil { try defineInput(info, in: scope) }
        try translate(main.nodes, in: scope)
        guard !main.outputs.isEmpty else { throw ONNXError("the graph has no outputs") }
        graph.outputs = try main.outputs.map { info in
            guard let id = scope.value(info.name) else { throw ONNXError("output '\(info.name)' is made by no node") }
            return id
        }
        graph.declaredOutputs = main.outputs.map { info in
            let element = try? DataType.element(info.elementType, of: "")
            return DeclaredOutput(element: element, dimensions: info.dimensions.map { $0.map(\.declared) })
        }
        return graph
    }

    // MARK: Values

    /// A new value under `name`; one without a name where it is empty.
    func define(_ name: String, in scope: Scope) throws -> ValueID {
        let id = graph.add(Value(name: name))
        try scope.set(name, id)
        return id
    }

    private func defineInitializers(_ message: GraphMessage, in scope: Scope) throws {
        guard message.sparseInitializerCount == 0 else { throw ONNXError("sparse initializers are not handled") }
        for initializer in message.initializers {
            guard !initializer.name.isEmpty else {
                throw ONNXError(offset: initializer.offset, "an initializer has no name")
            }
            // Those of the main graph are needed once.
            let tensor =
                try inlineDepth == 0
                ? decoder.decode(initializer, name: initializer.name)
                : decoder.tensor(initializer, name: initializer.name)
            let id = graph.add(constant: tensor, name: initializer.name)
            declaredRank[id] = tensor.shape.rank
            try scope.set(initializer.name, id)
        }
    }

    private func defineInput(_ info: ValueInfoMessage, in scope: Scope) throws {
        guard !info.name.isEmpty else { throw ONNXError("an input has no name") }
        if let kind = info.otherKind { throw ONNXError("input '\(info.name)' is \(kind), which is not handled") }
        let element = try DataType.element(info.elementType, of: "input '\(info.name)'")
        let dimensions = (info.dimensions ?? []).map(\.declared)
        guard dimensions.count <= maximumRank else {
            throw ONNXError(
                "input '\(info.name)' has \(dimensions.count) dimensions; at most \(maximumRank) are handled")
        }
        let id = try define(info.name, in: scope)
        graph[id].element = element
        if info.dimensions != nil { declaredRank[id] = dimensions.count }
        let sizes = dimensions.compactMap { if case .fixed(let size) = $0 { size } else { nil } }
        if info.dimensions != nil, sizes.count == dimensions.count { graph[id].shape = Shape(sizes) }
        graph.inputs.append(Input(value: id, dimensions: dimensions, hasRank: info.dimensions != nil))
    }

    // MARK: Nodes

    private func translate(_ nodes: [NodeMessage], in scope: Scope) throws {
        // Nearly every file has its nodes in order. Others are sorted from the first node on whose inputs are not there yet.
        for index in nodes.indices {
            guard nodes[index].attributes.allSatisfy({ $0.graphs.isEmpty }),
                let inputs = inputs(of: nodes[index], in: scope)
            else {
                for place in try NodeOrder.sorted(Array(nodes[index...])) {
                    try translate(nodes[index + place], at: index + place, inputs: nil, in: scope)
                }
                return
            }
            try translate(nodes[index], at: index, inputs: inputs, in: scope)
        }
    }

    /// The values that a node reads; `nil` where one is defined nowhere so far.
    private func inputs(of node: NodeMessage, in scope: Scope) -> [ValueID?]? {
        var inputs: [ValueID?] = []
        inputs.reserveCapacity(node.inputs.count)
        for name in node.inputs {
            let id = name.isEmpty ? nil : scope.value(name)
            guard id != nil || name.isEmpty || scope.isMissing(name) else { return nil }
            inputs.append(id)
        }
        return inputs
    }

    private func translate(_ node: NodeMessage, at index: Int, inputs known: [ValueID?]?, in scope: Scope) throws {
        let origin = Node.Origin(
            index: scope.callIndex ?? index, operatorName: OperatorName(node.domain, node.type).description,
            nodeName: node.name)
        do {
            guard let inputs = known ?? inputs(of: node, in: scope) else {
                let missing = node.inputs.first { !$0.isEmpty && scope.value($0) == nil && !scope.isMissing($0) }
                throw ONNXError("input '\(missing ?? "")' is defined nowhere")
            }
            try translate(node, origin, inputs, in: scope)
        } catch let error as ONNXError {
            // The innermost origin is the useful one; an inlined body has named itself already.
            throw error.description.hasPrefix("operator ") ? error : ONNXError("\(origin): \(error)")
        } catch { throw ONNXError("\(origin): \(error)") }
    }

    private func translate(
        _ node: NodeMessage, _ origin: Node.Origin, _ inputs: [ValueID?], in scope: Scope
    ) throws {
        inlined += inlineDepth > 0 ? 1 : 0
        guard inlined <= Self.mostInlinedNodes else {
            throw ONNXError("functions unfold to more than \(Self.mostInlinedNodes) operators")
        }
        let attributes = try Attributes(try scope.resolved(node.attributes))
        var outputs = node.outputs
        if node.type != "Split" { while outputs.last == "" { outputs.removeLast() } }
        guard !outputs.isEmpty else { return }
        let name = OperatorName(node.domain, node.type)
        if !functions.isEmpty, let function = functions[name] {
            try inline(function, attributes: node.attributes, inputs: inputs, outputs: outputs, origin, scope)
            return
        }
        if name == OperatorName("", "If") {
            try inlineBranch(attributes, inputs, outputs, origin, scope)
            return
        }
        guard let rule = rules.rule(name) else { throw ONNXError("\(origin) is not known") }
        // A file that forgets to say its version gets the latest form of an operator.
        let version = scope.opsets[node.domain] ?? Int.max
        guard !node.domain.isEmpty || version >= 7 || OperatorTable.hasFormOfVersion1(node.type) else {
            throw ONNXError("operator set \(version) is older than 7, the oldest that is handled")
        }
        try rule(
            NodeTranslation(
                builder: self, origin: origin, version: version, attributes: attributes, inputs: inputs,
                outputs: outputs, scope: scope))
    }

    // MARK: Inlining

    /// Translates the nodes of `function` in place of a call.
    private func inline(
        _ function: FunctionMessage, attributes: [AttributeMessage], inputs: [ValueID?], outputs: [String],
        _ origin: Node.Origin, _ scope: Scope
    ) throws {
        try enter("function '\(function.name)'")
        defer { inlineDepth -= 1 }
        let body = Scope(parent: nil, opsets: function.opsets.isEmpty ? scope.opsets : function.opsets)
        body.callIndex = origin.index
        guard inputs.count <= function.inputs.count else {
            throw ONNXError(
                "function '\(function.name)' takes \(function.inputs.count) inputs, \(inputs.count) are given")
        }
        for (name, id) in zip(function.inputs, inputs) {
            if let id { try body.set(name, id) } else { body.setMissing(name) }
        }
        for name in function.inputs.dropFirst(inputs.count) { body.setMissing(name) }
        var values: [String: AttributeMessage] = [:]
        for attribute in function.attributeDefaults { values[attribute.name] = attribute }
        for attribute in try scope.resolved(attributes) { values[attribute.name] = attribute }
        body.attributes = values
        try translate(function.nodes, in: body)
        guard outputs.count <= function.outputs.count else {
            throw ONNXError(
                "function '\(function.name)' gives \(function.outputs.count) outputs, \(outputs.count) are named")
        }
        try bind(outputs, to: function.outputs, of: body, in: scope)
    }

    /// Translates the branch of an If that its constant condition chooses.
    private func inlineBranch(
        _ attributes: Attributes, _ inputs: [ValueID?], _ outputs: [String], _ origin: Node.Origin, _ scope: Scope
    ) throws {
        guard let condition = inputs.first ?? nil, let value = graph[condition].constant, value.elementCount == 1 else {
            throw ONNXError("an If whose condition is computed is not handled")
        }
        let name = value.integers.first == 0 ? "else_branch" : "then_branch"
        guard let branch = try attributes.graph(name) else { throw ONNXError("attribute '\(name)' is missing") }
        try enter("a branch of If")
        defer { inlineDepth -= 1 }
        let body = Scope(parent: scope, opsets: scope.opsets)
        body.callIndex = origin.index
        body.attributes = scope.attributes
        try defineInitializers(branch, in: body)
        try translate(branch.nodes, in: body)
        guard branch.outputs.count >= outputs.count else {
            throw ONNXError("the branch gives \(branch.outputs.count) outputs, \(outputs.count) are named")
        }
        try bind(outputs, to: branch.outputs.map(\.name), of: body, in: scope)
    }

    private func enter(_ subject: String) throws {
        guard inlineDepth < Self.deepestInlining else {
            throw ONNXError("\(subject): calls are nested more than \(Self.deepestInlining) deep")
        }
        inlineDepth += 1
    }

    private func bind(_ outputs: [String], to names: [String], of body: Scope, in scope: Scope) throws {
        for (output, name) in zip(outputs, names) where !output.isEmpty {
            guard let id = body.value(name) else { throw ONNXError("output '\(name)' is made by no node") }
            try scope.set(output, id)
        }
    }
}

extension ValueInfoMessage.Dimension {
    fileprivate var declared: Input.Dimension {
        switch self {
        case .size(let size): .fixed(size)
        case .name(let name): .symbolic(name)
        case .unknown: .symbolic("")
        }
    }
}

/// For each value the number of dimensions that the file declares, `nil` where it does not.
struct DeclaredRanks {
    private var ranks: [Int?] = []

    subscript(id: ValueID) -> Int? {
        get { id.index < ranks.count ? ranks[id.index] : nil }
        set {
            if id.index >= ranks.count { ranks += repeatElement(nil, count: id.index + 1 - ranks.count) }
            ranks[id.index] = newValue
        }
    }
}
