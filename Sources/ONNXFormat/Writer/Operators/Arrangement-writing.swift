// The same elements in another shape or order, back into the file.
import Graphs

extension OperatorTable {
    static func arrangementWriting(_ op: any Operator) -> WritingRule? {
        switch op {
        case let op as DepthSpace where op.layout == .channelsFirst: return { write($0, op) }
        case is Expand: return { $0.finish("Expand", [$0.input(0), try $0.int64(1)]) }
        case let op as Flatten: return { $0.finish("Flatten", $0.inputs(1), [.integer("axis", op.axis)]) }
        case let op as Reshape: return { try write($0, op) }
        case let op as ReverseSequence:
            return {
                let attributes: [WrittenAttribute] = [
                    .integer("batch_axis", op.batchAxis), .integer("time_axis", op.timeAxis),
                ]
                $0.finish("ReverseSequence", [$0.input(0), try $0.int64(1)], attributes)
            }
        case let op as Squeeze: return { $0.finish("Squeeze", [$0.input(0), try axes($0, op.axes)]) }
        case is Tile: return { $0.finish("Tile", [$0.input(0), try $0.int64(1)]) }
        case let op as Transpose: return { try write($0, op) }
        case let op as Unsqueeze: return { $0.finish("Unsqueeze", [$0.input(0), try axes($0, op.axes)]) }
        default: return nil
        }
    }

    /// Axes of an attribute, else those of input 1; no name where there are none.
    private static func axes(_ node: NodeWriting, _ attribute: [Int]?) throws -> String {
        guard let attribute else { return try node.int64(1) }
        return attribute.isEmpty ? "" : try node.initializer(integers: attribute)
    }

    private static func write(_ node: NodeWriting, _ op: DepthSpace) {
        let size = WrittenAttribute.integer("blocksize", op.blockSize)
        switch op.direction {
        case .spaceToDepth: node.finish("SpaceToDepth", node.inputs(1), [size])
        case .depthToSpace(let isColumnFirst):
            node.finish("DepthToSpace", node.inputs(1), [size, .string("mode", isColumnFirst ? "CRD" : "DCR")])
        }
    }

    private static func write(_ node: NodeWriting, _ op: Reshape) throws {
        let shape = try op.shape.map { try node.initializer(integers: $0) } ?? node.int64(1)
        // Only a size of 0 makes a difference.
        let known = op.shape ?? node.integers(1)
        let takesZeros = !op.zeroCopies && known?.contains(0) ?? true
        node.finish("Reshape", [node.input(0), shape], takesZeros ? [.flag("allowzero", true)] : [])
    }

    private static func write(_ node: NodeWriting, _ op: Transpose) throws {
        guard op.permutation == nil, node.has(1) else {
            return node.finish("Transpose", node.inputs(1), op.permutation.map { [.integers("perm", $0)] } ?? [])
        }
        guard let order = node.integers(1) else { throw ONNXError("the order of axes is computed") }
        node.finish("Transpose", node.inputs(1), [.integers("perm", order)])
    }
}
