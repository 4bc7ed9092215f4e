// Whether layers of 16-bit data add up in 32 bits.
import Graphs
import Tensors

extension Tensor {
    /// Whether the sums of 16-bit data less `zeroPoint`, times these 8-bit weights, plus an int32 bias, fit 32 bits, whatever the
    /// data. Channels are the first axis of the weights, or the last one of depthwise weights, which have three. O(elements).
    func wordSumsFit(zeroPoint: Int32, bias: Tensor? = nil) -> Bool {
        guard shape.rank > 0, elementCount > 0, element == .int8 || element == .int4 else { return false }
        let isDepthwise = shape.rank == 3
        let channels = isDepthwise ? shape[2] : shape[0]
        let depth = elementCount / channels
        let greatest = max(32767 - Int(zeroPoint), 32768 + Int(zeroPoint))
        let biases = bias?.integers
        guard biases.map({ $0.count == channels }) ?? true else { return false }
        return withUnsafeBytes { bytes in
            let values = bytes.bindMemory(to: Int8.self)
            return (0..<channels).allSatisfy { channel in
                var sum = 0
                for k in 0..<depth {
                    sum += Int(values[isDepthwise ? k * channels + channel : channel * depth + k].magnitude)
                }
                return sum < 1 << 16 && sum * greatest + Int(biases?[channel].magnitude ?? 0) < 1 << 31
            }
        }
    }
}

extension Site {
    /// Whether a layer of 16-bit data is to be computed in float: not by TFLite, whose layers do as they are.
    func exceedsWords(_ convention: QuantizedConvention) throws(OperatorFailure) -> Bool {
        let data = try inputType(0)
        guard convention == .onnx, data.element == .int16, let quantization = data.quantization else { return false }
        guard let weights = optionalConstant(1), let scales = try inputType(1).quantization,
            scales.zeroPoints.allSatisfy({ $0 == 0 }), optionalConstant(2) != nil || optionalInput(2) == nil
        else { return true }
        return !weights.wordSumsFit(zeroPoint: quantization.zeroPoint, bias: optionalConstant(2))
    }
}
