// Transposes move towards the outputs until they meet their inverse.
import Tensors

extension Graph {
    /// Moves transposes behind the operators that read them, where these can work in the other order of axes, and merges those that
    /// meet; two that undo each other vanish. The same elements are computed, in another order.
    public mutating func sinkTransposes() {
        let turned = nodes.contains { $0.op is Dequantize } ? valuesReadTurned() : [:]
        GraphRewriter.rewrite(&self, having: [Transpose.self]) { rewriter, node in
            if !rewriter.sink(node, turned) { rewriter.keep(node) }
        }
    }

    /// The order of axes in which a value's readers take it, where they all take it in one other than its own.
    private func valuesReadTurned() -> [ValueID: [Int]] {
        var orders: [ValueID: [Int]] = [:]
        var others = Set(outputs)
        for node in nodes {
            let order = (node.op as? Transpose).flatMap { op in
                arguments(of: node).flatMap { try? op.resolvedPermutation($0) }
            }
            for case let id? in node.inputs {
                if let order, orders[id, default: order] == order { orders[id] = order } else { others.insert(id) }
            }
        }
        return orders.filter { !others.contains($0.key) }
    }
}

/// A value that is another one with its axes in another order: axis i is axis `order[i]` of `inner`.
struct TransposedView {
    var inner: ValueID
    var order: [Int]
}

extension GraphRewriter {
    /// What `id` is a transposed view of.
    func view(_ id: ValueID?) -> TransposedView? {
        guard let id, let node = producer(of: id), let op = node.op as? Transpose, let inner = node.inputs[0],
            let arguments = graph.arguments(of: node), let order = try? op.resolvedPermutation(arguments)
        else { return nil }
        return TransposedView(inner: inner, order: order)
    }

    /// Adds the node with its transposed inputs replaced by what they are views of; `false` where it has no such form.
    fileprivate mutating func sink(_ node: Node, _ turned: [ValueID: [Int]]) -> Bool {
        guard let first = node.inputs.first(where: { view($0) != nil }) ?? nil, let view = view(first) else {
            return false
        }
        switch node.op {
        case let op as Transpose: return merge(node, op, view)
        case is Binary, is Select: return sinkBroadcast(node, view)
        case let op as Concat: return sinkConcat(node, op, view)
        default: break
        }
        guard node.inputs[0] == first else { return false }
        switch node.op {
        case is DynamicQuantizeLinear: return sinkDynamic(node, view)
        case is Unary, is Quantize, is Cast: return finish(node, node.op, [view.inner], view.order)
        case is Dequantize:
            // Floats take four times as long to turn as bytes: only where nobody has to.
            guard let order = turned[node.outputs[0]], Permutation.isIdentity(Permutation.composed(view.order, order))
            else { return false }
            return finish(node, node.op, [view.inner], view.order)
        case is QuantizeLinear, is DequantizeLinear:
            // One scale serves the elements in any order.
            guard let scale = node.inputs[1], graph[scale].shape?.elementCount == 1 else { return false }
            return finish(node, node.op, [view.inner] + node.inputs.dropFirst(), view.order)
        case let op as AssumeQuantization where op.quantization.isPerTensor:
            return finish(node, op, [view.inner], view.order)
        case var op as Softmax:
            guard let axis = Shape(view.order).normalized(axis: op.axis) else { return false }
            op.axis = view.order[axis]
            return finish(node, op, [view.inner], view.order)
        case var op as Split:
            guard let given = op.axis, let axis = Shape(view.order).normalized(axis: given) else { return false }
            op.axis = view.order[axis]
            return finish(node, op, [view.inner] + node.inputs.dropFirst(), view.order)
        case let op as Reduce: return sinkReduce(node, op, view)
        case let op as Gather: return sinkGather(node, op, view)
        case is Slice: return sinkSlice(node, view)
        case let op as Pad: return sinkPad(node, op, view)
        case let op as Resize: return sinkResize(node, op, view)
        case is Reshape, is Squeeze, is Unsqueeze, is Flatten: return sinkReshape(node, view)
        default: return false
        }
    }

