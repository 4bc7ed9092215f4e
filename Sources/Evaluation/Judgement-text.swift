// The figures for people to read in a terminal.

extension Judgement {
    public var text: String {
        var lines = headline + [""] + classTable
        if let decisions { lines += [""] + decisionLines(decisions) }
        if !robustness.isEmpty { lines += [""] + robustnessTable }
        if let latency {
            let times = [latency.p50, latency.p90, latency.p99].map { Figures.text($0 * 1e3, digits: 1) }
            lines += ["", "latency an image: p50 \(times[0]) ms, p90 \(times[1]) ms, p99 \(times[2]) ms"]
        }
        if !notes.isEmpty { lines += [""] + notes.map { "note: \($0)" } }
        return lines.joined(separator: "\n")
    }

    private var headline: [String] {
        let overlap = Figures.text(options.overlap, digits: 2)
        let truths = classes.indices.reduce(0) { $0 + precision.truths(class: $1) }
        return [
            "\(images.count) images, \(truths) objects",
            "  AP  \(percent(precision.mean()))\(interval(intervals?.mean))  (mean over IoU 0.50 to 0.95)",
            "  AP50  \(percent(precision.at50()))\(interval(intervals?.at50))   AP75  \(percent(precision.at75()))",
            "  AP small  \(percent(precision.mean(.small)))   medium  \(percent(precision.mean(.medium)))   "
                + "large  \(percent(precision.mean(.large)))",
            "  mAP at IoU \(overlap)  \(percent(precision.atOverlap()))\(interval(intervals?.atOverlap))",
        ]
            + falseCallPoints.map { rate, point in
                "  recall at \(rate) false calls an image  \(percent(point.all.recall.share))  (threshold \(point.threshold))"
            }
    }

    private var classTable: [String] {
        let header = ["class", "objects", "AP", "AP50", "AP at IoU", "precision", "recall", "F"]
        let rows = classes.indices.map { index -> [String] in
            let counts = decisions?.point.classes[index]
            return [
                classes[index], String(precision.truths(class: index)), percent(precision.mean(class: index)),
                percent(precision.at50(class: index)), percent(precision.atOverlap(class: index)),
                percent(counts?.precision.share), percent(counts?.recall.share), percent(counts?.f1),
            ]
        }
        return Self.table([header] + rows)
    }

    private func decisionLines(_ decisions: Decisions) -> [String] {
        let counts = decisions.point.all
        let origin = options.threshold == nil ? ", where F is best on these images" : ""
        let shown = "\(decisions.point.threshold)"
        var lines = [
            "at threshold \(shown)\(origin): precision \(percent(counts.precision.share)), "
                + "recall \(percent(counts.recall.share)), F \(percent(counts.f1))"
        ]
        if options.threshold != nil, let best {
            lines.append(
                "  F is best at \(best.threshold): precision \(percent(best.all.precision.share)), "
                    + "recall \(percent(best.all.recall.share)), F \(percent(best.all.f1))")
        }
        let inspection = decisions.inspection
        lines += inspection.sentences.map { "  " + $0 }
        lines.append(
            "  \(inspection.falseCalls.count) of \(inspection.falseCalls.total) calls were false, "
                + "\(Figures.text(inspection.falseCallsAnImage, digits: 2)) an image")
        let header = ["found as"] + classes + ["missed"]
        let rows = zip(classes + ["nothing there"], decisions.confusion.counts).map { name, row in
            [name] + row.map(String.init)
        }
        // A wider table is in the JSON document; no terminal shows it.
        return classes.count > 20 ? lines : lines + [""] + Self.table([header] + rows)
    }

    private var robustnessTable: [String] {
        let overlap = Figures.text(options.overlap, digits: 2)
        let header = ["corruption", "strength", "AP", "AP50", "mAP at \(overlap)", "recall", "precision"]
        return Self.table(
            [header]
                + robustness.map { row in
                    [
                        row.corruption, String(row.strength), percent(row.mean), percent(row.at50),
                        percent(row.atOverlap), percent(row.counts?.recall.share),
                        percent(row.counts?.precision.share),
                    ]
                })
    }

    private func percent(_ share: Double?) -> String { Figures.percent(share, digits: 2) }

    private func interval(_ range: ClosedRange<Double>?) -> String {
        range.map {
            " (\(Figures.text($0.lowerBound * 100, digits: 1)) to \(Figures.text($0.upperBound * 100, digits: 1)))"
        } ?? ""
    }

    /// Columns as wide as their widest entry; the first to the left, numbers to the right.
    static func table(_ rows: [[String]]) -> [String] {
        let plain = rows.map { row in row.map { Figures.column($0, width: 0) } }
        let columns = plain.map(\.count).max() ?? 0
        let widths = (0..<columns).map { column in plain.map { column < $0.count ? $0[column].count : 0 }.max() ?? 0 }
        return plain.map { row in
            "  "
                + row.enumerated().map { column, cell in
                    let space = String(repeating: " ", count: widths[column] - cell.count)
                    return column == 0 ? cell + space : space + cell
                }.joined(separator: "  ")
        }
    }
}
