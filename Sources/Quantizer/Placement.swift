// Which values become bytes.
import Graphs
import Tensors

/// Where a network computes on bytes, and which tensors share a scale.
///
/// Made in two steps: what the structure allows, then, once calibration has seen the tensors, which joined tensors stay apart.
struct Placement {
    private(set) var graph: Graph
    let chains: FunctionChains
    let layers: [Layer]
    /// What each node does here, with those that stay in float by choice.
    private(set) var roles: [NodeRole]
    /// Whether a value is stored as bytes.
    private(set) var isByte: [Bool]
    /// Whether no layer with weights comes after a value: what remains is the way to the outputs.
    let isTail: [Bool]
    private let makers: [Int?]
    /// What a person should know.
    private(set) var notes: [String] = []

    /// - Parameter wide: layers that stay in float.
    init(_ graph: Graph, wide: Set<Layer> = []) {
        self.graph = graph
        chains = FunctionChains(graph)
        layers = graph.layers(chains)
        roles = graph.nodes.map { graph.role(of: $0) }
        isTail = graph.valuesWithoutLayersBehind(roles)
        makers = graph.producers
        isByte = []
        for layer in wide { for index in layer.nodes { roles[index] = .float } }
        keepTailArithmeticInFloat()
        keepExpectationsInFloat()
        spread()
    }

    /// The value whose numbers a value holds, moved: through reshapes, splits and the like.
    func root(_ id: ValueID) -> ValueID {
        var id = id
        while let index = makers[id.index], case .moving = roles[index], let input = graph.nodes[index].inputs[0] {
            id = input
        }
        return id
    }

    /// Sums and products behind the last layers decode boxes: numbers of hundreds beside fractions, on few elements.
    private mutating func keepTailArithmeticInFloat() {
        var kept: [String] = []
        for (index, node) in graph.nodes.enumerated() {
            guard case .arithmetic = roles[index], node.op is Binary, isTail[node.outputs[0].index],
                !chains.isProductOfGate(node)
            else { continue }
            roles[index] = .float
            kept.append(node.origin.nodeName.isEmpty ? graph[node.outputs[0]].name : node.origin.nodeName)
        }
        if let first = kept.first {
            notes.append(
                "arithmetic behind the last layers stays in float: '\(first)'"
                    + (kept.count > 1 ? " and \(kept.count - 1) more" : ""))
        }
    }

    /// A softmax whose mean a layer of one channel takes: the weights are places, which steps of a byte would blur.
    private mutating func keepExpectationsInFloat() {
        for (index, node) in graph.nodes.enumerated() {
            guard case .weighted = roles[index], let weights = node.inputs[1].flatMap({ graph[$0].shape }),
                weights.dimensions.first == 1, let input = node.inputs[0], let maker = makers[input.index],
                graph.nodes[maker].op is Softmax
            else { continue }
            roles[index] = .float
            roles[maker] = .float
        }
    }

    /// Tells bytes from floats: what integer layers give and read, and what is moved between them.
    private mutating func spread() {
        var isWanted = [Bool](repeating: false, count: graph.values.count)
        for (index, node) in graph.nodes.enumerated().reversed() {
            let wants: Bool
            switch roles[index] {
            case .float: wants = false
            case .moving, .joining: wants = node.outputs.contains { isWanted[$0.index] }
            case .weighted, .arithmetic, .unit: wants = true
            }
            guard wants else { continue }
            let data = roles[index] == .joining ? node.inputs : roles[index].isMixing ? node.inputs : [node.inputs[0]]
            for case let id? in data { isWanted[id.index] = true }
        }
        var isByte = [Bool](repeating: false, count: graph.values.count)
        func isData(_ id: ValueID) -> Bool { graph[id].element == .float32 && !chains.inner.contains(id) }
        for input in graph.inputs where isData(input.value) { isByte[input.value.index] = isWanted[input.value.index] }
        for (index, node) in graph.nodes.enumerated() {
            for id in node.outputs where isData(id) {
                switch roles[index] {
                case .float: isByte[id.index] = isWanted[id.index]
                case .weighted, .arithmetic, .unit: isByte[id.index] = true
                case .moving: isByte[id.index] = node.inputs[0].map { isByte[$0.index] } ?? false
                case .joining:
                    isByte[id.index] = node.inputs.allSatisfy { $0.map { isByte[$0.index] } ?? false }
                }
            }
        }
        self.isByte = isByte
    }

    /// Values whose own distribution calibration must see: what computing nodes and inputs give as bytes.
    var roots: [ValueID] {
        var roots: [ValueID] = []
        for input in graph.inputs where isByte[input.value.index] { roots.append(input.value) }
        for (index, node) in graph.nodes.enumerated() {
            switch roles[index] {
            case .moving, .joining: continue
            default: roots += node.outputs.filter { isByte[$0.index] }
            }
        }
        return roots
    }

    /// Names of the layers that compute on floats.
    var floatLayers: Set<String> { Set(layers.filter { roles[$0.nodes[0]] == .float }.map(\.name)) }

    /// The same placement over a graph of the same nodes with other weights.
    func replacing(graph: Graph) -> Placement {
        var copy = self
        copy.graph = graph
        return copy
    }

    /// Leaves joins in float whose parts must not share a scale, and tells of it.
    mutating func keepApart(_ joins: [Int]) {
        for index in joins { roles[index] = .float }
        spread()
        for index in joins {
            let name = graph[graph.nodes[index].outputs[0]].name
            notes.append(
                "'\(name)' joins parts of different ranges: each keeps its own scale, and they are joined in float")
        }
    }
}

extension NodeRole {
    /// Whether all inputs are data.
    fileprivate var isMixing: Bool { self == .arithmetic }
}

extension FunctionChains {
    /// Whether the node multiplies a value by its own sigmoid.
    fileprivate func isProductOfGate(_ node: Node) -> Bool {
        node.inputs.count == 2 && node.inputs.contains { $0.map(gates.contains) ?? false }
    }
}

extension Graph {
    /// For each value whether no layer with weights reads it, even through other nodes. Complexity: O(nodes).
    fileprivate func valuesWithoutLayersBehind(_ roles: [NodeRole]) -> [Bool] {
        var isTail = [Bool](repeating: true, count: values.count)
        for (index, node) in nodes.enumerated().reversed() {
            var leads = node.outputs.contains { !isTail[$0.index] }
            if case .weighted = roles[index] { leads = true }
            guard leads else { continue }
            for case let id? in node.inputs { isTail[id.index] = false }
        }
        return isTail
    }
}