    /// Adds `op` on inner values; its results, with axes ordered by `order`, are those of `node`.
    mutating func finish(_ node: Node, _ op: any Operator, _ inputs: [ValueID?], _ order: [Int]) -> Bool {
        var results: [ValueID] = []
        for id in node.outputs {
            var value = Value(name: "\(graph[id].name)/inner", element: graph[id].element)
            value.quantization = graph[id].quantization
            if let axis = value.quantization?.axis, axis < order.count { value.quantization?.axis = order[axis] }
            results.append(graph.add(value))
        }
        add(Node(op, inputs: inputs, outputs: results, origin: node.origin))
        for (id, inner) in zip(node.outputs, results) {
            let isSame = Permutation.isIdentity(order)
            let back: any Operator = isSame ? Unary(.identity) : Transpose(order)
            if isSame, !graph.outputs.contains(id) {
                replace(id, by: inner)
            } else {
                keep(Node(back, inputs: [inner], outputs: [id], origin: node.origin))
            }
        }
        return true
    }

    /// Only the first result has the axes of the data.
    private mutating func sinkDynamic(_ node: Node, _ view: TransposedView) -> Bool {
        guard let first = node.outputs.first else { return false }
        let inner = graph.add(Value(name: "\(graph[first].name)/inner", element: graph[first].element))
        add(
            Node(
                node.op, inputs: [view.inner], outputs: [inner] + node.outputs.dropFirst(), origin: node.origin))
        keep(Node(Transpose(view.order), inputs: [inner], outputs: [first], origin: node.origin))
        return true
    }

    private mutating func merge(_ node: Node, _ op: Transpose, _ view: TransposedView) -> Bool {
        guard let arguments = graph.arguments(of: node), let second = try? op.resolvedPermutation(arguments) else {
            return false
        }
        let order = Permutation.composed(view.order, second)
        if Permutation.isIdentity(order), !graph.outputs.contains(node.outputs[0]) {
            replace(node.outputs[0], by: view.inner)
            return true
        }
        let merged: any Operator
        if let shape = graph[view.inner].shape, Permutation.keepsElements(order, shape) {
            merged = Reshape(order.map { shape[$0] }, zeroCopies: false)
        } else {
            merged = Transpose(order)
        }
        add(Node(merged, inputs: [view.inner], outputs: node.outputs, origin: node.origin))
        return true
    }

    /// Inputs that broadcast against each other: views of one order, constants, single elements.
    private mutating func sinkBroadcast(_ node: Node, _ view: TransposedView) -> Bool {
        var inputs: [ValueID?] = []
        let inverse = Permutation.inverse(view.order)
        for id in node.inputs {
            guard let id, let type = graph[id].type else { return false }
            if let other = self.view(id) {
                guard other.order == view.order else { return false }
                inputs.append(other.inner)
            } else if type.shape.elementCount == 1, type.shape.rank <= view.order.count {
                inputs.append(id)
            } else if let turned = turned(id, inverse) {
                inputs.append(turned)
            } else {
                return false
            }
        }
        return finish(node, node.op, inputs, view.order)
    }

    /// A constant, or one that is dequantized by one scale, with its axes in another order; missing axes come first.
    private mutating func turned(_ id: ValueID, _ order: [Int]) -> ValueID? {
        if let node = producer(of: id), node.op is DequantizeLinear, let data = node.inputs[0],
            let scale = node.inputs[1], graph[scale].shape?.elementCount == 1, let inner = turned(data, order)
        {
            return add(
                node.op, [inner] + node.inputs.dropFirst(), name: "\(graph[id].name)/transposed", origin: node.origin)
        }
        guard let constant = graph[id].constant, constant.shape.rank <= order.count,
            constant.type.quantization?.isPerTensor ?? true
        else { return nil }
        let missing = [Int](repeating: 1, count: order.count - constant.shape.rank)
        guard
            let turned = constant.reshaped(
                Shape(missing + constant.shape.dimensions), quantization: constant.type.quantization)?.transposed(order)
        else { return nil }
        return graph.add(constant: turned, name: "\(graph[id].name)/transposed")
    }

