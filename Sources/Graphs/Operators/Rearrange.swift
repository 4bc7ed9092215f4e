// Operators that give the same elements another shape or order.
import Tensors

/// The same elements in another shape. Inputs: data, optional shape (integers) in place of the attribute; one entry may be -1.
public struct Reshape: Operator {
    public var shape: [Int]?
    /// Whether an entry of 0 copies the input's dimension (ONNX) or is a size of 0.
    public var zeroCopies: Bool

    public init(_ shape: [Int]?, zeroCopies: Bool) {
        self.shape = shape
        self.zeroCopies = zeroCopies
    }

    public func outputTypes(_ arguments: Arguments) throws(OperatorFailure) -> [TensorType] {
        let data = try arguments.type(0)
        var target: [Int]
        if let shape { target = shape } else { target = try arguments.integers(1) }
        for (index, size) in target.enumerated() where size == 0 && zeroCopies {
            guard index < data.shape.rank else {
                throw .invalid("dimension \(index) is to be copied from \(data.shape)")
            }
            target[index] = data.shape[index]
        }
        guard target.allSatisfy({ $0 >= -1 }) else { throw .invalid("cannot reshape to \(Shape(target))") }
        if let free = target.firstIndex(of: -1) {
            target[free] = 1
            let rest = Shape(target).elementCount
            guard rest > 0, data.shape.elementCount % rest == 0, !target.contains(-1) else {
                throw .invalid("\(data.shape) does not divide into \(Shape(target))")
            }
            target[free] = data.shape.elementCount / rest
        }
        guard Shape(target).elementCount == data.shape.elementCount else {
            throw .invalid("cannot reshape \(data.shape) to \(Shape(target))")
        }
        var quantization = data.quantization
        if quantization?.isPerTensor == false { quantization = nil }
        return [TensorType(data.element, Shape(target), quantization: quantization)]
    }
}

/// Drops axes of size 1. Inputs: data, optional axes in place of the attribute; none given: all such axes.
public struct Squeeze: Operator {
    public var axes: [Int]?
    public init(axes: [Int]?) { self.axes = axes }

    public func outputTypes(_ arguments: Arguments) throws(OperatorFailure) -> [TensorType] {
        let data = try arguments.type(0)
        var given = axes ?? []
        if axes == nil, arguments.has(1) { given = try arguments.integers(1) }
        let dropped =
            given.isEmpty
            ? data.shape.dimensions.indices.filter { data.shape[$0] == 1 } : try data.shape.normalized(axes: given)
        guard dropped.allSatisfy({ data.shape[$0] == 1 }) else {
            throw .invalid("an axis of \(data.shape) to drop is not of size 1")
        }
        return [
            TensorType(
                data.element, data.shape.reduced(axes: dropped, keepsDimensions: false), quantization: data.quantization
            )
        ]
    }
}

/// Inserts axes of size 1. Inputs: data, optional axes (of the result) in place of the attribute.
public struct Unsqueeze: Operator {
    public var axes: [Int]?
    public init(axes: [Int]?) { self.axes = axes }

    public func outputTypes(_ arguments: Arguments) throws(OperatorFailure) -> [TensorType] {
        let data = try arguments.type(0)
        let given: [Int]
        if let axes { given = axes } else { given = try arguments.integers(1) }
        let rank = data.shape.rank + given.count
        guard rank <= maximumRank else { throw .invalid("the result would have \(rank) axes") }
        let inserted = try Shape(Array(repeating: 1, count: rank)).normalized(axes: given)
        guard inserted.count == given.count else { throw .invalid("an axis is inserted twice") }
        var sizes = data.shape.dimensions
        for axis in inserted { sizes.insert(1, at: axis) }
        return [TensorType(data.element, Shape(sizes), quantization: data.quantization)]
    }
}

/// All axes before `axis` become one, all others another.
public struct Flatten: Operator {
    public var axis: Int
    public init(axis: Int) { self.axis = axis }

    public func outputTypes(_ arguments: Arguments) throws(OperatorFailure) -> [TensorType] {
        let data = try arguments.type(0)
        let axis = axis < 0 ? axis + data.shape.rank : axis
        guard (0...data.shape.rank).contains(axis) else {
            throw .invalid("axis \(axis) is outside a tensor of rank \(data.shape.rank)")
        }
        let rows = Shape(Array(data.shape.dimensions[..<axis])).elementCount
        let columns = Shape(Array(data.shape.dimensions[axis...])).elementCount
        return [TensorType(data.element, [rows, columns], quantization: data.quantization)]
    }
}

/// Axis i of the result is axis `permutation[i]` of the data. Inputs: data, optional permutation in place of the attribute; none
/// given: axes reversed.
public struct Transpose: Operator {
    public var permutation: [Int]?
    public init(_ permutation: [Int]?) { self.permutation = permutation }

    public func resolvedPermutation(_ arguments: Arguments) throws(OperatorFailure) -> [Int] {
        let rank = try arguments.shape(0).rank
        var order = permutation
        if order == nil, arguments.has(1) { order = try arguments.integers(1) }
        let resolved = order ?? Array((0..<rank).reversed())
        guard resolved.sorted() == Array(0..<rank) else { throw .invalid("\(resolved) is no order of \(rank) axes") }
        return resolved
    }

