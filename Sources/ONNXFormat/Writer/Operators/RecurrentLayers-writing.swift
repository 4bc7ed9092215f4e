// Recurrent layers, back into the file.
import Graphs

extension OperatorTable {
    static func recurrentWriting(_ op: any Operator) -> WritingRule? {
        switch op {
        case let op as Recurrent: return { write($0, op) }
        case is ReadVariable, is AssignVariable, is UnidirectionalLSTM, is SVDF:
            return { _ in throw ONNXError("it keeps state from run to run, for which ONNX has no operator") }
        default: return nil
        }
    }

    private static func write(_ node: NodeWriting, _ op: Recurrent) {
        var attributes: [WrittenAttribute] = [
            .string("direction", direction(op)), .integer("hidden_size", op.hiddenSize),
        ]
        if !op.activations.isEmpty {
            attributes.append(.strings("activations", op.activations.map(\.name)))
            let (alphas, betas) = (op.activations.compactMap(\.alpha), op.activations.compactMap(\.beta))
            if !alphas.isEmpty { attributes.append(.floats("activation_alpha", alphas)) }
            if !betas.isEmpty { attributes.append(.floats("activation_beta", betas)) }
        }
        if let clip = op.clip { attributes.append(.float("clip", clip)) }
        if op.isBatchFirst { attributes.append(.flag("layout", true)) }
        switch op.cell {
        case .rnn: node.finish("RNN", node.inputs(6), attributes)
        case .gru(let appliesResetAfterProduct):
            attributes.append(.flag("linear_before_reset", appliesResetAfterProduct))
            node.finish("GRU", node.inputs(6), attributes)
        case .lstm(let couplesInputAndForget):
            attributes.append(.flag("input_forget", couplesInputAndForget))
            node.finish("LSTM", node.inputs(8), attributes)
        }
    }

    private static func direction(_ op: Recurrent) -> String {
        switch op.direction {
        case .forward: "forward"
        case .reverse: "reverse"
        case .bidirectional: "bidirectional"
        }
    }
}