    private mutating func sinkConcat(_ node: Node, _ op: Concat, _ view: TransposedView) -> Bool {
        var op = op
        guard let axis = Shape(view.order).normalized(axis: op.axis) else { return false }
        op.axis = view.order[axis]
        let inverse = Permutation.inverse(view.order)
        var inputs: [ValueID?] = []
        for id in node.inputs {
            guard let id else { return false }
            if let other = self.view(id), other.order == view.order {
                inputs.append(other.inner)
            } else if let turned = graph[id].constant?.transposed(inverse),
                turned.type.quantization?.isPerTensor ?? true
            {
                inputs.append(graph.add(constant: turned, name: "\(graph[id].name)/transposed"))
            } else {
                return false
            }
        }
        return finish(node, op, inputs, view.order)
    }

    private mutating func sinkReduce(_ node: Node, _ op: Reduce, _ view: TransposedView) -> Bool {
        guard let arguments = graph.arguments(of: node), let axes = try? op.resolvedAxes(arguments) else {
            return false
        }
        var op = op
        op.axes = axes.map { view.order[$0] }.sorted()
        if axes.isEmpty { op.isIdentityWithoutAxes = true }
        return finish(node, op, [view.inner], op.keepsDimensions ? view.order : Self.dropping(axes, from: view.order))
    }

    /// The order of what is left when `axes` of the view go.
    private static func dropping(_ axes: [Int], from order: [Int]) -> [Int] {
        let gone = axes.map { order[$0] }
        let left = order.enumerated().filter { !axes.contains($0.offset) }.map(\.element)
        return left.map { axis in axis - gone.filter { $0 < axis }.count }
    }

    private mutating func sinkGather(_ node: Node, _ op: Gather, _ view: TransposedView) -> Bool {
        guard op.batchAxes == 0, let indices = node.inputs[1], self.view(indices) == nil,
            let rank = graph[indices].shape?.rank,
            let axis = Shape(view.order).normalized(axis: op.axis)
        else { return false }
        let inner = view.order[axis]
        var order: [Int] = []
        for (index, old) in view.order.enumerated() {
            if index == axis {
                order += (0..<rank).map { inner + $0 }
            } else {
                order.append(old < inner ? old : old + rank - 1)
            }
        }
        return finish(node, Gather(axis: inner), [view.inner, indices], order)
    }

    private mutating func sinkSlice(_ node: Node, _ view: TransposedView) -> Bool {
        guard let count = node.inputs[1].flatMap({ graph[$0].constant })?.elementCount else { return false }
        var axes = Array(0..<count)
        if node.inputs.count > 3, let id = node.inputs[3] {
            guard let given = graph[id].constant?.integers else { return false }
            axes = given.map(Int.init)
        }
        let shape = Shape(view.order)
        guard axes.allSatisfy({ shape.normalized(axis: $0) != nil }) else { return false }
        let mapped = axes.map { view.order[shape.normalized(axis: $0) ?? 0] }
        guard let id = add(integers: mapped, name: "\(graph[node.outputs[0]].name)/axes") else { return false }
        var inputs = node.inputs
        inputs[0] = view.inner
        if inputs.count > 3 { inputs[3] = id } else { inputs.append(id) }
        return finish(node, node.op, inputs, view.order)
    }

    private mutating func sinkPad(_ node: Node, _ op: Pad, _ view: TransposedView) -> Bool {
        guard let arguments = graph.arguments(of: node), let borders = try? op.borders(arguments) else { return false }
        let inverse = Permutation.inverse(view.order)
        let amounts = inverse.map { borders[$0].before } + inverse.map { borders[$0].after }
        guard let id = add(integers: amounts, name: "\(graph[node.outputs[0]].name)/borders") else { return false }
        let value = node.inputs.count > 2 ? node.inputs[2] : nil
        return finish(node, Pad(op.mode, order: .beforesThenAfters), [view.inner, id, value], view.order)
    }

    private mutating func sinkResize(_ node: Node, _ op: Resize, _ view: TransposedView) -> Bool {
        // What is given for each axis stays as it is: only the numbers of the axes change.
        guard op.coordinates != .cropAndResize else { return false }
        let shape = Shape(view.order)
        let axes = op.axes ?? Array(view.order.indices)
        guard axes.allSatisfy({ shape.normalized(axis: $0) != nil }) else { return false }
        var op = op
        op.axes = axes.map { view.order[shape.normalized(axis: $0) ?? 0] }
        return finish(node, op, [view.inner] + node.inputs.dropFirst(), view.order)
    }
}
