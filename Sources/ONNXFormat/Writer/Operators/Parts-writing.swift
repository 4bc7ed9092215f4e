// Putting tensors together and taking them apart, back into the file.
import Graphs

extension OperatorTable {
    static func partWriting(_ op: any Operator) -> WritingRule? {
        switch op {
        case let op as Concat where op.activation == .none:
            return { $0.finish("Concat", nil, [.integer("axis", op.axis)]) }
        case let op as Pad: return { try write($0, op) }
        case is Slice: return { $0.finish("Slice", $0.inputs(5)) }
        case let op as Split: return { try write($0, op) }
        default: return nil
        }
    }

    private static func write(_ node: NodeWriting, _ op: Pad) throws {
        let mode: String
        switch op.mode {
        case .constant: mode = "constant"
        case .reflect: mode = "reflect"
        case .edge: mode = "edge"
        case .wrap:
            mode = "wrap"
            node.require(19)
        case .symmetric: throw ONNXError("ONNX has no border that mirrors the edge itself")
        }
        if node.has(3) { node.require(18) }
        var amounts = try node.int64(1)
        if op.order == .pairs {
            guard let pairs = node.integers(1) else { throw ONNXError("the size of the border is computed") }
            let befores = stride(from: 0, to: pairs.count, by: 2).map { pairs[$0] }
            let afters = stride(from: 1, to: pairs.count, by: 2).map { pairs[$0] }
            amounts = try node.initializer(integers: befores + afters)
        }
        node.finish("Pad", [node.input(0), amounts, node.input(2), try node.int64(3)], [.string("mode", mode)])
    }

    private static func write(_ node: NodeWriting, _ op: Split) throws {
        var axis = op.axis
        if axis == nil { axis = node.integers(2)?.first }
        guard let axis else { throw ONNXError("the axis is computed") }
        var attributes: [WrittenAttribute] = [.integer("axis", axis)]
        if op.sizes != nil || node.has(1) {
            let sizes = try op.sizes.map { try node.initializer(integers: $0) } ?? node.int64(1)
            return node.finish("Split", [node.input(0), sizes], attributes)
        }
        if op.allowsUneven { node.require(18) }
        // Since version 18 one of the two must say how many parts there are.
        if node.version >= 18 { attributes.append(.integer("num_outputs", node.node.outputs.count)) }
        node.finish("Split", node.inputs(1), attributes)
    }
}
