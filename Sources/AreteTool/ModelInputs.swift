// Arrays from files as the inputs of a model.
import Arete
import Tensors

struct ModelInputs {
    let tensors: [Tensor]

    /// Reads one `.npy` file for each input, in the model's order.
    init(paths: [String]) throws { tensors = try paths.map { try NumPyFile.read($0) } }

    /// The names of the inputs of `model`, one for each tensor.
    /// - Throws: `ModelError` where there are more or fewer tensors than inputs.
    func names(in model: Model) throws -> [String] {
        let names = model.graph.inputs.map { model.graph[$0.value].name }
        guard tensors.count == names.count else {
            let count = "\(names.count) input\(names.count == 1 ? "" : "s")"
            throw ModelError(
                path: model.path, reason: "has \(count) (\(names.joined(separator: ", "))), \(tensors.count) are given")
        }
        return names
    }
}

extension Tensor {
    /// The same array as a type that travels under another name in `.npy` files (bfloat16 as uint16, int4 as int8).
    func readAs(_ type: TensorType) -> Tensor {
        let carrier: ElementType? =
            switch type.element {
            case .bfloat16: .uint16
            case .int4: .int8
            case .uint4: .uint8
            default: nil
            }
        guard element == carrier else { return self }
        return reinterpreted(as: TensorType(type.element, shape)) ?? self
    }
}
