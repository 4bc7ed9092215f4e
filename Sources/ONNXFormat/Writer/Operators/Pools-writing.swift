// Pools over windows, back into the file.
import Graphs

extension OperatorTable {
    static func poolWriting(_ op: any Operator) -> WritingRule? {
        switch op {
        case let op as Pool where op.layout == .channelsFirst && op.activation == .none:
            return { $0.finish(type(op), $0.inputs(1), try attributes($0, op)) }
        case let op as MaxUnpool:
            return {
                var attributes = try op.window.attributes(writesDilations: false)
                attributes.removeAll { $0.name == "dilations" }
                $0.finish("MaxUnpool", $0.inputs(3), attributes)
            }
        default: return nil
        }
    }

    private static func type(_ op: Pool) -> String {
        switch op.function {
        case .maximum: "MaxPool"
        case .average: "AveragePool"
        case .norm: "LpPool"
        }
    }

    static func attributes(_ node: NodeWriting, _ op: Pool) throws -> [WrittenAttribute] {
        if leavesOutWindows(node, op) { node.require(22) }
        let rounding: [WrittenAttribute] = op.window.roundsUp ? [.flag("ceil_mode", true)] : []
        switch op.function {
        case .maximum(let isColumnMajor):
            return try op.window.attributes() + rounding + (isColumnMajor ? [.flag("storage_order", true)] : [])
        case .average(let countsPadding):
            if op.window.isDilated { node.require(19) }
            return try op.window.attributes(writesDilations: false) + rounding
                + [.flag("count_include_pad", countsPadding)]
        case .norm(let p):
            if op.window.isDilated || op.window.roundsUp { node.require(18) }
            return try op.window.attributes(writesDilations: false) + rounding + [.integer("p", p)]
        }
    }

    /// Whether rounding up would count a window that starts behind the data, which version 22 says it does not.
    private static func leavesOutWindows(_ node: NodeWriting, _ op: Pool) -> Bool {
        guard op.window.roundsUp, let shape = node.shape(0), shape.rank >= 3,
            let axes = try? op.window.axes(over: Array(shape.dimensions[op.layout.spatialAxes(rank: shape.rank)]))
        else { return false }
        return axes.contains { axis in
            let room = axis.input + axis.before + axis.after - ((axis.size - 1) * axis.dilation + 1)
            return (room + axis.stride - 1) / axis.stride + 1 > axis.output
        }
    }

    /// The global pool that a reduction is when its axes are all behind the channels, as the reader makes it.
    static func globalPool(_ node: NodeWriting, _ op: Reduce) -> String? {
        guard op.axes == nil, op.keepsDimensions, op.isIdentityWithoutAxes, node.has(1),
            let range = node.producer(1), range.op is NumberRange,
            range.inputs.count == 3, let start = range.inputs[0], let end = range.inputs[1], let step = range.inputs[2],
            node.writer.graph[start].constant?.integers == [2], node.writer.graph[step].constant?.integers == [1],
            let rank = node.writer.producer(of: end), rank.op is RankOf, rank.inputs.first == node.node.inputs.first
        else { return nil }
        switch op.function {
        case .mean: return "GlobalAveragePool"
        case .maximum: return "GlobalMaxPool"
        default: return nil
        }
    }
}
