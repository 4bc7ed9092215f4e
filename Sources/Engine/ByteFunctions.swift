// Chains of elementwise operators between bytes become one table.
import Graphs
import Tensors

/// Finds values that are functions of a single byte of an earlier value, and computes them by table.
///
/// x * sigmoid(x), a hard swish written in five operators, dequantize - curve - quantize: whatever lies between, there are only 256
/// inputs. The engine's own kernels compute the result for each of them at load, so a table gives the very same bits.
struct ByteFunctions {
    private let graph: Graph
    /// For each value the 8-bit value that it is a function of, with the nodes between in their order.
    private var origins: [ValueID: Origin] = [:]

    private struct Origin {
        var source: ValueID
        var nodes: [Int]
    }

    private let arithmetic: Arithmetic

    init(_ graph: Graph, arithmetic: Arithmetic) {
        self.graph = graph
        self.arithmetic = arithmetic
        for index in graph.nodes.indices { trace(index) }
    }

    private func isByte(_ id: ValueID) -> Bool {
        guard let type = graph[id].type else { return false }
        return type.element == .int8 || type.element == .uint8
    }

    private mutating func trace(_ index: Int) {
        let node = graph.nodes[index]
        guard node.outputs.count == 1, node.op.isElementwise, let shape = graph[node.outputs[0]].shape else { return }
        var found: Origin?
        for case let id? in node.inputs {
            if let constant = graph[id].constant {
                guard constant.elementCount == 1 else { return }
                continue
            }
            guard graph[id].shape == shape, graph[id].quantization?.isPerTensor ?? true else { return }
            guard let origin = origins[id] ?? (isByte(id) ? Origin(source: id, nodes: []) : nil) else { return }
            guard found == nil || found?.source == origin.source else { return }
            let nodes = Set(found?.nodes ?? []).union(origin.nodes)
            // A table of very many operators would take long to fill for little.
            guard nodes.count < 64 else { return }
            found = Origin(source: origin.source, nodes: nodes.sorted())
        }
        guard var origin = found, graph[node.outputs[0]].quantization?.isPerTensor ?? true else { return }
        origin.nodes.append(index)
        origins[node.outputs[0]] = origin
    }

    /// The graph with tables where they replace two operators or more.
    /// - Throws: `GraphError` when an operator cannot be computed.
    func applied() throws(GraphError) -> Graph {
        var result = graph
        for index in graph.nodes.indices {
            let node = graph.nodes[index]
            guard let target = node.outputs.first, isByte(target), let origin = origins[target], origin.nodes.count > 1,
                graph[target].constant == nil, let entries = try entries(of: target, origin)
            else { continue }
            result.nodes[index].op = ByteTable(entries: entries)
            result.nodes[index].inputs = [origin.source]
        }
        result.removeDeadNodes()
        return result
    }

    /// The result for each byte: the nodes computed on all 256 of them.
    private func entries(of target: ValueID, _ origin: Origin) throws(GraphError) -> [UInt8]? {
        guard let type = graph[origin.source].type else { return nil }
        var known: [ValueID: Tensor] = [:]
        do throws(TensorError) {
            known[origin.source] = try Tensor(TensorType(type.element, [256], quantization: type.quantization)) {
                bytes in
                for index in 0..<256 { bytes[index] = UInt8(index) }
            }
        } catch {
            throw GraphError("\(error)")
        }
        for index in origin.nodes {
            let node = graph.nodes[index]
            var inputs: [Tensor?] = []
            for id in node.inputs { inputs.append(id.flatMap { known[$0] ?? graph[$0].constant }) }
            guard let type = graph[node.outputs[0]].type else { return nil }
            let output = TensorType(type.element, [256], quantization: type.quantization)
            known[node.outputs[0]] = try Graph.evaluate(
                node, inputs: inputs, outputTypes: [output], convention: graph.convention, arithmetic: arithmetic
            ).first
        }
        return known[target]?.withUnsafeBytes { Array($0) }
    }
}

extension Operator {
    /// Whether each element of the result depends on the elements at the same place alone.
    fileprivate var isElementwise: Bool {
        switch self {
        case is Unary, is Binary, is Select, is Cast, is Quantize, is Dequantize, is AssumeQuantization, is ByteTable:
            isPure
        default: false
        }
    }
}

extension ByteTable: Lowerable {
    public func lower(_ site: Site, _ builder: inout ProgramBuilder) throws(OperatorFailure) {
        try builder.table(
            "function", entries, try site.input(0), site.output(), count: try site.inputType(0).shape.elementCount)
    }
}
