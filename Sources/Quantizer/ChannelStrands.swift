// Follows channels from the layers that give them to the layers that read them.
import Graphs
import Tensors

/// The strands of a network: what one factor must scale alike, so that the network computes the same.
///
/// A channel that a layer gives runs through functions that keep ratios (ReLU, leaky ReLU, pooling, resizing), through shuffles, splits,
/// joins and sums, until layers read it. Sums make one strand of two. A strand is held where it meets anything else: such a channel
/// cannot be scaled.
struct ChannelStrands {
    /// The strands along the first axes of a value; whatever follows these axes belongs to the same strands.
    struct Trace {
        var axes: [Int]
        var strands: [Int]

        /// Whether the axes are samples, all alike, and channels.
        var isByChannel: Bool {
            axes.count == 2 && strands.indices.allSatisfy { strands[$0] == strands[$0 % axes[1]] }
        }
    }

    let graph: Graph
    private var traces: [Trace?]
    private var sets = DisjointSets()
    private var isHeldAt: [Bool] = []
    private let uses: [Int]

    /// Complexity: O(nodes and channels).
    init(_ graph: Graph) {
        self.graph = graph
        uses = graph.useCounts
        traces = [Trace?](repeating: nil, count: graph.values.count)
        for node in graph.nodes {
            let results = results(of: node)
            for (id, trace) in zip(node.outputs, results) { traces[id.index] = trace }
        }
        for id in graph.outputs { hold(id) }
    }

    /// The strand that a number in a trace belongs to.
    func strand(_ number: Int) -> Int { sets[number] }

    var count: Int { sets.count }

    func isHeld(_ strand: Int) -> Bool { isHeldAt[strand] }

    /// The strand of each channel of a value whose first axes are samples and channels; `nil` where none is known.
    func ofChannels(_ id: ValueID?) -> [Int]? {
        guard let id, let trace = traces[id.index], trace.isByChannel else { return nil }
        return trace.strands[..<trace.axes[1]].map(strand)
    }

    /// Whether factors may be taken into a layer's weights and bias: a convolution that shares them with nobody.
    func canScale(_ node: Node) -> Bool {
        guard node.op is Convolution, case .weighted = graph.role(of: node) else { return false }
        return node.inputs.dropFirst().allSatisfy { $0.map { uses[$0.index] == 1 } ?? true }
    }

    private mutating func results(of node: Node) -> [Trace?] {
        if canScale(node) {
            if let input = node.inputs[0], traces[input.index]?.isByChannel != true { hold(input) }
            return [beginning(at: node.outputs[0])]
        }
        if let results = passed(node) { return results }
        for case let input? in node.inputs { hold(input) }
        return node.outputs.map { _ in nil }
    }

    /// A strand for each channel of a layer's result.
    private mutating func beginning(at id: ValueID) -> Trace? {
        guard let shape = graph[id].shape, shape.rank > 1 else { return nil }
        let channels = sets.add(shape[1])
        isHeldAt += channels.map { _ in false }
        return Trace(axes: [shape[0], shape[1]], strands: (0..<shape[0]).flatMap { _ in channels })
    }

    private mutating func hold(_ id: ValueID) {
        for number in traces[id.index]?.strands ?? [] { isHeldAt[strand(number)] = true }
    }

    private mutating func joined(_ a: Trace, _ b: Trace) -> Trace {
        for (x, y) in zip(a.strands, b.strands) {
            let (x, y) = (strand(x), strand(y))
            sets.join(y, to: x)
            isHeldAt[x] = isHeldAt[x] || isHeldAt[y]
        }
        return a
    }

    /// The traces of a node's results where it hands strands on; `nil` where it does not.
    private mutating func passed(_ node: Node) -> [Trace?]? {
        guard let first = node.inputs.first ?? nil, let trace = traces[first.index], let shape = graph[first].shape,
            let output = graph[node.outputs[0]].shape
        else { return nil }
        switch node.op {
        case is Unary, is Pool, is Resize, is Pad:
            let keepsChannels = trace.isByChannel && Array(output.dimensions.prefix(2)) == trace.axes
            return node.op.keepsRatios && graph.role(of: node) != .float && keepsChannels ? [trace] : nil
        case is Reshape, is Squeeze, is Unsqueeze, is Flatten:
            let inner = shape.elementCount / max(trace.strands.count, 1)
            return output.leadingAxes(before: inner).map { [Trace(axes: $0, strands: trace.strands)] }
        case let op as Binary:
            guard op.function == .add || op.function == .subtract, op.activation == .none,
                let second = node.inputs[1], let other = traces[second.index], other.axes == trace.axes,
                graph[second].shape == shape
            else { return nil }
            return [joined(trace, other)]
        case let op as Concat: return joinedParts(node, axis: op.axis < 0 ? op.axis + shape.rank : op.axis, op)
        default: return graph.arguments(of: node).flatMap { picked(node, trace, shape, $0) }
        }
    }

