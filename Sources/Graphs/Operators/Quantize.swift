// Operators between real numbers and the integers that stand for them.
import Tensors

/// To the quantized type declared for the output, from float or from another quantized type. TFLite's QUANTIZE.
public struct Quantize: Operator {
    public init() {}

    public func outputTypes(_ arguments: Arguments) throws(OperatorFailure) -> [TensorType] {
        guard let declared = arguments.declared.first, let element = declared.element, element.isInteger,
            let quantization = declared.quantization
        else {
            throw .invalid("the output has no quantization")
        }
        return [TensorType(element, try arguments.shape(0), quantization: quantization)]
    }
}

/// To float32, from a quantized type or float16. TFLite's DEQUANTIZE.
public struct Dequantize: Operator {
    public init() {}

    public func outputTypes(_ arguments: Arguments) throws(OperatorFailure) -> [TensorType] {
        let data = try arguments.type(0)
        guard data.element.isFloat || data.quantization != nil else { throw .invalid("the input has no quantization") }
        return [TensorType(.float32, data.shape)]
    }
}

/// The same integers, read by `quantization` from here on. Costs nothing.
public struct AssumeQuantization: Operator {
    public var quantization: Quantization
    public init(_ quantization: Quantization) { self.quantization = quantization }

    public func outputTypes(_ arguments: Arguments) throws(OperatorFailure) -> [TensorType] {
        let data = try arguments.type(0)
        guard data.element.isInteger else { throw .invalid("\(data.element) cannot be quantized") }
        if let axis = quantization.axis {
            guard axis < data.shape.rank, data.shape[axis] == quantization.scales.count else {
                throw .invalid("\(quantization.scales.count) scales do not fit \(data.shape)")
            }
        }
        return [TensorType(data.element, data.shape, quantization: quantization)]
    }
}

/// Where the scales of ONNX's QuantizeLinear and DequantizeLinear run.
public struct ScaleLayout: Hashable, Sendable {
    public var axis: Int
    /// Elements along `axis` that share a scale; 0: one scale for each index.
    public var blockSize: Int

    public init(axis: Int, blockSize: Int) {
        self.axis = axis
        self.blockSize = blockSize
    }

    /// Checks scales of `scale` against data of `data`.
    func check(data: Shape, scale: Shape) throws(OperatorFailure) {
        if blockSize == 0 && scale.elementCount == 1 { return }
        let axis = try data.checked(axis: axis)
        if blockSize > 0 {
            var expected = data
            expected[axis] = data[axis] == 0 ? 0 : (data[axis] - 1) / blockSize + 1
            guard scale == expected else {
                throw .invalid("scales of \(scale) do not fit \(data) in blocks of \(blockSize)")
            }
        } else {
            guard blockSize == 0, scale.elementCount == data[axis] else {
                throw .invalid("\(scale.elementCount) scales do not fit axis \(axis) of \(data)")
            }
        }
    }
}

/// ONNX's QuantizeLinear. Inputs: data, scale, optional zero point.
public struct QuantizeLinear: Operator {
    public var scales: ScaleLayout
    /// Where the zero point does not tell; `nil`: uint8.
    public var element: ElementType?

    public init(scales: ScaleLayout, element: ElementType?) {
        self.scales = scales
        self.element = element
    }

    public func outputTypes(_ arguments: Arguments) throws(OperatorFailure) -> [TensorType] {
        let data = try arguments.shape(0)
        try scales.check(data: data, scale: try arguments.shape(1))
        let result = arguments.optionalType(2)?.element ?? element ?? .uint8
        guard result.isInteger else { throw .invalid("the result cannot be \(result)") }
        return [TensorType(result, data)]
    }
}

/// ONNX's DequantizeLinear. Inputs: data, scale, optional zero point.
public struct DequantizeLinear: Operator {
    public var scales: ScaleLayout
    public init(scales: ScaleLayout) { self.scales = scales }

    public func outputTypes(_ arguments: Arguments) throws(OperatorFailure) -> [TensorType] {
        let (data, scale) = (try arguments.type(0), try arguments.type(1))
        try scales.check(data: data.shape, scale: scale.shape)
        guard data.element.isInteger, scale.element.isFloat else {
            throw .invalid("cannot dequantize \(data.element) by \(scale.element)")
        }
        return [TensorType(scale.element, data.shape)]
    }
}

/// Quantizes to uint8 by the range of the values. Input: float data. Outputs: data, scale (float32), zero point (uint8).
public struct DynamicQuantizeLinear: Operator {
    public init() {}

    public func outputTypes(_ arguments: Arguments) throws(OperatorFailure) -> [TensorType] {
        let data = try arguments.type(0)
        guard data.element == .float32 else { throw .invalid("the data must be float32, not \(data.element)") }
        return [TensorType(.uint8, data.shape), TensorType(.float32, .scalar), TensorType(.uint8, .scalar)]
    }
}

