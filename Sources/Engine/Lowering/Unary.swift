// Functions of one element.
import CKernels
import Graphs
import Tensors

extension Unary: Lowerable {
    public func lower(_ site: Site, _ builder: inout ProgramBuilder) throws(OperatorFailure) {
        if try isQuantized(site) { return try lowerQuantized(site, &builder) }
        let type = try site.inputType(0)
        let (input, output) = (try site.input(0), site.output())
        if type.element == .float32, let function = try floatFunction(builder) {
            let form = FunctionForm(
                function: function, input: input, output: output,
                nest: try LoopNest(count: type.shape.elementCount, elementBytes: [4, 4]))
            return builder.step(
                "\(self.function) float32", reads: [input], writes: [output], form: form, inPlace: [(input, output)])
        }
        let compute = try kernel(for: type.element, builder)
        builder.step(
            "\(function) \(type.element)", reads: [input], writes: [output], units: type.shape.elementCount,
            grain: 16384,
            inPlace: type.element.byteCount == site.outputType().element.byteCount ? [(input, output)] : []
        ) { memory, range in
            compute(memory[input], memory[output], range)
        }
    }

    typealias Kernel = @Sendable (UnsafeRawPointer, UnsafeMutableRawPointer, Range<Int>) -> Void

    /// The kernel that computes a range of elements of a type.
    func kernel(for element: ElementType, _ builder: ProgramBuilder) throws(OperatorFailure) -> Kernel {
        let unsupported = OperatorFailure.invalid("\(function) of \(element) is not supported")
        if let operation = plainOperation {
            let unary = try builder.entry(\.elementwise.unary)
            guard let run = unary(operation, element.kernelType) else { throw unsupported }
            return { run($0, $1, $2.lowerBound, $2.upperBound) }
        }
        if case .clip(let low, let high) = function {
            guard let run = arete_clip(element.kernelType) else { throw unsupported }
            let bounds = try ClipBounds(element: element, low: low, high: high)
            return { run($0, $1, $2.lowerBound, $2.upperBound, bounds.low.baseAddress, bounds.high.baseAddress) }
        }
        if case .isInfinite(let positive, let negative) = function {
            // Nothing equals NaN.
            return try equality(with: positive ? .infinity : negative ? -.infinity : .nan, element)
        }
        guard let (operation, parameters) = parametricOperation,
            let run = try builder.entry(\.elementwise.parametric)(operation, element.kernelType)
        else {
            throw unsupported
        }
        return { x, y, range in
            withUnsafePointer(to: parameters) { run(x, y, range.lowerBound, range.upperBound, $0) }
        }
    }

    /// The function of floats whose results are floats; `nil` for others.
    private func floatFunction(_ builder: ProgramBuilder) throws(OperatorFailure) -> arete_float_function? {
        switch function {
        case .isNaN, .isInfinite: return nil
        default: break
        }
        var result = arete_float_function()
        if let operation = plainOperation {
            result.plain = try builder.entry(\.elementwise.unary)(operation, ARETE_FLOAT32)
        } else if let (operation, parameters) = parametricOperation {
            result.parametric = try builder.entry(\.elementwise.parametric)(operation, ARETE_FLOAT32)
            result.parameters = parameters
        }
        return result.plain == nil && result.parametric == nil ? nil : result
    }

    private func equality(with value: Double, _ element: ElementType) throws(OperatorFailure) -> Kernel {
        guard element.isFloat, let compare = arete_binary(ARETE_BINARY_EQUAL, element.kernelType) else {
            throw .invalid("\(function) of \(element) is not supported")
        }
        let size = element.byteCount
        let constant = try ClipBounds(element: element, low: value, high: value).low
        return { x, y, range in
            compare(x + range.lowerBound * size, size, constant.baseAddress, 0, y + range.lowerBound, range.count)
        }
    }

