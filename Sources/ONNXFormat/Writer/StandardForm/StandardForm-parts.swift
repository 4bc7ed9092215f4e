// Operators that take, move or turn parts of tensors.
import Graphs
import Tensors

extension StandardForm {
    /// The ranges of axes that are not whole, then the shape where axes come or go.
    mutating func lowerSlice(_ node: Node, _ original: Node) throws {
        let arguments = try arguments(original)
        let (ranges, output): ([SliceRange], Shape)
        switch original.op {
        case let op as SliceBySize: (ranges, output) = try op.slice(arguments)
        case let op as StridedSlice: (ranges, output) = try op.slice(arguments)
        default: return keep(node)
        }
        let shape = try arguments.shape(0)
        let cut = ranges.indices.filter { ranges[$0] != SliceRange(start: 0, step: 1, count: shape[$0]) }
        var steps = cut.isEmpty ? [] : [Step(Slice(), try sliceOperands(ranges, cut, node))]
        if ranges.map(\.count) != output.dimensions {
            steps.append(Step(Reshape(output.dimensions, zeroCopies: false)))
        }
        try finish(node, steps)
    }

    /// Starts, ends, axes and steps of the ranges along `axes`.
    private mutating func sliceOperands(_ ranges: [SliceRange], _ axes: [Int], _ node: Node) throws -> [ValueID] {
        let name = graph[node.outputs[0]].name
        let ends = axes.map { axis in
            let range = ranges[axis]
            guard range.count > 0 else { return range.start }
            // Just past the last element; where that is before the first one, a number that counts from no end.
            let last = range.start + (range.count - 1) * range.step
            return range.step > 0 ? last + 1 : last == 0 ? Int(Int32.min) : last - 1
        }
        return [
            try add(integers: axes.map { ranges[$0].start }, "\(name)/starts"),
            try add(integers: ends, "\(name)/ends"), try add(integers: axes, "\(name)/axes"),
            try add(integers: axes.map { ranges[$0].step }, "\(name)/steps"),
        ]
    }

    mutating func lowerReverse(_ node: Node, _ original: Node) throws {
        let arguments = try arguments(original)
        let shape = try arguments.shape(0)
        let axes = try shape.normalized(axes: try arguments.integers(1))
        let ranges = shape.dimensions.map { SliceRange(start: $0 - 1, step: -1, count: $0) }
        try finish(node, axes.isEmpty ? [] : [Step(Slice(), try sliceOperands(ranges, axes, node))])
    }

    /// ONNX lists the borders before all axes, then those behind.
    mutating func lower(_ node: Node, _ original: Node, _ op: Pad) throws {
        let borders = try op.borders(try arguments(original))
        let amounts = try add(
            integers: borders.map(\.before) + borders.map(\.after), "\(graph[node.outputs[0]].name)/borders")
        let value = node.inputs.count > 2 ? node.inputs[2] : nil
        try finish(node, [Step(Pad(op.mode, order: .beforesThenAfters), [amounts, value])])
    }

    /// Axis and sizes are attributes from here on.
    mutating func lower(_ node: Node, _ original: Node, _ op: Split) throws {
        let (axis, sizes) = try op.resolved(try arguments(original))
        let isEven = Set(sizes).count == 1
        try add(Split(axis: axis, sizes: isEven ? nil : sizes), [node.inputs[0]], to: node.outputs)
    }

    mutating func lower(_ node: Node, _ original: Node, _ op: ArgReduce) throws {
        var known = op
        known.axis = try op.resolvedAxis(try arguments(original))
        try finish(node, [Step(known)])
    }

    /// Blocks of space become images of a batch or the other way round: a reshape that cuts axes, a transpose, one that joins them.
    mutating func lower(_ node: Node, _ original: Node, _ op: BatchSpace) throws {
        let arguments = try arguments(original)
        let (blocks, borders) = (try arguments.integers(1), try arguments.integers(2))
        let (input, output) = (try arguments.shape(0), try op.outputTypes(arguments)[0].shape)
        let count = blocks.count
        let (befores, afters) = ((0..<count).map { borders[2 * $0] }, (0..<count).map { borders[2 * $0 + 1] })
        // Axes behind those of space.
        let rest = Array(input.dimensions.dropFirst(count + 1))
        let restAxes = Array(2 * count + 1..<2 * count + 1 + rest.count)
        if op.direction == .spaceToBatch {
            let none = rest.map { _ in 0 }
            let amounts = try add(
                integers: [0] + befores + none + [0] + afters + none, "\(graph[node.outputs[0]].name)/borders")
            let cut = [input[0]] + (0..<count).flatMap { [output[$0 + 1], blocks[$0]] } + rest
            let order = (0..<count).map { 2 * $0 + 2 } + [0] + (0..<count).map { 2 * $0 + 1 } + restAxes
            return try finish(
                node,
                [
                    Step(Pad(.constant, order: .beforesThenAfters), [amounts]), Step(Reshape(cut, zeroCopies: false)),
                    Step(Transpose(order)), Step(Reshape(output.dimensions, zeroCopies: false)),
                ])
        }
        let cut = blocks + [output[0]] + input.dimensions.dropFirst()
        let order = [count] + (0..<count).flatMap { [count + 1 + $0, $0] } + restAxes
        let joined = [output[0]] + (0..<count).map { input[$0 + 1] &* blocks[$0] } + rest
        let ranges = joined.indices.map { axis in
            let start = (1...count).contains(axis) ? befores[axis - 1] : 0
            return SliceRange(start: start, step: 1, count: output[axis])
        }
        try finish(
            node,
            [
                Step(Reshape(cut, zeroCopies: false)), Step(Transpose(order)),
                Step(Reshape(joined, zeroCopies: false)),
                Step(Slice(), try sliceOperands(ranges, Array(1..<count + 1), node)),
            ])
    }
}
