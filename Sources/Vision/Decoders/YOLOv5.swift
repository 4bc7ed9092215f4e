import Glibc
import JSON

/// YOLOv5 (and v7): boxes with an objectness and class scores, decoded in the model, or raw heads with their anchors.
struct YOLOv5Options: DecoderOptions {
    static let kind = "yolov5"
    static let inputDefaults = InputOptions(resize: .letterbox, pad: 114, scale: 1 / 255.0)

    private let roles: OutputRoles
    private let units: BoxUnits
    private let anchors: [[Double]]

    init(_ fields: JSONFields) throws(JSONError) {
        roles = try OutputRoles(fields, roles: ["predictions"])
        units = try fields.choice("units") ?? .auto
        anchors =
            try fields.numberRows("anchors", in: 0.1...10_000)
            ?? [[10, 13, 16, 30, 33, 23], [30, 61, 62, 45, 59, 119], [116, 90, 156, 198, 373, 326]]
        guard anchors.allSatisfy({ !$0.isEmpty && $0.count % 2 == 0 && $0.count <= 64 }), anchors.count <= 16 else {
            throw fields.failure("anchors", "must hold pairs of width and height, one list a head")
        }
    }

    func bound(to model: DecoderModel) throws(VisionError) -> any Decoder {
        let model = model.with(roles)
        let outputs = try model.allNamed("predictions") ?? Array(model.outputs.indices)
        guard let first = outputs.first else { throw model.failure("the model has no output") }
        if outputs.count == 1, try model.dimensions(first).count == 2 {
            let channels = model.labelCount.map { $0 + 5 }
            let head = try model.table(
                first, channels: channels, expected: "[1, boxes, 5 + classes]\(model.classNote(5))")
            guard head.channels > 5 else { throw model.mismatch(first, "[1, boxes, 5 + classes]") }
            let scaling = BoxScaling(units: units, output: model.outputs[first], model: model)
            return DecodedYOLOv5(head: head, scaling: scaling)
        }
        return try rawHeads(outputs, of: model)
    }

    private func rawHeads(_ outputs: [Int], of model: DecoderModel) throws(VisionError) -> any Decoder {
        guard outputs.count == anchors.count else {
            throw model.failure("\(anchors.count) heads are needed, one for each list of anchors, not \(outputs.count)")
        }
        var levels: [RawYOLOv5.Level] = []
        for output in outputs {
            levels.append(try level(output, anchors: anchors[0].count / 2, of: model))
        }
        levels.sort { $0.grid.strideX < $1.grid.strideX }
        for index in levels.indices {
            guard levels[index].head.anchors == anchors[index].count / 2 else {
                throw model.failure("every head must have as many anchors a cell as its list")
            }
            levels[index].anchors = anchors[index].map(Float.init)
        }
        return RawYOLOv5(levels: levels)
    }

    /// A head [1, H, W, A * K], [1, A * K, H, W], [1, A, H, W, K] or [1, H, W, A, K].
    private func level(_ output: Int, anchors: Int, of model: DecoderModel) throws(VisionError) -> RawYOLOv5.Level {
        let expected = "a head of \(anchors) anchors a cell with 5 + classes numbers each\(model.classNote(5))"
        let dimensions = try model.dimensions(output)
        let channels = model.labelCount.map { $0 + 5 }
        func grid(_ height: Int, _ width: Int) -> Grid? {
            let (x, y) = (Float(model.inputWidth) / Float(width), Float(model.inputHeight) / Float(height))
            return x == y && x >= 1 ? Grid(width: width, height: height, strideX: x, strideY: y) : nil
        }
        if dimensions.count == 4, dimensions[3] == channels ?? dimensions[3], dimensions[3] > 5 {
            if dimensions[0] == anchors, let grid = grid(dimensions[1], dimensions[2]) {
                let head = Head.anchorPlanes(
                    output: output, cells: grid.cells, anchors: anchors, channels: dimensions[3])
                return RawYOLOv5.Level(head: head, grid: grid)
            }
            if dimensions[2] == anchors, let grid = grid(dimensions[0], dimensions[1]) {
                let head = Head.grid(
                    output: output, cells: grid.cells, anchors: anchors, channels: dimensions[3], channelsLast: true)
                return RawYOLOv5.Level(head: head, grid: grid)
            }
        }
        if dimensions.count == 3 {
            for channelsLast in [model.channelsLast, !model.channelsLast] {
                let depth = channelsLast ? dimensions[2] : dimensions[0]
                let place = channelsLast ? 0 : 1
                guard depth % anchors == 0, depth / anchors > 5, depth / anchors == channels ?? depth / anchors,
                    let grid = grid(dimensions[place], dimensions[place + 1])
                else { continue }
                let head = Head.grid(
                    output: output, cells: grid.cells, anchors: anchors, channels: depth / anchors,
                    channelsLast: channelsLast)
                return RawYOLOv5.Level(head: head, grid: grid)
            }
        }
        throw model.mismatch(output, expected)
    }
}

/// Rows of centre x, centre y, width, height, objectness and class scores.
private struct DecodedYOLOv5: Decoder {
    let head: Head
    let scaling: BoxScaling

    func decode(_ outputs: [OutputView], into candidates: inout Candidates) {
        let view = outputs[head.output]
        let (scaleX, scaleY) = scaling.factors(head: head, view: view)
        let threshold = view.threshold(candidates.threshold)
        head.forEach(channel: 4, of: view, reaching: threshold) { row, objectness in
            var best = (channel: 5, score: -Float.infinity)
            for channel in 5..<head.channels {
                let score = view.real(head.element(row: row, channel: channel))
                if score > best.score { best = (channel, score) }
            }
            let box = Corners(
                centreX: view.real(head.element(row: row, channel: 0)),
                centreY: view.real(head.element(row: row, channel: 1)),
                width: view.real(head.element(row: row, channel: 2)),
                height: view.real(head.element(row: row, channel: 3)))
            candidates.append(
                box.scaled(x: scaleX, y: scaleY), score: objectness * best.score, classIndex: best.channel - 5,
                index: row)
        }
    }
}

/// Heads before the sigmoid, one a stride.
private struct RawYOLOv5: Decoder {
    struct Level: Sendable {
        var head: Head
        var grid: Grid
        /// Width and height of each anchor, in pixels.
        var anchors: [Float] = []
    }

    let levels: [Level]

    func decode(_ outputs: [OutputView], into candidates: inout Candidates) {
        var base = 0
        for level in levels {
            let (head, grid, view) = (level.head, level.grid, outputs[level.head.output])
            let threshold = view.threshold(Activation.sigmoid.inverse(candidates.threshold))
            head.forEach(channel: 4, of: view, reaching: threshold) { row, objectness in
                func number(_ channel: Int) -> Float { view.real(head.element(row: row, channel: channel)) }
                var best = (channel: 5, value: -Float.infinity)
                for channel in 5..<head.channels where number(channel) > best.value {
                    best = (channel, number(channel))
                }
                let (cell, anchor) = (row / head.anchors, row % head.anchors)
                let width = 2 * logistic(number(2))
                let height = 2 * logistic(number(3))
                let box = Corners(
                    centreX: (2 * logistic(number(0)) - 0.5 + grid.column(cell)) * grid.strideX,
                    centreY: (2 * logistic(number(1)) - 0.5 + grid.line(cell)) * grid.strideY,
                    width: width * width * level.anchors[2 * anchor],
                    height: height * height * level.anchors[2 * anchor + 1])
                candidates.append(
                    box, score: logistic(objectness) * logistic(best.value), classIndex: best.channel - 5,
                    index: base + row)
            }
            base += head.rows
        }
    }
}
