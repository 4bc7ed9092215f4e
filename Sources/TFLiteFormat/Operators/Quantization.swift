// Operators between real numbers and integers that are not in the file as such.
import Graphs
import Tensors

/// Clips, then rounds to the steps of an unsigned integer and back, as the training of a quantized model does.
func buildFakeQuantization(_ call: OperatorCall) throws(TFLiteError) {
    let options = try call.requiredOptions(58, "FakeQuantOptions")
    let (least, greatest) = (try options.float(0, "min"), try options.float(1, "max"))
    let bits = try options.int(2, "num_bits")
    guard least.isFinite, greatest.isFinite, least < greatest else {
        throw call.failure("the range \(least) to \(greatest) is empty")
    }
    guard (2...8).contains(bits) else { throw call.failure("\(bits) bits are not supported; 2 to 8 are") }
    let first: Float = try options.bool(3, "narrow_range") ? 1 : 0
    let last = Float(1 << bits - 1)
    let scale = (greatest - least) / (last - first)
    // Zero must be one of the steps, which shifts the range a little.
    let zeroPoint = min(max((first - least / scale).rounded(), first), last)
    guard scale.isFinite, scale > 0, zeroPoint.isFinite else {
        throw call.failure("the range \(least) to \(greatest) has no steps")
    }
    let low = Double((first - zeroPoint) * scale)
    let high = Double((last - zeroPoint) * scale)
    let clipped = try call.intermediate(Unary(.clip(low: low, high: high)), [try call.input(0)])
    let quantization = Quantization(scale: scale, zeroPoint: Int32(zeroPoint))
    let steps = try call.intermediate(Quantize(), [clipped], element: .uint8, quantization: quantization)
    try call.append(Dequantize(), [steps])
}
