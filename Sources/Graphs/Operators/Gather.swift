// Operators that pick or place elements by computed positions.
import Tensors

private func requireIndices(_ type: TensorType) throws(OperatorFailure) {
    guard type.element == .int32 || type.element == .int64 else {
        throw .invalid("indices must be int32 or int64, not \(type.element)")
    }
}

/// Takes slices along an axis. Inputs: data, indices (negative ones count from the end).
public struct Gather: Operator {
    public var axis: Int
    /// Leading axes that data and indices share.
    public var batchAxes: Int

    public init(axis: Int, batchAxes: Int = 0) {
        self.axis = axis
        self.batchAxes = batchAxes
    }

    public func outputTypes(_ arguments: Arguments) throws(OperatorFailure) -> [TensorType] {
        let (data, indices) = (try arguments.type(0), try arguments.type(1))
        try requireIndices(indices)
        let axis = try data.shape.checked(axis: axis)
        guard (0...min(axis, indices.shape.rank)).contains(batchAxes),
            data.shape.dimensions.prefix(batchAxes) == indices.shape.dimensions.prefix(batchAxes)
        else { throw .invalid("\(batchAxes) batch axes do not fit \(data.shape) and \(indices.shape)") }
        let shape =
            Array(data.shape.dimensions[..<axis]) + indices.shape.dimensions.dropFirst(batchAxes)
            + data.shape.dimensions.dropFirst(axis + 1)
        return [TensorType(data.element, Shape(shape), quantization: data.quantization)]
    }
}

/// Takes one element for each index: out[i][j] = data[index[i][j]][j] for axis 0. Inputs: data, indices of the same rank.
public struct GatherElements: Operator {
    public var axis: Int
    public init(axis: Int) { self.axis = axis }

    public func outputTypes(_ arguments: Arguments) throws(OperatorFailure) -> [TensorType] {
        let (data, indices) = (try arguments.type(0), try arguments.type(1))
        try requireIndices(indices)
        let axis = try data.shape.checked(axis: axis)
        guard indices.shape.rank == data.shape.rank,
            (0..<data.shape.rank).allSatisfy({ $0 == axis || indices.shape[$0] <= data.shape[$0] })
        else { throw .invalid("indices of \(indices.shape) do not fit data of \(data.shape)") }
        return [TensorType(data.element, indices.shape, quantization: data.quantization)]
    }
}

/// Takes slices by positions along several axes. Inputs: data, indices [..., depth].
public struct GatherND: Operator {
    public var batchAxes: Int
    public init(batchAxes: Int = 0) { self.batchAxes = batchAxes }

    public func outputTypes(_ arguments: Arguments) throws(OperatorFailure) -> [TensorType] {
        let (data, indices) = (try arguments.type(0), try arguments.type(1))
        try requireIndices(indices)
        let rank = indices.shape.rank
        guard rank > 0, batchAxes >= 0, batchAxes < rank, batchAxes <= data.shape.rank else {
            throw .invalid("\(batchAxes) batch axes do not fit \(data.shape) and \(indices.shape)")
        }
        let depth = indices.shape[rank - 1]
        guard batchAxes + depth <= data.shape.rank,
            data.shape.dimensions.prefix(batchAxes) == indices.shape.dimensions.prefix(batchAxes)
        else { throw .invalid("indices of \(indices.shape) do not fit data of \(data.shape)") }
        let shape = indices.shape.dimensions.dropLast() + data.shape.dimensions.dropFirst(batchAxes + depth)
        return [TensorType(data.element, Shape(Array(shape)), quantization: data.quantization)]
    }
}

/// How an update meets what is there.
public enum ScatterReduction: Hashable, Sendable { case none, add, multiply, maximum, minimum }

/// A copy of the data with elements replaced along an axis. Inputs: data, indices, updates (one shape).
public struct ScatterElements: Operator {
    public var axis: Int
    public var reduction: ScatterReduction

    public init(axis: Int, reduction: ScatterReduction) {
        self.axis = axis
        self.reduction = reduction
    }

    public func outputTypes(_ arguments: Arguments) throws(OperatorFailure) -> [TensorType] {
        let (data, indices, updates) = (try arguments.type(0), try arguments.type(1), try arguments.type(2))
        try requireIndices(indices)
        let axis = try data.shape.checked(axis: axis)
        guard updates.shape == indices.shape, updates.element == data.element, indices.shape.rank == data.shape.rank,
            (0..<data.shape.rank).allSatisfy({ $0 == axis || indices.shape[$0] <= data.shape[$0] })
        else { throw .invalid("indices of \(indices.shape) and updates \(updates) do not fit data \(data)") }
        return [data]
    }
}

