// Convolutions: dense and grouped, depthwise, transposed, and with integer results.
import Tensors

/// A convolution over any number of spatial axes.
///
/// Inputs: data, weights, optional bias of O elements. Channels first: data [N, C, spatial...], weights [O, C/groups, window...];
/// channels last: data [N, spatial..., C], weights [O, window..., C/groups].
public struct Convolution: Operator {
    public var layout: Layout
    public var strides: [Int]
    public var dilations: [Int]
    public var padding: Padding
    public var groups: Int
    public var activation: Activation

    public init(
        layout: Layout, strides: [Int], dilations: [Int], padding: Padding, groups: Int = 1,
        activation: Activation = .none
    ) {
        self.layout = layout
        self.strides = strides
        self.dilations = dilations
        self.padding = padding
        self.groups = groups
        self.activation = activation
    }

    /// The window for weights of a shape.
    public func window(weights: Shape) -> Window {
        let size = weights.rank < 2 ? [] : Array(weights.dimensions[layout.spatialAxes(rank: weights.rank)])
        return Window(size: size, strides: strides, dilations: dilations, padding: padding)
    }

    public func outputTypes(_ arguments: Arguments) throws(OperatorFailure) -> [TensorType] {
        let (data, weights) = (try arguments.shape(0), try arguments.shape(1))
        guard data.rank >= 3, weights.rank == data.rank else {
            throw .invalid("data \(data) and weights \(weights) must have one rank of at least 3")
        }
        let channels = data[layout.channelAxis(rank: data.rank)]
        let depth = weights[layout.channelAxis(rank: weights.rank)]
        guard groups > 0, weights[0] % groups == 0, channels % groups == 0, depth == channels / groups, depth > 0 else {
            throw .invalid("weights \(weights) in \(groups) groups do not fit \(channels) channels")
        }
        if let bias = arguments.optionalType(2), bias.shape.elementCount != weights[0] {
            throw .invalid("the bias has \(bias.shape.elementCount) elements for \(weights[0]) output channels")
        }
        let spatial = Array(data.dimensions[layout.spatialAxes(rank: data.rank)])
        let outputs = try window(weights: weights).axes(over: spatial).map(\.output)
        let shape = layout == .channelsFirst ? [data[0], weights[0]] + outputs : [data[0]] + outputs + [weights[0]]
        return [TensorType(try arguments.resultElement(), Shape(shape))]
    }

    public func multiplyAccumulates(inputs: [TensorType?], outputs: [TensorType]) -> Int {
        guard inputs.count > 1, let weights = inputs[1]?.shape, let output = outputs.first?.shape, weights[0] > 0 else {
            return 0
        }
        return output.elementCount &* (weights.elementCount / weights[0])
    }
}

/// A convolution of each channel by itself, channels last, two spatial axes.
///
/// Inputs: data [N, H, W, C], weights [window H, window W, C * multiplier], optional bias. Output channel c * multiplier + m
/// comes from channel c.
public struct DepthwiseConvolution: Operator {
    public var strides: [Int]
    public var dilations: [Int]
    public var padding: Padding
    public var activation: Activation

    public init(strides: [Int], dilations: [Int], padding: Padding, activation: Activation = .none) {
        self.strides = strides
        self.dilations = dilations
        self.padding = padding
        self.activation = activation
    }

    public func window(weights: Shape) -> Window {
        Window(size: Array(weights.dimensions.prefix(2)), strides: strides, dilations: dilations, padding: padding)
    }

    public func outputTypes(_ arguments: Arguments) throws(OperatorFailure) -> [TensorType] {
        let (data, weights) = (try arguments.shape(0), try arguments.shape(1))
        guard data.rank == 4, weights.rank == 3 else {
            throw .invalid("data \(data) must have rank 4, weights \(weights) rank 3")
        }
        guard data[3] > 0, weights[2] % data[3] == 0, weights[2] > 0 else {
            throw .invalid("weights for \(weights[2]) channels do not fit \(data[3]) channels")
        }
        if let bias = arguments.optionalType(2), bias.shape.elementCount != weights[2] {
            throw .invalid("the bias has \(bias.shape.elementCount) elements for \(weights[2]) output channels")
        }
        let outputs = try window(weights: weights).axes(over: [data[1], data[2]]).map(\.output)
        return [TensorType(try arguments.resultElement(), Shape([data[0]] + outputs + [weights[2]]))]
    }

    public func multiplyAccumulates(inputs: [TensorType?], outputs: [TensorType]) -> Int {
        guard inputs.count > 1, let weights = inputs[1]?.shape, let output = outputs.first?.shape else { return 0 }
        return output.elementCount &* weights[0] &* weights[1]
    }
}

/// A transposed convolution (the gradient of one), for any number of spatial axes.
///
/// Inputs: data, weights, optional bias. Channels first: weights [C, O/groups, window...]; channels last: weights
/// [O, window..., C] with one group. The output size is `outputSize` where given, else stride * (input - 1) + window span +
/// `outputPadding` - padding.
public struct TransposedConvolution: Operator {
    public var layout: Layout
    public var strides: [Int]
    public var dilations: [Int]
    public var padding: Padding
    public var outputPadding: [Int]
    public var outputSize: [Int]?
    public var groups: Int
    public var activation: Activation

