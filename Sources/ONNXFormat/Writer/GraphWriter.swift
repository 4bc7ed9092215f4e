// From a graph to the nodes and tensors of a file.
import Graphs
import Tensors

/// Collects what one file holds; the twin of `GraphBuilder`.
///
/// Nodes are written from the last to the first, so that what nobody reads, or what a rule writes in another way, is left out.
final class GraphWriter {
    let graph: Graph
    let elements: ElementMap
    /// The version of ONNX's own operator set.
    private(set) var version = GraphWriter.usualVersion
    private let producers: [Int?]
    private let interface: ValueNames
    private let outputs: Set<ValueID>
    private var names: ValueNames

    // What is written so far, all from last to first.
    private var nodes: [WrittenNode] = []
    private var initializers: [(name: String, tensor: Tensor)] = []
    private var needed: Set<String> = []
    // The same for the node that is being written, from first to last.
    private var newNodes: [WrittenNode] = []
    private var newInitializers: [(name: String, tensor: Tensor)] = []
    private var nodeNames = UniqueNames()
    private var wantedVersion = GraphWriter.usualVersion

    /// Since this version ONNX has LayerNormalization; later ones are named only where an operator needs them.
    static let usualVersion = 17

    init(_ graph: Graph) {
        self.graph = graph
        elements = ElementMap(graph)
        producers = graph.producers
        interface = ValueNames(graph)
        outputs = Set(graph.outputs)
        names = interface
    }

    /// - Throws: `ONNXError` naming the operator that cannot be written.
    func model(producer: String, version producerVersion: String) throws -> WrittenModel {
        try write()
        // A rule may write another form under the version that it asked for.
        while wantedVersion > version {
            version = wantedVersion
            try write()
        }
        var opsets = [(domain: "", version: version)]
        for domain in Set(nodes.map(\.domain)).sorted() where !domain.isEmpty { opsets.append((domain, 1)) }
        let (outputs, copies) = try writtenOutputs()
        // Outputs that are constants become operators, since not every reader takes an initializer for an output.
        let constantOutputs = graph.values.indices.compactMap { index -> WrittenNode? in
            let id = ValueID(index: index)
            guard self.outputs.contains(id), let tensor = graph[id].constant else { return nil }
            return WrittenNode(
                type: "Constant", inputs: [], outputs: [name(id)], attributes: [.tensor("value", tensor)])
        }
        let made = Set((constantOutputs + nodes).flatMap(\.outputs))
        let constants = graph.values.indices.compactMap { index -> (name: String, tensor: Tensor)? in
            let name = name(ValueID(index: index))
            guard let tensor = graph.values[index].constant, !name.isEmpty, needed.contains(name), !made.contains(name)
            else { return nil }
            return (name, tensor)
        }
        return WrittenModel(
            opsets: opsets, producer: producer, producerVersion: producerVersion,
            name: graph.name.isEmpty ? "graph" : graph.name, nodes: constantOutputs + nodes.reversed() + copies,
            initializers: constants + initializers.reversed(), inputs: try writtenInputs(), outputs: outputs)
    }

    // MARK: For rules

    func name(_ id: ValueID) -> String { names[id] }

    func freshName(_ name: String) -> String { names.fresh(name) }

    func producer(of id: ValueID) -> Node? { producers[id.index].map { graph.nodes[$0] } }

    func require(_ version: Int) { wantedVersion = max(wantedVersion, version) }

    func add(_ node: WrittenNode) { newNodes.append(node) }

    func add(initializer tensor: Tensor, name: String) { newInitializers.append((name, tensor)) }

    // MARK: The walk

    private func write() throws {
        (nodes, initializers, needed, names, nodeNames) = ([], [], [], interface, UniqueNames())
        for id in graph.outputs { needed.insert(name(id)) }
        for variable in graph.variables where outputs.contains(variable.value) {
            throw ONNXError("output '\(name(variable.value))' is a variable, for which ONNX has no operator")
        }
        for node in graph.nodes.reversed() where node.op.hasEffect || isWanted(node) { try write(node) }
    }

    private func isWanted(_ node: Node) -> Bool {
        node.outputs.contains { needed.contains(name($0)) && graph[$0].constant == nil }
    }

    private func write(_ node: Node) throws {
        (newNodes, newInitializers) = ([], [])
        do {
            guard let rule = OperatorTable.writingRule(node.op) else {
                throw ONNXError("\(node.op.name) has no form in ONNX that this version writes")
            }
            try rule(NodeWriting(writer: self, node: node))
        } catch { throw ONNXError("\(node.origin): \(error)") }
        for index in newNodes.indices {
            if newNodes[index].name.isEmpty { continue }
            // Of the operators that one node becomes the last has its name as it is.
            if index < newNodes.count - 1 { newNodes[index].name += "/\(newNodes[index].type)" }
            newNodes[index].name = nodeNames.claim(newNodes[index].name)
        }
        for written in newNodes { needed.formUnion(written.inputs) }
        for var written in newNodes.reversed() {
            dropUnnamedOutputs(&written, of: node)
            nodes.append(written)
        }
        initializers += newInitializers.reversed()
    }

    /// Results that had no name and that nobody reads are left out again.
    private func dropUnnamedOutputs(_ written: inout WrittenNode, of node: Node) {
        for id in node.outputs where graph[id].name.isEmpty && !needed.contains(name(id)) {
            for index in written.outputs.indices where written.outputs[index] == name(id) {
                written.outputs[index] = ""
            }
        }
        if written.type != "Split" { while written.outputs.last == "" { written.outputs.removeLast() } }
    }

    // MARK: Inputs and outputs

    private func writtenInputs() throws -> [WrittenValue] {
        try graph.inputs.map { input in
            guard let element = elements[input.value] else {
                throw ONNXError("input '\(name(input.value))' has no element type")
            }
            return WrittenValue(
                name: name(input.value), element: element, dimensions: input.hasRank ? input.dimensions : nil)
        }
    }

    /// A value that is an output twice gets a second name by an operator of its own.
    private func writtenOutputs() throws -> (values: [WrittenValue], copies: [WrittenNode]) {
        var seen: Set<ValueID> = []
        let declared = graph.declaredOutputs.count == graph.outputs.count ? graph.declaredOutputs : []
        let isOpen = graph.inputs.contains { input in
            !input.hasRank || input.dimensions.contains { if case .symbolic = $0 { true } else { false } }
        }
        var results: [WrittenValue] = []
        var copies: [WrittenNode] = []
        for (index, id) in graph.outputs.enumerated() {
            let declaration = index < declared.count ? declared[index] : nil
            guard let element = elements[id] ?? declaration?.element else {
                throw ONNXError("output '\(name(id))' has no element type")
            }
            // Shapes that hold for one size of an open input say nothing of others.
            let shape = isOpen ? nil : graph[id].shape
            var written = WrittenValue(
                name: name(id), element: element,
                dimensions: shape?.dimensions.map { .fixed($0) } ?? declaration?.dimensions)
            if !seen.insert(id).inserted {
                written.name = freshName("\(name(id))/copy")
                copies.append(WrittenNode(type: "Identity", inputs: [name(id)], outputs: [written.name]))
            }
            results.append(written)
        }
        return (results, copies)
    }
}