/// A copy of the data with slices replaced. Inputs: data, indices [..., depth], updates.
public struct ScatterND: Operator {
    public var reduction: ScatterReduction
    public init(reduction: ScatterReduction) { self.reduction = reduction }

    public func outputTypes(_ arguments: Arguments) throws(OperatorFailure) -> [TensorType] {
        let (data, indices, updates) = (try arguments.type(0), try arguments.type(1), try arguments.type(2))
        try requireIndices(indices)
        try Self.check(data: data.shape, indices: indices.shape, updates: updates.shape)
        guard updates.element == data.element else {
            throw .invalid("updates are \(updates.element), data \(data.element)")
        }
        return [data]
    }

    static func check(data: Shape, indices: Shape, updates: Shape) throws(OperatorFailure) {
        guard indices.rank > 0, indices[indices.rank - 1] <= data.rank,
            updates.dimensions == indices.dimensions.dropLast() + data.dimensions.dropFirst(indices[indices.rank - 1])
        else { throw .invalid("indices of \(indices) and updates of \(updates) do not fit data of \(data)") }
    }
}

/// TFLite's SCATTER_ND: zeros with slices added. Inputs: indices [..., depth], updates, shape (integers).
public struct ScatterIntoZeros: Operator {
    public init() {}

    public func outputTypes(_ arguments: Arguments) throws(OperatorFailure) -> [TensorType] {
        let (indices, updates) = (try arguments.type(0), try arguments.type(1))
        try requireIndices(indices)
        let shape = Shape(try arguments.integers(2))
        guard shape.dimensions.allSatisfy({ $0 >= 0 }) else { throw .invalid("\(shape) is no shape") }
        try ScatterND.check(data: shape, indices: indices.shape, updates: updates.shape)
        return [TensorType(updates.element, shape, quantization: updates.quantization)]
    }
}

/// Puts `on` at the given positions along a new axis, `off` elsewhere. Inputs: indices, depth (one integer), values.
public struct OneHot: Operator {
    public var axis: Int
    public var values: Values

    public enum Values: Hashable, Sendable {
        /// Input 2 is [off, on] (ONNX).
        case offThenOn
        /// Inputs 2 and 3 are on and off (TFLite).
        case separateOnAndOff
    }

    public init(axis: Int, values: Values) {
        self.axis = axis
        self.values = values
    }

    public func outputTypes(_ arguments: Arguments) throws(OperatorFailure) -> [TensorType] {
        let indices = try arguments.shape(0)
        let depthTensor = try arguments.constant(1)
        guard depthTensor.elementCount == 1, let depth = depthTensor.integers.first.map(Int.init),
            (0..<1 << 31).contains(depth)
        else {
            throw .invalid("the depth must be one number from 0 to 2^31")
        }
        var shape = indices.dimensions
        let axis = axis < 0 ? axis + shape.count + 1 : axis
        guard (0...shape.count).contains(axis) else {
            throw .invalid("axis \(axis) is outside a tensor of rank \(shape.count + 1)")
        }
        shape.insert(depth, at: axis)
        let count = try arguments.shape(2).elementCount
        guard values == .separateOnAndOff || count == 2 else { throw .invalid("the values must be two") }
        return [TensorType(try arguments.element(2), Shape(shape))]
    }
}

/// The positions of all elements that are not zero, int64 [rank, count]. Its shape depends on the values of the data.
public struct NonZero: Operator {
    /// ONNX has [rank, count]; TFLite's WHERE with one input has [count, rank].
    public var listsPositionsByRow: Bool
    public init(listsPositionsByRow: Bool) { self.listsPositionsByRow = listsPositionsByRow }

    public var hasDataDependentShape: Bool { true }

    /// The type for a tensor without such elements; the count is known only when the data is.
    public func outputTypes(_ arguments: Arguments) throws(OperatorFailure) -> [TensorType] {
        let rank = max(try arguments.shape(0).rank, listsPositionsByRow ? 0 : 1)
        return [TensorType(.int64, listsPositionsByRow ? [0, rank] : [rank, 0])]
    }
}

/// Rows of a table. Inputs: indices (int32), table [rows, ...]. TFLite's EMBEDDING_LOOKUP.
public struct EmbeddingLookup: Operator {
    public init() {}

    public func outputTypes(_ arguments: Arguments) throws(OperatorFailure) -> [TensorType] {
        let (indices, table) = (try arguments.type(0), try arguments.type(1))
        try requireIndices(indices)
        guard table.shape.rank >= 2, indices.shape.rank == 1 else {
            throw .invalid("a table of \(table.shape) and indices of \(indices.shape) do not fit")
        }
        let element = arguments.declared.first?.element ?? table.element
        return [TensorType(element, Shape(indices.shape.dimensions + table.shape.dimensions.dropFirst()))]
    }
}
