/// Detections that the model itself has decoded and suppressed (`TFLite_Detection_PostProcess` and its like): boxes as shares
/// of the input (top, left, bottom, right), a class and a score for each, and how many there are.
struct PostProcessedBoxes: Decoder {
    let boxes: Head
    let classes: Int
    let scores: Int
    let count: Int?
    let inputWidth: Float
    let inputHeight: Float

    /// The model has dropped overlapping boxes already.
    var defaultOverlap: Float { 1 }

    /// - Throws: when the outputs are not boxes [1, N, 4], classes [1, N], scores [1, N] and, optionally, count [1].
    init(model: DecoderModel) throws(VisionError) {
        let boxes = try model.named("boxes") ?? Self.boxes(of: model)
        guard let boxes else { throw model.failure("no output [1, N, 4] serves as boxes") }
        let dimensions = try model.dimensions(boxes)
        guard dimensions.count == 2, dimensions[1] == 4 else { throw model.mismatch(boxes, "[1, N, 4]") }
        let rows = dimensions[0]
        let lists = model.outputs.indices.filter { $0 != boxes && (try? model.dimensions($0)) == [rows] }
        let named = (classes: try model.named("classes"), scores: try model.named("scores"))
        // Exporters write either boxes, classes, scores, count or scores, boxes, count, classes.
        let free = lists.filter { $0 != named.classes && $0 != named.scores && (rows > 1 || lists.count == 2) }
        let areScoresFirst = (lists.first ?? .max) < boxes
        let inferred = free.count == 2 ? (areScoresFirst ? (free[1], free[0]) : (free[0], free[1])) : nil
        let lone = free.count == 1 ? free[0] : nil
        guard let classes = named.classes ?? inferred?.0 ?? (named.scores != nil ? lone : nil),
            let scores = named.scores ?? inferred?.1 ?? (named.classes != nil ? lone : nil)
        else {
            throw model.failure(
                "two outputs [1, \(rows)] must serve as classes and scores (\"outputs\" can name them); boxes that the model "
                    + "leaves to be decoded need \"boxes\" or \"anchors\" in the preset")
        }
        for list in [classes, scores] where try model.dimensions(list) != [rows] {
            throw model.mismatch(list, "[1, \(rows)], one number for each box")
        }
        let count =
            try model.named("count") ?? model.first(of: [1], except: [boxes, classes, scores])
            ?? model.first(of: [], except: [boxes, classes, scores])
        if let count, model.outputs[count].type.shape.elementCount != 1 { throw model.mismatch(count, "[1]") }
        self.boxes = .table(output: boxes, rows: rows, channels: 4)
        self.classes = classes
        self.scores = scores
        self.count = count
        inputWidth = Float(model.inputWidth)
        inputHeight = Float(model.inputHeight)
    }

    private static func boxes(of model: DecoderModel) -> Int? {
        model.outputs.indices.first { output in
            guard let dimensions = try? model.dimensions(output) else { return false }
            return dimensions.count == 2 && dimensions[1] == 4
        }
    }

    func decode(_ outputs: [OutputView], into candidates: inout Candidates) {
        var rows = boxes.rows
        if let count {
            let number = outputs[count].real(0)
            rows = number >= Float(rows) ? rows : number > 0 ? Int(number) : 0
        }
        let view = outputs[boxes.output]
        let run = ElementRun(first: 0, step: 1, count: rows)
        outputs[scores].forEach(in: run, reaching: outputs[scores].threshold(candidates.threshold)) { row in
            let number = outputs[classes].real(row).rounded()
            guard number >= 0, number < 1_000_000 else { return }
            func side(_ channel: Int) -> Float { view.real(boxes.element(row: row, channel: channel)) }
            let corners = Corners(left: side(1), top: side(0), right: side(3), bottom: side(2))
            candidates.append(
                corners.scaled(x: inputWidth, y: inputHeight), score: outputs[scores].real(row),
                classIndex: Int(number),
                index: row)
        }
    }
}
