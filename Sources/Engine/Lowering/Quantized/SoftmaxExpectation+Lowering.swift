// Means under softmax distributions of bytes.
import CKernels
import Graphs
import Tensors

extension SoftmaxExpectation: Lowerable {
    public func lower(_ site: Site, _ builder: inout ProgramBuilder) throws(OperatorFailure) {
        let (data, bins) = (try site.inputType(0), try site.inputType(1).shape.elementCount)
        guard let scale = data.quantization?.scale, data.element == .int8 || data.element == .uint8 else {
            throw .invalid("distributions of \(data.element) are not supported")
        }
        guard data.shape.elementCount > 0 else { return }
        var powers = (0...255).map { -scale * Float($0) }
        powers.withUnsafeMutableBufferPointer { powers in
            arete_unary(ARETE_UNARY_EXP, ARETE_FLOAT32)?(powers.baseAddress, powers.baseAddress, 0, powers.count)
        }
        let form = ExpectationForm(
            input: try site.input(0), output: site.output(), powers: try builder.constant(.float32, powers),
            weights: try site.input(1), bins: bins, rows: data.shape.elementCount / bins,
            isSigned: data.element == .int8, run: try builder.entry(\.quantized.expectation_rows))
        builder.step(
            "softmax expectation \(data.element)", reads: [form.input, form.powers, form.weights],
            writes: [form.output], form: form)
    }
}

/// Means of rows, of which several may lie in each row of a wider image.
private struct ExpectationForm: StepForm {
    var input: Buffer
    var output: Buffer
    var powers: Buffer
    var weights: Buffer
    var bins: Int
    var rows: Int
    var isSigned: Bool
    let run:
        @convention(c) (
            UnsafePointer<arete_expectation>?, UnsafePointer<UInt8>?, UnsafeMutablePointer<Float>?, Int, Int
        ) -> Void

    func work(_ placed: (Buffer) -> Rows?) -> StepWork? {
        guard placed(output) == nil else { return nil }
        let dense = Rows(bytes: rows * bins, pitch: rows * bins)
        let wide = placed(input) ?? dense
        guard wide.bytes % bins == 0, wide.bytes > 0 else { return nil }
        let (form, length, rows) = (self, wide.bytes / bins, rows)
        return StepWork(units: (rows + Self.blockRows - 1) / Self.blockRows, grain: 4) { memory, range in
            var plan = arete_expectation(
                bins: form.bins, run: length, pitch: wide.pitch, flip: form.isSigned ? 128 : 0,
                powers: memory[form.powers, as: Float.self], weights: memory[form.weights, as: Float.self])
            form.run(
                &plan, memory[form.input, as: UInt8.self], memory[form.output, as: Float.self],
                range.lowerBound * Self.blockRows, min(range.upperBound * Self.blockRows, rows))
        }
    }

    /// As many as the kernels compute at a time.
    private static var blockRows: Int { 64 }
}
