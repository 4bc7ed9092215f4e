// Puts a graph together from the operators of a file's main subgraph.
import Graphs
import Tensors

final class GraphBuilder {
    let tensors: SubgraphTensors
    let resources: ResourceVariables
    private(set) var graph: Graph
    /// Held here for all tables, which do not hold it themselves.
    private let flat: FlatBuffer
    /// For each tensor the value that stands for it, -1 until something gives it.
    private var values: [Int32]
    /// For each tensor the operator whose output it is, -1 for none. Operators may name tensors that the file does not list.
    private var producers: [Int32]

    /// Builds the graph. Complexity: O(size of the flatbuffer without weights).
    init(_ file: MappedFile) throws(TFLiteError) {
        flat = FlatBuffer(file: file)
        let model = try ModelTable(flat)
        guard model.subgraphs.count > 0 else { throw TFLiteError("Model, field 'subgraphs': there is none") }
        let subgraph = try SubgraphTable(try model.subgraphs.table(0))
        tensors = SubgraphTensors(model: model, subgraph: subgraph)
        try flat.spend(12 * tensors.count)
        values = [Int32](repeating: -1, count: tensors.count)
        producers = [Int32](repeating: -1, count: tensors.count)
        resources = ResourceVariables(model: model)
        graph = Graph(name: subgraph.name, convention: .tflite)

        let calls = try readOperators(model, subgraph)
        for tensor in subgraph.inputs { try addInput(tensor) }
        for call in calls where call.call.origin.operatorName == "CALL_ONCE" {
            try resources.readInitialValues(call.call)
        }
        for call in calls { try call.build(call.call) }
        for (index, tensor) in subgraph.outputs.enumerated() {
            graph.outputs.append(try value(tensor, user: "graph output \(index)"))
        }
    }

    /// An operator and what builds it. (In a tuple, a function is wrapped anew each time that it is put in or taken out.)
    private struct BuiltCall {
        let call: OperatorCall
        let build: OperatorBuilder
    }

    private struct KnownCode {
        let code: OperatorCode
        let build: OperatorBuilder?
    }

    /// All operators of the subgraph with their builders.
    private func readOperators(_ model: ModelTable, _ subgraph: SubgraphTable) throws(TFLiteError) -> [BuiltCall] {
        var codes: [KnownCode] = []
        for index in 0..<model.operatorCodes.count {
            let code = try OperatorCode(try model.operatorCodes.table(index))
            codes.append(
                KnownCode(code: code, build: code.isCustom ? customOperator(code.name) : builtinOperator(code.name)))
        }
        var calls: [BuiltCall] = []
        calls.reserveCapacity(min(subgraph.operators.count, 1 << 12))
        var unknown = UnknownOperators()
        // Numbers of operators and values are kept in 32 bits.
        guard subgraph.operators.count <= 1 << 24 else {
            throw TFLiteError("\(subgraph.operators.count) operators; at most \(1 << 24) are handled")
        }
        for index in 0..<subgraph.operators.count {
            try flat.spend(64)
            let table = try OperatorTable(try subgraph.operators.table(index))
            guard codes.indices.contains(table.code) else {
                throw table.table.failure("opcode_index", "\(table.code); there are \(codes.count) operator codes")
            }
            let (code, build) = (codes[table.code].code, codes[table.code].build)
            for output in table.outputs {
                // The others are told of when their operator is built.
                guard producers.indices.contains(output) else { continue }
                if producers[output] >= 0 {
                    throw TFLiteError(
                        "tensor \(output) is an output of operator \(producers[output]) and of operator \(index)")
                }
                producers[output] = Int32(truncatingIfNeeded: index)
            }
            guard let build else {
                unknown.add(code, at: index)
                continue
            }
            let origin = Node.Origin(index: index, operatorName: code.name)
            calls.append(BuiltCall(call: OperatorCall(builder: self, origin: origin, op: table), build: build))
        }
        try unknown.check()
        return calls
    }

    private func addInput(_ tensor: Int) throws(TFLiteError) {
        let table = try tensors.table(tensor, "the graph's input list")
        // Names are made for messages alone.
        func place() -> String { tensors.place(tensor) }
        guard known(tensor) == nil else { throw TFLiteError("\(place()) is a graph input twice") }
        if let producer = producer(of: tensor) {
            throw TFLiteError("\(place()) is a graph input and an output of operator \(producer)")
        }
        guard !table.isVariable, try tensors.content(tensor, place()).isEmpty else {
            throw TFLiteError("\(place()) is a graph input and a constant or variable")
        }
        let type = try tensors.type(tensor, place())
        let signature = table.shapeSignature?.count == table.shape.count ? table.shapeSignature : nil
        var dimensions = type.shape.dimensions.map { Input.Dimension.fixed($0) }
        for (axis, size) in (signature ?? []).enumerated() where size == -1 { dimensions[axis] = .symbolic("") }
        let id = try add(Value(name: tensors.name(tensor), type: type), tensor: tensor)
        graph.inputs.append(Input(value: id, dimensions: dimensions))
    }

