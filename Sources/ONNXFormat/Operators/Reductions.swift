// Reductions over axes.
import Graphs
import Tensors

extension OperatorTable {
    static func reductionRule(_ type: String) -> Rule? {
        switch type {
        case "ArgMax": return { try argReduce($0, findsMaximum: true) }
        case "ArgMin": return { try argReduce($0, findsMaximum: false) }
        case "CumSum":
            return {
                let op = CumulativeSum(
                    isExclusive: try $0.attributes.flag("exclusive"), isReversed: try $0.attributes.flag("reverse"))
                try $0.finish(op, [try $0.required(0), try $0.required(1)])
            }
        case "ReduceL1": return reduce(.l1)
        case "ReduceL2": return reduce(.l2)
        case "ReduceLogSum": return reduce(.logSum)
        case "ReduceLogSumExp": return reduce(.logSumExp)
        case "ReduceMax": return reduce(.maximum)
        case "ReduceMean": return reduce(.mean)
        case "ReduceMin": return reduce(.minimum)
        case "ReduceProd": return reduce(.product)
        case "ReduceSum": return reduce(.sum, axesInputSince: 13)
        case "ReduceSumSquare": return reduce(.sumOfSquares)
        case "TopK": return topK
        default: return nil
        }
    }

    /// Axes are an attribute in older versions, an input since version `axesInputSince`.
    private static func reduce(_ function: Reduce.Function, axesInputSince: Int = 18) -> Rule {
        { node in
            let isInput = node.version >= axesInputSince
            let op = Reduce(
                function, axes: try node.attributes.integers("axes"),
                keepsDimensions: try node.attributes.flag("keepdims", default: true),
                isIdentityWithoutAxes: try node.attributes.flag("noop_with_empty_axes"))
            try node.finish(op, [try node.required(0), isInput ? node.input(1) : nil])
        }
    }

    private static func argReduce(_ node: NodeTranslation, findsMaximum: Bool) throws {
        let op = ArgReduce(
            findsMaximum: findsMaximum, axis: try node.attributes.integer("axis", default: 0),
            keepsDimensions: try node.attributes.flag("keepdims", default: true),
            selectsLast: try node.attributes.flag("select_last_index"), resultElement: .int64)
        try node.finish(op, [try node.required(0)])
    }

    @Sendable private static func topK(_ node: NodeTranslation) throws {
        let op = TopK(
            axis: try node.attributes.integer("axis", default: -1),
            findsLargest: try node.attributes.flag("largest", default: true),
            isSorted: try node.attributes.flag("sorted", default: true), indexElement: .int64)
        if node.version < 10 {
            guard let k = try node.attributes.integer("k") else { throw ONNXError("attribute 'k' is missing") }
            return try node.finish(op, [try node.required(0), try node.add(integers: [k])])
        }
        try node.finish(op, [try node.required(0), try node.required(1)])
    }
}
