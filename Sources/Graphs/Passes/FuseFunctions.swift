// Functions of one float that files write with several operators.
import Tensors

extension Graph {
    /// `x * sigmoid(x)`, `x * relu6(x + 3) / 6` and `x * (1 + erf(x / √2)) * 0.5` of floats become the one function that they are, where
    /// nobody else reads the values between. The hard swish has the same bits; the others are rounded once less, or at other places.
    mutating func fuseFunctions() {
        let uses = useCounts
        GraphRewriter.rewrite(&self) { rewriter, node in
            guard
                let (function, x) = rewriter.swish(node, uses) ?? rewriter.hardSwish(node, uses)
                    ?? rewriter.gelu(node, uses),
                rewriter.graph[x].type?.element == .float32,
                rewriter.graph[x].shape == rewriter.graph[node.outputs[0]].shape
            else { return rewriter.keep(node) }
            rewriter.add(Node(Unary(function), inputs: [x], outputs: node.outputs, origin: node.origin))
        }
    }
}

extension GraphRewriter {
    /// The two operands of a node that computes `function`.
    private func operands(_ node: Node, _ function: Binary.Function, _ activation: Activation = .none) -> (
        ValueID, ValueID
    )? {
        guard let op = node.op as? Binary, op.function == function, op.activation == activation,
            node.inputs.count == 2, let a = node.inputs[0], let b = node.inputs[1]
        else { return nil }
        return (a, b)
    }

    private func isConstant(_ id: ValueID, _ value: Float) -> Bool {
        guard let constant = graph[id].constant, constant.element == .float32 else { return false }
        return constant.elementCount == 1 && constant.floats == [value]
    }

    /// `x * sigmoid(x)`
    fileprivate func swish(_ node: Node, _ uses: [Int]) -> (Unary.Function, ValueID)? {
        guard let (a, b) = operands(node, .multiply) else { return nil }
        for (x, other) in [(a, b), (b, a)] {
            guard let sigmoid = soleProducer(other, uses), (sigmoid.op as? Unary)?.function == .sigmoid,
                sigmoid.inputs.first == x
            else { continue }
            return (.swish(alpha: 1), x)
        }
        return nil
    }

    /// `x * relu6(x + 3) / 6`
    fileprivate func hardSwish(_ node: Node, _ uses: [Int]) -> (Unary.Function, ValueID)? {
        guard let (product, six) = operands(node, .divide), isConstant(six, 6),
            let multiply = soleProducer(product, uses), let (a, b) = operands(multiply, .multiply)
        else { return nil }
        for (x, other) in [(a, b), (b, a)] {
            guard let add = soleProducer(other, uses), let (c, d) = operands(add, .add, .relu6),
                c == x && isConstant(d, 3) || d == x && isConstant(c, 3)
            else { continue }
            return (.hardSwish, x)
        }
        return nil
    }

    /// `(x * (erf(x / √2) + 1)) * 0.5`, with the half at any of the factors.
    fileprivate func gelu(_ node: Node, _ uses: [Int]) -> (Unary.Function, ValueID)? {
        guard let (a, b) = operands(node, .multiply) else { return nil }
        let inner = [(a, b), (b, a)].compactMap { product, other in
            soleProducer(product, uses).flatMap { operands($0, .multiply) }.map { [$0.0, $0.1, other] }
        }
        guard var factors = inner.first, let half = factors.firstIndex(where: { isConstant($0, 0.5) }) else {
            return nil
        }
        factors.remove(at: half)
        for (x, other) in [(factors[0], factors[1]), (factors[1], factors[0])] {
            guard let add = soleProducer(other, uses), let (a, b) = operands(add, .add),
                let erf = soleProducer(isConstant(b, 1) ? a : b, uses), isConstant(b, 1) || isConstant(a, 1),
                (erf.op as? Unary)?.function == .erf, let scaled = erf.inputs.first ?? nil,
                let scale = soleProducer(scaled, uses), dividesByRootOfTwo(scale, x)
            else { continue }
            return (.gelu(approximate: false), x)
        }
        return nil
    }

    private func dividesByRootOfTwo(_ node: Node, _ x: ValueID) -> Bool {
        let (root, inverse) = (Float(2).squareRoot(), Float(0.5).squareRoot())
        if let (a, b) = operands(node, .divide) { return a == x && isConstant(b, root) }
        guard let (a, b) = operands(node, .multiply) else { return false }
        return a == x && isConstant(b, inverse) || b == x && isConstant(a, inverse)
    }
}
