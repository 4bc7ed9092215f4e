// The report page: everything that was found out about a detector, in one file that needs nothing else.
import Imaging

public struct Report {
    let judgement: Judgement
    /// What was judged, and by which annotations, as the title says it.
    let model: String
    let annotations: String
    /// File names of the judged images, in their order.
    let names: [String]
    /// What made the page: `arete 0.1.0`.
    let program: String

    public init(_ judgement: Judgement, model: String, annotations: String, names: [String], program: String) {
        self.judgement = judgement
        self.model = model
        self.annotations = annotations
        self.names = names
        self.program = program
    }

    /// The page as HTML. `read` gives the image of a place anew, for the parts that are shown; one that it cannot give is left out.
    public func html(read: (Int) -> Image?) -> String {
        var sections = [cards, classTable, curves, histogram, confusion, inspection, robustness]
        sections += [cases(.miss, read), cases(.falseCall, read), method]
        let origin = "\(judgement.images.count) images of \(HTML.escaped(annotations)); \(HTML.escaped(program))"
        return HTML.page(
            title: "Evaluation of \(model)", style: ReportStyle.css,
            body: (["<p class=\"dim\">\(origin)</p>"] + sections.filter { !$0.isEmpty }).joined(separator: "\n"))
    }

    private var precision: AveragePrecision { judgement.precision }
    private var overlap: String { Figures.text(judgement.options.overlap, digits: 2) }
    var classes: [String] { judgement.classes.map(HTML.escaped) }

    func section(_ title: String, _ body: String) -> String {
        "<section>\n<h2>\(title)</h2>\n\(body)\n</section>"
    }

    // MARK: Figures

    private var cards: String {
        func range(_ range: ClosedRange<Double>?) -> String {
            range.map { "\(Figures.percent($0.lowerBound)) to \(Figures.percent($0.upperBound)) with 95 % confidence" }
                ?? ""
        }
        let intervals = judgement.intervals
        var cards = [
            ("mAP at IoU \(overlap)", Figures.percent(precision.atOverlap()), range(intervals?.atOverlap)),
            ("COCO AP", Figures.percent(precision.mean()), range(intervals?.mean)),
            ("AP50", Figures.percent(precision.at50()), range(intervals?.at50)),
        ]
        if let decisions = judgement.decisions {
            let counts = decisions.point.all
            let escapes = decisions.inspection.escapes
            cards += [
                ("F at threshold \(decisions.point.threshold)", Figures.percent(counts.f1), thresholdOrigin),
                ("Recall there", Figures.percent(counts.recall.share), range(counts.recall.interval())),
                ("Precision there", Figures.percent(counts.precision.share), range(counts.precision.interval())),
                (
                    "Escapes", "\(escapes.count) of \(escapes.total)",
                    escapes.total > 0
                        ? "at most \(Figures.percentAbove(escapes.upperBound())) with 95 % confidence" : ""
                ),
            ]
        }
        if let latency = judgement.latency {
            let later = [latency.p90, latency.p99].map { Figures.text($0 * 1e3, digits: 1) }
            cards.append(
                (
                    "Latency, median", "\(Figures.text(latency.p50 * 1e3, digits: 1)) ms",
                    "p90 \(later[0]) ms, p99 \(later[1]) ms"
                ))
        }
        let entries = cards.map { name, figure, detail in
            "<div><dt>\(name)</dt><dd class=\"figure\">\(figure)</dd><dd class=\"dim\">\(detail)</dd></div>"
        }
        let notes = judgement.notes.map { "<p><b>Note:</b> \(HTML.escaped($0)).</p>" }
        return (["<dl class=\"cards\">"] + entries + ["</dl>"] + notes).joined(separator: "\n")
    }

    private var thresholdOrigin: String {
        judgement.options.threshold == nil ? "where F is best on these images" : "the threshold asked for"
    }

    private var classTable: String {
        let header = [
            "Class", "Objects", "AP", "AP50", "AP75", "AP at \(overlap)", "Precision", "Recall", "F",
        ]
        let rows = classes.indices.map { index -> [String] in
            let counts = judgement.decisions?.point.classes[index]
            let shares = [
                precision.mean(class: index), precision.at50(class: index), precision.at75(class: index),
                precision.atOverlap(class: index), counts?.precision.share, counts?.recall.share, counts?.f1,
            ]
            return [classes[index], String(precision.truths(class: index))] + shares.map { Figures.percent($0) }
        }
        let sizes = SizeClass.allCases.dropFirst().map {
            "\($0.rawValue) \(precision.mean($0).map { Figures.percent($0) } ?? "(none here)")"
        }
        return section(
            "Classes",
            HTML.table(caption: "Average precision, and what the threshold gives", header: header, rows: rows)
                + "\n<p>AP by size of the object: \(sizes.joined(separator: ", ")) (below 32&#178;, to 96&#178; and above, in square pixels).</p>"
        )
    }

