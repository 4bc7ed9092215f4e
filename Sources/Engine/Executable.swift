import Graphs
import Tensors

/// A graph made ready to run for given input shapes: a program, and where shapes depend on values, the part of the graph
/// that can only be prepared when those values are known.
public final class Executable: Sendable {
    public let program: Program
    /// The graph as it came, with the shapes of its inputs.
    public let sourceGraph: Graph
    /// The graph as the program computes it, after all passes.
    public let graph: Graph
    public let options: Options
    let tail: Tail?
    let outputs: [Output]
    /// Values of `graph` that were constants until the program had its own copy of what they say.
    let releasedConstants: [ValueID]

    enum Output: Sendable {
        case program(Int)
        case tail(Int)
    }

    /// The nodes whose shapes wait for values, as a graph of their own.
    struct Tail: Sendable {
        var graph: Graph
        var boundary: [Boundary]

        /// A value that the program computes and the tail uses.
        struct Boundary: Sendable {
            var value: ValueID
            /// Position among the program's outputs.
            var source: Int
            /// Whether an operator's shape waits for it.
            var mustBeConstant: Bool
        }
    }

    /// - Parameters:
    ///   - source: with the shapes of all inputs set.
    ///   - file: what the graph was read from, if only shapes were set since; `options.weightCache` needs it.
    /// - Throws: `GraphError` naming the operator that is wrong or cannot be computed.
    public init(_ source: Graph, options: Options, file: MappedFile? = nil) throws(GraphError) {
        let packedWeights = PackedWeights(source, file: file, options: options)
        var graph = source
        let unknown = try graph.prepare(options) ? [] : graph.inferTypes()
        self.options = options
        sourceGraph = source
        if unknown.isEmpty {
            program = try Program(graph, options: options, packedWeights: packedWeights)
            releasedConstants = options.keepsEveryValue ? [] : graph.releaseConstants(notReadBy: program)
            source.releasePages(notReadBy: program)
            self.graph = graph
            tail = nil
            outputs = graph.outputs.indices.map { .program($0) }
            return
        }
        let split = try graph.split(unknown)
        self.graph = split.prefix
        program = try Program(split.prefix, options: options, packedWeights: packedWeights)
        releasedConstants = []
        tail = Tail(graph: split.tail, boundary: split.boundary)
        outputs = split.outputs
    }

    /// Whether part of the model can only be prepared while it runs.
    public var hasShapesThatDependOnValues: Bool { tail != nil }

    /// Multiply-accumulates of one run, as far as shapes are known.
    public var multiplyAccumulates: Int { program.steps.reduce(0) { $0 + $1.multiplyAccumulates } }
}

extension Graph {
    /// Cuts off the nodes whose types are unknown.
    fileprivate func split(
        _ unknown: [(node: Int, needs: Int?)]
    ) throws(GraphError) -> (
        prefix: Graph, tail: Graph, boundary: [Executable.Tail.Boundary], outputs: [Executable.Output]
    ) {
        let late = Set(unknown.map(\.node))
        if let stateful = late.map({ nodes[$0] }).first(where: { !$0.op.isPure }) {
            throw GraphError(
                stateful.origin, "state in a part of the model whose shapes depend on values is not supported")
        }
        let lateValues = Set(late.flatMap { nodes[$0].outputs })
        var prefix = self
        prefix.nodes = nodes.indices.filter { !late.contains($0) }.map { nodes[$0] }
        var tail = self
        tail.nodes = nodes.indices.filter { late.contains($0) }.map { nodes[$0] }
        tail.variables = []
        var needed: Set<ValueID> = []
        for (node, input) in unknown {
            if let input, let id = nodes[node].inputs[input] { needed.insert(id) }
        }
        prefix.outputs = outputs.filter { !lateValues.contains($0) }
        tail.outputs = outputs.filter { lateValues.contains($0) }
        var results: [Executable.Output] = []
        for id in outputs {
            results.append(
                lateValues.contains(id)
                    ? .tail(tail.outputs.firstIndex(of: id) ?? 0) : .program(prefix.outputs.firstIndex(of: id) ?? 0))
        }
        tail.inputs = []
        var boundary: [Executable.Tail.Boundary] = []
        for id in Set(tail.nodes.flatMap { $0.inputs.compactMap { $0 } }).sorted(by: { $0.index < $1.index })
        where !lateValues.contains(id) && self[id].constant == nil {
            boundary.append(.init(value: id, source: prefix.outputs.count, mustBeConstant: needed.contains(id)))
            prefix.outputs.append(id)
        }
        guard unknown.contains(where: { $0.needs != nil }) else {
            throw GraphError(nodes[unknown[0].node].origin, "the shape of its result cannot be found")
        }
        return (prefix, tail, boundary, results)
    }
}
