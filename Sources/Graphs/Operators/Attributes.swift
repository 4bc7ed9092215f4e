// Attribute types that several operators share.
import Tensors

/// Where the channels of an image-like tensor are.
public enum Layout: Hashable, Sendable {
    /// N, C, then the spatial axes (NCHW).
    case channelsFirst
    /// N, the spatial axes, then C (NHWC).
    case channelsLast

    public func channelAxis(rank: Int) -> Int { self == .channelsFirst ? 1 : rank - 1 }
    public func spatialAxes(rank: Int) -> Range<Int> {
        self == .channelsFirst ? 2..<max(rank, 2) : 1..<max(rank - 1, 1)
    }
}

/// A function applied to a result before it is stored.
public enum Activation: Hashable, Sendable, CustomStringConvertible {
    case none
    case relu
    case relu6
    case reluN1To1
    case tanh
    case sigmoid
    case clip(Float, Float)

    public var description: String {
        switch self {
        case .none: "none"
        case .relu: "relu"
        case .relu6: "relu6"
        case .reluN1To1: "reluN1To1"
        case .tanh: "tanh"
        case .sigmoid: "sigmoid"
        case .clip(let low, let high): "clip(\(low), \(high))"
        }
    }
}

/// How the borders of a window operator are filled.
public enum Padding: Hashable, Sendable {
    /// As many elements before and after each spatial axis.
    case explicit(before: [Int], after: [Int])
    /// Output size is input size over stride, rounded up; an odd element goes after (TFLite SAME, ONNX SAME_UPPER).
    case same
    /// As `same`, an odd element goes before (ONNX SAME_LOWER).
    case sameLower
    case valid

    /// Elements before and after axis `index` for a window that spans `extent` inputs.
    public func amounts(axis index: Int, size: Int, extent: Int, stride: Int) -> (before: Int, after: Int) {
        switch self {
        case .explicit(let before, let after): return (before[index], after[index])
        case .valid: return (0, 0)
        case .same, .sameLower:
            let total = max(0, ((size + stride - 1) / stride - 1) * stride + extent - size)
            return self == .same ? (total / 2, total - total / 2) : (total - total / 2, total / 2)
        }
    }
}

/// A window that slides over the spatial axes of a tensor.
public struct Window: Hashable, Sendable {
    public var size: [Int]
    public var strides: [Int]
    public var dilations: [Int]
    public var padding: Padding
    /// Whether a window that starts inside but ends outside the padded input counts.
    public var roundsUp: Bool

    public init(size: [Int], strides: [Int], dilations: [Int], padding: Padding, roundsUp: Bool = false) {
        self.size = size
        self.strides = strides
        self.dilations = dilations
        self.padding = padding
        self.roundsUp = roundsUp
    }

    /// One spatial axis, resolved: how the window moves over an input of a known size.
    public struct Axis: Hashable, Sendable {
        public var input: Int
        public var output: Int
        public var size: Int
        public var stride: Int
        public var dilation: Int
        public var before: Int
        public var after: Int

        public init(input: Int, output: Int, size: Int, stride: Int, dilation: Int, before: Int, after: Int) {
            self.input = input
            self.output = output
            self.size = size
            self.stride = stride
            self.dilation = dilation
            self.before = before
            self.after = after
        }
    }

    /// Each spatial axis for an input of the spatial dimensions `input`.
    /// - Throws: `.invalid` for attributes of another rank, of 0 or below, or too large.
    public func axes(over input: [Int]) throws(OperatorFailure) -> [Axis] {
        let rank = input.count
        guard size.count == rank, strides.count == rank, dilations.count == rank else {
            throw .invalid("window, strides and dilations must have \(rank) entries for this input")
        }
        if case .explicit(let before, let after) = padding {
            guard before.count == rank, after.count == rank else {
                throw .invalid("padding must have \(rank) entries a side")
            }
        }
        var axes: [Axis] = []
        for index in 0..<rank {
            let limit = 1 << 24
            guard (1..<limit).contains(size[index]), (1..<limit).contains(strides[index]),
                (1..<limit).contains(dilations[index]), input[index] < limit
            else { throw .invalid("window, stride and dilation must be from 1 to \(limit)") }
            let (span, overflow) = (size[index] - 1).multipliedReportingOverflow(by: dilations[index])
            guard !overflow, span < limit else { throw .invalid("the window spans \(span) elements") }
            let extent = span + 1
            let (before, after) = padding.amounts(
                axis: index, size: input[index], extent: extent, stride: strides[index])
            guard before.magnitude < limit, after.magnitude < limit else { throw .invalid("padding is too large") }
            let room = input[index] + before + after - extent
            // Rounding up keeps a window that reaches over the end, even the first one.
            let isCut = roundsUp && -room < strides[index]
            guard room >= 0 || isCut || padding == .same || padding == .sameLower else {
                throw .invalid(
                    "a window of \(extent) does not fit an input of \(input[index]) with padding \(before), \(after)")
            }
            var output = max(room, 0) / strides[index] + 1
            if roundsUp, room > 0, room % strides[index] != 0, output * strides[index] < input[index] + before {
                output += 1
            }
            if input[index] == 0 { output = 0 }
            axes.append(
                Axis(
                    input: input[index], output: output, size: size[index], stride: strides[index],
                    dilation: dilations[index], before: before, after: after))
        }
        return axes
    }
}

extension Shape {
    /// The shape both broadcast to by NumPy's rule, or `nil`.
    public func broadcast(with other: Shape) -> Shape? {
        let rank = max(self.rank, other.rank)
        var result: [Int] = []
        for axis in 0..<rank {
            let a = axis - rank + self.rank < 0 ? 1 : self[axis - rank + self.rank]
            let b = axis - rank + other.rank < 0 ? 1 : other[axis - rank + other.rank]
            guard a == b || a == 1 || b == 1 else { return nil }
            result.append(a == 1 ? b : a)
        }
        return Shape(result)
    }

    /// The axes `axes` (negative ones counted from the back), each once, in ascending order.
    public func normalized(axes: [Int]) throws(OperatorFailure) -> [Int] {
        var result: Set<Int> = []
        for axis in axes {
            guard let front = normalized(axis: axis) else {
                throw .invalid("axis \(axis) is outside a tensor of rank \(rank)")
            }
            result.insert(front)
        }
        return result.sorted()
    }

    /// `axis` counted from the front.
    public func checked(axis: Int) throws(OperatorFailure) -> Int {
        guard let front = normalized(axis: axis) else {
            throw .invalid("axis \(axis) is outside a tensor of rank \(rank)")
        }
        return front
    }
}
