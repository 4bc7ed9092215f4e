import JSON

/// YOLOv8 and v11: centre, size and class scores of each box, decoded in the model, without an objectness.
struct YOLOv8Options: DecoderOptions {
    static let kind = "yolov8"
    static let inputDefaults = InputOptions(resize: .letterbox, pad: 114, scale: 1 / 255.0)

    private let roles: OutputRoles
    private let units: BoxUnits

    init(_ fields: JSONFields) throws(JSONError) {
        roles = try OutputRoles(fields, roles: ["predictions"])
        units = try fields.choice("units") ?? .auto
    }

    func bound(to model: DecoderModel) throws(VisionError) -> any Decoder {
        let model = model.with(roles)
        let output = try model.named("predictions") ?? 0
        guard !model.outputs.isEmpty else { throw model.failure("the model has no output") }
        let expected = "[1, 4 + classes, boxes] or [1, boxes, 4 + classes]\(model.classNote(4))"
        let head = try model.table(output, channels: model.labelCount.map { $0 + 4 }, expected: expected)
        guard head.channels > 4 else { throw model.mismatch(output, expected) }
        return YOLOv8(head: head, scaling: BoxScaling(units: units, output: model.outputs[output], model: model))
    }
}

private struct YOLOv8: Decoder {
    let head: Head
    let scaling: BoxScaling

    func decode(_ outputs: [OutputView], into candidates: inout Candidates) {
        let view = outputs[head.output]
        let (scaleX, scaleY) = scaling.factors(head: head, view: view)
        let threshold = view.threshold(candidates.threshold)
        head.forEachBest(in: 4..<head.channels, of: view, reaching: threshold) { row, channel, score in
            func number(_ channel: Int) -> Float { view.real(head.element(row: row, channel: channel)) }
            let box = Corners(centreX: number(0), centreY: number(1), width: number(2), height: number(3))
            candidates.append(box.scaled(x: scaleX, y: scaleY), score: score, classIndex: channel - 4, index: row)
        }
    }
}
