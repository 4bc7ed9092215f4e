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
        let greatest = max(32767 - Int(zeroPoint), 32768 + Int(zeroPoint))
        let biases = bias?.integers
        guard biases.map({ $0.count == channels }) ?? true else { return false }
        let sums = withUnsafeBytes {
            magnitudes($0.bindMemory(to: Int8.self), channels: channels, isChannelLast: isDepthwise)
        }
        return sums.indices.allSatisfy { channel in
            let sum = sums[channel]
            return sum < 1 << 16 && sum * greatest + Int(biases?[channel].magnitude ?? 0) < 1 << 31
        }
    }
}

/// The sum of each channel's magnitudes: a channel is a row, or where they come last a column. Rows are cut into pieces whose sums fit 32
/// bits, which leaves loops without checks that become vectors.
private func magnitudes(_ values: UnsafeBufferPointer<Int8>, channels: Int, isChannelLast: Bool) -> [Int] {
    var sums = [Int](repeating: 0, count: channels)
    guard let start = values.baseAddress else { return sums }
    let depth = values.count / channels
    if isChannelLast {
        for k in 0..<depth {
            let line = start + k * channels
            for channel in 0..<channels { sums[channel] &+= Int(line[channel].magnitude) }
        }
        return sums
    }
    let longest = 1 << 16
    for channel in 0..<channels {
        let line = start + channel * depth
        for first in stride(from: 0, to: depth, by: longest) {
            var sum: UInt32 = 0
            for k in first..<min(depth, first + longest) { sum &+= UInt32(line[k].magnitude) }
            sums[channel] &+= Int(sum)
        }
    }
    return sums
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
