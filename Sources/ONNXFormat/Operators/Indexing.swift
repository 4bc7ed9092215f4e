// Picking and placing elements by computed positions.
import Graphs

extension OperatorTable {
    static func indexRule(_ type: String) -> Rule? {
        switch type {
        case "Gather":
            return {
                let op = Gather(axis: try $0.attributes.integer("axis", default: 0))
                try $0.finish(op, [try $0.required(0), try $0.required(1)])
            }
        case "GatherElements":
            return {
                let op = GatherElements(axis: try $0.attributes.integer("axis", default: 0))
                try $0.finish(op, [try $0.required(0), try $0.required(1)])
            }
        case "GatherND":
            return {
                let op = GatherND(batchAxes: try $0.attributes.integer("batch_dims", default: 0))
                try $0.finish(op, [try $0.required(0), try $0.required(1)])
            }
        case "NonMaxSuppression":
            return {
                let op = NonMaxSuppression(boxesHaveCentres: try $0.attributes.flag("center_point_box"))
                try $0.finish(op, [try $0.required(0), try $0.required(1), $0.input(2), $0.input(3), $0.input(4)])
            }
        case "NonZero": return { try $0.finish(NonZero(listsPositionsByRow: false), [try $0.required(0)]) }
        case "OneHot":
            return {
                let op = OneHot(axis: try $0.attributes.integer("axis", default: -1), values: .offThenOn)
                try $0.finish(op, [try $0.required(0), try $0.required(1), try $0.required(2)])
            }
        case "Scatter": return scatterElements
        case "ScatterElements": return scatterElements
        case "ScatterND":
            return {
                let op = ScatterND(reduction: try reduction($0))
                try $0.finish(op, [try $0.required(0), try $0.required(1), try $0.required(2)])
            }
        default: return nil
        }
    }

    @Sendable private static func scatterElements(_ node: NodeTranslation) throws {
        let op = ScatterElements(axis: try node.attributes.integer("axis", default: 0), reduction: try reduction(node))
        try node.finish(op, [try node.required(0), try node.required(1), try node.required(2)])
    }

    private static func reduction(_ node: NodeTranslation) throws -> ScatterReduction {
        switch try node.attributes.string("reduction", default: "none") {
        case "none": return .none
        case "add": return .add
        case "mul": return .multiply
        case "max": return .maximum
        case "min": return .minimum
        case let other: throw ONNXError("attribute 'reduction' is '\(other)', which is not known")
        }
    }
}
