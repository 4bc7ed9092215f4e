// Operators with state: variables and recurrent layers.
import Graphs
import Tensors

func buildVariableHandle(_ call: OperatorCall) throws(TFLiteError) { try call.builder.resources.addHandle(call) }

func buildReadVariable(_ call: OperatorCall) throws(TFLiteError) {
    let declared = try call.declaredType()
    var (variable, type) = try call.builder.resources.variable(call, declared: declared)
    guard declared.element == type.element else {
        throw call.failure("the variable holds \(type.element), the output is \(declared.element)")
    }
    type.quantization = declared.quantization ?? type.quantization
    try call.append(ReadVariable(variable: variable, type: type), [])
}

func buildAssignVariable(_ call: OperatorCall) throws(TFLiteError) {
    let value = try call.input(1)
    guard let tensor = call.tensor(input: 1) else { throw call.failure("input 1 is missing") }
    let declared = try call.builder.tensors.type(tensor, "\(call.origin)")
    let (variable, type) = try call.builder.resources.variable(call, declared: declared)
    try call.append(AssignVariable(variable: variable, type: type), [value], outputs: 0)
}

func buildSVDF(_ call: OperatorCall) throws(TFLiteError) {
    let options = try call.requiredOptions(6, "SVDFOptions")
    let op = SVDF(
        rank: try options.int(0, "rank"), activation: try call.activation(options, 1),
        quantizesInputsAsymmetrically: try options.bool(2, "asymmetric_quantize_inputs"))
    let inputs = [
        try call.input(0), try call.input(1), try call.input(2), try call.optionalInput(3), try call.input(4),
    ]
    try call.append(op, inputs)
}

/// Most inputs of a long short-term memory: data, 8 weights, 3 peepholes, 4 biases, projection, 2 states, 4 normalizations.
private let lstmInputCount = 24

private func lstmInputs(_ call: OperatorCall) throws(TFLiteError) -> [ValueID?] {
    guard (20...lstmInputCount).contains(call.inputCount) else {
        throw call.failure("it has \(call.inputCount) inputs; 20 to \(lstmInputCount) are expected")
    }
    var inputs: [ValueID?] = []
    for index in 0..<lstmInputCount { inputs.append(try call.optionalInput(index)) }
    return inputs
}

private func lstmIntermediates(_ call: OperatorCall) throws(TFLiteError) -> [Quantization?] {
    var found: [Quantization?] = []
    for tensor in call.op.intermediates {
        found.append(tensor == -1 ? nil : try call.builder.tensors.type(tensor, "\(call.origin)").quantization)
    }
    return found
}

private func checkClips(_ call: OperatorCall, _ options: Table) throws(TFLiteError) -> (cell: Float, projection: Float)
{
    let (cell, projection) = (try options.float(1, "cell_clip"), try options.float(2, "proj_clip"))
    guard cell.isFinite, cell >= 0, projection.isFinite, projection >= 0 else {
        throw call.failure("it clips to \(cell) and \(projection)")
    }
    return (cell, projection)
}

func buildSequenceLSTM(_ call: OperatorCall) throws(TFLiteError) {
    let options = try call.requiredOptions(71, "UnidirectionalSequenceLSTMOptions")
    guard try !options.bool(5, "diagonal_recurrent_tensors") else {
        throw call.failure("diagonal recurrent weights are not supported")
    }
    let clips = try checkClips(call, options)
    let op = UnidirectionalLSTM(
        activation: try call.activation(options, 0), cellClip: clips.cell, projectionClip: clips.projection,
        isTimeMajor: try options.bool(3, "time_major"),
        quantizesInputsAsymmetrically: try options.bool(4, "asymmetric_quantize_inputs"),
        intermediates: try lstmIntermediates(call))
    try call.append(op, try lstmInputs(call))
}

/// One time step, as a sequence of length 1.
func buildLSTM(_ call: OperatorCall) throws(TFLiteError) {
    let options = try call.requiredOptions(14, "LSTMOptions")
    guard try options.byte(3, "kernel_type") == 0 else {
        throw call.failure("the basic kernel (kernel_type 1) is not supported")
    }
    let clips = try checkClips(call, options)
    let op = UnidirectionalLSTM(
        activation: try call.activation(options, 0), cellClip: clips.cell, projectionClip: clips.projection,
        isTimeMajor: true, quantizesInputsAsymmetrically: try options.bool(4, "asymmetric_quantize_inputs"),
        intermediates: try lstmIntermediates(call))
    var inputs = try lstmInputs(call)
    inputs[0] = try call.intermediate(Unsqueeze(axes: [0]), [try call.input(0)])
    let declared = try call.declaredType()
    let sequence = try call.intermediate(op, inputs, element: declared.element, quantization: declared.quantization)
    try call.append(Squeeze(axes: [0]), [sequence])
}
