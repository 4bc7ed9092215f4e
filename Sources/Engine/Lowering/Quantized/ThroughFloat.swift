// The way of last resort for a quantized operator that has no integer kernel: dequantize, compute in float, quantize.
import CKernels
import Graphs
import Tensors

extension Lowerable {
    /// Lowers the node on float copies of its quantized inputs, and quantizes what comes out.
    ///
    /// This is what a quantize-dequantize model means when its nodes are read one by one: real arithmetic, then one rounding.
    func lowerThroughFloat(_ site: Site, _ builder: inout ProgramBuilder) throws(OperatorFailure) {
        var types: [TensorType?] = []
        var constants: [Tensor?] = []
        var inputs: [Buffer?] = []
        for index in 0..<site.arguments.count {
            let type = site.arguments.optionalType(index)
            guard let type, let buffer = site.optionalInput(index), type.element.isInteger, type.quantization != nil
            else {
                types.append(type)
                constants.append(site.optionalConstant(index))
                inputs.append(site.optionalInput(index))
                continue
            }
            types.append(TensorType(.float32, type.shape))
            constants.append(nil)
            inputs.append(try builder.dequantized(buffer, type))
        }
        var outputTypes: [TensorType] = []
        var outputs: [Buffer] = []
        for index in 0..<site.outputCount {
            let type = site.outputType(index)
            guard type.element.isInteger, type.quantization != nil else {
                outputTypes.append(type)
                outputs.append(site.output(index))
                continue
            }
            let real = TensorType(.float32, type.shape)
            outputTypes.append(real)
            outputs.append(builder.temporary(bytes: real.byteCount))
        }
        let declared = outputTypes.map { Arguments.Declared(element: $0.element) }
        let real = Site(
            node: site.node, arguments: Arguments(types: types, constants: constants, declared: declared),
            outputTypes: outputTypes, inputBuffers: inputs, outputBuffers: outputs)
        try lower(real, &builder)
        for index in 0..<site.outputCount where outputs[index] != site.output(index) {
            try builder.quantize(outputs[index], to: site.output(index), site.outputType(index))
        }
    }
}

extension Quantization {
    /// The kernels' form of the one scale and zero point.
    func affine() -> arete_affine { arete_affine(scale: scale, zero_point: zeroPoint) }
}

/// A tensor cut along the axis of its scales: `outer` x `scales` runs of `inner` elements.
private struct ScaleRuns {
    let outer: Int
    let count: Int
    let inner: Int
    let affines: [arete_affine]

    init(_ type: TensorType, _ quantization: Quantization) throws(OperatorFailure) {
        affines = zip(quantization.scales, quantization.zeroPoints).map { arete_affine(scale: $0, zero_point: $1) }
        guard let axis = quantization.axis else {
            (outer, count, inner) = (1, 1, type.shape.elementCount)
            return
        }
        guard axis < type.shape.rank, type.shape[axis] == affines.count else {
            throw .invalid("\(affines.count) scales do not fit axis \(axis) of \(type.shape)")
        }
        outer = Shape(Array(type.shape.dimensions[..<axis])).elementCount
        count = affines.count
        inner = Shape(Array(type.shape.dimensions[(axis + 1)...])).elementCount
    }
}

extension ProgramBuilder {
    /// Appends a step that makes real numbers of a quantized buffer; returns their memory (float32).
    mutating func dequantized(_ buffer: Buffer, _ type: TensorType) throws(OperatorFailure) -> Buffer {
        let target = temporary(bytes: type.shape.elementCount * 4)
        try dequantize(buffer, type, to: target)
        return target
    }

    /// Appends a step that makes real numbers of a quantized buffer in `target` (float32).
    mutating func dequantize(_ buffer: Buffer, _ type: TensorType, to target: Buffer) throws(OperatorFailure) {
        guard let quantization = type.quantization else { throw .invalid("\(type) has no quantization") }
        let runs = try ScaleRuns(type, quantization)
        let (element, size) = (type.element.kernelType, type.element.byteCount)
        guard type.element != .int64, type.element != .uint32, type.element != .uint64, type.element.isInteger else {
            throw .invalid("\(type.element) cannot be dequantized")
        }
        let dequantize = try entry(\.conversion.dequantize)
        if runs.count == 1 {
            let affine = runs.affines[0]
            return step(
                "dequantize \(type.element)", reads: [buffer], writes: [target], units: runs.inner, grain: 16384
            ) { memory, range in
                dequantize(
                    affine, element, memory[buffer] + range.lowerBound * size, range.count,
                    memory[target, as: Float.self] + range.lowerBound)
            }
        }
        step(
            "dequantize \(type.element)", reads: [buffer], writes: [target], units: runs.outer * runs.count,
            grain: max(1, 16384 / max(1, runs.inner))
        ) { memory, range in
            for unit in range {
                dequantize(
                    runs.affines[unit % runs.count], element, memory[buffer] + unit * runs.inner * size, runs.inner,
                    memory[target, as: Float.self] + unit * runs.inner)
            }
        }
    }

    /// Appends a step that quantizes a float32 buffer to `type`, whose quantization must be for the whole tensor.
    mutating func quantize(
        _ buffer: Buffer, to target: Buffer, _ type: TensorType,
        rounding: arete_quantize_rounding = ARETE_QUANTIZE_DIVIDE_EVEN
    ) throws(OperatorFailure) {
        guard let quantization = type.quantization else { throw .invalid("\(type) has no quantization") }
        let runs = try ScaleRuns(type, quantization)
        let (element, size) = (type.element.kernelType, type.element.byteCount)
        guard [.int8, .uint8, .int16, .uint16, .int4, .uint4].contains(type.element) else {
            throw .invalid("float numbers cannot be quantized to \(type.element)")
        }
        let quantize = try entry(\.conversion.quantize)
        step(
            "quantize \(type.element)", reads: [buffer], writes: [target],
            units: runs.count == 1 ? runs.inner : runs.outer * runs.count,
            grain: runs.count == 1 ? 16384 : max(1, 16384 / max(1, runs.inner))
        ) { memory, range in
            if runs.count == 1 {
                return quantize(
                    rounding, runs.affines[0], element, memory[buffer, as: Float.self] + range.lowerBound, range.count,
                    memory[target] + range.lowerBound * size)
            }
            for unit in range {
                quantize(
                    rounding, runs.affines[unit % runs.count], element,
                    memory[buffer, as: Float.self] + unit * runs.inner, runs.inner,
                    memory[target] + unit * runs.inner * size)
            }
        }
    }
}
