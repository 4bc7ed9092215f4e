import Glibc

/// Boxes given relative to anchors (or as they are) with class scores, in one pair of outputs or one for each level.
struct AnchoredBoxes: Decoder {
    /// What the four numbers of a box are.
    enum Coding: String, CaseIterable, Sendable {
        /// Relative to an anchor: centre y, centre x, height, width.
        case yxhw
        /// Relative to an anchor: centre x, centre y, width, height.
        case xywh
        /// The box itself: top, left, bottom, right.
        case yxyx
        /// The box itself: left, top, right, bottom.
        case xyxy

        var needsAnchors: Bool { self == .yxhw || self == .xywh }
    }

    struct Level: Sendable {
        let boxes: Head
        let scores: Head
    }

    let levels: [Level]
    /// One for each row of all levels, or none.
    let anchors: [Anchor]
    let coding: Coding
    /// What the four numbers are divided by.
    let divisors: [Float]
    /// Whether sizes are logarithms.
    let isExponential: Bool
    let activation: Activation
    /// Whether the first channel of the scores is the background.
    let hasBackground: Bool
    /// Input pixels for one unit of boxes that need no anchor.
    let unit: (x: Float, y: Float)

    func decode(_ outputs: [OutputView], into candidates: inout Candidates) {
        var base = 0
        for level in levels {
            let view = outputs[level.scores.output]
            let first = hasBackground ? 1 : 0
            func add(_ row: Int, _ channel: Int, _ score: Float) {
                let corners = box(row: row, anchor: base + row, head: level.boxes, view: outputs[level.boxes.output])
                candidates.append(corners, score: score, classIndex: channel - first, index: base + row)
            }
            if activation == .softmax {
                for row in 0..<level.scores.rows {
                    var shares = (0..<level.scores.channels).map {
                        view.real(level.scores.element(row: row, channel: $0))
                    }
                    softmax(&shares)
                    let best = (first..<shares.count).max { shares[$0] < shares[$1] }
                    if let best, shares[best] >= candidates.threshold { add(row, best, shares[best]) }
                }
            } else {
                let threshold = view.threshold(activation.inverse(candidates.threshold))
                level.scores.forEachBest(in: first..<level.scores.channels, of: view, reaching: threshold) {
                    add($0, $1, activation.score($2))
                }
            }
            base += level.scores.rows
        }
    }

    private func box(row: Int, anchor place: Int, head: Head, view: OutputView) -> Corners {
        func number(_ channel: Int) -> Float { view.real(head.element(row: row, channel: channel)) / divisors[channel] }
        switch coding {
        case .yxyx:
            return Corners(left: number(1), top: number(0), right: number(3), bottom: number(2)).scaled(
                x: unit.x, y: unit.y)
        case .xyxy:
            return Corners(left: number(0), top: number(1), right: number(2), bottom: number(3)).scaled(
                x: unit.x, y: unit.y)
        case .yxhw: return decoded(anchors[place], number(1), number(0), number(3), number(2))
        case .xywh: return decoded(anchors[place], number(0), number(1), number(2), number(3))
        }
    }

    private func decoded(_ anchor: Anchor, _ x: Float, _ y: Float, _ width: Float, _ height: Float) -> Corners {
        Corners(
            centreX: anchor.x + x * anchor.width, centreY: anchor.y + y * anchor.height,
            width: (isExponential ? exp(width) : width) * anchor.width,
            height: (isExponential ? exp(height) : height) * anchor.height)
    }
}
