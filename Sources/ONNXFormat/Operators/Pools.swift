// Pools over windows and over whole images.
import Graphs
import Tensors

extension OperatorTable {
    static func poolRule(_ type: String) -> Rule? {
        switch type {
        case "AveragePool": return { try $0.finish(try averagePool($0), [try $0.required(0)]) }
        case "GlobalAveragePool":
            return {
                try $0.finish(globalReduction(.mean), [try $0.required(0), try spatialAxes($0, of: 0)])
            }
        case "GlobalMaxPool":
            return {
                try $0.finish(globalReduction(.maximum), [try $0.required(0), try spatialAxes($0, of: 0)])
            }
        case "LpPool":
            return {
                let p = try $0.attributes.integer("p", default: 2)
                try $0.finish(try pool($0, .norm(p: p)), [try $0.required(0)])
            }
        case "MaxPool":
            return {
                let function = Pool.Function.maximum(columnMajor: try $0.attributes.flag("storage_order"))
                try $0.finish(try pool($0, function), [try $0.required(0)])
            }
        case "MaxUnpool":
            return {
                let window = try WindowAttributes($0, weights: nil).window(roundsUp: false)
                try $0.finish(MaxUnpool(window: window), [try $0.required(0), try $0.required(1), $0.input(2)])
            }
        default: return nil
        }
    }

    static func pool(_ node: NodeTranslation, _ function: Pool.Function, layout: Layout = .channelsFirst) throws -> Pool
    {
        let window = try WindowAttributes(node, weights: nil).window(roundsUp: try node.attributes.flag("ceil_mode"))
        return Pool(function, layout: layout, window: window)
    }

    static func averagePool(_ node: NodeTranslation, layout: Layout = .channelsFirst) throws -> Pool {
        try pool(node, .average(countsPadding: try node.attributes.flag("count_include_pad")), layout: layout)
    }

    /// A reduction over the axes that a second input names; data without spatial axes stay as they are.
    static func globalReduction(_ function: Reduce.Function) -> Reduce {
        Reduce(function, axes: nil, keepsDimensions: true, isIdentityWithoutAxes: true)
    }

    /// The numbers of the spatial axes of input `index`, which follow from its rank.
    static func spatialAxes(_ node: NodeTranslation, of index: Int, layout: Layout = .channelsFirst) throws -> ValueID {
        let one = node.add(constant: try Tensor(.int32, .scalar, [Int32(1)]))
        let rank = node.intermediate(RankOf(), [try node.required(index)])
        if layout == .channelsFirst {
            let two = node.add(constant: try Tensor(.int32, .scalar, [Int32(2)]))
            return node.intermediate(NumberRange(), [two, rank, one])
        }
        return node.intermediate(NumberRange(), [one, node.intermediate(Binary(.subtract), [rank, one]), one])
    }
}
