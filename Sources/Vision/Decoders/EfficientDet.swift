import JSON

/// EfficientDet: box and class nets over levels 3 to 7 with nine anchors a cell, joined or a level apart, or post-processed.
struct EfficientDetOptions: DecoderOptions {
    static let kind = "efficientdet"
    static let inputDefaults = InputOptions(
        resize: .letterbox, align: .topLeft, pad: 0, scale: 1 / 255.0, mean: [0.485, 0.456, 0.406],
        std: [0.229, 0.224, 0.225])

    private let roles: OutputRoles
    private let anchors: AnchorScheme
    private let activation: Activation

    init(_ fields: JSONFields) throws(JSONError) {
        roles = try OutputRoles(fields, roles: ["boxes", "scores", "classes", "count"])
        anchors = try AnchorScheme(fields) ?? .octaves(levels: 3...7, scales: 3, base: 4, ratios: [1, 2, 0.5])
        activation = try fields.choice("activation") ?? .sigmoid
    }

    func bound(to model: DecoderModel) throws(VisionError) -> any Decoder {
        let model = model.with(roles)
        let levels = anchors.levels(of: model)
        let rows = levels.reduce(0) { $0 + $1.grid.cells * $1.anchors }
        let heads: [AnchoredBoxes.Level]
        if model.outputs.count == 2 {
            heads = [try joined(rows: rows, of: model)]
        } else if model.outputs.count == 2 * levels.count {
            heads = try separate(levels, of: model)
        } else {
            return try PostProcessedBoxes(model: model)
        }
        return AnchoredBoxes(
            levels: heads, anchors: anchors.anchors(of: model), coding: .yxhw, divisors: [1, 1, 1, 1],
            isExponential: true,
            activation: activation, hasBackground: false, unit: (1, 1))
    }

    private func joined(rows: Int, of model: DecoderModel) throws(VisionError) -> AnchoredBoxes.Level {
        let boxes = try model.named("boxes") ?? model.first(of: [rows, 4])
        guard let boxes else { throw model.failure("no output [1, \(rows), 4] serves as boxes") }
        let scores = try model.named("scores") ?? 1 - boxes
        let expected = "[1, \(rows), classes]\(model.classNote(0))"
        return AnchoredBoxes.Level(
            boxes: try model.table(boxes, channels: 4, rows: rows, expected: "[1, \(rows), 4]"),
            scores: try model.table(scores, channels: model.labelCount, rows: rows, expected: expected))
    }

    private func separate(
        _ levels: [(grid: Grid, anchors: Int)], of model: DecoderModel
    ) throws(VisionError) -> [AnchoredBoxes.Level] {
        let boxPlaces = try model.allNamed("boxes")
        let scorePlaces = try model.allNamed("scores")
        var taken: Set<Int> = []
        func head(_ places: [Int]?, _ role: String, _ level: (grid: Grid, anchors: Int), _ channels: Int?)
            throws(VisionError) -> Head
        {
            for output in places ?? Array(model.outputs.indices) where !taken.contains(output) {
                guard let dimensions = try? model.dimensions(output), dimensions.count == 3 else { continue }
                for channelsLast in [true, false] {
                    let depth = channelsLast ? dimensions[2] : dimensions[0]
                    let area = channelsLast ? Array(dimensions[..<2]) : Array(dimensions[1...])
                    guard area == [level.grid.height, level.grid.width], depth > 0, depth % level.anchors == 0,
                        depth / level.anchors == channels ?? depth / level.anchors
                    else { continue }
                    taken.insert(output)
                    return .grid(
                        output: output, cells: level.grid.cells, anchors: level.anchors,
                        channels: depth / level.anchors,
                        channelsLast: channelsLast)
                }
            }
            throw model.failure("no output of \(level.grid.height)x\(level.grid.width) cells serves as \(role)")
        }
        var heads: [AnchoredBoxes.Level] = []
        for level in levels {
            let boxes = try head(boxPlaces, "boxes", level, 4)
            let scores = try head(scorePlaces, "scores", level, heads.first?.scores.channels ?? model.labelCount)
            heads.append(AnchoredBoxes.Level(boxes: boxes, scores: scores))
        }
        return heads
    }
}
