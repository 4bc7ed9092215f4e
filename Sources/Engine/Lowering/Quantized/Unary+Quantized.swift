// Functions of one quantized element: a table for bytes, interpolated or computed for 16 bits.
import CKernels
import Graphs
import Tensors

extension Unary {
    func lowerQuantized(_ site: Site, _ builder: inout ProgramBuilder) throws(OperatorFailure) {
        let (source, target) = (try site.inputType(0), site.outputType())
        let (input, output) = (try site.input(0), site.output())
        if function == .identity { return try builder.requantize(input, source, to: output, target) }
        guard source.quantization?.isPerTensor == true, target.quantization?.isPerTensor == true else {
            return try lowerThroughFloat(site, &builder)
        }
        if builder.convention == .tflite, let (table, alpha) = tableFunction {
            let form = builder.tableForm(table, source, target, alpha: alpha)
            if try builder.table("\(function)", form, input, source, output) { return }
            if try lowerWords(form, site, &builder) { return }
            if builder.unary("\(function)", form, input, source, output, target) { return }
        }
        if source.element.byteCount == 1, target.element.byteCount == 1 {
            return try builder.table(
                "\(function)", try realTable(source, target, builder), input, output, count: source.shape.elementCount)
        }
        try lowerThroughFloat(site, &builder)
    }

    /// TFLite's integer form of the function, and its slope.
    private var tableFunction: (arete_table_function, Float)? {
        switch function {
        case .relu: (ARETE_TABLE_RELU, 0)
        case .relu6: (ARETE_TABLE_RELU6, 0)
        case .reluN1To1: (ARETE_TABLE_RELU_N1, 0)
        case .clip(low: 0, high: 1): (ARETE_TABLE_RELU_01, 0)
        case .leakyRelu(let alpha): (ARETE_TABLE_LEAKY_RELU, alpha)
        case .hardSwish: (ARETE_TABLE_HARD_SWISH, 0)
        case .sigmoid: (ARETE_TABLE_LOGISTIC, 0)
        case .tanh: (ARETE_TABLE_TANH, 0)
        case .elu(alpha: 1): (ARETE_TABLE_ELU, 0)
        case .exp: (ARETE_TABLE_EXP, 0)
        case .log: (ARETE_TABLE_LOG, 0)
        case .sqrt: (ARETE_TABLE_SQRT, 0)
        case .rsqrt: (ARETE_TABLE_RSQRT, 0)
        case .abs: (ARETE_TABLE_ABS, 0)
        case .gelu(let approximate): (approximate ? ARETE_TABLE_GELU_TANH : ARETE_TABLE_GELU, 0)
        default: nil
        }
    }

    /// 16-bit functions: the two with kernels of their own, and those that interpolate a table.
    private func lowerWords(
        _ form: arete_table_form, _ site: Site, _ builder: inout ProgramBuilder
    ) throws(OperatorFailure) -> Bool {
        let (source, target) = (try site.inputType(0), site.outputType())
        let (input, output) = (try site.input(0), site.output())
        guard source.element == .int16, target.element == .int16, let scale = source.quantization?.scale else {
            return false
        }
        if function == .sigmoid || function == .tanh {
            let isSigmoid = function == .sigmoid
            let run = try builder.entry { isSigmoid ? $0.quantized.word_logistic : $0.quantized.word_tanh }
            let arithmetic = form.arithmetic
            builder.step(
                "\(function) int16", reads: [input], writes: [output], units: source.shape.elementCount, grain: 4096
            ) { memory, range in
                run(
                    arithmetic, scale, memory[input, as: Int16.self] + range.lowerBound, range.count,
                    memory[output, as: Int16.self] + range.lowerBound)
            }
            return true
        }
        var form = form
        var entries = [Int16](repeating: 0, count: 513)
        guard arete_table16_fill(&form, &entries) else { return false }
        let table = try builder.constant(.int16, entries)
        let run = try builder.entry(\.quantized.table16)
        builder.step(
            "\(function) table", reads: [input, table], writes: [output], units: source.shape.elementCount, grain: 4096
        ) { memory, range in
            run(
                memory[table, as: Int16.self], memory[input, as: Int16.self] + range.lowerBound, range.count,
                memory[output, as: Int16.self] + range.lowerBound)
        }
        return true
    }

    /// The result for each byte by real arithmetic: dequantized, computed in float, rounded half to even.
    private func realTable(
        _ source: TensorType, _ target: TensorType, _ builder: ProgramBuilder
    ) throws(OperatorFailure) -> [UInt8] {
        guard let from = source.quantization, let to = target.quantization else { throw .invalid("no quantization") }
        let compute = try kernel(for: .float32, builder)
        let bytes = (0...255).map { UInt8($0) }
        var reals = [Float](repeating: 0, count: 256)
        var results = reals
        var entries = bytes
        arete_dequantize(from.affine(), source.element.kernelType, bytes, 256, &reals)
        reals.withUnsafeBytes { x in
            results.withUnsafeMutableBytes { y in
                if let x = x.baseAddress, let y = y.baseAddress { compute(x, y, 0..<256) }
            }
        }
        arete_quantize(ARETE_QUANTIZE_DIVIDE_EVEN, to.affine(), target.element.kernelType, results, 256, &entries)
        return entries
    }
}
