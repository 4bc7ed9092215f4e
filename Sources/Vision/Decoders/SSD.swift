import JSON

/// SSD: boxes that the model decoded itself, or box codes relative to anchors and class scores. BlazeFace and priors of given
/// sizes are this with other anchors.
struct SSDOptions: DecoderOptions {
    static let kind = "ssd"
    static let inputDefaults = InputOptions(resize: .stretch, scale: 1, mean: [127.5], std: [127.5])

    private let roles: OutputRoles
    private let anchors: AnchorScheme?
    private let coding: AnchoredBoxes.Coding?
    private let divisors: [Double]
    private let isExponential: Bool
    private let activation: Activation?
    private let hasBackground: Bool
    private let units: BoxUnits

    init(_ fields: JSONFields) throws(JSONError) {
        roles = try OutputRoles(fields, roles: ["boxes", "scores", "classes", "count"])
        anchors = try AnchorScheme(fields)
        coding = try fields.choice("boxes")
        units = try fields.choice("units") ?? .normalized
        guard units != .auto else { throw fields.failure("units", "must be normalized or pixels here") }
        let needsAnchors = coding?.needsAnchors ?? true
        divisors = try fields.numbers("divisors", in: 1e-6...1e6) ?? (needsAnchors ? [10, 10, 5, 5] : [1, 1, 1, 1])
        guard divisors.count == 4 else {
            throw fields.failure("divisors", "must hold 4 numbers, in the order of a box")
        }
        isExponential = try fields.bool("exponential") ?? true
        activation = try fields.choice("activation")
        hasBackground = try fields.bool("background") ?? false
        if needsAnchors, coding != nil, anchors == nil {
            throw fields.failure("anchors", "is missing: boxes \"\(coding?.rawValue ?? "")\" are relative to anchors")
        }
    }

    func bound(to model: DecoderModel) throws(VisionError) -> any Decoder {
        let model = model.with(roles)
        guard anchors != nil || coding != nil else { return try PostProcessedBoxes(model: model) }
        let coding = coding ?? .yxhw
        let boxes = try boxesPlace(model)
        let rows = anchors.map { scheme in
            scheme.levels(of: model).reduce(0) { $0 + $1.grid.cells * $1.anchors }
        }
        let note = rows.map { ", a box for each of the \($0) anchors" } ?? ""
        let boxHead = try model.table(boxes, rows: rows, expected: "[1, N, 4 or more]\(note)")
        guard boxHead.channels >= 4 else { throw model.mismatch(boxes, "[1, N, 4 or more]\(note)") }
        let classes = model.labelCount.map { $0 + (hasBackground ? 1 : 0) }
        let expected = "[1, \(boxHead.rows), classes]\(model.classNote(hasBackground ? 1 : 0))"
        guard let scores = try model.named("scores") ?? model.outputs.indices.first(where: { $0 != boxes }) else {
            throw model.failure("no output serves as scores")
        }
        let scoreHead = try model.table(scores, channels: classes, rows: boxHead.rows, expected: expected)
        guard scoreHead.channels > (hasBackground ? 1 : 0) else { throw model.mismatch(scores, expected) }
        let isNormalized = units == .normalized
        return AnchoredBoxes(
            levels: [AnchoredBoxes.Level(boxes: boxHead, scores: scoreHead)],
            anchors: coding.needsAnchors ? anchors?.anchors(of: model) ?? [] : [], coding: coding,
            divisors: divisors.map(Float.init), isExponential: isExponential,
            activation: activation ?? (coding.needsAnchors ? .sigmoid : .none), hasBackground: hasBackground,
            unit: isNormalized ? (Float(model.inputWidth), Float(model.inputHeight)) : (1, 1))
    }

    /// The output named for boxes, or of two the one that can be: 4 channels, or more where the other has fewer.
    private func boxesPlace(_ model: DecoderModel) throws(VisionError) -> Int {
        if let named = try model.named("boxes") { return named }
        let tables = model.outputs.indices.filter { (try? model.dimensions($0).count) == 2 }
        let exact = tables.filter { (try? model.dimensions($0).last) == 4 }
        if exact.count == 1 { return exact[0] }
        let wide = tables.filter { ((try? model.dimensions($0).last) ?? 0) > 4 }
        guard exact.isEmpty, wide.count == 1 else {
            throw model.failure("\"outputs\" must name the boxes and the scores")
        }
        return wide[0]
    }
}
