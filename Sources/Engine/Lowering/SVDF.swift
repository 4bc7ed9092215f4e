// TFLite's SVDF, in integers, in floats and with integer weights in floats.
import CKernels
import Graphs
import Tensors

extension SVDF: Lowerable {
    public func lower(_ site: Site, _ builder: inout ProgramBuilder) throws(OperatorFailure) {
        let data = try site.inputType(0)
        if data.element == .int8 { return try lowerInteger(site, &builder) }
        guard data.element == .float32 else { throw .invalid("data of \(data.element) is not supported") }
        try lowerFloat(site, &builder)
    }

    private func sizes(_ site: Site) throws(OperatorFailure) -> (batch: Int, inputs: Int, filters: Int, memory: Int) {
        let (data, features, times) = (
            try site.inputType(0).shape, try site.inputType(1).shape, try site.inputType(2).shape
        )
        return (data[0], data[1], features[0], times[1])
    }

    private func lowerInteger(_ site: Site, _ builder: inout ProgramBuilder) throws(OperatorFailure) {
        let types = [try site.inputType(1), try site.inputType(2), try site.inputType(4)]
        guard types[0].element == .int8, types[1].element == .int16, types[2].element == .int16,
            site.arguments.optionalType(3)?.element ?? .int32 == .int32, site.outputType().element == .int8
        else { throw .invalid("int8 data needs int8 and int16 weights, an int32 bias and an int16 state") }
        guard let input = try site.inputType(0).quantization, let feature = types[0].quantization,
            let time = types[1].quantization,
            let state = types[2].quantization, let output = site.outputType().quantization
        else { throw .invalid("a scale is missing") }
        let (batch, inputs, filters, memorySize) = try sizes(site)
        var svdf = arete_s8_svdf()
        (svdf.batch, svdf.inputs, svdf.filters, svdf.rank, svdf.memory) = (batch, inputs, filters, rank, memorySize)
        arete_s8_svdf_prepare(&svdf, input.affine(), feature.scale, state.scale, time.scale, output.affine())
        let prepared = svdf
        let buffers = try StatefulBuffers(site, builder)
        let run = try builder.entry(\.quantized.svdf_step)
        builder.step("svdf int8", reads: buffers.reads, writes: buffers.writes) { memory, _ in
            withUnsafePointer(to: prepared) {
                run(
                    $0, memory[buffers.data, as: Int8.self], memory[buffers.features, as: Int8.self],
                    memory[buffers.times, as: Int16.self],
                    buffers.bias.map { UnsafePointer(memory[$0, as: Int32.self]) },
                    memory[buffers.state, as: Int16.self],
                    memory[buffers.output, as: Int8.self])
            }
        }
    }

    private func lowerFloat(_ site: Site, _ builder: inout ProgramBuilder) throws(OperatorFailure) {
        let features = try site.inputType(1)
        guard try site.inputType(2).element == .float32, try site.inputType(4).element == .float32,
            site.arguments.optionalType(3)?.element ?? .float32 == .float32, site.outputType().element == .float32,
            features.element == .float32 || features.element == .int8 && features.quantization?.isPerTensor == true
        else { throw .invalid("float data needs float weights over time, a float bias and a float state") }
        let (batch, inputs, filters, memorySize) = try sizes(site)
        var svdf = arete_f32_svdf()
        (svdf.batch, svdf.inputs, svdf.filters, svdf.rank, svdf.memory) = (batch, inputs, filters, rank, memorySize)
        svdf.form = RecurrentForm(weights: features.element, isAsymmetric: quantizesInputsAsymmetrically).kernelForm
        svdf.feature_scale = features.quantization?.scale ?? 1
        svdf.activation = try activation.recurrent
        let prepared = svdf
        let run = try builder.entry(\.recurrent.svdf_step)
        let scratch = builder.workerScratch(bytes: arete_f32_svdf_scratch(&svdf))
        let buffers = try StatefulBuffers(site, builder)
        builder.step("svdf \(features.element)", reads: buffers.reads, writes: buffers.writes, scratch: scratch) {
            memory, _ in
            withUnsafePointer(to: prepared) {
                run(
                    $0, memory[buffers.data, as: Float.self], memory[buffers.features],
                    memory[buffers.times, as: Float.self],
                    buffers.bias.map { UnsafePointer(memory[$0, as: Float.self]) },
                    memory[buffers.state, as: Float.self],
                    memory[buffers.output, as: Float.self], memory[scratch])
            }
        }
    }

    private struct StatefulBuffers: Sendable {
        let data: Buffer
        let features: Buffer
        let times: Buffer
        let bias: Buffer?
        let state: Buffer
        let output: Buffer

        init(_ site: Site, _ builder: ProgramBuilder) throws(OperatorFailure) {
            (data, features, times) = (try site.input(0), try site.input(1), try site.input(2))
            (bias, state, output) = (site.optionalInput(3), try builder.state(site, 4), site.output())
        }

        var reads: [Buffer] { [data, features, times, state] + (bias.map { [$0] } ?? []) }
        var writes: [Buffer] { [output, state] }
    }
}

/// How matrices meet vectors in a float recurrent layer.
struct RecurrentForm {
    let kernelForm: arete_recurrent_form

    init(weights: ElementType, isAsymmetric: Bool) {
        kernelForm =
            weights == .float32
            ? ARETE_RECURRENT_FLOAT : isAsymmetric ? ARETE_RECURRENT_HYBRID_ASYMMETRIC : ARETE_RECURRENT_HYBRID
    }
}

extension Activation {
    /// The recurrent kernels' name of this activation.
    var recurrent: arete_recurrent_activation {
        get throws(OperatorFailure) {
            switch self {
            case .none: ARETE_RECURRENT_NONE
            case .relu: ARETE_RECURRENT_RELU
            case .reluN1To1: ARETE_RECURRENT_RELU_N1
            case .relu6: ARETE_RECURRENT_RELU6
            case .tanh: ARETE_RECURRENT_TANH
            case .sigmoid: ARETE_RECURRENT_LOGISTIC
            case .clip: throw .invalid("\(self) in a recurrent layer is not supported")
            }
        }
    }
}
