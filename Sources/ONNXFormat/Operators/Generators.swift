// Tensors made of shapes and numbers.
import Graphs
import Tensors

extension OperatorTable {
    static func generatorRule(_ type: String) -> Rule? {
        switch type {
        case "Constant": return { try $0.finish(constant: try constant($0)) }
        case "ConstantOfShape":
            return {
                let value = try $0.attributes.tensor("value").map { [node = $0] in
                    try node.builder.decoder.tensor($0, name: "value")
                }
                try $0.finish(Fill(value: try value ?? Tensor(.float32, .scalar, [Float(0)])), [try $0.required(0)])
            }
        case "EyeLike":
            return {
                let element = try $0.attributes.integer("dtype").map { try DataType.element($0, of: "the result") }
                try $0.finish(
                    EyeLike(diagonal: try $0.attributes.integer("k", default: 0), element: element),
                    [try $0.required(0)])
            }
        case "Range":
            return { try $0.finish(NumberRange(), [try $0.required(0), try $0.required(1), try $0.required(2)]) }
        case "Shape":
            return {
                let op = ShapeOf(
                    start: try $0.attributes.integer("start", default: 0), end: try $0.attributes.integer("end"))
                try $0.finish(op, [try $0.required(0)])
            }
        case "Size": return { try $0.finish(SizeOf(), [try $0.required(0)]) }
        case "Trilu":
            return {
                try $0.finish(
                    Triangle(keepsUpper: try $0.attributes.flag("upper", default: true)),
                    [try $0.required(0), $0.input(1)])
            }
        default: return nil
        }
    }

    private static func constant(_ node: NodeTranslation) throws -> Tensor {
        let attributes = node.attributes
        if let tensor = try attributes.tensor("value") {
            return try node.builder.decoder.tensor(tensor, name: node.outputs.first ?? "value")
        }
        if let value = try attributes.float("value_float") { return try Tensor(.float32, .scalar, [value]) }
        if let value = try attributes.integer("value_int") { return try Tensor(.int64, .scalar, [Int64(value)]) }
        if let values = try attributes.floats("value_floats") { return try Tensor(.float32, [values.count], values) }
        if let values = try attributes.integers("value_ints") {
            return try Tensor(.int64, [values.count], values.map(Int64.init))
        }
        throw ONNXError("a constant that is neither a dense tensor nor numbers is not handled")
    }
}
