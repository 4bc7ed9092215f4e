// Operators that take a regular part of a tensor.
import Tensors

/// What a slice takes of one axis: `count` elements from `start`, `step` apart (negative: backwards).
public struct SliceRange: Hashable, Sendable {
    public var start: Int
    public var step: Int
    public var count: Int

    public init(start: Int, step: Int, count: Int) {
        self.start = start
        self.step = step
        self.count = count
    }

    /// Python's `start:end:step` of an axis of `size` elements; `nil` stands for an omitted bound.
    public init(from start: Int?, to end: Int?, by step: Int, of size: Int) throws(OperatorFailure) {
        guard step != 0, step != Int.min else { throw .invalid("a slice has step \(step)") }
        let forward = step > 0
        let (lowest, highest) = forward ? (0, size) : (-1, size - 1)
        func clamp(_ bound: Int) -> Int { min(max(bound < 0 ? bound &+ size : bound, lowest), highest) }
        let first = start.map(clamp) ?? (forward ? lowest : highest)
        let last = end.map(clamp) ?? (forward ? highest : lowest)
        let distance = forward ? last - first : first - last
        let stride = abs(step)
        self.init(start: first, step: step, count: distance <= 0 ? 0 : (distance - 1) / stride + 1)
    }
}

/// An operator that takes a range of each axis and may drop some or add new ones.
public protocol SlicingOperator: Operator {
    /// The range of each axis of the data, and the shape of the result (which may drop axes of size 1 or insert some).
    func slice(_ arguments: Arguments) throws(OperatorFailure) -> (ranges: [SliceRange], output: Shape)
}

extension Operator {
    /// The operator as one that slices, if it does. Casts to types are fast, the first cast of each type to a protocol is not: it
    /// looks through every conformance in the program.
    var slicing: (any SlicingOperator)? {
        switch self {
        case let op as Slice: op
        case let op as SliceBySize: op
        case let op as StridedSlice: op
        default: nil
        }
    }
}

extension SlicingOperator {
    public func outputTypes(_ arguments: Arguments) throws(OperatorFailure) -> [TensorType] {
        let data = try arguments.type(0)
        return [TensorType(data.element, try slice(arguments).output, quantization: data.quantization)]
    }
}

/// ONNX's Slice. Inputs: data, starts, ends, optional axes, optional steps (all integers).
public struct Slice: SlicingOperator {
    public init() {}

    public func slice(_ arguments: Arguments) throws(OperatorFailure) -> (ranges: [SliceRange], output: Shape) {
        let shape = try arguments.shape(0)
        let (starts, ends) = (try arguments.integers(1), try arguments.integers(2))
        let axes = arguments.has(3) ? try arguments.integers(3) : Array(starts.indices)
        let steps = arguments.has(4) ? try arguments.integers(4) : [Int](repeating: 1, count: starts.count)
        guard starts.count == ends.count, axes.count == starts.count, steps.count == starts.count else {
            throw .invalid(
                "starts, ends, axes and steps have \(starts.count), \(ends.count), \(axes.count) and \(steps.count) entries"
            )
        }
        var ranges = shape.dimensions.map { SliceRange(start: 0, step: 1, count: $0) }
        for (index, given) in axes.enumerated() {
            let axis = try shape.checked(axis: given)
            ranges[axis] = try SliceRange(from: starts[index], to: ends[index], by: steps[index], of: shape[axis])
        }
        return (ranges, Shape(ranges.map(\.count)))
    }
}

/// TFLite's SLICE. Inputs: data, begins, sizes (-1: to the end).
public struct SliceBySize: SlicingOperator {
    public init() {}

