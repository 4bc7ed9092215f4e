// Operators on quantized tensors of the domain com.microsoft, back into the file.
import Graphs

extension OperatorTable {
    static func microsoftQuantizedWriting(_ op: any Operator) -> WritingRule? {
        guard let op = op as? LinearQuantized else { return nil }
        switch op.inner {
        case let inner as Binary where inner.activation == .none:
            switch inner.function {
            case .add: return microsoft("QLinearAdd", 8)
            case .multiply: return microsoft("QLinearMul", 8)
            default: return nil
            }
        case let inner as Concat: return microsoft("QLinearConcat", nil) { _ in [.integer("axis", inner.axis)] }
        case let inner as Convolution:
            return microsoft("QLinearConv", 9) {
                try attributes($0, inner, weights: 3) + [.flag("channels_last", true)]
            }
        case let inner as Gemm: return microsoft("QGemm", 9) { _ in attributes(inner, writesBeta: false) }
        case let inner as Pool where inner.function != .maximum(columnMajor: false):
            return microsoft("QLinearAveragePool", 5) {
                try attributes($0, inner) + [.flag("channels_last", inner.layout == .channelsLast)]
            }
        case let inner as Reduce: return reduction(op, inner)
        case let inner as Softmax:
            return microsoft("QLinearSoftmax", 5) { _ in [.integer("axis", inner.axis), .integer("opset", 13)] }
        case let inner as Unary:
            switch inner.function {
            case .sigmoid: return microsoft("QLinearSigmoid", 5)
            case .leakyRelu(let alpha): return microsoft("QLinearLeakyRelu", 5) { _ in [.float("alpha", alpha)] }
            default: return nil
            }
        default: return nil
        }
    }

    /// An operator that takes the first `count` inputs as they are, or all.
    private static func microsoft(
        _ type: String, _ count: Int?, _ attributes: @escaping (NodeWriting) throws -> [WrittenAttribute] = { _ in [] }
    ) -> WritingRule {
        { $0.finish(type, count.map($0.inputs), try attributes($0), domain: "com.microsoft") }
    }

    /// A mean over axes of an attribute, or over those of input 5: the spatial ones, which the file does not name.
    private static func reduction(_ op: LinearQuantized, _ inner: Reduce) -> WritingRule? {
        guard inner.function == .mean else { return nil }
        if op.operands.count == 1 {
            return microsoft("QLinearReduceMean", 5) { _ in
                (inner.axes.map { [.integers("axes", $0)] } ?? []) + [.flag("keepdims", inner.keepsDimensions)]
            }
        }
        // Counted from axis 1 where the channels come last.
        return microsoft("QLinearGlobalAveragePool", 5) { node in
            let range = node.producer(5)
            let start = range?.inputs.first.flatMap { $0 }.flatMap { node.writer.graph[$0].constant?.integers.first }
            return [.flag("channels_last", start == 1)]
        }
    }
}
