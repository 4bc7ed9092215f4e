// The pictures of the report: what was missed and what was called falsely.
import Imaging

extension Report {
    /// The section of one kind of worst cases; empty where there are none that can be shown.
    func cases(_ kind: WorstCase.Kind, _ read: (Int) -> Image?) -> String {
        guard let decisions = judgement.decisions else { return "" }
        let figures = judgement.worstCases().filter { $0.kind == kind }.compactMap { item -> String? in
            guard let picture = read(item.image),
                let part = item.drawn(on: picture, judgement.images[item.image], threshold: decisions.point.threshold),
                let file = try? part.jpeg(quality: 85)
            else { return nil }
            return figure(item, file, part)
        }
        guard !figures.isEmpty else { return "" }
        let text =
            kind == .miss
            ? "Objects that nothing answered, those that the model saw least of first."
            : "Findings that answer nothing, the surest first."
        return section(
            kind == .miss ? "Worst misses" : "Worst false calls",
            "<p>\(text) Frames: <span class=\"miss\">what is there</span>, <span class=\"found\">what was found</span>.</p>\n"
                + "<div class=\"grid-of crops\">\n\(figures.joined(separator: "\n"))\n</div>")
    }

    private func figure(_ item: WorstCase, _ file: [UInt8], _ part: Image) -> String {
        let name = classes[item.classIndex]
        let score = item.score.map { Figures.text(Double($0), digits: 2) }
        let words: String
        switch item.kind {
        case .miss: words = "\(name) missed" + (score.map { ", best score \($0)" } ?? ", nothing found")
        case .falseCall: words = "\(name) called falsely, score \(score ?? "")"
        }
        let place = "at \(Int(item.box.x)), \(Int(item.box.y)), \(Int(item.box.width)) x \(Int(item.box.height)) pixels"
        return """
            <figure>
            <img src="data:image/jpeg;base64,\(HTML.base64(file))" width="\(part.width)" height="\(part.height)" alt="\(words), \(place)">
            <figcaption><b>\(words)</b><br>\(HTML.escaped(names[item.image]))<br>\(place)</figcaption>
            </figure>
            """
    }
}