    private var curves: String {
        let plots = classes.indices.compactMap { index in
            precision.curves[index].map {
                PrecisionPlot(
                    name: judgement.classes[index], curve: $0, counts: judgement.decisions?.point.classes[index]
                ).svg
            }
        }
        guard !plots.isEmpty else { return "" }
        return section(
            "Precision and recall",
            "<p>At IoU \(overlap). The dot is what the threshold gives.</p>\n<div class=\"grid-of plots\">\n"
                + plots.joined(separator: "\n") + "\n</div>")
    }

    private var histogram: String {
        section("Scores", ScoreHistogram(precision, threshold: judgement.decisions?.point.threshold).svg)
    }

    // MARK: Decisions

    private var confusion: String {
        guard let decisions = judgement.decisions else { return "" }
        guard classes.count <= 60 else {
            return section(
                "What is taken for what", "<p>The matrix of \(classes.count) classes is in figures.json.</p>")
        }
        let counts = decisions.confusion.counts
        let rows = zip(classes + ["nothing there"], counts).map { name, row in [name] + row.map(String.init) }
        let table = HTML.table(
            caption:
                "Rows: what is there. Columns: what it was found as, at threshold \(decisions.point.threshold) and IoU \(overlap)",
            header: ["There is"] + classes + ["missed"], rows: rows
        ) { row, column in
            let total = counts[row].reduce(0, +)
            let share = total > 0 ? Double(counts[row][column - 1]) / Double(total) : 0
            return share > 0
                ? " style=\"background: rgba(var(--shade), \(Figures.text(0.08 + 0.5 * share, digits: 2)))\"" : ""
        }
        return section("What is taken for what", table)
    }

    private var inspection: String {
        guard let inspection = judgement.decisions?.inspection else { return "" }
        let rates = [
            ("Defects that escaped", inspection.escapes), ("Calls that were false", inspection.falseCalls),
            ("Images with defects that passed without any call", inspection.escapedImages),
            ("Images without a defect that were called", inspection.falselyCalledImages),
        ]
        let rows = rates.map { name, rate -> [String] in
            let bounds =
                rate.total > 0
                ? [Figures.percent(rate.lowerBound(), digits: 2), Figures.percentAbove(rate.upperBound(), digits: 2)]
                : ["-", "-"]
            return [name, "\(rate.count) of \(rate.total)", Figures.percent(rate.share, digits: 2)] + bounds
        }
        let sentences = inspection.sentences.map { "<li>\($0).</li>" }.joined(separator: "\n")
        let caption =
            "At threshold \(inspection.threshold); one-sided bounds of Clopper and Pearson, 95 % each. "
            + "A defect found under another class's name does not escape"
        return section(
            "Escapes and false calls",
            "<ul>\n\(sentences)\n</ul>\n"
                + HTML.table(caption: caption, header: ["", "Count", "Rate", "At least", "At most"], rows: rows)
                + "\n<p>\(Figures.text(inspection.falseCallsAnImage, digits: 2)) false calls an image.</p>\n"
                + recallAtFalseCalls)
    }

    private var recallAtFalseCalls: String {
        let rows = judgement.falseCallPoints.map { rate, point in
            [
                "\(rate)", Figures.percent(point.all.recall.share), Figures.percent(point.all.precision.share),
                "\(point.threshold)",
            ]
        }
        guard !rows.isEmpty else { return "" }
        return HTML.table(
            caption: "With so many wrong findings an image, at most",
            header: ["False calls an image", "Recall", "Precision", "Threshold"], rows: rows)
    }

    private var robustness: String {
        guard !judgement.robustness.isEmpty else { return "" }
        func table(_ what: String, clean: Double?, _ figure: (Robustness) -> Double?) -> String {
            var names: [String] = []
            for row in judgement.robustness where !names.contains(row.corruption) { names.append(row.corruption) }
            let shares = names.map { name in
                [clean] + judgement.robustness.filter { $0.corruption == name }.map(figure)
            }
            let rows = zip(names, shares).map { name, row in [name] + row.map { Figures.percent($0) } }
            return HTML.table(
                caption: what, header: ["Corruption", "none"] + Corruption.strengths.map(String.init), rows: rows
            ) { row, column in
                let share = shares[row][column - 1] ?? 0
                return share > 0
                    ? " style=\"background: rgba(var(--shade), \(Figures.text(0.4 * share, digits: 2)))\"" : ""
            }
        }
        let recall = judgement.decisions.map { decisions in
            table("Recall at threshold \(decisions.point.threshold)", clean: decisions.point.all.recall.share) {
                $0.counts?.recall.share
            }
        }
        return section(
            "Robustness",
            "<p>The same images, corrupted at five strengths in the manner of ImageNet-C.</p>\n"
                + table("mAP at IoU \(overlap)", clean: precision.atOverlap()) { $0.atOverlap } + "\n" + (recall ?? ""))
    }

    private var method: String {
        section(
            "How these figures are made",
            """
            <p>AP is COCO's: precision interpolated at 101 recalls, averaged over classes with objects and over IoU 0.50 to 0.95; 100 detections
            an image and class at most; regions marked as crowds count neither way. Intervals of AP are percentiles of a bootstrap over the images,
            those of precision and recall exact binomial ones, which take findings as independent. The threshold where F is best was chosen
            on these very images: on others it will do a little worse.</p>
            """)
    }
}
