/// The dimensions of a tensor, outermost first; an empty list is a scalar.
public struct Shape: Hashable, Sendable, ExpressibleByArrayLiteral {
    public var dimensions: [Int]

    public init(_ dimensions: [Int]) { self.dimensions = dimensions }
    public init(arrayLiteral elements: Int...) { dimensions = elements }

    public static let scalar = Shape([])

    public var rank: Int { dimensions.count }

    /// The product of the dimensions, `Int.max` where it does not fit or a dimension is negative. Complexity: O(rank).
    public var elementCount: Int {
        if dimensions.contains(0) { return 0 }
        var product = 1
        for dimension in dimensions {
            let (next, overflow) = product.multipliedReportingOverflow(by: dimension)
            if overflow || dimension < 0 { return Int.max }
            product = next
        }
        return product
    }

    public subscript(axis: Int) -> Int {
        get { dimensions[axis] }
        set { dimensions[axis] = newValue }
    }

    /// Elements to step over for one step along each axis of a dense row-major tensor. Complexity: O(rank).
    public var strides: [Int] {
        var strides = [Int](repeating: 1, count: rank)
        for axis in stride(from: rank - 2, through: 0, by: -1) {
            strides[axis] = strides[axis + 1] &* dimensions[axis + 1]
        }
        return strides
    }

    /// `axis` counted from the front, or `nil` when it is outside -rank..<rank.
    public func normalized(axis: Int) -> Int? {
        let front = axis < 0 ? axis + rank : axis
        return (0..<rank).contains(front) ? front : nil
    }
}

extension Shape: CustomStringConvertible {
    /// `1x224x224x3`; a scalar is `scalar`.
    public var description: String {
        rank == 0 ? "scalar" : dimensions.map(String.init).joined(separator: "x")
    }
}
