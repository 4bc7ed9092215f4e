// A precision-recall curve as a drawing inside the page.

struct PrecisionPlot {
    let name: String
    let curve: PrecisionCurve
    /// What the chosen threshold gives.
    let counts: Counts?

    private static let (width, height) = (220.0, 170.0)
    private static let (left, top, right, bottom) = (38.0, 10.0, 204.0, 136.0)

    var svg: String {
        let label =
            "\(name): average precision \(Figures.percent(curve.averagePrecision)), "
            + "at most \(Figures.percent(curve.recall)) found"
        return """
            <figure class="plot">
            <svg viewBox="0 0 \(Int(Self.width)) \(Int(Self.height))" role="img" aria-label="\(HTML.escaped(label))">
            \(Self.axes)
            <path class="area" d="\(path) L\(Self.x(lastRecall)) \(Self.bottom) L\(Self.left) \(Self.bottom) Z"/>
            <path class="line" d="\(path)"/>
            \(point)
            </svg>
            <figcaption><b>\(HTML.escaped(name))</b> AP \(Figures.percent(curve.averagePrecision))</figcaption>
            </figure>
            """
    }

    private var reached: Int { curve.precision.lastIndex { $0 > 0 } ?? 0 }
    private var lastRecall: Double { PrecisionCurve.recalls[reached] }

    private var path: String {
        let points = zip(PrecisionCurve.recalls, curve.precision).prefix(reached + 1).map { recall, precision in
            "\(Self.x(recall)) \(Self.y(precision))"
        }
        return "M" + points.joined(separator: " L")
    }

    private var point: String {
        guard let counts, let recall = counts.recall.share, let precision = counts.precision.share else { return "" }
        return "<circle class=\"point\" cx=\"\(Self.x(recall))\" cy=\"\(Self.y(precision))\" r=\"3.5\"/>"
    }

    private static func x(_ recall: Double) -> Double { rounded(left + recall * (right - left)) }
    private static func y(_ precision: Double) -> Double { rounded(bottom - precision * (bottom - top)) }
    private static func rounded(_ value: Double) -> Double { Figures.rounded(value, digits: 1) }

    private static var axes: String {
        let lines = [0, 0.5, 1].flatMap { share -> [String] in
            let percent = Int(share * 100)
            return [
                "<path class=\"grid\" d=\"M\(x(share)) \(top) V\(bottom) M\(left) \(y(share)) H\(right)\"/>",
                "<text x=\"\(x(share))\" y=\"\(bottom + 13)\" text-anchor=\"middle\">\(percent)</text>",
                "<text x=\"\(left - 5)\" y=\"\(y(share) + 4)\" text-anchor=\"end\">\(percent)</text>",
            ]
        }
        return
            (lines + [
                "<text x=\"\((left + right) / 2)\" y=\"\(height - 6)\" text-anchor=\"middle\">recall, %</text>",
                "<text transform=\"translate(9 \((top + bottom) / 2)) rotate(-90)\" text-anchor=\"middle\">precision, %</text>",
            ]).joined(separator: "\n")
    }
}
