// Variables that operators name by handles: where handles lead, and what an initialization subgraph puts into them.
import Graphs
import Tensors

final class ResourceVariables {
    private let model: ModelTable
    private var initial: [Name: Tensor] = [:]
    private var handles: [Int: Name] = [:]
    private var positions: [Name: Int] = [:]

    /// What two handles of one variable have in common.
    private struct Name: Hashable {
        var container: String
        var shared: String

        init(_ options: Table?) throws(TFLiteError) {
            container = try options?.string(0, "container") ?? ""
            shared = try options?.string(1, "shared_name") ?? ""
        }
    }

    init(model: ModelTable) { self.model = model }

    /// Takes the constants that the subgraph of a CALL_ONCE assigns to variables.
    func readInitialValues(_ call: OperatorCall) throws(TFLiteError) {
        let number = try call.requiredOptions(103, "CallOnceOptions").int(0, "init_subgraph_index")
        guard (1..<max(model.subgraphs.count, 1)).contains(number) else {
            throw call.failure("it names subgraph \(number); there are \(model.subgraphs.count)")
        }
        let subgraph = try SubgraphTable(try model.subgraphs.table(number))
        let tensors = SubgraphTensors(model: model, subgraph: subgraph)
        var handles: [Int: Name] = [:]
        for index in 0..<subgraph.operators.count {
            let op = try OperatorTable(try subgraph.operators.table(index))
            guard op.code < model.operatorCodes.count else {
                throw op.table.failure(
                    "opcode_index", "\(op.code); there are \(model.operatorCodes.count) operator codes")
            }
            let name = try OperatorCode(try model.operatorCodes.table(op.code)).name
            let place = "\(call.origin): its subgraph \(number), operator \(index) '\(name)'"
            switch name {
            case "VAR_HANDLE":
                guard op.outputs.count == 1 else {
                    throw TFLiteError("\(place): it has \(op.outputs.count) outputs, not 1")
                }
                handles[op.outputs[0]] = try Name(try op.options(type: 111, kind: "VarHandleOptions"))
            case "ASSIGN_VARIABLE":
                guard op.inputs.count == 2, let handle = handles[op.inputs[0]] else {
                    throw TFLiteError("\(place): its first input is no variable")
                }
                guard let value = try tensors.constant(op.inputs[1], place) else {
                    throw TFLiteError(
                        "\(place): the start value of '\(handle.shared)' is computed; only constants are taken")
                }
                initial[handle] = value
            default:
                throw TFLiteError("\(place): only constants are taken as start values of variables")
            }
        }
    }

    /// Notes which variable the output of a VAR_HANDLE stands for.
    func addHandle(_ call: OperatorCall) throws(TFLiteError) {
        guard call.outputCount == 1 else { throw call.failure("it has \(call.outputCount) outputs, not 1") }
        handles[call.op.outputs[0]] = try Name(try call.options(111, "VarHandleOptions"))
    }

    /// The position among the graph's variables of the one that input 0 of `call` stands for, and its type.
    ///
    /// A variable without start value begins with zeros of the type `declared`.
    func variable(_ call: OperatorCall, declared: TensorType) throws(TFLiteError) -> (position: Int, type: TensorType) {
        guard let tensor = call.tensor(input: 0), let name = handles[tensor] else {
            throw call.failure("input 0 is no variable that an earlier VAR_HANDLE names")
        }
        if let position = positions[name] {
            return (position, call.builder.graph.variables[position].initial.type)
        }
        let start: Tensor
        if let given = initial[name] {
            start = given
        } else {
            start = try call.builder.tensors.zeros(declared, place: "variable '\(name.shared)'")
        }
        let position = try call.builder.addVariable(name: name.shared, initial: start)
        positions[name] = position
        return (position, start.type)
    }
}
