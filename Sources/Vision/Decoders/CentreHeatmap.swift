import JSON

/// CenterNet and its kin: a heatmap of centres for each class, and for each cell the box round a centre there.
struct CentreHeatmapOptions: DecoderOptions {
    static let kind = "centre-heatmap"
    static let inputDefaults = InputOptions(resize: .letterbox, pad: 0, scale: 1 / 255.0)

    /// How a cell's box is given.
    enum Boxes: String, CaseIterable {
        /// Distances from the cell to the left, top, right and bottom side.
        case ltrb
        /// One output with the centre's offset in its cell, one with width and height.
        case offsetSize = "offset-size"
    }

    enum Units: String, CaseIterable {
        case cells, pixels
    }

    private let roles: OutputRoles
    private let boxes: Boxes?
    private let stride: Int?
    private let units: Units
    private let activation: Activation
    private let cellCentre: Float?
    private let peaks: Bool?

    init(_ fields: JSONFields) throws(JSONError) {
        roles = try OutputRoles(fields, roles: ["heatmap", "boxes", "offset", "size"])
        boxes = try fields.choice("boxes")
        stride = try fields.integer("stride", in: 1...4096)
        units = try fields.choice("units") ?? .cells
        activation = try fields.choice("activation") ?? .none
        guard activation != .softmax else { throw fields.failure("activation", "must be none or sigmoid here") }
        cellCentre = try fields.number("cell_centre", in: 0...1).map(Float.init)
        peaks = try fields.bool("peaks")
    }

    func bound(to model: DecoderModel) throws(VisionError) -> any Decoder {
        let model = model.with(roles)
        switch try form(of: model) {
        case .ltrb:
            let inferred = try grids(of: 4, in: model).first
            guard let boxes = try model.named("boxes") ?? inferred else {
                throw model.failure("no output of 4 channels over a grid serves as boxes")
            }
            let (head, grid) = try model.grid(
                boxes, channels: 4, stride: stride, expected: "a grid of 4 distances a cell")
            let heatmap = try heatmap(grid: grid, except: [boxes], of: model)
            return CentreHeatmap(
                grid: grid, heatmap: heatmap, geometry: .sides(head), unit: unit(grid), activation: activation,
                cellCentre: cellCentre ?? 0.5, peaksOnly: peaks ?? false)
        case .offsetSize:
            let pairs = try grids(of: 2, in: model)
            func place(_ role: String, _ parts: [String]) throws(VisionError) -> Int {
                if let place = try model.named(role) { return place }
                let fitting = pairs.filter { pair in
                    parts.contains { model.outputs[pair].name.lowercased().contains($0) }
                }
                guard fitting.count == 1 else {
                    throw model.failure("\"outputs\" must name the output of 2 channels that serves as \(role)")
                }
                return fitting[0]
            }
            let size = try place("size", ["wh", "size"])
            let offset = try place("offset", ["off", "reg"])
            let (sizes, grid) = try model.grid(
                size, channels: 2, stride: stride, expected: "a grid of 2 numbers a cell")
            let (offsets, same) = try model.grid(
                offset, channels: 2, stride: stride, expected: "a grid of 2 numbers a cell")
            guard same == grid else {
                throw model.mismatch(offset, "of \(grid.width)x\(grid.height) cells as the sizes are")
            }
            let heatmap = try heatmap(grid: grid, except: [size, offset], of: model)
            return CentreHeatmap(
                grid: grid, heatmap: heatmap, geometry: .centre(offset: offsets, size: sizes), unit: unit(grid),
                activation: activation, cellCentre: cellCentre ?? 0, peaksOnly: peaks ?? true)
        }
    }

    private func unit(_ grid: Grid) -> (x: Float, y: Float) { units == .cells ? (grid.strideX, grid.strideY) : (1, 1) }