/// An operator on quantized tensors whose scales and zero points are inputs beside the data, as in ONNX's QLinear operators.
///
/// Once those are known, a pass replaces it by `inner` on values that carry their quantization.
public struct LinearQuantized: Operator {
    public var inner: any Operator
    /// For each input of `inner`, which inputs here are its data, scale and zero point.
    public var operands: [Operand]
    /// Which inputs here are the scale and zero point of the result.
    public var result: (scale: Int, zeroPoint: Int?)

    public struct Operand: Hashable, Sendable {
        public var data: Int
        /// `nil`: the operand is not quantized (a bias).
        public var scale: Int?
        public var zeroPoint: Int?
        /// The axis of scales that are more than one.
        public var axis: Int

        public init(data: Int, scale: Int?, zeroPoint: Int?, axis: Int = 0) {
            self.data = data
            self.scale = scale
            self.zeroPoint = zeroPoint
            self.axis = axis
        }
    }

    public init(_ inner: any Operator, operands: [Operand], result: (scale: Int, zeroPoint: Int?)) {
        self.inner = inner
        self.operands = operands
        self.result = result
    }

    public var name: String { "LinearQuantized\(inner.name)" }

    /// The quantization that inputs `scale` and `zeroPoint` give.
    public static func quantization(
        _ arguments: Arguments, scale: Int, zeroPoint: Int?, axis: Int
    ) throws(OperatorFailure) -> Quantization {
        let scales = try arguments.constant(scale)
        var zeros: Tensor?
        if let zeroPoint, arguments.has(zeroPoint) { zeros = try arguments.constant(zeroPoint) }
        guard let quantization = quantization(scales, zeros, axis: axis) else {
            throw .invalid("inputs \(scale) and \(zeroPoint ?? scale) are no scales and zero points")
        }
        return quantization
    }

    /// The quantization of these scales and zero points (`nil`: 0); `nil` where they are none. Complexity: O(scales).
    static func quantization(_ scales: Tensor, _ zeroPoints: Tensor?, axis: Int) -> Quantization? {
        let scales = scales.floats
        guard !scales.isEmpty, scales.allSatisfy({ $0.isFinite && $0 > 0 }) else { return nil }
        var zeros = zeroPoints.map(words) ?? [0]
        if zeros.count == 1, scales.count > 1 { zeros = [Int32](repeating: zeros[0], count: scales.count) }
        guard zeros.count == scales.count else { return nil }
        return Quantization(scales: scales, zeroPoints: zeros, axis: axis)
    }

    /// Zero points as 32-bit integers; nearly all are bytes.
    private static func words(_ zeroPoints: Tensor) -> [Int32] {
        switch zeroPoints.element {
        case .int8: zeroPoints.withUnsafeBytes { $0.bindMemory(to: Int8.self).map { Int32($0) } }
        case .uint8: zeroPoints.withUnsafeBytes { $0.map { Int32($0) } }
        default: zeroPoints.integers.map { Int32(clamping: $0) }
        }
    }

    /// The arguments of `inner`, with the quantizations that the inputs here give.
    public func innerArguments(_ arguments: Arguments) throws(OperatorFailure) -> Arguments {
        var types: [TensorType?] = []
        var constants: [Tensor?] = []
        for operand in operands {
            guard arguments.has(operand.data) else {
                types.append(nil)
                constants.append(nil)
                continue
            }
            var type = try arguments.type(operand.data)
            if let scale = operand.scale {
                type.quantization = try Self.quantization(
                    arguments, scale: scale, zeroPoint: operand.zeroPoint, axis: operand.axis)
            }
            types.append(type)
            constants.append(arguments.constants[operand.data])
        }
        let element: ElementType
        if let zeroPoint = result.zeroPoint, arguments.has(zeroPoint) {
            element = try arguments.element(zeroPoint)
        } else {
            element = types.first??.element ?? .uint8
        }
        let quantization = try Self.quantization(arguments, scale: result.scale, zeroPoint: result.zeroPoint, axis: 0)
        return Arguments(
            types: types, constants: constants, declared: [.init(element: element, quantization: quantization)])
    }

    public func outputTypes(_ arguments: Arguments) throws(OperatorFailure) -> [TensorType] {
        let resolved = try innerArguments(arguments)
        var types = try inner.outputTypes(resolved)
        guard !types.isEmpty else { throw .invalid("no output") }
        types[0].element = resolved.declared[0].element ?? types[0].element
        types[0].quantization = nil
        return types
    }

    public func multiplyAccumulates(inputs: [TensorType?], outputs: [TensorType]) -> Int {
        let types = operands.map { $0.data < inputs.count ? inputs[$0.data] : nil }
        return inner.multiplyAccumulates(inputs: types, outputs: outputs)
    }
}