    private func add(_ value: Value, tensor: Int?) throws(TFLiteError) -> ValueID {
        try flat.spend(64)
        var value = value
        value.fileIndex = tensor
        guard graph.values.count < 1 << 30 else { throw TFLiteError("it has more values than are handled") }
        let id = graph.add(value)
        if let tensor { values[tensor] = Int32(truncatingIfNeeded: id.index) }
        return id
    }

    private func known(_ tensor: Int) -> ValueID? { values[tensor] < 0 ? nil : ValueID(index: Int(values[tensor])) }

    private func producer(of tensor: Int) -> Int32? { producers[tensor] < 0 ? nil : producers[tensor] }

    /// The value that stands for `tensor`: what an earlier operator gave, a graph input, a variable or a constant.
    func value(_ tensor: Int, user: @autoclosure () -> String) throws(TFLiteError) -> ValueID {
        if values.indices.contains(tensor), let id = known(tensor) { return id }
        let table = try tensors.table(tensor, user())
        if let producer = producer(of: tensor) {
            throw TFLiteError("\(user()) needs \(tensors.place(tensor)), which only operator \(producer) gives")
        }
        if table.isVariable {
            let initial = try tensors.initialValue(tensor, user())
            let id = try add(Value(name: tensors.name(tensor), type: initial.type), tensor: tensor)
            graph.variables.append(Variable(value: id, initial: initial))
            return id
        }
        guard let constant = try tensors.constant(tensor, user()) else {
            throw TFLiteError(
                "\(user()) needs \(tensors.place(tensor)), which is no constant, no graph input and no operator's output"
            )
        }
        return try add(Value(name: tensors.name(tensor), type: constant.type, constant: constant), tensor: tensor)
    }

    /// The values of `tensor` where the file holds them.
    func constant(_ tensor: Int, user: @autoclosure () -> String) throws(TFLiteError) -> Tensor? {
        let table = try tensors.table(tensor, user())
        guard known(tensor).map({ graph[$0].constant != nil }) ?? (producer(of: tensor) == nil) else { return nil }
        guard !table.isVariable else { return nil }
        return try tensors.constant(tensor, user())
    }

    /// A new value for `tensor`, an output of the operator that is being built.
    func output(_ tensor: Int, user: @autoclosure () -> String) throws(TFLiteError) -> ValueID {
        let type = try tensors.type(tensor, user())
        guard known(tensor) == nil, try !tensors.table(tensor, user()).isVariable,
            try tensors.content(tensor, user()).isEmpty
        else {
            throw TFLiteError("\(user()) writes \(tensors.place(tensor)), which is an input, constant or variable")
        }
        let value = Value(name: tensors.name(tensor), element: type.element, quantization: type.quantization)
        return try add(value, tensor: tensor)
    }

    /// A value that is no tensor of the file.
    func addValue(_ value: Value) throws(TFLiteError) -> ValueID { try add(value, tensor: nil) }

    func append(_ node: Node) throws(TFLiteError) {
        try flat.spend(64)
        graph.nodes.append(node)
    }

    /// Adds a variable that operators name, not read as a tensor; returns its position.
    func addVariable(name: String, initial: Tensor) throws(TFLiteError) -> Int {
        let id = try add(Value(name: name, type: initial.type), tensor: nil)
        graph.variables.append(Variable(value: id, initial: initial))
        return graph.variables.count - 1
    }
}

/// The operators of a file that nobody can build, for one message about all of them.
struct UnknownOperators {
    private var found: [(code: OperatorCode, count: Int, first: Int)] = []
    private var positions: [OperatorCode: Int] = [:]

    mutating func add(_ code: OperatorCode, at index: Int) {
        if let position = positions[code] {
            found[position].count += 1
        } else {
            positions[code] = found.count
            found.append((code, 1, index))
        }
    }

    /// - Throws: an error that lists them, if there are any.
    func check() throws(TFLiteError) {
        func name(_ code: OperatorCode) -> String { "'\(code.name)' (TFLite \(code.isCustom ? "custom" : "builtin"))" }
        if found.isEmpty { return }
        if found.count == 1, found[0].count == 1 {
            throw TFLiteError("operator \(found[0].first) \(name(found[0].code)) is not known")
        }
        let list = found.map { "\(name($0.code)) \($0.count) times, first operator \($0.first)" }
        throw TFLiteError("operators that are not known: " + list.joined(separator: "; "))
    }
}