    private var plainOperation: arete_unary_operation? {
        switch function {
        case .identity: ARETE_UNARY_IDENTITY
        case .abs: ARETE_UNARY_ABS
        case .negate: ARETE_UNARY_NEG
        case .sign: ARETE_UNARY_SIGN
        case .square: ARETE_UNARY_SQUARE
        case .sqrt: ARETE_UNARY_SQRT
        case .rsqrt: ARETE_UNARY_RSQRT
        case .reciprocal: ARETE_UNARY_RECIPROCAL
        case .ceil: ARETE_UNARY_CEIL
        case .floor: ARETE_UNARY_FLOOR
        case .round: ARETE_UNARY_ROUND
        case .exp: ARETE_UNARY_EXP
        case .log: ARETE_UNARY_LOG
        case .sin: ARETE_UNARY_SIN
        case .cos: ARETE_UNARY_COS
        case .tan: ARETE_UNARY_TAN
        case .asin: ARETE_UNARY_ASIN
        case .acos: ARETE_UNARY_ACOS
        case .atan: ARETE_UNARY_ATAN
        case .sinh: ARETE_UNARY_SINH
        case .cosh: ARETE_UNARY_COSH
        case .tanh: ARETE_UNARY_TANH
        case .asinh: ARETE_UNARY_ASINH
        case .acosh: ARETE_UNARY_ACOSH
        case .atanh: ARETE_UNARY_ATANH
        case .erf: ARETE_UNARY_ERF
        case .sigmoid: ARETE_UNARY_SIGMOID
        case .relu: ARETE_UNARY_RELU
        case .relu6: ARETE_UNARY_RELU6
        case .reluN1To1: ARETE_UNARY_RELU_N1
        case .softplus: ARETE_UNARY_SOFTPLUS
        case .softsign: ARETE_UNARY_SOFTSIGN
        case .mish: ARETE_UNARY_MISH
        case .hardSwish: ARETE_UNARY_HARD_SWISH
        case .logicalNot: ARETE_UNARY_NOT
        case .bitwiseNot: ARETE_UNARY_BITWISE_NOT
        case .isNaN: ARETE_UNARY_IS_NAN
        case .isInfinite(positive: true, negative: true): ARETE_UNARY_IS_INF
        case .gelu(let approximate): approximate ? ARETE_UNARY_GELU_TANH : ARETE_UNARY_GELU
        default: nil
        }
    }

    private var parametricOperation: (arete_parametric_operation, arete_parameters)? {
        func parameters(_ a: Float, _ b: Float = 0) -> arete_parameters { arete_parameters(a: Double(a), b: Double(b)) }
        switch function {
        case .leakyRelu(let alpha): return (ARETE_PARAMETRIC_LEAKY_RELU, parameters(alpha))
        case .elu(let alpha): return (ARETE_PARAMETRIC_ELU, parameters(alpha))
        case .selu(let alpha, let gamma): return (ARETE_PARAMETRIC_SELU, parameters(alpha, gamma))
        case .celu(let alpha): return (ARETE_PARAMETRIC_CELU, parameters(alpha))
        case .thresholdedRelu(let alpha): return (ARETE_PARAMETRIC_THRESHOLDED_RELU, parameters(alpha))
        case .hardSigmoid(let alpha, let beta): return (ARETE_PARAMETRIC_HARD_SIGMOID, parameters(alpha, beta))
        case .shrink(let lambda, let bias): return (ARETE_PARAMETRIC_SHRINK, parameters(lambda, bias))
        case .swish(let alpha): return (ARETE_PARAMETRIC_SWISH, parameters(alpha))
        default: return nil
        }
    }
}

/// The bounds of a clip as single elements of the clipped type.
struct ClipBounds: Sendable {
    let low: Tensor
    let high: Tensor

    init(element: ElementType, low: Double, high: Double) throws(OperatorFailure) {
        do throws(TensorError) {
            (self.low, self.high) = (try Tensor(element, nearest: low), try Tensor(element, nearest: high))
        } catch {
            throw .invalid("\(error)")
        }
    }
}

extension Tensor {
    /// A scalar with the element nearest to `value` (integers saturate).
    init(_ element: ElementType, nearest value: Double) throws(TensorError) {
        let number = try Tensor(.float64, .scalar, [value])
        let convert = arete_cast(ARETE_FLOAT64, element.kernelType)
        let range = element.integerRange
        let bounded = range.map { min(max(value, Double($0.lowerBound)), Double($0.upperBound)) } ?? value
        let source = bounded == value ? number : try Tensor(.float64, .scalar, [bounded])
        try self.init(TensorType(element, .scalar)) { target in
            convert?(source.baseAddress, target.baseAddress, 0, 1)
        }
    }
}

extension ElementType {
    /// The kernels' name of this type.
    var kernelType: arete_element_type { arete_element_type(rawValue: arete_element_type.RawValue(rawValue)) }
}
