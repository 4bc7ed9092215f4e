// Putting tensors together and taking them apart.
import Graphs
import Tensors

extension OperatorTable {
    static func partRule(_ type: String) -> Rule? {
        switch type {
        case "Concat":
            return {
                guard let axis = try $0.attributes.integer("axis") else {
                    throw ONNXError("attribute 'axis' is missing")
                }
                for index in $0.inputs.indices { _ = try $0.required(index) }
                try $0.finish(Concat(axis: axis))
            }
        case "Pad": return pad
        case "Slice": return slice
        case "Split": return split
        default: return nil
        }
    }

    @Sendable private static func split(_ node: NodeTranslation) throws {
        let axis = try node.attributes.integer("axis", default: 0)
        if node.version < 13 {
            let op = Split(axis: axis, sizes: try node.attributes.integers("split"))
            return try node.finish(op, [try node.required(0)])
        }
        let count = try node.attributes.integer("num_outputs")
        guard count == nil || count == node.outputs.count else {
            throw ONNXError("attribute 'num_outputs' is \(count ?? 0), \(node.outputs.count) outputs are named")
        }
        try node.finish(
            Split(axis: axis, sizes: nil, allowsUneven: count != nil), [try node.required(0), node.input(1)])
    }

    @Sendable private static func slice(_ node: NodeTranslation) throws {
        let data = try node.required(0)
        guard node.version < 10 else {
            return try node.finish(
                Slice(), [data, try node.required(1), try node.required(2), node.input(3), node.input(4)])
        }
        guard let starts = try node.attributes.integers("starts"), let ends = try node.attributes.integers("ends")
        else {
            throw ONNXError("attributes 'starts' and 'ends' are needed")
        }
        let axes = try node.attributes.integers("axes").map { try node.add(integers: $0) }
        try node.finish(Slice(), [data, try node.add(integers: starts), try node.add(integers: ends), axes])
    }

    @Sendable private static func pad(_ node: NodeTranslation) throws {
        let data = try node.required(0)
        let mode: Pad.Mode
        switch try node.attributes.string("mode", default: "constant") {
        case "constant": mode = .constant
        case "reflect": mode = .reflect
        case "edge": mode = .edge
        case "wrap": mode = .wrap
        case let other: throw ONNXError("attribute 'mode' is '\(other)', which is not known")
        }
        let op = Pad(mode, order: .beforesThenAfters)
        guard node.version < 11 else {
            return try node.finish(op, [data, try node.required(1), node.input(2), node.input(3)])
        }
        guard let pads = try node.attributes.integers("pads") else { throw ONNXError("attribute 'pads' is missing") }
        let value = try node.attributes.float("value", default: 0)
        let filling = value == 0 ? nil : try node.add(scalar: value, like: data)
        try node.finish(op, [data, try node.add(integers: pads), filling])
    }
}
