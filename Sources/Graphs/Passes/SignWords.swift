// From unsigned 16-bit activations to signed ones, which the kernels multiply.
import Tensors

extension Graph {
    /// Moves unsigned 16-bit numbers between a Quantize and its Dequantize nodes, and their zero point with them, by 32768: the
    /// same real numbers, rounded and clamped alike.
    mutating func signWords() {
        let consumers = consumers
        for node in nodes where node.op is Quantize {
            let id = node.outputs[0]
            guard self[id].element == .uint16, let quantization = self[id].quantization, quantization.isPerTensor,
                !outputs.contains(id), consumers[id.index].allSatisfy({ nodes[$0].op is Dequantize })
            else { continue }
            self[id].element = .int16
            self[id].quantization = Quantization(
                scale: quantization.scale, zeroPoint: quantization.zeroPoint - 32768)
        }
    }
}
