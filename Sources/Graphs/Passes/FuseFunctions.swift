// Functions of one float that files write with several operators.
import Tensors

extension Graph {
    /// `x * sigmoid(x)` and `x * relu6(x + 3) / 6` of floats become the one function that they are, where nobody else reads the
    /// values between. The former is rounded twice instead of three times; the latter has the same bits.
    mutating func fuseFunctions() {
        let uses = useCounts
        GraphRewriter.rewrite(&self) { rewriter, node in
            guard let (function, x) = rewriter.swish(node, uses) ?? rewriter.hardSwish(node, uses),
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
}
