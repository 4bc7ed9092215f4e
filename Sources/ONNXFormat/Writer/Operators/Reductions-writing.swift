// Reductions over axes, back into the file.
import Graphs
import Tensors

extension OperatorTable {
    static func reductionWriting(_ op: any Operator) -> WritingRule? {
        switch op {
        case let op as ArgReduce: return { try write($0, op) }
        case let op as CumulativeSum:
            return {
                let attributes: [WrittenAttribute] = [
                    .flag("exclusive", op.isExclusive), .flag("reverse", op.isReversed),
                ]
                $0.finish("CumSum", $0.inputs(2), attributes)
            }
        case let op as Reduce: return { try write($0, op) }
        case let op as TopK: return { try write($0, op) }
        default: return nil
        }
    }

    private static func write(_ node: NodeWriting, _ op: Reduce) throws {
        if let pool = globalPool(node, op) { return node.finish(pool, node.inputs(1)) }
        switch op.function {
        case .any, .all:
            // Truth values are reduced as numbers.
            let numbers = node.cast(node.input(0), to: .int32)
            let (inputs, attributes) = try reduced(node, op, numbers, axesInputSince: 18)
            let result = node.intermediate(op.function == .any ? "ReduceMax" : "ReduceMin", inputs, attributes)
            node.finish("Cast", [result], [.integer("to", DataType.number(.bool))])
        default:
            // Truth values have an order since version 20.
            if node.element(0) == .bool { node.require(20) }
            let (inputs, attributes) = try reduced(
                node, op, node.input(0), axesInputSince: op.function == .sum ? 13 : 18)
            node.finish(type(op.function), inputs, attributes)
        }
    }

    /// Axes are an attribute in older versions, an input since version `axesInputSince`.
    private static func reduced(
        _ node: NodeWriting, _ op: Reduce, _ data: String, axesInputSince: Int
    ) throws -> (inputs: [String], attributes: [WrittenAttribute]) {
        let keeps = WrittenAttribute.flag("keepdims", op.keepsDimensions)
        let axes = op.axes ?? node.integers(1)
        if axes?.isEmpty ?? !node.has(1) {
            guard op.isIdentityWithoutAxes else { return ([data], [keeps]) }
            if axesInputSince > 13 { node.require(18) }
            return ([data], [keeps, .flag("noop_with_empty_axes", true)])
        }
        if let axes, node.version < axesInputSince { return ([data], [.integers("axes", axes), keeps]) }
        if axes == nil, axesInputSince > 13 { node.require(18) }
        let name = try op.axes.map { try node.initializer(integers: $0) } ?? node.int64(1)
        let emptiness: [WrittenAttribute] =
            axes == nil && op.isIdentityWithoutAxes
            ? [.flag("noop_with_empty_axes", true)] : []
        return ([data, name], [keeps] + emptiness)
    }

    private static func type(_ function: Reduce.Function) -> String {
        switch function {
        case .sum: "ReduceSum"
        case .mean: "ReduceMean"
        case .product: "ReduceProd"
        case .maximum, .any: "ReduceMax"
        case .minimum, .all: "ReduceMin"
        case .l1: "ReduceL1"
        case .l2: "ReduceL2"
        case .logSum: "ReduceLogSum"
        case .logSumExp: "ReduceLogSumExp"
        case .sumOfSquares: "ReduceSumSquare"
        }
    }

    private static func write(_ node: NodeWriting, _ op: ArgReduce) throws {
        var axis = op.axis
        if axis == nil { axis = node.integers(1)?.first }
        guard let axis else { throw ONNXError("the axis is computed") }
        let type = op.findsMaximum ? "ArgMax" : "ArgMin"
        let attributes: [WrittenAttribute] = [
            .integer("axis", axis), .flag("keepdims", op.keepsDimensions), .flag("select_last_index", op.selectsLast),
        ]
        guard op.resultElement != .int64 else { return node.finish(type, node.inputs(1), attributes) }
        let places = node.intermediate(type, node.inputs(1), attributes)
        node.finish("Cast", [places], [.integer("to", DataType.number(op.resultElement))])
    }

    /// ONNX wants k as a list of one.
    private static func write(_ node: NodeWriting, _ op: TopK) throws {
        var k = try node.int64(1)
        if let value = node.integers(1), node.shape(1) != [1] { k = try node.initializer(integers: value) }
        let attributes: [WrittenAttribute] = [
            .integer("axis", op.axis), .flag("largest", op.findsLargest), .flag("sorted", op.isSorted),
        ]
        guard op.indexElement != .int64, node.node.outputs.count > 1 else {
            return node.finish("TopK", [node.input(0), k], attributes)
        }
        let found = node.intermediates("TopK", [node.input(0), k], attributes, count: 2)
        node.finish(output: 0, "Identity", [found[0]])
        node.finish(output: 1, "Cast", [found[1]], [.integer("to", DataType.number(op.indexElement))])
    }
}