    public init(
        layout: Layout, strides: [Int], dilations: [Int], padding: Padding, outputPadding: [Int], outputSize: [Int]?,
        groups: Int = 1, activation: Activation = .none
    ) {
        self.layout = layout
        self.strides = strides
        self.dilations = dilations
        self.padding = padding
        self.outputPadding = outputPadding
        self.outputSize = outputSize
        self.groups = groups
        self.activation = activation
    }

    /// Each spatial axis as the convolution sees it whose gradient this is: `input` is the output here and the other way round.
    public func axes(data: Shape, weights: Shape) throws(OperatorFailure) -> [Window.Axis] {
        guard data.rank >= 3, weights.rank == data.rank else {
            throw .invalid("data \(data) and weights \(weights) must have one rank of at least 3")
        }
        let spatial = layout.spatialAxes(rank: data.rank)
        let rank = spatial.count
        guard strides.count == rank, dilations.count == rank, outputPadding.count == rank,
            (outputSize?.count ?? rank) == rank
        else { throw .invalid("strides, dilations and output sizes must have \(rank) entries") }
        var axes: [Window.Axis] = []
        for (index, axis) in spatial.enumerated() {
            let limit = 1 << 24
            let (stride, dilation, size, input) = (strides[index], dilations[index], weights[axis], data[axis])
            guard (1..<limit).contains(stride), (1..<limit).contains(dilation), (1..<limit).contains(size),
                input < limit,
                (0..<limit).contains(outputPadding[index]), (0..<limit).contains(outputSize?[index] ?? 0)
            else { throw .invalid("strides, dilations, window and output sizes must be from 1 to \(limit)") }
            let extent = (size - 1) * dilation + 1
            let full = stride * (input - 1) + extent + outputPadding[index]
            var before = 0
            var after = 0
            var output = 0
            switch padding {
            case .explicit(let befores, let afters):
                guard befores.count == rank, afters.count == rank, befores[index].magnitude < limit,
                    afters[index].magnitude < limit
                else {
                    throw .invalid("padding must have \(rank) entries a side")
                }
                if let wanted = outputSize?[index] {
                    let total = full - wanted
                    before = total / 2
                    after = total - before
                    output = wanted
                } else {
                    before = befores[index]
                    after = afters[index]
                    output = full - before - after
                }
            case .valid:
                output = outputSize?[index] ?? full
                after = full - output
            case .same, .sameLower:
                output = outputSize?[index] ?? input * stride
                let total = max(0, full - output)
                before = padding == .same ? total / 2 : total - total / 2
                after = total - before
            }
            guard output > 0 else { throw .invalid("the output would have \(output) elements along a spatial axis") }
            axes.append(
                Window.Axis(
                    input: output, output: input, size: size, stride: stride, dilation: dilation, before: before,
                    after: after))
        }
        return axes
    }

    public func outputTypes(_ arguments: Arguments) throws(OperatorFailure) -> [TensorType] {
        let (data, weights) = (try arguments.shape(0), try arguments.shape(1))
        let sizes = try axes(data: data, weights: weights).map(\.input)
        let channels = data[layout.channelAxis(rank: data.rank)]
        let depth = layout == .channelsFirst ? weights[0] : weights[weights.rank - 1]
        guard depth == channels, groups > 0, channels % groups == 0, layout == .channelsFirst || groups == 1 else {
            throw .invalid("weights \(weights) in \(groups) groups do not fit \(channels) channels")
        }
        let (produced, overflow) =
            layout == .channelsFirst ? weights[1].multipliedReportingOverflow(by: groups) : (weights[0], false)
        guard !overflow else { throw .invalid("too many groups") }
        if let bias = arguments.optionalType(2), bias.shape.elementCount != produced {
            throw .invalid("the bias has \(bias.shape.elementCount) elements for \(produced) output channels")
        }
        let shape = layout == .channelsFirst ? [data[0], produced] + sizes : [data[0]] + sizes + [produced]
        return [TensorType(try arguments.resultElement(), Shape(shape))]
    }

    public func multiplyAccumulates(inputs: [TensorType?], outputs: [TensorType]) -> Int {
        guard inputs.count > 1, let data = inputs[0]?.shape, let weights = inputs[1]?.shape else { return 0 }
        let channels = data[layout.channelAxis(rank: data.rank)]
        return channels == 0 ? 0 : data.elementCount / channels &* weights.elementCount
    }
}

/// A convolution of integers without scales: sums of (data - its zero point) * (weights - their zero point) as int32.
///
/// Inputs: data, weights, optional zero point of the data, optional zero points of the weights (one, or one an output channel).
/// The zero points may be computed while the model runs.
public struct IntegerConvolution: Operator {
    public var convolution: Convolution
    public init(_ convolution: Convolution) { self.convolution = convolution }

    public func outputTypes(_ arguments: Arguments) throws(OperatorFailure) -> [TensorType] {
        let types = [try arguments.type(0), try arguments.type(1)]
        guard types.allSatisfy({ $0.element == .int8 || $0.element == .uint8 }) else {
            throw .invalid("data and weights must be int8 or uint8, not \(types[0].element) and \(types[1].element)")
        }
        let result = try convolution.outputTypes(Arguments(types: types, constants: [nil, nil], declared: []))
        return [TensorType(.int32, result[0].shape)]
    }

    public func multiplyAccumulates(inputs: [TensorType?], outputs: [TensorType]) -> Int {
        convolution.multiplyAccumulates(inputs: inputs, outputs: outputs)
    }
}