    public func outputTypes(_ arguments: Arguments) throws(OperatorFailure) -> [TensorType] {
        let data = try arguments.type(0)
        let order = try resolvedPermutation(arguments)
        var quantization = data.quantization
        if let axis = quantization?.axis { quantization?.axis = order.firstIndex(of: axis) }
        return [TensorType(data.element, Shape(order.map { data.shape[$0] }), quantization: quantization)]
    }
}

/// Moves blocks of space into channels or back.
public struct DepthSpace: Operator {
    public var direction: Direction
    public var blockSize: Int
    public var layout: Layout

    public enum Direction: Hashable, Sendable {
        /// `columnFirst`: channels are numbered (C, block, block), ONNX's CRD; otherwise (block, block, C).
        case depthToSpace(columnFirst: Bool)
        case spaceToDepth
    }

    public init(_ direction: Direction, blockSize: Int, layout: Layout) {
        self.direction = direction
        self.blockSize = blockSize
        self.layout = layout
    }

    public func outputTypes(_ arguments: Arguments) throws(OperatorFailure) -> [TensorType] {
        let data = try arguments.type(0)
        guard data.shape.rank == 4, (1..<65536).contains(blockSize) else {
            throw .invalid("data \(data.shape) must have rank 4, the block size must be positive")
        }
        var shape = data.shape
        let channel = layout.channelAxis(rank: 4)
        for axis in layout.spatialAxes(rank: 4) {
            if direction == .spaceToDepth {
                guard shape[axis] % blockSize == 0 else {
                    throw .invalid("\(data.shape) does not divide into blocks of \(blockSize)")
                }
                shape[axis] /= blockSize
                shape[channel] = shape[channel] &* blockSize
            } else {
                guard shape[channel] % blockSize == 0 else {
                    throw .invalid("\(data.shape) has too few channels for blocks of \(blockSize)")
                }
                shape[channel] /= blockSize
                shape[axis] = shape[axis] &* blockSize
            }
        }
        return [TensorType(data.element, shape, quantization: data.quantization)]
    }
}

/// TFLite's SPACE_TO_BATCH_ND and BATCH_TO_SPACE_ND. Inputs: data, block sizes, paddings or crops ([axis, 2]).
public struct BatchSpace: Operator {
    public var direction: Direction
    public enum Direction: Hashable, Sendable { case spaceToBatch, batchToSpace }
    public init(_ direction: Direction) { self.direction = direction }

    public func outputTypes(_ arguments: Arguments) throws(OperatorFailure) -> [TensorType] {
        let data = try arguments.type(0)
        let blocks = try arguments.integers(1)
        let borders = try arguments.integers(2)
        var shape = data.shape
        guard blocks.count < shape.rank, borders.count == 2 * blocks.count,
            blocks.allSatisfy({ (1..<65536).contains($0) }),
            borders.allSatisfy({ (0..<1 << 24).contains($0) })
        else { throw .invalid("\(blocks.count) block sizes and \(borders.count) borders do not fit \(data.shape)") }
        for (index, block) in blocks.enumerated() {
            let border = borders[2 * index] + borders[2 * index + 1]
            if direction == .spaceToBatch {
                guard (shape[index + 1] + border) % block == 0 else {
                    throw .invalid("\(data.shape) does not divide into blocks of \(block)")
                }
                shape[index + 1] = (shape[index + 1] + border) / block
                shape[0] = shape[0] &* block
            } else {
                guard shape[0] % block == 0, shape[index + 1] &* block >= border else {
                    throw .invalid("\(data.shape) does not fit blocks of \(block)")
                }
                shape[0] /= block
                shape[index + 1] = shape[index + 1] &* block - border
            }
        }
        return [TensorType(data.element, shape, quantization: data.quantization)]
    }
}

/// Reverses the order along axes. Inputs: data, axes (integers).
public struct Reverse: Operator {
    public init() {}

    public func outputTypes(_ arguments: Arguments) throws(OperatorFailure) -> [TensorType] {
        _ = try arguments.shape(0).normalized(axes: try arguments.integers(1))
        return [try arguments.type(0)]
    }
}

/// Reverses the first `lengths[b]` elements of each sequence. Inputs: data, lengths.
public struct ReverseSequence: Operator {
    public var batchAxis: Int
    public var timeAxis: Int

    public init(batchAxis: Int, timeAxis: Int) {
        self.batchAxis = batchAxis
        self.timeAxis = timeAxis
    }

    public func outputTypes(_ arguments: Arguments) throws(OperatorFailure) -> [TensorType] {
        let data = try arguments.type(0)
        let batch = try data.shape.checked(axis: batchAxis)
        guard try data.shape.checked(axis: timeAxis) != batch, try arguments.shape(1).elementCount == data.shape[batch]
        else {
            throw .invalid("batch and time axes of \(data.shape) do not fit the lengths")
        }
        return [data]
    }
}
