// Slices of a tensor.
import CKernels
import Graphs
import Tensors

extension SlicingOperator {
    public func lower(_ site: Site, _ builder: inout ProgramBuilder) throws(OperatorFailure) {
        try builder.slice(try slice(site.arguments).ranges, site, name)
    }
}

extension Slice: Lowerable {}
extension SliceBySize: Lowerable {}
extension StridedSlice: Lowerable {}

extension Reverse: Lowerable {
    public func lower(_ site: Site, _ builder: inout ProgramBuilder) throws(OperatorFailure) {
        let shape = try site.inputType(0).shape
        let axes = try shape.normalized(axes: try site.arguments.integers(1))
        let ranges = shape.dimensions.enumerated().map { axis, size in
            axes.contains(axis)
                ? SliceRange(start: size - 1, step: -1, count: size) : SliceRange(start: 0, step: 1, count: size)
        }
        try builder.slice(ranges, site, name)
    }
}

extension ProgramBuilder {
    /// Appends the copy of what `ranges` take of input 0 to output 0.
    fileprivate mutating func slice(_ ranges: [SliceRange], _ site: Site, _ kind: String) throws(OperatorFailure) {
        let type = try site.inputType(0)
        let sizes = ranges.map(\.count)
        let count = Shape(sizes).elementCount
        guard count > 0 else { return }
        guard count == site.outputType().shape.elementCount else {
            throw .invalid("\(sizes) does not give \(site.outputType().shape)")
        }
        var offset = 0
        let nest = try LoopNest(count: count) {
            arete_nest_slice(
                $0, type.shape.rank, type.shape.dimensions, ranges.map(\.start), ranges.map(\.step), sizes,
                type.element.byteCount,
                &offset)
        }
        try copy(kind, nest, of: type.element, from: try site.input(0), at: offset, to: site.output())
    }
}
