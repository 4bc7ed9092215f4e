import Glibc
import JSON

/// YOLOX: rows of centre offset, logarithmic size, objectness and class scores, level after level.
struct YOLOXOptions: DecoderOptions {
    static let kind = "yolox"
    static let inputDefaults = InputOptions(colour: .bgr, resize: .letterbox, align: .topLeft, pad: 114, scale: 1)

    private let roles: OutputRoles
    private let strides: [Int]
    private let isDecoded: Bool

    init(_ fields: JSONFields) throws(JSONError) {
        roles = try OutputRoles(fields, roles: ["predictions"])
        strides = try fields.integers("strides", in: 1...4096) ?? [8, 16, 32]
        guard (1...16).contains(strides.count) else { throw fields.failure("strides", "must hold 1 to 16 strides") }
        isDecoded = try fields.bool("decoded") ?? false
    }

    func bound(to model: DecoderModel) throws(VisionError) -> any Decoder {
        let model = model.with(roles)
        let output = try model.named("predictions") ?? 0
        guard !model.outputs.isEmpty else { throw model.failure("the model has no output") }
        let grids = model.grids(strides: strides)
        let rows = grids.reduce(0) { $0 + $1.cells }
        let expected = "[1, \(rows), 5 + classes]\(model.classNote(5)), the \(rows) cells of strides \(strides)"
        let head = try model.table(output, channels: model.labelCount.map { $0 + 5 }, rows: rows, expected: expected)
        guard head.channels > 5 else { throw model.mismatch(output, expected) }
        return YOLOX(head: head, grids: grids, isDecoded: isDecoded)
    }
}

private struct YOLOX: Decoder {
    let head: Head
    let grids: [Grid]
    let isDecoded: Bool

    func decode(_ outputs: [OutputView], into candidates: inout Candidates) {
        let view = outputs[head.output]
        head.forEach(channel: 4, of: view, reaching: view.threshold(candidates.threshold)) { row, objectness in
            func number(_ channel: Int) -> Float { view.real(head.element(row: row, channel: channel)) }
            var best = (channel: 5, score: -Float.infinity)
            for channel in 5..<head.channels where number(channel) > best.score { best = (channel, number(channel)) }
            let box =
                isDecoded
                ? Corners(centreX: number(0), centreY: number(1), width: number(2), height: number(3))
                : decoded(row: row, number)
            candidates.append(box, score: objectness * best.score, classIndex: best.channel - 5, index: row)
        }
    }

    private func decoded(row: Int, _ number: (Int) -> Float) -> Corners {
        var cell = row
        var level = 0
        while cell >= grids[level].cells {
            cell -= grids[level].cells
            level += 1
        }
        let grid = grids[level]
        return Corners(
            centreX: (number(0) + grid.column(cell)) * grid.strideX,
            centreY: (number(1) + grid.line(cell)) * grid.strideY,
            width: exp(number(2)) * grid.strideX, height: exp(number(3)) * grid.strideY)
    }
}
