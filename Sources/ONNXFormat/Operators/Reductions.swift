// Reductions over axes.
import Graphs
import Tensors

extension OperatorTable {
    static let reductionRules: [OperatorName: Rule] = [
        "ArgMax": { try argReduce($0, findsMaximum: true) },
        "ArgMin": { try argReduce($0, findsMaximum: false) },
        "CumSum": {
            let op = CumulativeSum(
                isExclusive: try $0.attributes.flag("exclusive"), isReversed: try $0.attributes.flag("reverse"))
            try $0.finish(op, [try $0.required(0), try $0.required(1)])
        },
        "ReduceL1": reduce(.l1),
        "ReduceL2": reduce(.l2),
        "ReduceLogSum": reduce(.logSum),
        "ReduceLogSumExp": reduce(.logSumExp),
        "ReduceMax": reduce(.maximum),
        "ReduceMean": reduce(.mean),
        "ReduceMin": reduce(.minimum),
        "ReduceProd": reduce(.product),
        "ReduceSum": reduce(.sum, axesInputSince: 13),
        "ReduceSumSquare": reduce(.sumOfSquares),
        "TopK": topK,
    ]

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
