// Quantization by scales and zero points that are tensors themselves, as ONNX has it.
import CKernels
import Graphs
import Tensors

extension QuantizeLinear: Lowerable {
    public func lower(_ site: Site, _ builder: inout ProgramBuilder) throws(OperatorFailure) {
        let (type, result) = (try site.inputType(0), site.outputType())
        guard quantizedTypes.contains(result.element) else {
            throw .invalid("\(type.element) cannot be quantized to \(result.element)")
        }
        let plan = try scales.plan(data: type.shape, scale: try site.inputType(1).shape)
        let data = try builder.converted(try site.input(0), type, to: .float32)
        let factors = try LinearFactors(site, &builder)
        let (output, element) = (site.output(), result.element.kernelType)
        let quantize = try builder.entry(\.conversion.quantize_linear)
        builder.step(
            "quantize \(result.element)", reads: [data] + factors.buffers, writes: [output],
            units: type.shape.elementCount, grain: 16384
        ) { memory, range in
            withUnsafePointer(to: plan) {
                _ = quantize(
                    $0, memory[data, as: Float.self], memory[factors.scale, as: Float.self], factors.zeroPoints(memory),
                    element, memory[output], range.lowerBound, range.upperBound)
            }
        }
    }
}

extension DequantizeLinear: Lowerable {
    public func lower(_ site: Site, _ builder: inout ProgramBuilder) throws(OperatorFailure) {
        let (type, result) = (try site.inputType(0), site.outputType())
        guard quantizedTypes.contains(type.element) || type.element == .int32 else {
            throw .invalid("\(type.element) cannot be dequantized")
        }
        let plan = try scales.plan(data: type.shape, scale: try site.inputType(1).shape)
        let factors = try LinearFactors(site, &builder)
        let count = type.shape.elementCount
        let (data, element) = (try site.input(0), type.element.kernelType)
        let dequantize = try builder.entry(\.conversion.dequantize_linear)
        let real = result.element == .float32 ? site.output() : builder.temporary(bytes: count * 4)
        builder.step(
            "dequantize \(type.element)", reads: [data] + factors.buffers, writes: [real], units: count, grain: 16384
        ) { memory, range in
            withUnsafePointer(to: plan) {
                _ = dequantize(
                    $0, element, memory[data], memory[factors.scale, as: Float.self], factors.zeroPoints(memory),
                    memory[real, as: Float.self], range.lowerBound, range.upperBound)
            }
        }
        guard result.element != .float32 else { return }
        try builder.convert(real, TensorType(.float32, type.shape), to: site.output(), result.element)
    }
}

private let quantizedTypes: [ElementType] = [.int8, .uint8, .int16, .uint16, .int4, .uint4]

/// Scales as float32 and zero points as int32.
private struct LinearFactors: Sendable {
    let scale: Buffer
    let zero: Buffer?

    init(_ site: Site, _ builder: inout ProgramBuilder) throws(OperatorFailure) {
        scale = try builder.converted(try site.input(1), try site.inputType(1), to: .float32)
        guard let given = site.optionalInput(2) else {
            zero = nil
            return
        }
        let (count, type) = (try site.inputType(1).shape.elementCount, try site.inputType(2))
        guard type.shape.elementCount == count else {
            throw .invalid("\(type.shape.elementCount) zero points do not fit \(count) scales")
        }
        zero = try builder.converted(given, type, to: .int32)
    }

    var buffers: [Buffer] { [scale] + (zero.map { [$0] } ?? []) }

    func zeroPoints(_ memory: Memory) -> UnsafePointer<Int32>? {
        zero.map { UnsafePointer(memory[$0, as: Int32.self]) }
    }
}

extension ScaleLayout {
    /// How the kernels find the scale of an element.
    fileprivate func plan(data: Shape, scale: Shape) throws(OperatorFailure) -> arete_linear_plan {
        if blockSize == 0, scale.elementCount == 1 {
            return arete_linear_plan(extent: 1, inner: max(1, data.elementCount), block: 1, blocks: 1, by_place: false)
        }
        let axis = try data.checked(axis: axis)
        let (extent, inner) = (max(1, data[axis]), max(1, data.count((axis + 1)..<data.rank)))
        let block = max(1, blockSize)
        return arete_linear_plan(
            extent: extent, inner: inner, block: block, blocks: (extent - 1) / block + 1, by_place: blockSize > 0)
    }
}

extension DynamicQuantizeLinear: Lowerable {
    public func lower(_ site: Site, _ builder: inout ProgramBuilder) throws(OperatorFailure) {
        let count = try site.inputType(0).shape.elementCount
        let (data, output) = (try site.input(0), site.output())
        let scale = site.outputCount > 1 ? site.output(1) : builder.temporary(bytes: 4)
        let zero = site.outputCount > 2 ? site.output(2) : builder.temporary(bytes: 1)
        let bounds = builder.temporary(bytes: 8)
        let join = try builder.entry(\.conversion.range)
        let quantize = try builder.entry(\.conversion.dynamic_quantize)
        builder.step("range", reads: [data], writes: [bounds, scale, zero]) { memory, _ in
            let range = memory[bounds, as: Float.self]
            (range[0], range[1]) = (0, 0)
            join(memory[data, as: Float.self], count, range, range + 1)
            let form = arete_dynamic_scale_of(ARETE_DYNAMIC_UINT8, range[0], range[1])
            memory[scale, as: Float.self].pointee = form.scale
            memory[zero, as: UInt8.self].pointee = UInt8(clamping: form.zero_point)
        }
        builder.step(
            "dynamic quantize", reads: [data, bounds, scale, zero], writes: [output], units: count, grain: 16384
        ) { memory, units in
            let range = memory[bounds, as: Float.self]
            let form = arete_dynamic_scale(
                scale: memory[scale, as: Float.self].pointee, zero_point: Int32(memory[zero, as: UInt8.self].pointee))
            quantize(
                ARETE_DYNAMIC_UINT8, form, range[0], range[1], memory[data, as: Float.self] + units.lowerBound,
                units.count,
                memory[output] + units.lowerBound)
        }
    }
}
