// Functions of two quantized elements.
import CKernels
import Graphs
import Tensors

extension Binary {
    func lowerQuantized(_ site: Site, _ builder: inout ProgramBuilder) throws(OperatorFailure) {
        let (a, b, output) = (try site.inputType(0), try site.inputType(1), site.outputType())
        if function.isComparison, try lowerQuantizedComparison(site, &builder) { return }
        if function.isComparison, a.quantization == b.quantization { return try lowerPlain(site, &builder) }
        if function == .maximum || function == .minimum, a.quantization == b.quantization,
            a.quantization == output.quantization, activation == .none
        {
            return try lowerPlain(site, &builder)
        }
        guard let kernel = try pairKernel(a, b, output, builder) else { return try lowerThroughFloat(site, &builder) }
        if try lowerAsTable(kernel, site, &builder) { return }
        let nest = try LoopNest(
            over: output.shape, operands: [(output.element, output.shape), (a.element, a.shape), (b.element, b.shape)])
        let (left, right, result) = (try site.input(0), try site.input(1), site.output())
        let sizes = (a.element.byteCount, b.element.byteCount, output.element.byteCount)
        var inPlace: [(source: Buffer, target: Buffer)] = []
        if a.shape == output.shape { inPlace.append((left, result)) }
        if b.shape == output.shape, b.element == output.element, right != left { inPlace.append((right, result)) }
        let kind = "\(function) \(a.element)"
        if let repeated = nest.repeatedOperand {
            // Rows too short to be worth a call each: the operand that is the same for all is laid out for many of them.
            let repeats = max(1, 4096 / nest.rowLength)
            let (rowLength, count, size) = (nest.rowLength, nest.count, repeated == 1 ? sizes.0 : sizes.1)
            let source = repeated == 1 ? left : right
            let many = builder.repeated(source, bytes: rowLength * size, times: repeats)
            let (first, second) = repeated == 1 ? (many, right) : (left, many)
            builder.step(
                kind, reads: [first, second], writes: [result], units: (nest.rowCount + repeats - 1) / repeats,
                grain: 4, inPlace: inPlace.filter { $0.source != source }
            ) { memory, range in
                for unit in range {
                    let start = unit * repeats * rowLength
                    kernel(
                        memory[first] + (repeated == 1 ? 0 : start * sizes.0), 1,
                        memory[second] + (repeated == 2 ? 0 : start * sizes.1), 1,
                        memory[result] + start * sizes.2, min(repeats * rowLength, count - start))
                }
            }
            return
        }
        var (first, second, points) = (left, right, nest)
        if nest.hasShortRows {
            first = try builder.broadcast(left, a, constant: site.optionalConstant(0), to: output.shape)
            second = try builder.broadcast(right, b, constant: site.optionalConstant(1), to: output.shape)
            points = try LoopNest(count: nest.count, elementBytes: [sizes.2, sizes.0, sizes.1])
        }
        let form = PairForm(
            kernel: kernel, nest: points, output: .init(buffer: result, elementBytes: sizes.2),
            first: .init(buffer: first, elementBytes: sizes.0), second: .init(buffer: second, elementBytes: sizes.1))
        builder.step(
            kind, reads: [first, second], writes: [result], form: form,
            inPlace: inPlace.filter { $0.source == first || $0.source == second })
    }

    /// Bytes and one constant: a table of the results for each byte.
    private func lowerAsTable(
        _ kernel: PairKernel, _ site: Site, _ builder: inout ProgramBuilder
    ) throws(OperatorFailure) -> Bool {
        let output = site.outputType()
        for index in 0..<2 {
            guard let constant = site.optionalConstant(1 - index), constant.elementCount == 1 else { continue }
            let source = try site.inputType(index)
            guard source.shape == output.shape, source.element.byteCount == 1, output.element.byteCount == 1 else {
                continue
            }
            let bytes = (0...255).map { UInt8($0) }
            var entries = bytes
            constant.withUnsafeBytes { value in
                guard let value = value.baseAddress else { return }
                if index == 0 {
                    kernel(bytes, 1, value, 0, &entries, 256)
                } else {
                    kernel(value, 0, bytes, 1, &entries, 256)
                }
            }
            try builder.table(
                "\(function)", entries, try site.input(index), site.output(), count: source.shape.elementCount)
            return true
        }
        return false
    }

    /// The integer kernel for operands and a result of these types; `nil` where there is none.
    private func pairKernel(
        _ a: TensorType, _ b: TensorType, _ output: TensorType, _ builder: ProgramBuilder
    ) throws(OperatorFailure) -> PairKernel? {
        guard let operation, let from = a.quantization, let with = b.quantization, let to = output.quantization,
            from.isPerTensor,
            with.isPerTensor, to.isPerTensor, a.element == output.element, b.element == a.element || function == .prelu,
            activation == .none || activation.bounds != nil
        else { return nil }
        let element = a.element.kernelType
        let (low, high) = activation.bounds ?? (-.infinity, .infinity)
        if builder.convention == .onnx, function == .add {
            var (minimum, maximum): (Int32, Int32) = (0, 0)
            arete_quantized_clamp(low, high, to.scale, to.zeroPoint, element, true, &minimum, &maximum)
            var sum = arete_quantized_sum()
            guard
                arete_quantized_sum_prepare(&sum, element, from.affine(), with.affine(), to.affine(), minimum, maximum)
            else { return nil }
            return PairKernel(sum, try builder.entry(\.quantized.sum_rows))
        }
        let isFast =
            (builder.options.arithmetic == .fast || builder.convention == .onnx)
            && arete_fast_binary_covers(operation, element, from.affine(), with.affine(), to.affine())
        // ONNX's products round like the fast ones of TFLite; nothing else of it does.
        guard builder.convention == .tflite || isFast && function == .multiply else { return nil }
        var binary = arete_quantized_binary()
        guard
            arete_quantized_binary_prepare(
                &binary, operation, isFast ? ARETE_FAST : ARETE_EXACT, element, from.affine(), with.affine(),
                to.affine(), low,
                high, false)
        else { return nil }
        return PairKernel(binary, try builder.entry(\.quantized.binary_rows))
    }

    private var operation: arete_quantized_binary_operation? {
        switch function {
        case .add: ARETE_QUANTIZED_ADD
        case .subtract: ARETE_QUANTIZED_SUB
        case .multiply: ARETE_QUANTIZED_MUL
        case .squaredDifference: ARETE_QUANTIZED_SQUARED_DIFFERENCE
        case .divide: ARETE_QUANTIZED_DIV
        case .prelu: ARETE_QUANTIZED_PRELU
        default: nil
        }
    }
}
