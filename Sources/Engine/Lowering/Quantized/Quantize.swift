// Between real numbers and quantized ones, and from one quantization to another.
import CKernels
import Graphs
import Tensors

extension Quantize: Lowerable {
    public func lower(_ site: Site, _ builder: inout ProgramBuilder) throws(OperatorFailure) {
        let (source, target) = (try site.inputType(0), site.outputType())
        let (input, output) = (try site.input(0), site.output())
        if source.element == .float32 {
            return try builder.quantize(input, to: output, target, rounding: rounding(target.element, builder))
        }
        if source.element.isFloat {
            guard let convert = arete_cast(source.element.kernelType, ARETE_FLOAT32) else {
                throw .invalid("\(source.element) cannot be quantized")
            }
            let count = source.shape.elementCount
            let real = builder.temporary(bytes: count * 4)
            builder.step("cast", reads: [input], writes: [real], units: count, grain: 16384) { memory, range in
                convert(memory[input], memory[real], range.lowerBound, range.upperBound)
            }
            return try builder.quantize(real, to: output, target, rounding: rounding(target.element, builder))
        }
        try builder.requantize(input, source, to: output, target)
    }

    /// What the format's runtime does with the quotient of value and scale.
    private func rounding(_ element: ElementType, _ builder: ProgramBuilder) -> arete_quantize_rounding {
        switch (builder.convention, builder.options.arithmetic) {
        case (.onnx, _): ARETE_QUANTIZE_DIVIDE_EVEN
        case (.tflite, .exact): ARETE_QUANTIZE_DIVIDE_AWAY
        case (.tflite, .fast): element.byteCount == 1 ? ARETE_QUANTIZE_MULTIPLY_EVEN : ARETE_QUANTIZE_MULTIPLY_AWAY
        }
    }
}

extension Dequantize: Lowerable {
    public func lower(_ site: Site, _ builder: inout ProgramBuilder) throws(OperatorFailure) {
        let source = try site.inputType(0)
        let (input, output) = (try site.input(0), site.output())
        guard source.element.isFloat else { return try builder.dequantize(input, source, to: output) }
        guard let convert = arete_cast(source.element.kernelType, ARETE_FLOAT32) else {
            throw .invalid("\(source.element) cannot become float32")
        }
        builder.step(
            "cast \(source.element) float32", reads: [input], writes: [output], units: source.shape.elementCount,
            grain: 16384
        ) { memory, range in
            convert(memory[input], memory[output], range.lowerBound, range.upperBound)
        }
    }
}

extension ProgramBuilder {
    /// Appends a step that expresses a quantized buffer in another quantization; equal ones are copied.
    mutating func requantize(
        _ input: Buffer, _ source: TensorType, to output: Buffer, _ target: TensorType,
        as function: arete_table_function = ARETE_TABLE_RESCALE
    ) throws(OperatorFailure) {
        guard let from = source.quantization, let to = target.quantization, from.isPerTensor, to.isPerTensor else {
            throw .invalid("\(source) and \(target) must have one scale each to requantize")
        }
        if from == to, source.element == target.element {
            return try copy(from: input, to: output, bytes: source.byteCount, "copy")
        }
        let form = tableForm(function, source, target)
        if convention == .tflite {
            if try table("requantize", form, input, source, output) { return }
            if unary("requantize", form, input, source, output, target) { return }
        }
        if [.int8, .uint8].contains(source.element), [.int8, .uint8].contains(target.element) {
            let bytes = (0...255).map { UInt8($0) }
            var reals = [Float](repeating: 0, count: 256)
            var entries = bytes
            arete_dequantize(from.affine(), source.element.kernelType, bytes, 256, &reals)
            arete_quantize(ARETE_QUANTIZE_DIVIDE_EVEN, to.affine(), target.element.kernelType, reals, 256, &entries)
            return try table("requantize", entries, input, output, count: source.shape.elementCount)
        }
        if options.arithmetic == .fast, source.element == .int16, target.element == .int16 {
            var sum = arete_quantized_sum()
            if arete_quantized_sum_prepare(
                &sum, ARETE_INT16, from.affine(), arete_affine(scale: 0, zero_point: 0), to.affine(), -32768, 32767)
            {
                return try requantizeWords(sum, input, to: output, count: source.shape.elementCount)
            }
        }
        let real = try dequantized(input, source)
        try quantize(real, to: output, target)
    }

