// From the scales of a layer to the numbers that the requantizing kernels take.
import CKernels
import Graphs
import Tensors

/// How the sums of a layer become quantized results, ready for the kernels.
///
/// The C structure points into tensors that this value owns.
struct Requantization: @unchecked Sendable {
    private(set) var parameters = arete_requantization()
    private var owners: [Tensor] = []

    /// What decides how a layer rounds.
    enum Layer { case convolution, depthwise, transposed, fullyConnected }

    /// - Parameters:
    ///   - input: quantization of the activations.
    ///   - weights: quantization of the weights, one scale or one for each output channel.
    ///   - output: type of the result; int32 without quantization gives the sums as they are.
    init(
        rounding: arete_rounding, input: Quantization, inputElement: ElementType, weights: Quantization,
        output: TensorType,
        activation: Activation, layer: Layer
    ) throws(OperatorFailure) {
        parameters.rounding = rounding
        parameters.output = output.element.kernelType
        guard let result = output.quantization else {
            parameters.output = ARETE_INT32
            return
        }
        let scales = weights.scales
        let count = scales.count
        parameters.step = count == 1 ? 0 : 1
        parameters.zero_point = result.zeroPoint

        do throws(TensorError) {
            switch rounding {
            case ARETE_ROUND_FLOAT:
                let floats = try Tensor(TensorType(.float32, [count])) { bytes in
                    arete_conv_scales(
                        input.scale, scales, count, result.scale, bytes.bindMemory(to: Float.self).baseAddress)
                }
                owners = [floats]
                parameters.scale = floats.baseAddress.assumingMemoryBound(to: Float.self)
            case ARETE_ROUND_DOUBLE:
                let factors = try Tensor(TensorType(.float64, [count])) { bytes in
                    arete_conv_factors(
                        input.scale, scales, count, result.scale, bytes.bindMemory(to: Double.self).baseAddress)
                }
                owners = [factors]
                parameters.factor = factors.baseAddress.assumingMemoryBound(to: Double.self)
            default:
                var multipliers = [Int32](repeating: 0, count: count)
                var shifts = [Int32](repeating: 0, count: count)
                // TFLite's layers with one weight scale multiply the two scales in single precision first.
                let roundsProduct = layer == .fullyConnected ? count == 1 : inputElement == .uint8
                if roundsProduct && count == 1 {
                    arete_product_multiplier(input.scale, scales[0], result.scale, &multipliers[0], &shifts[0])
                } else {
                    arete_conv_multipliers(input.scale, scales, count, result.scale, &multipliers, &shifts)
                }
                owners = [try Tensor(.int32, [count], multipliers), try Tensor(.int32, [count], shifts)]
                parameters.multiplier = owners[0].baseAddress.assumingMemoryBound(to: Int32.self)
                parameters.shift = owners[1].baseAddress.assumingMemoryBound(to: Int32.self)
            }
        } catch {
            throw .invalid("\(error)")
        }

        guard activation != .tanh, activation != .sigmoid else {
            throw .invalid("\(activation) of an integer layer is not supported")
        }
        let (low, high) = activation.bounds ?? (-.infinity, .infinity)
        arete_quantized_clamp(
            low, high, result.scale, result.zeroPoint, output.element.kernelType, rounding == ARETE_ROUND_FLOAT,
            &parameters.minimum, &parameters.maximum)
    }

    /// The rounding of a layer: what the format's default run does, or its reference (docs/arithmetic.md).
    static func rounding(
        _ layer: Layer, input: ElementType, bias: ElementType?, groups: Int, convention: QuantizedConvention,
        arithmetic: Arithmetic
    ) -> arete_rounding {
        if convention == .onnx { return ARETE_ROUND_FLOAT }
        let isEightBit = input == .int8 || input == .uint8
        switch (arithmetic, layer) {
        case (.exact, .fullyConnected): return ARETE_ROUND_DOUBLE
        case (.exact, _): return ARETE_ROUND_FIXED
        case (.fast, _) where isEightBit: return ARETE_ROUND_FLOAT
        case (.fast, .fullyConnected): return bias == .int64 ? ARETE_ROUND_DOUBLE : ARETE_ROUND_FIXED_UP
        case (.fast, .convolution): return bias == .int32 && groups == 1 ? ARETE_ROUND_FIXED_UP : ARETE_ROUND_FIXED
        case (.fast, .depthwise): return ARETE_ROUND_FIXED
        case (.fast, .transposed): return bias == .int64 ? ARETE_ROUND_FIXED : ARETE_ROUND_FIXED_UP
        }
    }
}

/// Zero points of weights as the kernels take them: none where all are zero.
struct WeightZeroPoints: @unchecked Sendable {
    private(set) var pointer: UnsafePointer<Int32>?
    private(set) var step = 0
    private var owner: Tensor?

    init(_ quantization: Quantization) throws(OperatorFailure) {
        let zeroPoints = quantization.zeroPoints
        guard zeroPoints.contains(where: { $0 != 0 }) else { return }
        do throws(TensorError) {
            let tensor = try Tensor(.int32, [zeroPoints.count], zeroPoints)
            pointer = tensor.baseAddress.assumingMemoryBound(to: Int32.self)
            owner = tensor
        } catch {
            throw .invalid("\(error)")
        }
        step = zeroPoints.count == 1 ? 0 : 1
    }
}

/// Which of a kernel family's entries serves a pair of activation and weight types.
enum QuantizedEntry {
    case s8, u8, u8s8, s8u8, s16, s16Wide
    /// Both 16-bit: matrix products only.
    case s16s16

    init(input: ElementType, weights: ElementType, bias: ElementType?) throws(OperatorFailure) {
        switch (input, weights) {
        case (.int8, .int8), (.int8, .int4): self = .s8
        case (.uint8, .uint8), (.uint8, .uint4): self = .u8
        case (.uint8, .int8), (.uint8, .int4): self = .u8s8
        case (.int8, .uint8), (.int8, .uint4): self = .s8u8
        case (.int16, .int8), (.int16, .int4): self = bias == .int64 ? .s16Wide : .s16
        default: throw .invalid("\(input) data with \(weights) weights is not supported")
        }
    }
}
