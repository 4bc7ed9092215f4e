import Tensors

/// An input or output of a model: its name and what lies there.
public struct TensorPort: Hashable, Sendable {
    public var name: String
    public var type: TensorType

    public init(_ name: String, _ type: TensorType) {
        self.name = name
        self.type = type
    }
}

/// All inputs and outputs of a model, in its order.
public struct ModelSignature: Hashable, Sendable {
    public var inputs: [TensorPort]
    public var outputs: [TensorPort]

    public init(inputs: [TensorPort], outputs: [TensorPort]) {
        self.inputs = inputs
        self.outputs = outputs
    }
}
