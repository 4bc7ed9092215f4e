// Builders for operators without attributes of their own.
import Graphs

/// An operator that takes the first `count` inputs as they are and has no attributes in the file.
func inputs(_ count: Int, _ op: any Operator) -> OperatorBuilder {
    { (call: OperatorCall) throws(TFLiteError) in
        var ids: [ValueID?] = []
        for index in 0..<count { ids.append(try call.input(index)) }
        try call.append(op, ids)
    }
}

func unary(_ function: Unary.Function) -> OperatorBuilder { inputs(1, Unary(function)) }

/// A function of two tensors; `options` is the number of its option type where that has a fused activation.
func binary(_ function: Binary.Function, options: Int? = nil, _ kind: StaticString = "") -> OperatorBuilder {
    { (call: OperatorCall) throws(TFLiteError) in
        var activation = Activation.none
        if let options { activation = try call.activation(try call.options(options, kind), 0) }
        try call.append(Binary(function, activation: activation), [try call.input(0), try call.input(1)])
    }
}

/// For operators that are done with before the graph is built.
func buildNothing(_ call: OperatorCall) throws(TFLiteError) {}

func refuseControlFlow(_ call: OperatorCall) throws(TFLiteError) {
    throw call.failure("control flow (calling another subgraph of the file) is not supported")
}
