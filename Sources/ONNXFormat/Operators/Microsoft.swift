// Float operators of the domain com.microsoft, which optimised files hold.
import Graphs
import Tensors

extension OperatorTable {
    static func microsoftRule(_ type: String) -> Rule? {
        switch type {
        case "FusedConv": return fusedConvolution
        case "FusedGemm": return fusedGemm
        case "FusedMatMul": return fusedMatMul
        case "Gelu": return unary(.gelu(approximate: false))
        case "FastGelu": return fastGelu
        case "QuickGelu": return unary { .swish(alpha: try $0.float("alpha", default: 1.702)) }
        default: return nil
        }
    }

    /// A convolution, then an optional sum with input 3, then an activation.
    @Sendable private static func fusedConvolution(_ node: NodeTranslation) throws {
        var result = node.intermediate(
            try convolution(node, weights: 1), [try node.required(0), try node.required(1), node.input(2)])
        if let other = node.input(3) { result = node.intermediate(Binary(.add), [result, other]) }
        try node.finish(
            Unary(try activation(node, parameters: try node.attributes.floats("activation_params") ?? [])), [result])
    }

    @Sendable private static func fusedGemm(_ node: NodeTranslation) throws {
        let sum = node.intermediate(try gemm(node), [try node.required(0), try node.required(1), node.input(2)])
        let parameters = [
            try node.attributes.float("activation_alpha"), try node.attributes.float("activation_beta"),
        ]
        try node.finish(Unary(try activation(node, parameters: parameters.compactMap { $0 })), [sum])
    }

    @Sendable private static func fastGelu(_ node: NodeTranslation) throws {
        guard !node.has(1) else { throw ONNXError("a bias is not handled") }
        // In two steps: Swift 6.0.3 crashes on calling the overloaded result at once.
        let rule: Rule = unary(.gelu(approximate: true))
        try rule(node)
    }

    private static func activation(_ node: NodeTranslation, parameters: [Float]) throws -> Unary.Function {
        func parameter(_ index: Int, _ usual: Float) -> Float { index < parameters.count ? parameters[index] : usual }
        switch try node.attributes.string("activation", default: "") {
        case "": return .identity
        case "Relu": return .relu
        case "Tanh": return .tanh
        case "Sigmoid": return .sigmoid
        case "LeakyRelu": return .leakyRelu(alpha: parameter(0, 0.01))
        case "Clip":
            return .clip(
                low: Double(parameter(0, -.greatestFiniteMagnitude)),
                high: Double(parameter(1, .greatestFiniteMagnitude)))
        case "HardSigmoid": return .hardSigmoid(alpha: parameter(0, 0.2), beta: parameter(1, 0.5))
        case let other: throw ONNXError("activation '\(other)' is not known")
        }
    }

    @Sendable private static func fusedMatMul(_ node: NodeTranslation) throws {
        guard try !node.attributes.flag("transBatchA"), try !node.attributes.flag("transBatchB") else {
            throw ONNXError("transposed batches are not handled")
        }
        let op = MatMul(
            transposesA: try node.attributes.flag("transA"), transposesB: try node.attributes.flag("transB"))
        let inputs = [try node.required(0), try node.required(1)]
        let alpha = try node.attributes.float("alpha", default: 1)
        if alpha == 1 { return try node.finish(op, inputs) }
        let product = node.intermediate(op, inputs)
        try node.finish(Binary(.multiply), [product, try node.add(scalar: alpha, like: product)])
    }
}
