// Pools of quantized images.
import CKernels
import Graphs
import Tensors

private typealias PoolKernel =
    @convention(c) (UnsafePointer<arete_quantized_pool>?, UnsafeRawPointer?, UnsafeMutableRawPointer?, Int, Int) -> Void

extension Pool {
    func lowerQuantized(_ site: Site, _ builder: inout ProgramBuilder) throws(OperatorFailure) {
        let (data, output) = (try site.inputType(0), site.outputType())
        let axes = try window.axes(over: Array(data.shape.dimensions[layout.spatialAxes(rank: data.shape.rank)]))
        let kernel: PoolKernel
        switch function {
        case .maximum: kernel = try builder.entry(\.image.max_pool)
        case .average(countsPadding: false): kernel = try builder.entry(\.image.average_pool)
        default: return try lowerThroughFloat(site, &builder)
        }
        guard layout == .channelsLast, axes.count == 2, site.outputCount == 1, data.quantization == output.quantization,
            [.int8, .uint8, .int16].contains(data.element), let quantization = output.quantization,
            quantization.isPerTensor,
            activation == .none || activation.bounds != nil
        else { return try lowerThroughFloat(site, &builder) }
        var pool = arete_quantized_pool()
        pool.type = data.element.kernelType
        let (low, high) = activation.bounds ?? (-.infinity, .infinity)
        arete_quantized_clamp(
            low, high, quantization.scale, quantization.zeroPoint, data.element.kernelType,
            builder.options.arithmetic == .fast, &pool.minimum, &pool.maximum)
        let (y, x) = (axes[0], axes[1])
        pool.window = arete_window(
            batch: data.shape[0], input_height: y.input, input_width: x.input, input_channels: data.shape[3],
            output_height: y.output, output_width: x.output, output_channels: data.shape[3], kernel_height: y.size,
            kernel_width: x.size, stride_height: y.stride, stride_width: x.stride, dilation_height: y.dilation,
            dilation_width: x.dilation, pad_top: y.before, pad_left: x.before)
        let (prepared, run) = (pool, kernel)
        let (input, result) = (try site.input(0), site.output())
        let kind = if case .maximum = function { "max" } else { "average" }
        builder.step(
            "\(kind) pool \(y.size)x\(x.size)\(x.stride > 1 ? " s\(x.stride)" : "") \(data.element)", reads: [input],
            writes: [result],
            units: data.shape[0] * y.output * x.output, grain: max(1, 16384 / max(1, data.shape[3] * y.size * x.size))
        ) { memory, range in
            withUnsafePointer(to: prepared) {
                run($0, memory[input], memory[result], range.lowerBound, range.upperBound)
            }
        }
    }
}
