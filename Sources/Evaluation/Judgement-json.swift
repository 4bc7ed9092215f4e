// The figures as a JSON document: its first members are those that scripts rely on.
import JSON

extension Judgement {
    /// Figures that do not exist (a class without truths, no sound image) are `null`; shares have 7 digits, times are milliseconds.
    public var json: JSONValue {
        var members: [JSONMember] = [
            .init("images", JSONValue(images.count)), .init("ap", Self.number(precision.mean())),
            .init("ap50", Self.number(precision.at50())), .init("ap75", Self.number(precision.at75())),
            .init("ap_small", Self.number(precision.mean(.small))),
            .init("ap_medium", Self.number(precision.mean(.medium))),
            .init("ap_large", Self.number(precision.mean(.large))), .init("ar", Self.number(precision.averageRecall)),
            .init(
                "map_at_iou",
                ["iou": Self.number(options.overlap), "map": Self.number(precision.atOverlap())]),
            .init("best", best.map { Self.point($0) } ?? nil), .init("per_class", JSONValue(classMembers)),
        ]
        if let latency {
            members.append(
                .init(
                    "latency_ms",
                    [
                        "p50": Self.number(latency.p50 * 1e3), "p90": Self.number(latency.p90 * 1e3),
                        "p99": Self.number(latency.p99 * 1e3),
                    ]))
        }
        if let intervals {
            members.append(
                .init(
                    "intervals_95",
                    [
                        "ap": Self.interval(intervals.mean), "ap50": Self.interval(intervals.at50),
                        "map_at_iou": Self.interval(intervals.atOverlap),
                    ]))
        }
        members.append(
            .init(
                "at_false_calls",
                JSONValue(
                    falseCallPoints.map { rate, point in
                        [
                            "false_calls_an_image": JSONValue(rate), "threshold": JSONValue(point.threshold),
                            "recall": Self.number(point.all.recall.share),
                            "recall_95": Self.interval(point.all.recall.interval()),
                            "precision": Self.number(point.all.precision.share),
                        ]
                    })))
        if let decisions {
            members += [
                .init("at_threshold", Self.point(decisions.point)),
                .init("confusion", confusion(decisions.confusion)),
                .init("inspection", Self.inspection(decisions.inspection)),
            ]
        }
        if !robustness.isEmpty { members.append(.init("robustness", JSONValue(robustness.map(Self.robustness)))) }
        members.append(.init("notes", JSONValue(notes.map { JSONValue($0) })))
        return JSONValue(.object(members))
    }

    private var classMembers: [JSONValue] {
        classes.indices.map { index in
            let counts = decisions?.point.classes[index]
            return [
                "label": JSONValue(classes[index]), "truths": JSONValue(precision.truths(class: index)),
                "ap": Self.number(precision.mean(class: index)), "ap50": Self.number(precision.at50(class: index)),
                "ap75": Self.number(precision.at75(class: index)),
                "ap_at_iou": Self.number(precision.atOverlap(class: index)),
                "precision": Self.number(counts?.precision.share), "recall": Self.number(counts?.recall.share),
                "f1": Self.number(counts?.f1),
            ]
        }
    }

    private func confusion(_ matrix: ConfusionMatrix) -> JSONValue {
        [
            "truths": JSONValue((classes + ["background"]).map { JSONValue($0) }),
            "found_as": JSONValue((classes + ["missed"]).map { JSONValue($0) }),
            "counts": JSONValue(matrix.counts.map { row in JSONValue(row.map { JSONValue($0) }) }),
        ]
    }

    private static func point(_ point: OperatingPoint) -> JSONValue {
        let counts = point.all
        return [
            "threshold": JSONValue(point.threshold), "precision": number(counts.precision.share),
            "recall": number(counts.recall.share), "f1": number(counts.f1), "right": JSONValue(counts.right),
            "wrong": JSONValue(counts.wrong), "truths": JSONValue(counts.truths),
            "precision_95": interval(counts.precision.interval()), "recall_95": interval(counts.recall.interval()),
        ]
    }

    private static func inspection(_ inspection: Inspection) -> JSONValue {
        [
            "threshold": JSONValue(inspection.threshold), "escapes": rate(inspection.escapes),
            "false_calls": rate(inspection.falseCalls), "escaped_images": rate(inspection.escapedImages),
            "falsely_called_images": rate(inspection.falselyCalledImages),
            "false_calls_an_image": number(inspection.falseCallsAnImage),
            "proves": JSONValue(inspection.sentences.map { JSONValue($0) }),
        ]
    }

    private static func rate(_ rate: Rate) -> JSONValue {
        let isKnown = rate.total > 0
        return [
            "count": JSONValue(rate.count), "of": JSONValue(rate.total), "rate": number(rate.share),
            "at_least_95": number(isKnown ? rate.lowerBound() : nil),
            "at_most_95": number(isKnown ? rate.upperBound() : nil),
        ]
    }

    private static func robustness(_ row: Robustness) -> JSONValue {
        [
            "corruption": JSONValue(row.corruption), "strength": JSONValue(row.strength), "ap": number(row.mean),
            "ap50": number(row.at50), "map_at_iou": number(row.atOverlap),
            "precision": number(row.counts?.precision.share), "recall": number(row.counts?.recall.share),
            "f1": number(row.counts?.f1),
        ]
    }

    private static func interval(_ range: ClosedRange<Double>?) -> JSONValue {
        range.map { [number($0.lowerBound), number($0.upperBound)] } ?? nil
    }

    private static func number(_ value: Double?, digits: Int = 7) -> JSONValue {
        value.map { JSONValue(Figures.rounded($0, digits: digits)) } ?? nil
    }
}