    public func slice(_ arguments: Arguments) throws(OperatorFailure) -> (ranges: [SliceRange], output: Shape) {
        let shape = try arguments.shape(0)
        let (begins, sizes) = (try arguments.integers(1), try arguments.integers(2))
        guard begins.count == shape.rank, sizes.count == shape.rank else {
            throw .invalid("begins and sizes must have \(shape.rank) entries")
        }
        var ranges: [SliceRange] = []
        for (axis, size) in shape.dimensions.enumerated() {
            guard (0...size).contains(begins[axis]) else {
                throw .invalid("axis \(axis) of \(shape) has no element \(begins[axis])")
            }
            let count = sizes[axis] == -1 ? size - begins[axis] : sizes[axis]
            guard (0...(size - begins[axis])).contains(count) else {
                throw .invalid("axis \(axis) of \(shape) has no \(count) elements from \(begins[axis])")
            }
            ranges.append(SliceRange(start: begins[axis], step: 1, count: count))
        }
        return (ranges, Shape(ranges.map(\.count)))
    }
}

/// TFLite's STRIDED_SLICE with all its masks. Inputs: data, begins, ends, strides.
public struct StridedSlice: SlicingOperator {
    public var beginMask: Int
    public var endMask: Int
    public var ellipsisMask: Int
    public var newAxisMask: Int
    public var shrinkAxisMask: Int
    /// Whether ends count from the begins.
    public var isOffset: Bool

    public init(beginMask: Int, endMask: Int, ellipsisMask: Int, newAxisMask: Int, shrinkAxisMask: Int, isOffset: Bool)
    {
        self.beginMask = beginMask
        self.endMask = endMask
        self.ellipsisMask = ellipsisMask
        self.newAxisMask = newAxisMask
        self.shrinkAxisMask = shrinkAxisMask
        self.isOffset = isOffset
    }

    public func slice(_ arguments: Arguments) throws(OperatorFailure) -> (ranges: [SliceRange], output: Shape) {
        let shape = try arguments.shape(0)
        let (begins, ends, strides) = (try arguments.integers(1), try arguments.integers(2), try arguments.integers(3))
        guard ends.count == begins.count, strides.count == begins.count, begins.count <= 2 * maximumRank else {
            throw .invalid("begins, ends and strides have \(begins.count), \(ends.count) and \(strides.count) entries")
        }
        func isSet(_ mask: Int, _ index: Int) -> Bool { mask >> index & 1 == 1 }
        let given = begins.indices.filter { !isSet(newAxisMask, $0) || isSet(ellipsisMask, $0) }
        let hasEllipsis = begins.indices.contains { isSet(ellipsisMask, $0) }
        let hidden = shape.rank - given.count + (hasEllipsis ? 1 : 0)
        guard hidden >= 0 else { throw .invalid("\(given.count) ranges for a tensor of rank \(shape.rank)") }
        var ranges: [SliceRange] = []
        var output: [Int] = []
        func takeWhole(_ count: Int) {
            for _ in 0..<count where ranges.count < shape.rank {
                let size = shape[ranges.count]
                ranges.append(SliceRange(start: 0, step: 1, count: size))
                output.append(size)
            }
        }
        for index in begins.indices {
            if isSet(ellipsisMask, index) {
                takeWhole(hidden)
            } else if isSet(newAxisMask, index) {
                output.append(1)
            } else {
                guard ranges.count < shape.rank else { throw .invalid("more ranges than the \(shape.rank) axes") }
                let size = shape[ranges.count]
                if isSet(shrinkAxisMask, index) {
                    let position =
                        isSet(beginMask, index) ? 0 : begins[index] < 0 ? begins[index] &+ size : begins[index]
                    guard (0..<size).contains(position) else {
                        throw .invalid("axis \(ranges.count) of \(shape) has no element \(begins[index])")
                    }
                    ranges.append(SliceRange(start: position, step: 1, count: 1))
                } else {
                    let end = isOffset ? begins[index] &+ ends[index] : ends[index]
                    let range = try SliceRange(
                        from: isSet(beginMask, index) ? nil : begins[index], to: isSet(endMask, index) ? nil : end,
                        by: strides[index], of: size)
                    ranges.append(range)
                    output.append(range.count)
                }
            }
        }
        takeWhole(shape.rank)
        return (ranges, Shape(output))
    }
}
