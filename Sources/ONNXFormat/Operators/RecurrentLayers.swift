// Recurrent layers.
import Graphs

extension OperatorTable {
    static func recurrentRule(_ type: String) -> Rule? {
        switch type {
        case "GRU":
            return { try recurrent($0, .gru(appliesResetAfterProduct: try $0.attributes.flag("linear_before_reset"))) }
        case "LSTM": return { try recurrent($0, .lstm(couplesInputAndForget: try $0.attributes.flag("input_forget"))) }
        case "RNN": return { try recurrent($0, .rnn) }
        default: return nil
        }
    }

    private static func recurrent(_ node: NodeTranslation, _ cell: Recurrent.Cell) throws {
        let attributes = node.attributes
        let direction: Recurrent.Direction
        switch try attributes.string("direction", default: "forward") {
        case "forward": direction = .forward
        case "reverse": direction = .reverse
        case "bidirectional": direction = .bidirectional
        case let other: throw ONNXError("attribute 'direction' is '\(other)', which is not known")
        }
        let recurrence = node.constant(2)?.shape
        guard let hidden = try attributes.integer("hidden_size") ?? recurrence.flatMap({ $0.rank == 3 ? $0[2] : nil })
        else {
            throw ONNXError("attribute 'hidden_size' is missing")
        }
        let op = Recurrent(
            cell: cell, direction: direction, hiddenSize: hidden, activations: try activations(attributes),
            clip: try attributes.float("clip"), isBatchFirst: try attributes.flag("layout"))
        var inputs: [ValueID?] = [try node.required(0), try node.required(1), try node.required(2)]
        for index in 3..<8 { inputs.append(node.input(index)) }
        try node.finish(op, inputs)
    }

    /// Parameters are listed for those functions only that take some, in order.
    private static func activations(_ attributes: Attributes) throws -> [Recurrent.ActivationFunction] {
        var alphas = (try attributes.floats("activation_alpha") ?? [])[...]
        var betas = (try attributes.floats("activation_beta") ?? [])[...]
        return try (attributes.strings("activations") ?? []).map { name in
            var function = Recurrent.ActivationFunction(name: name)
            switch name.lowercased() {
            case "affine", "scaledtanh", "hardsigmoid":
                function.alpha = alphas.popFirst()
                function.beta = betas.popFirst()
            case "leakyrelu", "thresholdedrelu", "elu": function.alpha = alphas.popFirst()
            case "relu", "tanh", "sigmoid", "softsign", "softplus": break
            default: throw ONNXError("activation '\(name)' is not known")
            }
            return function
        }
    }
}
