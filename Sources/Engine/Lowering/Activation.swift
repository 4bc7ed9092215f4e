// Activations that follow a float operator in place.
import CKernels
import Graphs
import Tensors

extension ProgramBuilder {
    /// Appends a step that applies `activation` to `buffer` where it lies; nothing for `.none`.
    mutating func activate(_ activation: Activation, _ buffer: Buffer, _ type: TensorType) throws(OperatorFailure) {
        guard let (low, high) = activation.bounds else {
            let operation: arete_unary_operation
            switch activation {
            case .tanh: operation = ARETE_UNARY_TANH
            case .sigmoid: operation = ARETE_UNARY_SIGMOID
            default: return
            }
            guard let run = try entry(\.elementwise.unary)(operation, type.element.kernelType) else {
                throw .invalid("\(activation) of \(type.element) is not supported")
            }
            return step(
                "\(activation)", reads: [buffer], writes: [buffer], units: type.shape.elementCount, grain: 16384
            ) { memory, range in
                run(memory[buffer], memory[buffer], range.lowerBound, range.upperBound)
            }
        }
        guard let run = arete_clip(type.element.kernelType) else {
            throw .invalid("a clip of \(type.element) is not supported")
        }
        let bounds = try ClipBounds(element: type.element, low: Double(low), high: Double(high))
        step("\(activation)", reads: [buffer], writes: [buffer], units: type.shape.elementCount, grain: 16384) {
            memory, range in
            run(
                memory[buffer], memory[buffer], range.lowerBound, range.upperBound, bounds.low.baseAddress,
                bounds.high.baseAddress)
        }
    }
}

extension Activation {
    /// The least and greatest result of an activation that only clamps; `nil` for others and for none.
    var bounds: (low: Float, high: Float)? {
        switch self {
        case .relu: (0, .infinity)
        case .relu6: (0, 6)
        case .reluN1To1: (-1, 1)
        case .clip(let low, let high): (low, high)
        case .none, .tanh, .sigmoid: nil
        }
    }
}
