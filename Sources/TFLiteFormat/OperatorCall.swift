// One operator of the file while its nodes are built: its tensors as values, its options, and what it becomes.
import Graphs
import Tensors

/// Builds the nodes of one operator.
typealias OperatorBuilder = @Sendable (OperatorCall) throws(TFLiteError) -> Void

struct OperatorCall {
    let builder: GraphBuilder
    let origin: Node.Origin
    let op: OperatorTable

    var inputCount: Int { op.inputs.count }
    var outputCount: Int { op.outputs.count }

    func failure(_ reason: String) -> TFLiteError { TFLiteError("\(origin): \(reason)") }

    /// The number of the tensor that is input `index`; `nil` where it is left out.
    func tensor(input index: Int) -> Int? {
        index < op.inputs.count && op.inputs[index] != -1 ? op.inputs[index] : nil
    }

    private func requiredTensor(input index: Int) throws(TFLiteError) -> Int {
        guard let tensor = tensor(input: index) else { throw failure("input \(index) is missing") }
        return tensor
    }

    func input(_ index: Int) throws(TFLiteError) -> ValueID {
        try builder.value(try requiredTensor(input: index), user: "\(origin)")
    }

    func optionalInput(_ index: Int) throws(TFLiteError) -> ValueID? {
        guard let tensor = tensor(input: index) else { return nil }
        return try builder.value(tensor, user: "\(origin)")
    }

    /// All inputs, none of which may be left out.
    func allInputs() throws(TFLiteError) -> [ValueID] {
        var ids: [ValueID] = []
        for index in op.inputs.indices { ids.append(try input(index)) }
        return ids
    }

    /// The shape that the file declares for input `index`.
    func declaredShape(input index: Int) throws(TFLiteError) -> Shape {
        Shape(try builder.tensors.table(try requiredTensor(input: index), "\(origin)").shape)
    }

    /// The values of input `index` where the file holds them.
    func constant(input index: Int) throws(TFLiteError) -> Tensor? {
        guard let tensor = tensor(input: index) else { return nil }
        return try builder.constant(tensor, user: "\(origin)")
    }

    /// The type that the file declares for output `index`.
    func declaredType(output index: Int = 0) throws(TFLiteError) -> TensorType {
        guard index < op.outputs.count else { throw failure("output \(index) is missing") }
        return try builder.tensors.type(op.outputs[index], "\(origin)")
    }

    /// The type declared for output `index`, which must be one that positions can have.
    func indexElement(output index: Int) throws(TFLiteError) -> ElementType {
        let element = try declaredType(output: index).element
        guard element == .int32 || element == .int64 else {
            throw failure("output \(index) must be int32 or int64, not \(element)")
        }
        return element
    }

    /// The options of the given type, `nil` where the file leaves them out.
    func options(_ type: Int, _ kind: StaticString) throws(TFLiteError) -> Table? {
        do throws(TFLiteError) {
            return try op.options(type: type, kind: kind)
        } catch {
            throw failure(error.description)
        }
    }

    /// The options of the given type, without which the operator has no meaning.
    func requiredOptions(_ type: Int, _ kind: StaticString) throws(TFLiteError) -> Table {
        guard let options = try options(type, kind) else { throw failure("it has no \(kind)") }
        return options
    }

    /// Adds a node that gives all outputs of the operator.
    func append(_ op: any Operator, _ inputs: [ValueID?], outputs count: Int = 1) throws(TFLiteError) {
        guard outputCount == count else { throw failure("it has \(outputCount) outputs, not \(count)") }
        var outputs: [ValueID] = []
        for index in 0..<count { outputs.append(try output(index)) }
        try append(op, inputs, to: outputs)
    }

    /// Adds a node that gives the values `outputs`.
    func append(_ op: any Operator, _ inputs: [ValueID?], to outputs: [ValueID]) throws(TFLiteError) {
        try builder.append(Node(op, inputs: inputs, outputs: outputs, origin: origin))
    }

    /// Adds a node that gives the one output, then an activation where there is one.
    func append(_ op: any Operator, _ inputs: [ValueID?], activation: Activation) throws(TFLiteError) {
        let function: Unary.Function
        switch activation {
        case .none: return try append(op, inputs)
        case .relu: function = .relu
        case .relu6: function = .relu6
        case .reluN1To1: function = .reluN1To1
        case .tanh: function = .tanh
        case .sigmoid: function = .sigmoid
        case .clip(let low, let high): function = .clip(low: Double(low), high: Double(high))
        }
        let declared = try declaredType()
        let result = try intermediate(op, inputs, element: declared.element, quantization: declared.quantization)
        try append(Unary(function), [result])
    }

    /// Output `index` as a value.
    func output(_ index: Int) throws(TFLiteError) -> ValueID {
        guard index < op.outputs.count else { throw failure("output \(index) is missing") }
        return try builder.output(op.outputs[index], user: "\(origin)")
    }

    /// Adds a node whose result only later nodes of this operator read.
    func intermediate(
        _ op: any Operator, _ inputs: [ValueID?], element: ElementType? = nil, quantization: Quantization? = nil
    ) throws(TFLiteError) -> ValueID {
        let id = try intermediateValue(op.name, element: element, quantization: quantization)
        try append(op, inputs, to: [id])
        return id
    }

    /// A value between the nodes of this operator.
    func intermediateValue(
        _ name: String, element: ElementType? = nil, quantization: Quantization? = nil
    ) throws(TFLiteError) -> ValueID {
        try builder.addValue(Value(name: impliedName(name), element: element, quantization: quantization))
    }

    /// A constant that the operator implies.
    func implied(_ tensor: Tensor, name: String) throws(TFLiteError) -> ValueID {
        try builder.addValue(Value(name: impliedName(name), type: tensor.type, constant: tensor))
    }

    private func impliedName(_ name: String) -> String { "\(origin.operatorName)_\(origin.index)/\(name)" }
}

extension OperatorCall {
    /// The activation in field `number` of `options`.
    func activation(_ options: Table?, _ number: Int) throws(TFLiteError) -> Activation {
        switch try options?.byte(number, "fused_activation_function") ?? 0 {
        case 0: return .none
        case 1: return .relu
        case 2: return .reluN1To1
        case 3: return .relu6
        case 4: return .tanh
        case let code: throw failure("fused activation function \(code) is not supported")
        }
    }

    /// The padding in field 0 of `options`.
    func padding(_ options: Table) throws(TFLiteError) -> Padding {
        switch try options.byte(0, "padding") {
        case 0: return .same
        case 1: return .valid
        case let code: throw failure("padding \(code) is not known")
        }
    }
}
