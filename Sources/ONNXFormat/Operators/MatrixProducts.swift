// Matrix products.
import Graphs

extension OperatorTable {
    static func matrixRule(_ type: String) -> Rule? {
        switch type {
        case "Einsum":
            return {
                guard let equation = try $0.attributes.string("equation") else {
                    throw ONNXError("attribute 'equation' is missing")
                }
                try $0.finish(Einsum(equation))
            }
        case "Gemm": return { try $0.finish(try gemm($0), [try $0.required(0), try $0.required(1), $0.input(2)]) }
        case "MatMul": return { try $0.finish(MatMul(), [try $0.required(0), try $0.required(1)]) }
        case "MatMulInteger":
            return {
                try $0.finish(IntegerMatMul(), [try $0.required(0), try $0.required(1), $0.input(2), $0.input(3)])
            }
        default: return nil
        }
    }

    static func gemm(_ node: NodeTranslation) throws -> Gemm {
        Gemm(
            alpha: try node.attributes.float("alpha", default: 1), beta: try node.attributes.float("beta", default: 1),
            transposesA: try node.attributes.flag("transA"), transposesB: try node.attributes.flag("transB"))
    }
}
