// Picking and placing elements by computed positions, back into the file.
import Graphs
import Tensors

extension OperatorTable {
    static func indexWriting(_ op: any Operator) -> WritingRule? {
        switch op {
        case is EmbeddingLookup: return { $0.finish("Gather", [$0.input(1), $0.input(0)], [.integer("axis", 0)]) }
        case let op as Gather: return { try write($0, op) }
        case let op as GatherElements:
            return { $0.finish("GatherElements", $0.inputs(2), [.integer("axis", op.axis)]) }
        case let op as GatherND:
            return { $0.finish("GatherND", [$0.input(0), try $0.int64(1)], [.integer("batch_dims", op.batchAxes)]) }
        case let op as NonMaxSuppression:
            return {
                let inputs = [$0.input(0), $0.input(1), try $0.int64(2), $0.input(3), $0.input(4)]
                $0.finish("NonMaxSuppression", inputs, [.flag("center_point_box", op.boxesHaveCentres)])
            }
        case let op as NonZero:
            return {
                guard op.listsPositionsByRow else { return $0.finish("NonZero", $0.inputs(1)) }
                let positions = $0.intermediate("NonZero", $0.inputs(1))
                $0.finish("Transpose", [positions], [.integers("perm", [1, 0])])
            }
        case let op as OneHot: return { try write($0, op) }
        case let op as ScatterElements:
            return {
                $0.finish("ScatterElements", $0.inputs(3), [.integer("axis", op.axis)] + reduction($0, op.reduction))
            }
        case is ScatterIntoZeros: return scatterIntoZeros
        case let op as ScatterND:
            return {
                $0.finish("ScatterND", [$0.input(0), try $0.int64(1), $0.input(2)], reduction($0, op.reduction))
            }
        default: return nil
        }
    }

    /// Behind shared axes each index picks one entry of its own place, which is what GatherND does with positions of one number.
    private static func write(_ node: NodeWriting, _ op: Gather) throws {
        if op.batchAxes == 0 { return node.finish("Gather", node.inputs(2), [.integer("axis", op.axis)]) }
        let axis = op.axis < 0 ? node.shape(0).map { $0.rank + op.axis } : op.axis
        guard axis == op.batchAxes else {
            throw ONNXError("a choice along axis \(op.axis) behind \(op.batchAxes) shared axes has no form in ONNX")
        }
        let positions = node.intermediate("Unsqueeze", [try node.int64(1), try node.initializer(integers: [-1])])
        node.finish("GatherND", [node.input(0), positions], [.integer("batch_dims", op.batchAxes)])
    }

    /// ONNX counts negative positions from the end, TFLite has none of them on: there they move behind the last one.
    private static func write(_ node: NodeWriting, _ op: OneHot) throws {
        let axis = WrittenAttribute.integer("axis", op.axis)
        guard op.values == .separateOnAndOff else { return node.finish("OneHot", node.inputs(3), [axis]) }
        let one = try node.initializer(integers: [1])
        let off = node.intermediate("Reshape", [node.input(3), one])
        let on = node.intermediate("Reshape", [node.input(2), one])
        let values = node.intermediate("Concat", [off, on], [.integer("axis", 0)])
        let isNegative = node.intermediate("Less", [node.input(0), try node.scalar(0)])
        let depth = node.cast(node.input(1), to: node.element(0) ?? .int64)
        let positions = node.intermediate("Where", [isNegative, depth, node.input(0)])
        node.finish("OneHot", [positions, node.input(1), values], [axis])
    }

    /// Truth values are added as numbers.
    private static func scatterIntoZeros(_ node: NodeWriting) throws {
        guard let element = node.element(1) else { throw ONNXError("the updates have no element type") }
        let isTruth = element == .bool
        let zero = try Tensor(TensorType(isTruth ? .int32 : element, [1]))
        let zeros = node.intermediate("ConstantOfShape", [try node.int64(2)], [.tensor("value", zero)])
        let inputs = [zeros, try node.int64(0), isTruth ? node.cast(node.input(1), to: .int32) : node.input(1)]
        let attributes = [WrittenAttribute.string("reduction", "add")]
        guard isTruth else { return node.finish("ScatterND", inputs, attributes) }
        let sums = node.intermediate("ScatterND", inputs, attributes)
        node.finish("Cast", [sums], [.integer("to", DataType.number(.bool))])
    }

    private static func reduction(_ node: NodeWriting, _ reduction: ScatterReduction) -> [WrittenAttribute] {
        switch reduction {
        case .none: return []
        case .add: return [.string("reduction", "add")]
        case .multiply: return [.string("reduction", "mul")]
        case .maximum:
            node.require(18)
            return [.string("reduction", "max")]
        case .minimum:
            node.require(18)
            return [.string("reduction", "min")]
        }
    }
}
