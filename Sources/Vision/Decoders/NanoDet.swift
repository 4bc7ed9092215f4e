import Glibc
import JSON

/// NanoDet: class scores and, for each side of a box, a distribution over distances; heads a level, or all in one output.
struct NanoDetOptions: DecoderOptions {
    static let kind = "nanodet"
    static let inputDefaults = InputOptions(
        colour: .bgr, resize: .stretch, scale: 1, mean: [103.53, 116.28, 123.675], std: [57.375, 57.12, 58.395])

    private let roles: OutputRoles
    private let strides: [Int]?
    private let bins: Int
    private let activation: Activation
    private let cellCentre: Float?

    init(_ fields: JSONFields) throws(JSONError) {
        roles = try OutputRoles(fields, roles: ["predictions", "scores", "boxes"])
        strides = try fields.integers("strides", in: 1...4096)
        if let strides, !(1...16).contains(strides.count) {
            throw fields.failure("strides", "must hold 1 to 16 strides")
        }
        bins = try fields.integer("distance_bins", in: 2...256) ?? 8
        activation = try fields.choice("activation") ?? .none
        guard activation != .softmax else { throw fields.failure("activation", "must be none or sigmoid here") }
        cellCentre = try fields.number("cell_centre", in: 0...1).map(Float.init)
    }

    func bound(to model: DecoderModel) throws(VisionError) -> any Decoder {
        let model = model.with(roles)
        if let output = try model.named("predictions") ?? (model.outputs.count == 1 ? 0 : nil) {
            return try joined(output, of: model)
        }
        return try separate(model)
    }

    /// One output [1, cells of all levels, classes + 4 * bins].
    private func joined(_ output: Int, of model: DecoderModel) throws(VisionError) -> any Decoder {
        let grids = model.grids(strides: strides ?? [8, 16, 32, 64])
        let rows = grids.reduce(0) { $0 + $1.cells }
        let expected = "[1, \(rows), classes + \(4 * bins)]\(model.classNote(4 * bins))"
        let head = try model.table(
            output, channels: model.labelCount.map { $0 + 4 * bins }, rows: rows, expected: expected)
        let classes = head.channels - 4 * bins
        guard classes > 0 else { throw model.mismatch(output, expected) }
        var levels: [NanoDet.Level] = []
        var first = 0
        for grid in grids {
            levels.append(NanoDet.Level(grid: grid, scores: head, boxes: head, firstRow: first, firstBin: classes))
            first += grid.cells
        }
        return NanoDet(
            levels: levels, classes: classes, bins: bins, activation: activation, cellCentre: cellCentre ?? 0)
    }

    /// For each level an output of class scores and one of 4 * bins distances, in any order: their rows tell the level.
    private func separate(_ model: DecoderModel) throws(VisionError) -> any Decoder {
        let grids = model.grids(strides: strides ?? [8, 16, 32])
        let scorePlaces = try model.allNamed("scores")
        let boxPlaces = try model.allNamed("boxes")
        var levels: [NanoDet.Level] = []
        var classes: Int?
        for grid in grids {
            let boxes = try head(boxPlaces, role: "boxes", grid: grid, channels: 4 * bins, except: nil, of: model)
            let count = classes ?? model.labelCount
            let scores = try head(
                scorePlaces, role: "scores", grid: grid, channels: count, except: boxes.output, of: model)
            classes = scores.channels
            levels.append(NanoDet.Level(grid: grid, scores: scores, boxes: boxes, firstRow: 0, firstBin: 0))
        }
        return NanoDet(
            levels: levels, classes: classes ?? 0, bins: bins, activation: activation, cellCentre: cellCentre ?? 0.5)
    }

    private func head(
        _ places: [Int]?, role: String, grid: Grid, channels: Int?, except: Int?, of model: DecoderModel
    ) throws(VisionError) -> Head {
        for output in places ?? Array(model.outputs.indices) where output != except {
            if let head = try? model.table(output, channels: channels, rows: grid.cells, expected: "") { return head }
        }
        let size = channels.map { "\($0) channels" } ?? "class scores"
        throw model.failure(
            "no output of \(grid.cells) rows (\(grid.width)x\(grid.height) cells) with \(size) serves as \(role)")
    }
}

private struct NanoDet: Decoder {
    struct Level: Sendable {
        let grid: Grid
        let scores: Head
        let boxes: Head
        /// Where the level starts in a head that several levels share.
        let firstRow: Int
        /// Where the distances start among the channels of `boxes`.
        let firstBin: Int
    }

    let levels: [Level]
    let classes: Int
    let bins: Int
    let activation: Activation
    let cellCentre: Float

    func decode(_ outputs: [OutputView], into candidates: inout Candidates) {
        var done: Set<Int> = []
        var base = 0
        for level in levels where done.insert(level.scores.output).inserted {
            let view = outputs[level.scores.output]
            let threshold = view.threshold(activation.inverse(candidates.threshold))
            level.scores.forEachBest(in: 0..<classes, of: view, reaching: threshold) { row, channel, value in
                guard let owner = levels.last(where: { $0.scores.output == level.scores.output && row >= $0.firstRow })
                else {
                    return
                }
                let corners = box(row: row, level: owner, view: outputs[owner.boxes.output])
                candidates.append(corners, score: activation.score(value), classIndex: channel, index: base + row)
            }
            base += level.scores.rows
        }
    }

    private func box(row: Int, level: Level, view: OutputView) -> Corners {
        let (grid, cell) = (level.grid, row - level.firstRow)
        let x = (grid.column(cell) + cellCentre) * grid.strideX
        let y = (grid.line(cell) + cellCentre) * grid.strideY
        func distance(_ side: Int) -> Float {
            var sum: Float = 0
            var moment: Float = 0
            var greatest = -Float.infinity
            func number(_ bin: Int) -> Float {
                view.real(level.boxes.element(row: row, channel: level.firstBin + side * bins + bin))
            }
            for bin in 0..<bins { greatest = max(greatest, number(bin)) }
            for bin in 0..<bins {
                let share = exp(number(bin) - greatest)
                sum += share
                moment += share * Float(bin)
            }
            return moment / sum
        }
        return Corners(
            left: x - distance(0) * grid.strideX, top: y - distance(1) * grid.strideY,
            right: x + distance(2) * grid.strideX, bottom: y + distance(3) * grid.strideY)
    }
}
