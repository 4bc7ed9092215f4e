// Normalizations and softmax.
import Graphs

extension OperatorTable {
    static func normalizationRule(_ type: String) -> Rule? {
        switch type {
        case "BatchNormalization": return batchNormalization
        case "GroupNormalization": return groupNormalization
        case "Hardmax": return { try softmax($0, .hardmax) }
        case "InstanceNormalization":
            return {
                let op = GroupNormalization(groups: nil, epsilon: try $0.attributes.float("epsilon", default: 1e-5))
                try $0.finish(op, [try $0.required(0), try $0.required(1), try $0.required(2)])
            }
        case "LRN":
            return {
                guard let size = try $0.attributes.integer("size") else {
                    throw ONNXError("attribute 'size' is missing")
                }
                let op = LocalResponseNormalization(
                    layout: .channelsFirst, size: size, alpha: try $0.attributes.float("alpha", default: 1e-4),
                    beta: try $0.attributes.float("beta", default: 0.75),
                    bias: try $0.attributes.float("bias", default: 1))
                try $0.finish(op, [try $0.required(0)])
            }
        case "LayerNormalization": return { try layerNormalization($0, isRootMeanSquare: false) }
        case "LogSoftmax": return { try softmax($0, .logSoftmax) }
        case "LpNormalization":
            return {
                let op = LpNormalization(
                    axis: try $0.attributes.integer("axis", default: -1), p: try $0.attributes.integer("p", default: 2))
                try $0.finish(op, [try $0.required(0)])
            }
        case "RMSNormalization": return { try layerNormalization($0, isRootMeanSquare: true) }
        case "Softmax": return { try softmax($0, .softmax) }
        default: return nil
        }
    }

    @Sendable private static func batchNormalization(_ node: NodeTranslation) throws {
        guard try !node.attributes.flag("training_mode") else { throw ONNXError("training mode is not handled") }
        guard try node.attributes.flag("spatial", default: true) else {
            throw ONNXError("attribute 'spatial' 0 is not handled")
        }
        guard node.outputs.dropFirst().allSatisfy(\.isEmpty) else {
            throw ONNXError("statistics as outputs, a thing of training, are not handled")
        }
        var inputs: [ValueID?] = []
        for index in 0..<5 { inputs.append(try node.required(index)) }
        let op = BatchNormalization(
            epsilon: try node.attributes.float("epsilon", default: 1e-5), layout: .channelsFirst)
        try node.finish(output: 0, as: op, inputs)
    }

    @Sendable private static func groupNormalization(_ node: NodeTranslation) throws {
        guard let groups = try node.attributes.integer("num_groups") else {
            throw ONNXError("attribute 'num_groups' is missing")
        }
        let op = GroupNormalization(
            groups: groups, epsilon: try node.attributes.float("epsilon", default: 1e-5),
            scalesGroups: node.version < 21)
        try node.finish(op, [try node.required(0), try node.required(1), try node.required(2)])
    }

    private static func layerNormalization(_ node: NodeTranslation, isRootMeanSquare: Bool) throws {
        let op = LayerNormalization(
            axis: try node.attributes.integer("axis", default: -1),
            epsilon: try node.attributes.float("epsilon", default: 1e-5),
            isRootMeanSquare: isRootMeanSquare)
        try node.finish(op, [try node.required(0), try node.required(1), node.input(2)])
    }

    /// Before version 13 all axes from `axis` on are one, whose default is 1; since, it is one axis, the last by default.
    private static func softmax(_ node: NodeTranslation, _ function: Softmax.Function) throws {
        let data = try node.required(0)
        let axis = try node.attributes.integer("axis", default: node.version < 13 ? 1 : -1)
        if node.version >= 13 || axis == -1 { return try node.finish(Softmax(function, axis: axis), [data]) }
        try flattened(node, data, axis: axis) { node.intermediate(Softmax(function, axis: 1), [$0]) }
    }

    /// Runs `body` on `data` as a matrix, cut at `axis`, and gives its result the shape of the data as the node's output.
    static func flattened(_ node: NodeTranslation, _ data: ValueID, axis: Int, _ body: (ValueID) -> ValueID) throws {
        let matrix = node.intermediate(Flatten(axis: axis), [data])
        let shape = node.intermediate(ShapeOf(), [data])
        try node.finish(Reshape(nil, zeroCopies: false), [body(matrix), shape])
    }
}
