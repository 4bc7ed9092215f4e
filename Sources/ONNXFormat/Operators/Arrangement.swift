// The same elements in another shape or order.
import Graphs

extension OperatorTable {
    static func arrangementRule(_ type: String) -> Rule? {
        switch type {
        case "DepthToSpace":
            return {
                let isColumnFirst = try $0.attributes.string("mode", default: "DCR") == "CRD"
                try depthSpace($0, .depthToSpace(columnFirst: isColumnFirst))
            }
        case "Expand": return { try $0.finish(Expand(), [try $0.required(0), try $0.required(1)]) }
        case "Flatten":
            return {
                try $0.finish(Flatten(axis: try $0.attributes.integer("axis", default: 1)), [try $0.required(0)])
            }
        case "Reshape":
            return {
                let zeroCopies = try !$0.attributes.flag("allowzero")
                try $0.finish(Reshape(nil, zeroCopies: zeroCopies), [try $0.required(0), try $0.required(1)])
            }
        case "ReverseSequence":
            return {
                let op = ReverseSequence(
                    batchAxis: try $0.attributes.integer("batch_axis", default: 1),
                    timeAxis: try $0.attributes.integer("time_axis", default: 0))
                try $0.finish(op, [try $0.required(0), try $0.required(1)])
            }
        case "SpaceToDepth": return { try depthSpace($0, .spaceToDepth) }
        case "Squeeze":
            return {
                if $0.version < 13 {
                    return try $0.finish(Squeeze(axes: try $0.attributes.integers("axes")), [try $0.required(0)])
                }
                try $0.finish(Squeeze(axes: nil), [try $0.required(0), $0.input(1)])
            }
        case "Tile": return { try $0.finish(Tile(), [try $0.required(0), try $0.required(1)]) }
        case "Transpose": return { try $0.finish(Transpose(try $0.attributes.integers("perm")), [try $0.required(0)]) }
        case "Unsqueeze":
            return {
                if $0.version < 13 {
                    guard let axes = try $0.attributes.integers("axes") else {
                        throw ONNXError("attribute 'axes' is missing")
                    }
                    return try $0.finish(Unsqueeze(axes: axes), [try $0.required(0)])
                }
                try $0.finish(Unsqueeze(axes: nil), [try $0.required(0), try $0.required(1)])
            }
        default: return nil
        }
    }

    private static func depthSpace(_ node: NodeTranslation, _ direction: DepthSpace.Direction) throws {
        guard let size = try node.attributes.integer("blocksize") else {
            throw ONNXError("attribute 'blocksize' is missing")
        }
        try node.finish(DepthSpace(direction, blockSize: size, layout: .channelsFirst), [try node.required(0)])
    }
}