    /// The outputs of `channels` numbers a cell, those with as many channels as there are labels last.
    private func grids(of channels: Int, in model: DecoderModel) throws(VisionError) -> [Int] {
        let heatmap = try model.named("heatmap")
        return model.outputs.indices.filter { output in
            output != heatmap && (try? model.grid(output, channels: channels, stride: stride, expected: "")) != nil
        }
    }

    private func form(of model: DecoderModel) throws(VisionError) -> Boxes {
        if let boxes { return boxes }
        if try model.named("boxes") != nil { return .ltrb }
        if try model.named("size") != nil { return .offsetSize }
        return try grids(of: 2, in: model).count >= 2 ? .offsetSize : .ltrb
    }

    private func heatmap(grid: Grid, except taken: Set<Int>, of model: DecoderModel) throws(VisionError) -> Head {
        let expected = "a heatmap of \(grid.width)x\(grid.height) cells\(model.classNote(0))"
        func head(_ output: Int) throws(VisionError) -> Head? {
            let (head, own) = try model.grid(output, channels: model.labelCount, stride: stride, expected: expected)
            return own == grid ? head : nil
        }
        if let output = try model.named("heatmap") {
            guard let head = try head(output) else { throw model.mismatch(output, expected) }
            return head
        }
        let fitting = model.outputs.indices.filter { !taken.contains($0) }.compactMap { (try? head($0)).flatMap { $0 } }
        guard fitting.count == 1 else {
            throw model.failure("\"outputs\" must name the heatmap: \(fitting.count) outputs could be \(expected)")
        }
        return fitting[0]
    }
}

private struct CentreHeatmap: Decoder {
    enum Geometry: Sendable {
        case sides(Head)
        case centre(offset: Head, size: Head)
    }

    let grid: Grid
    let heatmap: Head
    let geometry: Geometry
    /// Input pixels for one unit of the model's distances.
    let unit: (x: Float, y: Float)
    let activation: Activation
    let cellCentre: Float
    /// Whether a cell counts only where none of its eight neighbours has a higher score for the class.
    let peaksOnly: Bool

    func decode(_ outputs: [OutputView], into candidates: inout Candidates) {
        let view = outputs[heatmap.output]
        let threshold = view.threshold(activation.inverse(candidates.threshold))
        for channel in 0..<heatmap.channels {
            heatmap.forEach(channel: channel, of: view, reaching: threshold) { cell, value in
                guard !peaksOnly || isPeak(cell, value, channel: channel, view: view) else { return }
                candidates.append(
                    box(cell, outputs), score: activation.score(value), classIndex: channel, index: cell)
            }
        }
    }

    /// Of equal neighbours the first counts.
    private func isPeak(_ cell: Int, _ value: Float, channel: Int, view: OutputView) -> Bool {
        let (column, line) = (cell % grid.width, cell / grid.width)
        for y in max(0, line - 1)...min(grid.height - 1, line + 1) {
            for x in max(0, column - 1)...min(grid.width - 1, column + 1) {
                let neighbour = y * grid.width + x
                let other = view.real(heatmap.element(row: neighbour, channel: channel))
                if other > value || other == value && neighbour < cell { return false }
            }
        }
        return true
    }

    private func box(_ cell: Int, _ outputs: [OutputView]) -> Corners {
        func number(_ head: Head, _ channel: Int) -> Float {
            outputs[head.output].real(head.element(row: cell, channel: channel))
        }
        let x = (grid.column(cell) + cellCentre) * grid.strideX
        let y = (grid.line(cell) + cellCentre) * grid.strideY
        switch geometry {
        case .sides(let head):
            return Corners(
                left: x - number(head, 0) * unit.x, top: y - number(head, 1) * unit.y,
                right: x + number(head, 2) * unit.x, bottom: y + number(head, 3) * unit.y)
        case .centre(let offset, let size):
            return Corners(
                centreX: x + number(offset, 0) * grid.strideX, centreY: y + number(offset, 1) * grid.strideY,
                width: number(size, 0) * unit.x, height: number(size, 1) * unit.y)
        }
    }
}