    /// Appends a step of a sum that leaves its second operand out.
    private mutating func requantizeWords(
        _ sum: arete_quantized_sum, _ input: Buffer, to output: Buffer, count: Int
    ) throws(OperatorFailure) {
        let form = PairForm(
            kernel: PairKernel(sum, try entry(\.quantized.sum_rows)),
            nest: try LoopNest(count: count, elementBytes: [2, 2, 2]), output: .init(buffer: output, elementBytes: 2),
            first: .init(buffer: input, elementBytes: 2), second: .init(buffer: input, elementBytes: 2))
        step("requantize int16", reads: [input], writes: [output], form: form, inPlace: [(input, output)])
    }

    /// The form of a quantized function of one operand, in the arithmetic of this program where the function has one.
    func tableForm(
        _ function: arete_table_function, _ source: TensorType, _ target: TensorType, alpha: Float = 0
    ) -> arete_table_form {
        var form = arete_table_form()
        form.function = function
        form.input_type = source.element.kernelType
        form.output_type = target.element.kernelType
        form.input = source.quantization?.affine() ?? arete_affine()
        form.output = target.quantization?.affine() ?? arete_affine()
        form.alpha = alpha
        form.arithmetic = ARETE_FAST
        if options.arithmetic == .exact || !arete_fast_table_covers(&form) { form.arithmetic = ARETE_EXACT }
        return form
    }

    /// Appends a step of a 256-entry table; `false` when the types or the function do not allow one.
    mutating func table(
        _ kind: String, _ form: arete_table_form, _ input: Buffer, _ source: TensorType, _ output: Buffer
    ) throws(OperatorFailure) -> Bool {
        guard form.input_type == ARETE_INT8 || form.input_type == ARETE_UINT8,
            form.output_type == ARETE_INT8 || form.output_type == ARETE_UINT8
        else { return false }
        var form = form
        var entries = [UInt8](repeating: 0, count: 256)
        guard arete_table_fill(&form, &entries) else { return false }
        try table(kind, entries, input, output, count: source.shape.elementCount)
        return true
    }

    /// Appends a step that looks each byte up in a table.
    mutating func table(
        _ kind: String, _ entries: [UInt8], _ input: Buffer, _ output: Buffer, count: Int
    ) throws(OperatorFailure) {
        let form = TableForm(
            entries: try constantBytes(entries), input: input, output: output,
            nest: try LoopNest(count: count, elementBytes: [1, 1]), apply: try entry(\.quantized.table))
        step("\(kind) table", reads: [input], writes: [output], form: form, inPlace: [(input, output)])
    }

    private func constantBytes(_ bytes: [UInt8]) throws(OperatorFailure) -> Tensor {
        do throws(TensorError) {
            return try Tensor(.uint8, [bytes.count], bytes)
        } catch {
            throw .invalid("\(error)")
        }
    }

    /// Appends a step of a function that is computed value by value; `false` when there is none for the types.
    mutating func unary(
        _ kind: String, _ form: arete_table_form, _ input: Buffer, _ source: TensorType, _ output: Buffer,
        _ target: TensorType
    ) -> Bool {
        var exact = form
        exact.arithmetic = ARETE_EXACT
        let prepared = exact
        let isComputed = withUnsafePointer(to: prepared) { arete_quantized_unary($0, nil, 0, nil) }
        guard isComputed else { return false }
        let (inputSize, outputSize) = (source.element.byteCount, target.element.byteCount)
        step(
            "\(kind) \(source.element)", reads: [input], writes: [output], units: source.shape.elementCount,
            grain: 16384
        ) { memory, range in
            withUnsafePointer(to: prepared) {
                _ = arete_quantized_unary(
                    $0, memory[input] + range.lowerBound * inputSize, range.count,
                    memory[output] + range.lowerBound * outputSize)
            }
        }
        return true
    }
}
