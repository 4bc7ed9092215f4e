// Reductions over whole axes.
import Tensors

/// Reduces axes to one element each. Inputs: data, optional axes (integers) in place of the attribute.
public struct Reduce: Operator {
    public var function: Function
    /// `nil`: those of input 1, or all.
    public var axes: [Int]?
    public var keepsDimensions: Bool
    /// Whether an empty list of axes means none, not all.
    public var isIdentityWithoutAxes: Bool

    public enum Function: String, Hashable, Sendable, CustomStringConvertible {
        case sum, mean, product, maximum, minimum, l1, l2, logSum, logSumExp, sumOfSquares, any, all

        public var description: String { rawValue }
    }

    public init(_ function: Function, axes: [Int]?, keepsDimensions: Bool, isIdentityWithoutAxes: Bool = false) {
        self.function = function
        self.axes = axes
        self.keepsDimensions = keepsDimensions
        self.isIdentityWithoutAxes = isIdentityWithoutAxes
    }

    /// The axes to reduce, in ascending order.
    public func resolvedAxes(_ arguments: Arguments) throws(OperatorFailure) -> [Int] {
        let shape = try arguments.shape(0)
        let given: [Int]
        if let axes { given = axes } else { given = arguments.has(1) ? try arguments.integers(1) : [] }
        if given.isEmpty { return isIdentityWithoutAxes ? [] : Array(0..<shape.rank) }
        return try shape.normalized(axes: given)
    }

    public func outputTypes(_ arguments: Arguments) throws(OperatorFailure) -> [TensorType] {
        let shape = try arguments.shape(0)
        let reduced = try resolvedAxes(arguments)
        let output = shape.reduced(axes: reduced, keepsDimensions: keepsDimensions)
        return [TensorType(try arguments.resultElement(), output)]
    }
}

/// The position of the greatest or least element along an axis. Inputs: data, optional axis in place of the attribute.
public struct ArgReduce: Operator {
    public var findsMaximum: Bool
    /// `nil`: input 1 holds it.
    public var axis: Int?
    public var keepsDimensions: Bool
    public var selectsLast: Bool
    /// int32 or int64
    public var resultElement: ElementType

    public init(findsMaximum: Bool, axis: Int?, keepsDimensions: Bool, selectsLast: Bool, resultElement: ElementType) {
        self.findsMaximum = findsMaximum
        self.axis = axis
        self.keepsDimensions = keepsDimensions
        self.selectsLast = selectsLast
        self.resultElement = resultElement
    }

    public func resolvedAxis(_ arguments: Arguments) throws(OperatorFailure) -> Int {
        let given: Int
        if let axis { given = axis } else { given = try arguments.integer(1) }
        return try arguments.shape(0).checked(axis: given)
    }

    public func outputTypes(_ arguments: Arguments) throws(OperatorFailure) -> [TensorType] {
        let shape = try arguments.shape(0)
        let axis = try resolvedAxis(arguments)
        guard shape[axis] > 0 else { throw .invalid("axis \(axis) of \(shape) is empty") }
        return [TensorType(resultElement, shape.reduced(axes: [axis], keepsDimensions: keepsDimensions))]
    }
}

/// The k greatest or least elements along an axis. Inputs: data, k (one integer). Outputs: values, their positions.
public struct TopK: Operator {
    public var axis: Int
    public var findsLargest: Bool
    public var isSorted: Bool
    public var indexElement: ElementType

    public init(axis: Int, findsLargest: Bool, isSorted: Bool, indexElement: ElementType) {
        self.axis = axis
        self.findsLargest = findsLargest
        self.isSorted = isSorted
        self.indexElement = indexElement
    }

    public func outputTypes(_ arguments: Arguments) throws(OperatorFailure) -> [TensorType] {
        let data = try arguments.type(0)
        var shape = data.shape
        let axis = try shape.checked(axis: axis)
        let k = try arguments.integer(1)
        guard (0...shape[axis]).contains(k) else {
            throw .invalid("k is \(k), axis \(axis) has \(shape[axis]) elements")
        }
        shape[axis] = k
        return [TensorType(data.element, shape, quantization: data.quantization), TensorType(indexElement, shape)]
    }
}

/// Running sums along an axis. Inputs: data, axis (one integer).
public struct CumulativeSum: Operator {
    public var isExclusive: Bool
    public var isReversed: Bool

    public init(isExclusive: Bool, isReversed: Bool) {
        self.isExclusive = isExclusive
        self.isReversed = isReversed
    }

    public func outputTypes(_ arguments: Arguments) throws(OperatorFailure) -> [TensorType] {
        _ = try arguments.shape(0).checked(axis: try arguments.integer(1))
        return [try arguments.type(0)]
    }
}

extension Shape {
    /// The shape after `axes` are reduced to 1, or dropped.
    public func reduced(axes: [Int], keepsDimensions: Bool) -> Shape {
        var result: [Int] = []
        for (axis, size) in dimensions.enumerated() {
            if !axes.contains(axis) { result.append(size) } else if keepsDimensions { result.append(1) }
        }
        return Shape(result)
    }
}
