// Reductions over a sliding window.
import Tensors

/// The maximum, mean or norm of each window of each channel. Outputs: the result; for a maximum optionally the indices (int64)
/// of the chosen elements in the flattened input.
public struct Pool: Operator {
    public var function: Function
    public var layout: Layout
    public var window: Window
    public var activation: Activation

    public enum Function: Hashable, Sendable {
        /// `columnMajor`: how indices number the spatial axes.
        case maximum(columnMajor: Bool)
        /// Whether padding counts as zeros in the mean.
        case average(countsPadding: Bool)
        case norm(p: Int)
    }

    public init(_ function: Function, layout: Layout, window: Window, activation: Activation = .none) {
        self.function = function
        self.layout = layout
        self.window = window
        self.activation = activation
    }

    public func outputTypes(_ arguments: Arguments) throws(OperatorFailure) -> [TensorType] {
        let data = try arguments.type(0)
        guard data.shape.rank >= 3 else { throw .invalid("data \(data.shape) must have a rank of at least 3") }
        let spatial = layout.spatialAxes(rank: data.shape.rank)
        var shape = data.shape
        let axes = try window.axes(over: Array(shape.dimensions[spatial]))
        for (axis, resolved) in zip(spatial, axes) { shape[axis] = resolved.output }
        let result = TensorType(try arguments.resultElement(), shape, quantization: data.quantization)
        return arguments.outputCount > 1 ? [result, TensorType(.int64, shape)] : [result]
    }
}

/// Puts values back where a maximum pool took them from. Inputs: values, indices (int64), optional output shape.
public struct MaxUnpool: Operator {
    public var window: Window
    public init(window: Window) { self.window = window }

    public func outputTypes(_ arguments: Arguments) throws(OperatorFailure) -> [TensorType] {
        let data = try arguments.type(0)
        guard data.shape.rank >= 3, try arguments.shape(1) == data.shape else {
            throw .invalid("values and indices must have one shape of a rank of at least 3")
        }
        if arguments.has(2) { return [TensorType(data.element, Shape(try arguments.integers(2)))] }
        var shape = data.shape
        guard case .explicit(let before, let after) = window.padding, before.count == shape.rank - 2,
            window.size.count == shape.rank - 2, window.strides.count == shape.rank - 2
        else { throw .invalid("window, strides and padding must have \(shape.rank - 2) entries") }
        for index in 0..<(shape.rank - 2) {
            shape[index + 2] =
                (shape[index + 2] - 1) &* window.strides[index] &+ window.size[index] &- before[index] &- after[index]
        }
        return [TensorType(data.element, shape)]
    }
}
