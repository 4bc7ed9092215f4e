import Tensors

/// An output seen as rows of channels: one row for each anchor of each cell, whatever order the output stores them in.
struct Head: Hashable, Sendable {
    /// Which output of the model.
    let output: Int
    let cells: Int
    let anchors: Int
    let channels: Int
    private let cellStep: Int
    private let anchorStep: Int
    private let channelStep: Int

    var rows: Int { cells * anchors }

    /// Where a row's channel lies in the output. Rows count anchors first, then cells.
    func element(row: Int, channel: Int) -> Int {
        row / anchors * cellStep + row % anchors * anchorStep + channel * channelStep
    }

    private init(output: Int, cells: Int, anchors: Int, channels: Int, steps: (cell: Int, anchor: Int, channel: Int)) {
        self.output = output
        self.cells = cells
        self.anchors = anchors
        self.channels = channels
        (cellStep, anchorStep, channelStep) = steps
    }

    /// Rows one after another: [rows, channels].
    static func table(output: Int, rows: Int, channels: Int) -> Head {
        Head(output: output, cells: rows, anchors: 1, channels: channels, steps: (channels, 0, 1))
    }

    /// Channels one after another: [channels, rows].
    static func planes(output: Int, rows: Int, channels: Int) -> Head {
        Head(output: output, cells: rows, anchors: 1, channels: channels, steps: (1, 0, rows))
    }

    /// [cells, anchors * channels] where `channelsLast`, otherwise [anchors * channels, cells].
    static func grid(output: Int, cells: Int, anchors: Int, channels: Int, channelsLast: Bool) -> Head {
        Head(
            output: output, cells: cells, anchors: anchors, channels: channels,
            steps: channelsLast ? (anchors * channels, channels, 1) : (1, channels * cells, cells))
    }

    /// [anchors, cells, channels].
    static func anchorPlanes(output: Int, cells: Int, anchors: Int, channels: Int) -> Head {
        Head(
            output: output, cells: cells, anchors: anchors, channels: channels,
            steps: (channels, cells * channels, 1))
    }

    /// Calls `body` with each row whose best channel of `range` reaches `threshold`: the row, that channel and its value,
    /// rows ascending, the lower channel where two are equal. Complexity: O(rows * range).
    func forEachBest(
        in range: Range<Int>, of view: OutputView, reaching threshold: StoredThreshold,
        _ body: (_ row: Int, _ channel: Int, _ value: Float) -> Void
    ) {
        if channelStep == 1 {
            for row in 0..<rows {
                let run = ElementRun(first: element(row: row, channel: range.lowerBound), step: 1, count: range.count)
                var best: (place: Int, value: Float)?
                view.forEach(in: run, reaching: threshold) { place in
                    let value = view.real(run.first + place)
                    if value > best?.value ?? -.infinity { best = (place, value) }
                }
                if let best { body(row, range.lowerBound + best.place, best.value) }
            }
            return
        }
        var best = [(channel: Int, value: Float)](repeating: (-1, -.infinity), count: rows)
        for channel in range {
            for anchor in 0..<anchors {
                let first = element(row: anchor, channel: channel)
                view.forEach(in: ElementRun(first: first, step: cellStep, count: cells), reaching: threshold) { cell in
                    let value = view.real(first + cell * cellStep)
                    let row = cell * anchors + anchor
                    if value > best[row].value { best[row] = (channel, value) }
                }
            }
        }
        for (row, best) in best.enumerated() where best.channel >= 0 { body(row, best.channel, best.value) }
    }

    /// Calls `body` with each row whose `channel` reaches `threshold`, and its value; rows ascending.
    func forEach(
        channel: Int, of view: OutputView, reaching threshold: StoredThreshold,
        _ body: (_ row: Int, _ value: Float) -> Void
    ) {
        if anchors == 1 {
            let first = element(row: 0, channel: channel)
            view.forEach(in: ElementRun(first: first, step: cellStep, count: cells), reaching: threshold) { cell in
                body(cell, view.real(first + cell * cellStep))
            }
            return
        }
        for row in 0..<rows {
            let value = view.real(element(row: row, channel: channel))
            if value >= threshold.real { body(row, value) }
        }
    }
}
