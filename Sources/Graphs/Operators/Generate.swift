// Operators that make tensors from shapes and numbers.
import Tensors

/// The dimensions of a tensor from axis `start` to before `end`, as integers.
public struct ShapeOf: Operator {
    public var start: Int
    public var end: Int?
    public var resultElement: ElementType

    public init(start: Int = 0, end: Int? = nil, resultElement: ElementType = .int64) {
        self.start = start
        self.end = end
        self.resultElement = resultElement
    }

    /// The result itself, which follows from the input's type alone.
    public func dimensions(of shape: Shape) -> [Int] {
        func clamp(_ axis: Int) -> Int { min(max(axis < 0 ? axis &+ shape.rank : axis, 0), shape.rank) }
        let (first, last) = (clamp(start), clamp(end ?? shape.rank))
        return first < last ? Array(shape.dimensions[first..<last]) : []
    }

    public func outputTypes(_ arguments: Arguments) throws(OperatorFailure) -> [TensorType] {
        [TensorType(resultElement, [dimensions(of: try arguments.shape(0)).count])]
    }
}

/// The number of elements, as an int64 scalar.
public struct SizeOf: Operator {
    public init() {}
    public func outputTypes(_ arguments: Arguments) throws(OperatorFailure) -> [TensorType] {
        [TensorType(.int64, .scalar)]
    }
}

/// The number of dimensions, as an int32 scalar.
public struct RankOf: Operator {
    public init() {}
    public func outputTypes(_ arguments: Arguments) throws(OperatorFailure) -> [TensorType] {
        [TensorType(.int32, .scalar)]
    }
}

/// A tensor of one value. Inputs: shape (integers), value (one element) where the attribute is absent.
public struct Fill: Operator {
    /// One element, repeated.
    public var value: Tensor?
    public init(value: Tensor?) { self.value = value }

    public func outputTypes(_ arguments: Arguments) throws(OperatorFailure) -> [TensorType] {
        let shape = Shape(try arguments.integers(0))
        guard shape.dimensions.allSatisfy({ $0 >= 0 }) else { throw .invalid("\(shape) is no shape") }
        let type: TensorType
        if let value { type = value.type } else { type = try arguments.type(1) }
        guard type.shape.elementCount == 1 else { throw .invalid("the value must be one element") }
        return [TensorType(type.element, shape, quantization: type.quantization)]
    }
}

/// Numbers from start to before limit, delta apart. Inputs: start, limit, delta (one element each).
public struct NumberRange: Operator {
    public init() {}

    public func outputTypes(_ arguments: Arguments) throws(OperatorFailure) -> [TensorType] {
        let element = try arguments.element(0)
        var numbers: [Double] = []
        var integers: [Int64] = []
        for index in 0..<3 {
            let tensor = try arguments.constant(index)
            guard tensor.element == element, tensor.elementCount == 1 else {
                throw .invalid("start, limit and delta must be one \(element) each")
            }
            numbers += tensor.doubles
            integers += tensor.integers
        }
        let count: Double
        if element.isInteger {
            guard integers[2] != 0 else { throw .invalid("delta is 0") }
            let (distance, overflow) = integers[1].subtractingReportingOverflow(integers[0])
            guard !overflow, integers[2] != -1 || distance != Int64.min else { throw .invalid("the range is too long") }
            let whole = distance / integers[2]
            count = Double(whole) + (distance % integers[2] != 0 && (distance > 0) == (integers[2] > 0) ? 1 : 0)
        } else {
            count = ((numbers[1] - numbers[0]) / numbers[2]).rounded(.up)
        }
        guard count < 1e12 else { throw .invalid("the range has no end or too many elements") }
        return [TensorType(element, [Int(max(count, 0))])]
    }
}

/// A matrix of zeros with ones on a diagonal. Input: a matrix that gives the shape, and the element type unless `element` does.
public struct EyeLike: Operator {
    public var diagonal: Int
    public var element: ElementType?

    public init(diagonal: Int, element: ElementType?) {
        self.diagonal = diagonal
        self.element = element
    }

    public func outputTypes(_ arguments: Arguments) throws(OperatorFailure) -> [TensorType] {
        let data = try arguments.type(0)
        guard data.shape.rank == 2 else { throw .invalid("\(data.shape) is no matrix") }
        return [TensorType(element ?? data.element, data.shape)]
    }
}

/// Keeps the upper or lower triangle of each matrix. Inputs: data, optional diagonal (one integer).
public struct Triangle: Operator {
    public var keepsUpper: Bool
    public init(keepsUpper: Bool) { self.keepsUpper = keepsUpper }

    public func outputTypes(_ arguments: Arguments) throws(OperatorFailure) -> [TensorType] {
        let data = try arguments.type(0)
        guard data.shape.rank >= 2 else { throw .invalid("\(data.shape) is no matrix") }
        if arguments.has(1) { _ = try arguments.integer(1) }
        return [data]
    }
}
