// Operators that put tensors together or cut them apart.
import Tensors

/// Joins tensors along an axis. Inputs: one or more.
public struct Concat: Operator {
    public var axis: Int
    public var activation: Activation

    public init(axis: Int, activation: Activation = .none) {
        self.axis = axis
        self.activation = activation
    }

    public func outputTypes(_ arguments: Arguments) throws(OperatorFailure) -> [TensorType] {
        let first = try arguments.type(0)
        let axis = try first.shape.checked(axis: axis)
        var shape = first.shape
        for index in 1..<max(arguments.count, 1) {
            let next = try arguments.type(index)
            var expected = next.shape
            guard next.element == first.element, expected.rank == shape.rank else {
                throw .invalid("inputs \(first) and \(next) cannot be joined")
            }
            let size = expected[axis]
            expected[axis] = shape[axis]
            guard expected == shape else {
                throw .invalid("inputs \(first) and \(next) cannot be joined along axis \(axis)")
            }
            shape[axis] = shape[axis] &+ size
        }
        return [
            TensorType(
                try arguments.resultElement(), shape, quantization: arguments.count == 1 ? first.quantization : nil)
        ]
    }
}

/// Cuts a tensor along an axis. Inputs: data, optional sizes (integers) and axis in place of the attributes.
///
/// Without sizes the parts are equal, the last one smaller where they cannot be (`allowsUneven`).
public struct Split: Operator {
    /// `nil`: input 2 holds it.
    public var axis: Int?
    public var sizes: [Int]?
    public var allowsUneven: Bool

    public init(axis: Int?, sizes: [Int]?, allowsUneven: Bool = false) {
        self.axis = axis
        self.sizes = sizes
        self.allowsUneven = allowsUneven
    }

    /// The axis and the size of each part.
    public func resolved(_ arguments: Arguments) throws(OperatorFailure) -> (axis: Int, sizes: [Int]) {
        let shape = try arguments.shape(0)
        let given: Int
        if let axis { given = axis } else { given = try arguments.integer(2) }
        let axis = try shape.checked(axis: given)
        let count = arguments.outputCount
        var parts = sizes
        if parts == nil, arguments.has(1) { parts = try arguments.integers(1) }
        guard count > 0 else { throw .invalid("no outputs") }
        if var parts {
            if let free = parts.firstIndex(of: -1) {
                parts[free] = 0
                parts[free] = shape[axis] - parts.reduce(0, &+)
            }
            guard parts.count == count, parts.allSatisfy({ $0 >= 0 && $0 <= shape[axis] }),
                parts.reduce(0, +) == shape[axis]
            else {
                throw .invalid("parts \(parts) do not add up to axis \(axis) of \(shape) in \(count) outputs")
            }
            return (axis, parts)
        }
        guard allowsUneven || shape[axis] % count == 0 else {
            throw .invalid("axis \(axis) of \(shape) does not divide into \(count) parts")
        }
        let part = (shape[axis] + count - 1) / count
        return (axis, (0..<count).map { max(0, min(part, shape[axis] - $0 * part)) })
    }

    public func outputTypes(_ arguments: Arguments) throws(OperatorFailure) -> [TensorType] {
        let data = try arguments.type(0)
        let (axis, parts) = try resolved(arguments)
        return parts.map { size in
            var shape = data.shape
            shape[axis] = size
            return TensorType(data.element, shape, quantization: data.quantization)
        }
    }
}

/// Repeats a tensor along each axis. Inputs: data, repeats (integers, one an axis).
public struct Tile: Operator {
    public init() {}

    public func outputTypes(_ arguments: Arguments) throws(OperatorFailure) -> [TensorType] {
        let data = try arguments.type(0)
        let repeats = try arguments.integers(1)
        guard repeats.count == data.shape.rank, repeats.allSatisfy({ (0..<1 << 31).contains($0) }) else {
            throw .invalid("\(repeats.count) repeats do not fit \(data.shape)")
        }
        let shape = Shape(
            zip(data.shape.dimensions, repeats).map { $0.multipliedReportingOverflow(by: $1) }.map {
                $0.overflow ? Int.max : $0.partialValue
            })
        return [TensorType(data.element, shape, quantization: data.quantization)]
    }
}

/// Repeats a tensor to a shape by broadcasting. Inputs: data, shape (integers).
public struct Expand: Operator {
    /// ONNX broadcasts both ways, TFLite's BROADCAST_TO only the data.
    public init() {}

    public func outputTypes(_ arguments: Arguments) throws(OperatorFailure) -> [TensorType] {
        let data = try arguments.type(0)
        let target = Shape(try arguments.integers(1))
        guard let shape = data.shape.broadcast(with: target), shape.dimensions.allSatisfy({ $0 >= 0 }) else {
            throw .invalid("\(data.shape) does not broadcast to \(target)")
        }
        return [TensorType(data.element, shape, quantization: data.quantization)]
    }
}

/// Puts a border round a tensor. Inputs: data, amounts (integers), optional value (one element), optional axes.
///
/// A negative amount cuts elements off.
public struct Pad: Operator {
    public var mode: Mode
    public var order: Order

    public enum Mode: Hashable, Sendable {
        case constant
        /// The border mirrors the inside without (reflect) or with (symmetric) the edge itself.
        case reflect, symmetric
        case edge, wrap
    }

    public enum Order: Hashable, Sendable {
        /// All amounts before, then all after (ONNX).
        case beforesThenAfters
        /// Before and after of each axis (TFLite).
        case pairs
    }

    public init(_ mode: Mode, order: Order) {
        self.mode = mode
        self.order = order
    }

    /// The border of each axis.
    public func borders(_ arguments: Arguments) throws(OperatorFailure) -> [(before: Int, after: Int)] {
        let shape = try arguments.shape(0)
        let amounts = try arguments.integers(1)
        let axes: [Int]
        if arguments.has(3) {
            var given: [Int] = []
            for axis in try arguments.integers(3) { given.append(try shape.checked(axis: axis)) }
            axes = given
        } else {
            axes = Array(0..<shape.rank)
        }
        guard amounts.count == 2 * axes.count, amounts.allSatisfy({ $0.magnitude < 1 << 31 }) else {
            throw .invalid("\(amounts.count) amounts do not fit \(axes.count) axes")
        }
        var borders = [(before: Int, after: Int)](repeating: (0, 0), count: shape.rank)
        for (index, axis) in axes.enumerated() {
            borders[axis] =
                order == .pairs
                ? (amounts[2 * index], amounts[2 * index + 1]) : (amounts[index], amounts[index + axes.count])
        }
        return borders
    }

    public func outputTypes(_ arguments: Arguments) throws(OperatorFailure) -> [TensorType] {
        let data = try arguments.type(0)
        var shape = data.shape
        for (axis, border) in try borders(arguments).enumerated() {
            let size = shape[axis]
            let reach = max(border.before, border.after)
            switch mode {
            case .reflect where reach > 0 && reach >= size, .symmetric where reach > size:
                throw .invalid("axis \(axis) of \(data.shape) is too short to mirror \(reach) elements")
            case .edge where reach > 0 && size == 0, .wrap where reach > 0 && size == 0:
                throw .invalid("axis \(axis) of \(data.shape) is empty")
            default: break
            }
            shape[axis] = size + border.before + border.after
            guard shape[axis] >= 0 else { throw .invalid("more is cut off axis \(axis) than \(data.shape) has") }
        }
        return [TensorType(data.element, shape, quantization: data.quantization)]
    }
}