    private func joinedParts(_ node: Node, axis: Int, _ op: Concat) -> [Trace?]? {
        let parts = node.inputs.compactMap { $0.flatMap { traces[$0.index] } }
        guard op.activation == .none, parts.count == node.inputs.count, axis < parts[0].axes.count,
            parts.allSatisfy({ $0.axes.count == parts[0].axes.count })
        else { return nil }
        var axes = parts[0].axes
        axes[axis] = parts.map { $0.axes[axis] }.reduce(0, +)
        let outer = axes[..<axis].reduce(1, *)
        let strands = (0..<outer).flatMap { row in
            parts.flatMap { part -> ArraySlice<Int> in
                let length = part.strands.count / outer
                return part.strands[row * length..<(row + 1) * length]
            }
        }
        return [Trace(axes: axes, strands: strands)]
    }

    /// Transposes, splits, slices and gathers of whole strands.
    private func picked(_ node: Node, _ trace: Trace, _ shape: Shape, _ arguments: Arguments) -> [Trace?]? {
        let rank = trace.axes.count
        switch node.op {
        case let op as Transpose:
            guard let order = try? op.resolvedPermutation(arguments), order[rank...].elementsEqual(rank..<order.count)
            else { return nil }
            return [trace.transposed(Array(order[..<rank]))]
        case let op as Split:
            guard let (axis, sizes) = try? op.resolved(arguments), axis < rank else { return nil }
            var start = 0
            return sizes.map { size in
                defer { start += size }
                return trace.taking(Array(start..<start + size), axis: axis)
            }
        case let op as any SlicingOperator:
            guard let (ranges, output) = try? op.slice(arguments), ranges.count == shape.rank, output.rank == shape.rank
            else { return nil }
            return [
                (0..<rank).reduce(trace) { part, axis in
                    part.taking(
                        (0..<ranges[axis].count).map { ranges[axis].start + $0 * ranges[axis].step }, axis: axis)
                }
            ]
        case let op as Gather:
            guard let indices = node.inputs[1].flatMap({ graph[$0].constant }), indices.shape.rank <= 1,
                let axis = try? shape.checked(axis: op.axis), axis < rank
            else { return nil }
            let size = trace.axes[axis]
            let places = indices.integers.map { Int($0 < 0 ? $0 + Int64(size) : $0) }
            guard places.allSatisfy((0..<size).contains) else { return nil }
            var part = trace.taking(places, axis: axis)
            if indices.shape.rank == 0 { part.axes.remove(at: axis) }
            return [part]
        default: return nil
        }
    }
}

extension ChannelStrands.Trace {
    /// The elements at `places` along an axis.
    fileprivate func taking(_ places: [Int], axis: Int) -> Self {
        let inner = axes[(axis + 1)...].reduce(1, *)
        let length = axes[axis] * inner
        var axes = axes
        axes[axis] = places.count
        let taken = stride(from: 0, to: strands.count, by: max(length, 1)).flatMap { row in
            places.flatMap { strands[row + $0 * inner..<row + ($0 + 1) * inner] }
        }
        return Self(axes: axes, strands: taken)
    }

    fileprivate func transposed(_ order: [Int]) -> Self {
        let strides = Shape(axes).strides
        let places = order.reduce([0]) { places, axis in
            places.flatMap { place in (0..<axes[axis]).map { place + $0 * strides[axis] } }
        }
        return Self(axes: order.map { axes[$0] }, strands: places.map { strands[$0] })
    }
}

extension Shape {
    /// The first axes, where those behind them hold `inner` elements; as many as there may be.
    fileprivate func leadingAxes(before inner: Int) -> [Int]? {
        var behind = 1
        for axis in stride(from: rank, through: 0, by: -1) {
            if behind == inner { return Array(dimensions[..<axis]) }
            if axis > 0 { behind *= dimensions[axis - 1] }
        }
        return nil
    }
}

extension Operator {
    /// Whether f(s * x) = s * f(x) for every s > 0, channel by channel.
    fileprivate var keepsRatios: Bool {
        switch self {
        case let op as Unary:
            switch op.function {
            case .relu, .leakyRelu: true
            case .clip(let low, let high): low == 0 && high == .infinity
            default: false
            }
        case let op as Pool: op.activation == .none && op.layout == .channelsFirst
        case is Resize, is Pad: true
        default: false
        }
    }
}
