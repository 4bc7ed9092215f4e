// How the scores of right and of wrong findings are spread: what a threshold can tell apart.
import Glibc

struct ScoreHistogram {
    static let bins = 40
    let right: [Int]
    let wrong: [Int]
    let threshold: Double?

    init(_ precision: AveragePrecision, threshold: Double?) {
        var right = [Int](repeating: 0, count: Self.bins)
        var wrong = right
        for (score, isRight) in precision.scoredFindings {
            let bin = min(max(Int(score * Float(Self.bins)), 0), Self.bins - 1)
            if isRight { right[bin] += 1 } else { wrong[bin] += 1 }
        }
        self.right = right
        self.wrong = wrong
        self.threshold = threshold
    }

    private static let (left, right, middle, reach) = (52.0, 692.0, 105.0, 88.0)

    /// Right findings upwards, wrong ones downwards, both by the logarithm of their number.
    var svg: String {
        let most = max((right + wrong).max() ?? 1, 1)
        let unit = Self.reach / log10(Double(most) + 1)
        func height(_ count: Int) -> Double { Figures.rounded(log10(Double(count) + 1) * unit, digits: 1) }
        let step = (Self.right - Self.left) / Double(Self.bins)
        let bars = (0..<Self.bins).flatMap { bin -> [String] in
            let x = Figures.rounded(Self.left + Double(bin) * step + 1, digits: 1)
            let width = Figures.rounded(step - 2, digits: 1)
            return [
                "<rect class=\"right\" x=\"\(x)\" y=\"\(Self.middle - height(right[bin]))\" width=\"\(width)\" "
                    + "height=\"\(height(right[bin]))\"/>",
                "<rect class=\"wrong\" x=\"\(x)\" y=\"\(Self.middle)\" width=\"\(width)\" height=\"\(height(wrong[bin]))\"/>",
            ]
        }
        var ticks: [String] = []
        var count = 1
        while count <= most {
            let y = height(count)
            for side in [Self.middle - y, Self.middle + y] {
                ticks.append("<path class=\"grid\" d=\"M\(Self.left) \(side) H\(Self.right)\"/>")
                ticks.append("<text x=\"\(Self.left - 5)\" y=\"\(side + 4)\" text-anchor=\"end\">\(count)</text>")
            }
            count *= 10
        }
        for tenth in stride(from: 0, through: 10, by: 2) {
            let x = Self.left + Double(tenth) / 10 * (Self.right - Self.left)
            ticks.append(
                "<text x=\"\(x)\" y=\"\(Self.middle + Self.reach + 16)\" text-anchor=\"middle\">"
                    + "\(Figures.text(Double(tenth) / 10, digits: 1))</text>")
        }
        let mark = threshold.map { threshold -> String in
            let x = Figures.rounded(Self.left + min(threshold, 1) * (Self.right - Self.left), digits: 1)
            return "<path class=\"mark\" d=\"M\(x) \(Self.middle - Self.reach - 6) V\(Self.middle + Self.reach)\"/>"
        }
        let label =
            "Scores of \(right.reduce(0, +)) right findings, upwards, and of \(wrong.reduce(0, +)) wrong ones, downwards"
        return """
            <figure class="wide">
            <svg viewBox="0 0 700 215" role="img" aria-label="\(label)">
            \(ticks.joined(separator: "\n"))
            \(bars.joined(separator: "\n"))
            \(mark ?? "")
            </svg>
            <figcaption>Findings by score, their number on a logarithmic scale: <span class="key right">right</span> upwards,
            <span class="key wrong">wrong</span> downwards\(threshold == nil ? "" : "; the dashed line is the threshold").</figcaption>
            </figure>
            """
    }
}
