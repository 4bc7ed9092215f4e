// Operators that turn a detector's raw outputs into boxes.
import Graphs

/// Inputs of version 4: boxes, scores, most boxes, overlap, score; version 5 has the sigma of the soft form, too.
func suppression(isSoft: Bool) -> OperatorBuilder {
    { (call: OperatorCall) throws(TFLiteError) in
        var inputs: [ValueID] = []
        for index in 0..<(isSoft ? 6 : 5) { inputs.append(try call.input(index)) }
        try call.append(PaddedNonMaxSuppression(isSoft: isSoft), inputs, outputs: isSoft ? 3 : 2)
    }
}

func buildDetectionPostProcess(_ call: OperatorCall) throws(TFLiteError) {
    guard let range = try call.op.customOptions() else { throw call.failure("it has no options") }
    let map = try FlexMap(
        UnsafeRawBufferPointer(rebasing: call.op.table.buffer.bytes[range]), place: "\(call.origin)")
    func number(_ name: String) throws(TFLiteError) -> Double {
        guard let number = map.number(name) else { throw call.failure("its options lack '\(name)'") }
        guard number.isFinite else { throw call.failure("its option '\(name)' is \(number)") }
        return number
    }
    func count(_ name: String) throws(TFLiteError) -> Int {
        guard let count = Int(exactly: try number(name)), (1..<1 << 16).contains(count) else {
            throw call.failure("its option '\(name)' is no number from 1 to 65535")
        }
        return count
    }
    var scales: [Float] = []
    for name in ["y_scale", "x_scale", "h_scale", "w_scale"] { scales.append(Float(try number(name))) }
    guard scales.allSatisfy({ $0.isFinite && $0 != 0 }) else {
        throw call.failure("a scale of its options is 0 or too large")
    }
    let op = DetectionPostProcess(
        maximumDetections: try count("max_detections"),
        maximumClassesPerDetection: try count("max_classes_per_detection"),
        detectionsPerClass: map.number("detections_per_class") == nil ? 100 : try count("detections_per_class"),
        usesRegularSuppression: (map.number("use_regular_nms") ?? 0) != 0,
        scoreThreshold: Float(try number("nms_score_threshold")),
        overlapThreshold: Float(try number("nms_iou_threshold")),
        classCount: try count("num_classes"), scales: scales)
    try call.append(op, [try call.input(0), try call.input(1), try call.input(2)], outputs: 4)
}
