// Elementwise operators with attributes, and those that become several nodes.
import Graphs
import Tensors

func buildCast(_ call: OperatorCall) throws(TFLiteError) {
    try call.append(Cast(to: try call.declaredType().element), [try call.input(0)])
}

func buildGelu(_ call: OperatorCall) throws(TFLiteError) {
    let approximate = try call.options(116, "GeluOptions")?.bool(0, "approximate") ?? false
    try call.append(Unary(.gelu(approximate: approximate)), [try call.input(0)])
}

func buildLeakyRelu(_ call: OperatorCall) throws(TFLiteError) {
    let alpha = try call.requiredOptions(75, "LeakyReluOptions").float(0, "alpha")
    guard alpha.isFinite else { throw call.failure("alpha is \(alpha)") }
    try call.append(Unary(.leakyRelu(alpha: alpha)), [try call.input(0)])
}

/// The sum of any number of tensors, as additions of two.
func buildAddN(_ call: OperatorCall) throws(TFLiteError) {
    let terms = try call.allInputs()
    guard let first = terms.first, let last = terms.last else { throw call.failure("it has no inputs") }
    if terms.count == 1 { return try call.append(Unary(.identity), [first]) }
    var sum = first
    for term in terms.dropFirst().dropLast() { sum = try call.intermediate(Binary(.add), [sum, term]) }
    try call.append(Binary(.add), [sum, last])
}

/// Zeros in the shape of the input, whatever that is when the model runs.
func buildZerosLike(_ call: OperatorCall) throws(TFLiteError) {
    let element = try call.declaredType().element
    let zero: Tensor
    do throws(TensorError) {
        zero = try Tensor(TensorType(element, .scalar))
    } catch {
        throw call.failure("\(error)")
    }
    let shape = try call.intermediate(ShapeOf(), [try call.input(0)])
    try call.append(Fill(value: zero), [shape])
}
