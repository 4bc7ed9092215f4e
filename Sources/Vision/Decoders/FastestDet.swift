import Glibc
import JSON

/// FastestDet: one grid of cells with an objectness, a box about the cell and class probabilities.
struct FastestDetOptions: DecoderOptions {
    static let kind = "fastestdet"
    static let inputDefaults = InputOptions(colour: .bgr, resize: .stretch, scale: 1 / 255.0)

    private let roles: OutputRoles

    init(_ fields: JSONFields) throws(JSONError) {
        roles = try OutputRoles(fields, roles: ["predictions"])
    }

    func bound(to model: DecoderModel) throws(VisionError) -> any Decoder {
        let model = model.with(roles)
        let output = try model.named("predictions") ?? 0
        guard !model.outputs.isEmpty else { throw model.failure("the model has no output") }
        let expected = "a grid of 5 + classes numbers a cell\(model.classNote(5))"
        let (head, grid) = try model.grid(
            output, channels: model.labelCount.map { $0 + 5 }, stride: nil, expected: expected)
        guard head.channels > 5 else { throw model.mismatch(output, expected) }
        return FastestDet(head: head, grid: grid)
    }
}

private struct FastestDet: Decoder {
    let head: Head
    let grid: Grid

    /// The score is objectness^0.6 * class^0.4: with a class of 1 at most, the objectness reaches threshold^(1/0.6).
    func decode(_ outputs: [OutputView], into candidates: inout Candidates) {
        let view = outputs[head.output]
        let threshold = view.threshold(pow(max(candidates.threshold, 0), 1 / 0.6))
        head.forEach(channel: 0, of: view, reaching: threshold) { cell, objectness in
            func number(_ channel: Int) -> Float { view.real(head.element(row: cell, channel: channel)) }
            var best = (channel: 5, score: -Float.infinity)
            for channel in 5..<head.channels where number(channel) > best.score { best = (channel, number(channel)) }
            let box = Corners(
                centreX: (grid.column(cell) + tanh(number(1))) * grid.strideX,
                centreY: (grid.line(cell) + tanh(number(2))) * grid.strideY,
                width: logistic(number(3)) * grid.strideX * Float(grid.width),
                height: logistic(number(4)) * grid.strideY * Float(grid.height))
            candidates.append(
                box, score: pow(objectness, 0.6) * pow(best.score, 0.4), classIndex: best.channel - 5, index: cell)
        }
    }
}
