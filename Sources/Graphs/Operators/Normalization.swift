// Normalizations.
import Tensors

/// scale * (x - mean) / sqrt(variance + epsilon) + bias per channel. Inputs: data, scale, bias, mean, variance.
public struct BatchNormalization: Operator {
    public var epsilon: Float
    public var layout: Layout

    public init(epsilon: Float, layout: Layout) {
        self.epsilon = epsilon
        self.layout = layout
    }

    public func outputTypes(_ arguments: Arguments) throws(OperatorFailure) -> [TensorType] {
        let data = try arguments.type(0)
        guard data.shape.rank >= 2 else { throw .invalid("data \(data.shape) has no channels") }
        let channels = data.shape[layout.channelAxis(rank: data.shape.rank)]
        for index in 1...4 where try arguments.shape(index).elementCount != channels {
            throw .invalid("input \(index) must have \(channels) elements")
        }
        return [data]
    }
}

/// Normalizes what lies behind `axis` to mean 0 and variance 1, then scales. Inputs: data, scale, optional bias (both broadcast
/// to the normalized axes). Outputs: result, optional mean, optional inverse standard deviation.
public struct LayerNormalization: Operator {
    public var axis: Int
    public var epsilon: Float
    /// Without subtracting the mean (RMS normalization).
    public var isRootMeanSquare: Bool

    public init(axis: Int, epsilon: Float, isRootMeanSquare: Bool = false) {
        self.axis = axis
        self.epsilon = epsilon
        self.isRootMeanSquare = isRootMeanSquare
    }

    public func outputTypes(_ arguments: Arguments) throws(OperatorFailure) -> [TensorType] {
        let data = try arguments.type(0)
        let axis = try data.shape.checked(axis: axis)
        let normalized = Shape(Array(data.shape.dimensions[axis...]))
        for index in 1...2 where arguments.has(index) {
            let shape = try arguments.shape(index)
            guard shape.broadcast(with: normalized) == normalized else {
                throw .invalid("input \(index) of \(shape) does not broadcast to \(normalized)")
            }
        }
        let statistics = TensorType(
            .float32, Shape(data.shape.dimensions.enumerated().map { $0.offset < axis ? $0.element : 1 }))
        return [data, statistics, statistics]
    }
}

/// Normalizes each group of channels of each image, channels first. Inputs: data, scale, bias (a value a channel, or a value a
/// group where `scalesGroups`). As many groups as channels is instance normalization.
public struct GroupNormalization: Operator {
    /// `nil`: as many as channels.
    public var groups: Int?
    public var epsilon: Float
    public var scalesGroups: Bool

    public init(groups: Int?, epsilon: Float, scalesGroups: Bool = false) {
        self.groups = groups
        self.epsilon = epsilon
        self.scalesGroups = scalesGroups
    }

    public func outputTypes(_ arguments: Arguments) throws(OperatorFailure) -> [TensorType] {
        let data = try arguments.type(0)
        guard data.shape.rank >= 2 else { throw .invalid("data \(data.shape) has no channels") }
        let channels = data.shape[1]
        let groups = groups ?? channels
        guard groups > 0, channels % groups == 0 else {
            throw .invalid("\(channels) channels do not divide into \(groups) groups")
        }
        for index in 1...2 where try arguments.shape(index).elementCount != (scalesGroups ? groups : channels) {
            throw .invalid("input \(index) must have \(scalesGroups ? groups : channels) elements")
        }
        return [data]
    }
}

/// x / (bias + alpha / size * sum of squares over neighbouring channels)^beta.
public struct LocalResponseNormalization: Operator {
    public var layout: Layout
    public var size: Int
    public var alpha: Float
    public var beta: Float
    public var bias: Float

    public init(layout: Layout, size: Int, alpha: Float, beta: Float, bias: Float) {
        self.layout = layout
        self.size = size
        self.alpha = alpha
        self.beta = beta
        self.bias = bias
    }

    public func outputTypes(_ arguments: Arguments) throws(OperatorFailure) -> [TensorType] {
        let data = try arguments.type(0)
        guard data.shape.rank >= 2 else { throw .invalid("data \(data.shape) has no channels") }
        guard size > 0 else { throw .invalid("size \(size) must be positive") }
        return [data]
    }
}

/// Divides by the p-norm along an axis (p 1 or 2). TFLite's L2_NORMALIZATION is p 2 along the last axis.
public struct LpNormalization: Operator {
    public var axis: Int
    public var p: Int
    public var epsilon: Float

    public init(axis: Int, p: Int, epsilon: Float = 0) {
        self.axis = axis
        self.p = p
        self.epsilon = epsilon
    }

    public func outputTypes(_ arguments: Arguments) throws(OperatorFailure) -> [TensorType] {
        let shape = try arguments.shape(0)
        _ = try shape.checked(axis: axis)
        guard p == 1 || p == 2 else { throw .invalid("norm \(p) is not known; 1 and 2 are") }
        return [TensorType(try arguments.resultElement(), shape)]
    }
}
