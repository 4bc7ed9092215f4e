// Operators that pick or place elements.
import Graphs

func buildGather(_ call: OperatorCall) throws(TFLiteError) {
    let options = try call.options(23, "GatherOptions")
    var batchAxes = try options?.int(1, "batch_dims") ?? 0
    if batchAxes < 0 { batchAxes += try call.declaredShape(input: 1).rank }
    let op = Gather(axis: try options?.int(0, "axis") ?? 0, batchAxes: batchAxes)
    try call.append(op, [try call.input(0), try call.input(1)])
}

func buildOneHot(_ call: OperatorCall) throws(TFLiteError) {
    let axis = try call.options(61, "OneHotOptions")?.int(0, "axis") ?? 0
    let inputs = [try call.input(0), try call.input(1), try call.input(2), try call.input(3)]
    try call.append(OneHot(axis: axis, values: .separateOnAndOff), inputs)
}

/// The condition may be a list that chooses among slices along the first axis.
func buildSelect(_ call: OperatorCall) throws(TFLiteError) {
    var condition = try call.input(0)
    let rank = try call.declaredShape(input: 1).rank
    if try call.declaredShape(input: 0).rank == 1, rank > 1 {
        condition = try call.intermediate(Unsqueeze(axes: Array(1..<rank)), [condition])
    }
    try call.append(Select(), [condition, try call.input(1), try call.input(2)])
}

func buildStridedSlice(_ call: OperatorCall) throws(TFLiteError) {
    let options = try call.requiredOptions(32, "StridedSliceOptions")
    let op = StridedSlice(
        beginMask: try options.int(0, "begin_mask"), endMask: try options.int(1, "end_mask"),
        ellipsisMask: try options.int(2, "ellipsis_mask"), newAxisMask: try options.int(3, "new_axis_mask"),
        shrinkAxisMask: try options.int(4, "shrink_axis_mask"), isOffset: try options.bool(5, "offset"))
    try call.append(op, [try call.input(0), try call.input(1), try call.input(2), try call.input(3)])
}

func buildWhere(_ call: OperatorCall) throws(TFLiteError) {
    guard call.inputCount == 1 else { throw call.failure("it has \(call.inputCount) inputs, not 1") }
    try call.append(NonZero(listsPositionsByRow: true), [try call.input(0)])
}
