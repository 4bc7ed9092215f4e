// Matrix products, back into the file.
import Graphs

extension OperatorTable {
    static func matrixWriting(_ op: any Operator) -> WritingRule? {
        switch op {
        case let op as Einsum: return { $0.finish("Einsum", nil, [.string("equation", op.equation)]) }
        case let op as Gemm: return { $0.finish("Gemm", $0.inputs(3), attributes(op)) }
        case let op as MatMul: return { try write($0, op) }
        case is IntegerMatMul: return { $0.finish("MatMulInteger", $0.inputs(4)) }
        default: return nil
        }
    }

    static func attributes(_ op: Gemm, writesBeta: Bool = true) -> [WrittenAttribute] {
        [.float("alpha", op.alpha)] + (writesBeta ? [.float("beta", op.beta)] : [])
            + [.flag("transA", op.transposesA), .flag("transB", op.transposesB)]
    }

    private static func write(_ node: NodeWriting, _ op: MatMul) throws {
        let a = op.transposesA ? try swapped(node, 0) : node.input(0)
        let b = op.transposesB ? try swapped(node, 1) : node.input(1)
        node.finish("MatMul", [a, b])
    }

    /// Input `index` with its last two axes swapped.
    private static func swapped(_ node: NodeWriting, _ index: Int) throws -> String {
        guard let rank = node.shape(index)?.rank else {
            throw ONNXError("the number of dimensions of input \(index) is not known")
        }
        guard rank > 1 else { return node.input(index) }
        var order = Array(0..<rank)
        order.swapAt(rank - 1, rank - 2)
        return node.intermediate("Transpose", [node.input(index)], [.integers("perm", order)])
    }
}
