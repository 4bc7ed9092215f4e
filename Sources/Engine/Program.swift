import Graphs
import Tensors

/// A lowered graph: a flat list of steps over planned memory. Immutable; any number of sessions can run one program.
public final class Program: Sendable {
    public let steps: [Step]
    public let plan: MemoryPlan
    let contents: [BufferContent]
    /// The nodes whose steps compute what others' would.
    let absorbed: [ProgramBuilder.Absorption]
    /// The memory and types of the graph's inputs, outputs and variables.
    let inputs: [Port]
    let outputs: [Port]
    let variables: [Port]
    /// The memory of every value that has one, for traces.
    let bufferOfValue: [Buffer?]

    struct Port: Sendable {
        var name: String
        var type: TensorType
        var buffer: Buffer
    }

    /// Whether a step or an output reads `tensor` itself.
    /// Complexity: O(log(constants)).
    func reads(_ tensor: Tensor) -> Bool {
        var (low, high) = (0, constantAddresses.count)
        while low < high {
            let middle = (low + high) / 2
            if constantAddresses[middle] == tensor.identity { return true }
            if constantAddresses[middle] < tensor.identity { low = middle + 1 } else { high = middle }
        }
        return false
    }

    /// What the weight cache is to keep of this program.
    let unkeptWeights: UnkeptWeights?

    deinit { unkeptWeights?.finish() }

    /// Where the constants lie, in ascending order.
    private let constantAddresses: [UInt]

    /// Lowers all nodes of `graph`, whose types must all be known.
    /// - Throws: `GraphError` naming the operator that cannot be computed.
    /// - Parameter packedWeights: what the weight cache has for this program.
    init(_ graph: Graph, options: Options, packedWeights: PackedWeights? = nil) throws(GraphError) {
        // Packed, bytes take a little more than as they come.
        let bytes = graph.values.reduce(0) {
            $0 + ($1.constant.map { $0.element.byteCount == 1 ? $0.byteCount : 0 } ?? 0)
        }
        var builder = ProgramBuilder(
            options: options, convention: graph.convention, valueCount: graph.values.count,
            expectedPackedBytes: bytes + bytes / 8, packedWeights: packedWeights)

        func port(_ id: ValueID, _ buffer: Buffer) throws(GraphError) -> Port {
            guard let type = graph[id].type else { throw GraphError("the type of '\(graph[id].name)' is not known") }
            return Port(name: graph[id].name, type: type, buffer: buffer)
        }

        var variables: [Port] = []
        for variable in graph.variables {
            let buffer = builder.define(variable.value, content: .variable(initial: variable.initial))
            variables.append(Port(name: graph[variable.value].name, type: variable.initial.type, buffer: buffer))
        }
        builder.variables = variables.map(\.buffer)
        var inputs: [Port] = []
        for input in graph.inputs {
            guard let type = graph[input.value].type else {
                throw GraphError("the shape of input '\(graph[input.value].name)' is not known")
            }
            let buffer = builder.define(input.value, content: .arena(bytes: type.byteCount))
            inputs.append(try port(input.value, buffer))
        }

        func buffer(of id: ValueID, _ builder: inout ProgramBuilder) throws(GraphError) -> Buffer {
            if let known = builder.buffer(of: id) { return known }
            guard let tensor = graph[id].constant else { throw GraphError("nothing computes '\(graph[id].name)'") }
            return builder.define(id, content: .constant(tensor))
        }

        for node in graph.nodes {
            if !node.op.hasEffect, !node.outputs.isEmpty, node.outputs.allSatisfy({ graph[$0].constant != nil }) {
                continue
            }
            var inputBuffers: [Buffer?] = []
            for id in node.inputs {
                guard let id else {
                    inputBuffers.append(nil)
                    continue
                }
                inputBuffers.append(try buffer(of: id, &builder))
            }
            guard let arguments = graph.arguments(of: node) else {
                throw GraphError(node.origin, "the type of an input is not known")
            }
            var types: [TensorType] = []
            for id in node.outputs {
                guard let type = graph[id].type else {
                    throw GraphError(node.origin, "the type of its result is not known")
                }
                types.append(type)
            }
            if node.isAlias, let source = inputBuffers.first ?? nil, let target = node.outputs.first {
                builder.define(target, as: source)
                continue
            }
            guard let op = node.lowerable else {
                throw GraphError(node.origin, "'\(node.op.name)' cannot be computed by this engine")
            }
            let outputs = zip(node.outputs, types).map { builder.define($0, content: .arena(bytes: $1.byteCount)) }
            builder.begin(
                node.origin, multiplyAccumulates: op.multiplyAccumulates(inputs: arguments.types, outputs: types))
            let site = Site(
                node: node, arguments: arguments, outputTypes: types, inputBuffers: inputBuffers, outputBuffers: outputs
            )
            do throws(OperatorFailure) {
                try op.lower(site, &builder)
            } catch {
                switch error {
                case .invalid(let reason): throw GraphError(node.origin, reason)
                case .needsValue(let input):
                    throw GraphError(node.origin, "the value of input \(input) must be known before it runs")
                }
            }
        }
        var outputs: [Port] = []
        for id in graph.outputs { outputs.append(try port(id, try buffer(of: id, &builder))) }

        if !options.keepsEveryValue {
            let kept = BufferSet((inputs + outputs).map(\.buffer))
            builder.absorbFunctions(keeping: kept)
            builder.absorbPairs(keeping: kept)
            builder.absorbFunctions(keeping: kept)
            builder.storeUnsigned(keeping: kept)
            builder.runInBands(keeping: kept)
            builder.eliminateCopies(keeping: kept)
        }
        builder.settle()
        builder.packedMemory.trim()
        unkeptWeights = builder.packedWeights?.unkept(builder.packedMemory)
        builder.dropUnusedConstants(keeping: outputs.map(\.buffer))
        let contents = builder.contents
        let sizes: [Int?] = builder.contents.map { if case .arena(let bytes) = $0 { bytes } else { nil } }
        plan = MemoryPlan(
            sizes: sizes, steps: builder.steps, inPlace: builder.inPlace, inputs: inputs.map(\.buffer),
            outputs: outputs.map(\.buffer), keepsEverything: options.keepsEveryValue,
            roots: contents.indices.map { contents.root(of: Buffer(index: $0)).index })
        steps = builder.steps
        self.contents = contents
        absorbed = builder.absorbed
        constantAddresses = contents.compactMap {
            if case .constant(let tensor) = $0 { tensor.identity } else { nil }
        }.sorted()
        self.inputs = inputs
        self.outputs = outputs
        self.variables = variables
        bufferOfValue = builder.bufferOfValue
    }
}
