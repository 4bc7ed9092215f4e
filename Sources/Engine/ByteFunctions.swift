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
    private var origins: [Origin?]

    private struct Origin {
        var source: ValueID
        var nodes: [Int]
    }

    private let arithmetic: Arithmetic

    init(_ graph: Graph, arithmetic: Arithmetic) {
        self.graph = graph
        self.arithmetic = arithmetic
        origins = [Origin?](repeating: nil, count: graph.values.count)
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
            if graph[id].constant != nil {
                guard single(id) != nil else { return }
                continue
            }
            guard graph[id].shape == shape, graph[id].quantization?.isPerTensor ?? true else { return }
            guard let origin = origins[id.index] ?? (isByte(id) ? Origin(source: id, nodes: []) : nil) else { return }
            guard found == nil || found?.source == origin.source else { return }
            let nodes = found.map { Self.union($0.nodes, origin.nodes) } ?? origin.nodes
            // A table of very many operators would take long to fill for little.
            guard nodes.count < 64 else { return }
            found = Origin(source: origin.source, nodes: nodes)
        }
        guard var origin = found, graph[node.outputs[0]].quantization?.isPerTensor ?? true else { return }
        origin.nodes.append(index)
        origins[node.outputs[0].index] = origin
    }

    /// All numbers of two lists in ascending order, each once, in such an order.
    private static func union(_ a: [Int], _ b: [Int]) -> [Int] {
        if a.isEmpty || a == b { return b }
        if b.isEmpty { return a }
        var union: [Int] = []
        for index in (a + b).sorted() where index != union.last { union.append(index) }
        return union
    }

    /// A constant as one element, where all of its elements are the same.
    private func single(_ id: ValueID) -> Tensor? {
        guard let constant = graph[id].constant, constant.elementCount != 1 else { return graph[id].constant }
        let type = constant.type
        guard (2...4096).contains(constant.elementCount), type.element.byteCount > 0,
            type.quantization?.isPerTensor ?? true
        else { return nil }
        return constant.withUnsafeBytes { bytes in
            let size = type.element.byteCount
            guard bytes.count == size * constant.elementCount,
                zip(bytes, bytes.dropFirst(size)).allSatisfy({ $0 == $1 })
            else { return nil }
            return try? Tensor(
                TensorType(type.element, [1], quantization: type.quantization),
                bytes: UnsafeRawBufferPointer(rebasing: bytes[..<size]))
        }
    }

    /// The graph with tables where they replace two operators or more.
    /// - Throws: `GraphError` when an operator cannot be computed.
    func applied() throws(GraphError) -> Graph {
        var result = graph
        var isTable = [Bool](repeating: false, count: graph.values.count)
        let readers = graph.consumers
        for index in graph.nodes.indices {
            let node = graph.nodes[index]
            guard let target = node.outputs.first, let origin = origins[target.index], origin.nodes.count > 1,
                graph[target].constant == nil,
                isByte(target) || !(node.op is Dequantize) && isLastFloat(target, readers),
                let entries = try entries(of: target, origin)
            else { continue }
            result.nodes[index].op = table(target, entries)
            result.nodes[index].inputs = [origin.source]
            isTable[target.index] = true
        }
        guard isTable.contains(true) else { return graph }
        result.removeDeadNodes()
        try startLate(isTable, &result)
        return result
    }

    private func table(_ target: ValueID, _ entries: [UInt8]) -> any Operator {
        if isByte(target) { return ByteTable(entries: entries) }
        return FloatTable(entries: entries.withUnsafeBytes { Array($0.bindMemory(to: Float.self)) })
    }

    /// Lets tables look up the last byte on their way that somebody else reads as well: what made the first byte then has one
    /// reader, whose table it can take over.
    private func startLate(_ isTable: [Bool], _ result: inout Graph) throws(GraphError) {
        let uses = result.useCounts
        for index in result.nodes.indices {
            guard let target = result.nodes[index].outputs.first, isTable[target.index],
                let origin = origins[target.index],
                let start = origin.nodes.dropLast().last(where: { node in
                    let byte = graph.nodes[node].outputs[0]
                    return isByte(byte) && uses[byte.index] > 0
                })
            else { continue }
            let late = Origin(source: graph.nodes[start].outputs[0], nodes: origin.nodes.filter { $0 > start })
            guard let entries = try entries(of: target, late) else { continue }
            result.nodes[index].op = table(target, entries)
            result.nodes[index].inputs = [late.source]
        }
    }

    /// Whether a float is wanted for more than further functions of the same byte. (Bytes are only dequantized, their functions
    /// before that are a table of bytes, which the layer that makes them can take over.)
    private func isLastFloat(_ id: ValueID, _ readers: [[Int]]) -> Bool {
        guard graph[id].type?.element == .float32 else { return false }
        return graph.outputs.contains(id)
            || readers[id.index].contains { reader in
                graph.nodes[reader].outputs.contains { origins[$0.index] == nil }
            }
    }

    /// The result for each byte: the nodes computed on all 256 of them, as a program of their own.
    private func entries(of target: ValueID, _ origin: Origin) throws(GraphError) -> [UInt8]? {
        guard let type = graph[origin.source].type else { return nil }
        var part = Graph(name: "function", convention: graph.convention)
        func add(_ type: TensorType) -> ValueID {
            part.add(Value(name: "", type: TensorType(type.element, [256], quantization: type.quantization)))
        }
        var known: [(old: ValueID, new: ValueID)] = [(origin.source, add(type))]
        part.inputs = [Input(value: known[0].new, dimensions: [.fixed(256)])]
        for index in origin.nodes {
            let node = graph.nodes[index]
            var inputs: [ValueID?] = []
            for case let id? in node.inputs {
                if let found = known.last(where: { $0.old == id }) {
                    inputs.append(found.new)
                } else if let constant = single(id) {
                    inputs.append(part.add(constant: constant, name: ""))
                }
            }
            guard inputs.count == node.inputs.count, let type = graph[node.outputs[0]].type else { return nil }
            let output = add(type)
            known.append((node.outputs[0], output))
            part.nodes.append(Node(node.op, inputs: inputs, outputs: [output], origin: node.origin))
        }
        guard let result = known.last, result.old == target else { return nil }
        part.outputs = [result.new]
        let program = try Program(part, options: Options(arithmetic: arithmetic))
        do {
            let run = try ProgramRun(program, pool: nil)
            let source = program.inputs[0]
            let bytes = run.bytes(source.buffer, source.type)
            for index in bytes.indices { bytes[index] = UInt8(index) }
            try run.run()
            return Array(run.bytes(program.outputs[0].buffer, program.outputs[0].type))
        } catch {
            throw GraphError(graph.nodes[origin.nodes[origin.nodes.count - 1]].origin, "\(error)")
        }
    }
}

extension Operator {
    /// Whether each element of the result depends on the elements at the same place alone.
    fileprivate var isElementwise: Bool {
        let kind = ObjectIdentifier(type(of: self))
        // Not by casts: every node is asked.
        return
            (kind == ObjectIdentifier(Unary.self) || kind == ObjectIdentifier(Binary.self)
            || kind == ObjectIdentifier(Select.self) || kind == ObjectIdentifier(Cast.self)
            || kind == ObjectIdentifier(Quantize.self) || kind == ObjectIdentifier(Dequantize.self)
            || kind == ObjectIdentifier(AssumeQuantization.self) || kind == ObjectIdentifier(ByteTable.self)) && isPure
    }
}

extension ByteTable: Lowerable {
    public func lower(_ site: Site, _ builder: inout ProgramBuilder) throws(OperatorFailure) {
        try builder.table(
            "function", entries, try site.input(0), site.output(), count: try site.inputType(0).shape.elementCount)
    }
}
