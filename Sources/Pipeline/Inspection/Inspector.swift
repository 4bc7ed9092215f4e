// Good or bad.
import Vision

/// The rules that a part must stand.
struct Inspector {
    let configuration: InspectionConfiguration

    /// A part that was seen badly is not good: a blind camera finds no defects.
    func verdict(on result: FrameResult) -> Verdict {
        var reasons: [String] = []
        let blind = result.head.faults.map(\.rawValue).sorted()
        if !blind.isEmpty { reasons.append("view " + blind.joined(separator: ", ")) }
        if result.head.isDamaged { reasons.append("damaged picture") }
        for rule in configuration.defects {
            if let reason = rule.reason(Sightings(result, rule.labels, rule.leastScore)) { reasons.append(reason) }
        }
        for rule in configuration.requirements {
            reasons += rule.reasons(Sightings(result, [rule.label], rule.leastScore))
        }
        return Verdict(reasons: reasons)
    }

    static let notInspected = Verdict(reasons: ["not inspected"])
}

/// The findings that a rule is about.
private struct Sightings {
    let count: Int
    /// Of those that can be measured, in millimetres.
    let sizes: [Double]
    /// Those that cannot.
    let unmeasured: Int

    init(_ result: FrameResult, _ labels: [String], _ leastScore: Float) {
        switch result.findings {
        case .detections(let detections):
            let meant = detections.filter { $0.score >= leastScore && (labels.isEmpty || labels.contains($0.label)) }
            count = meant.count
            sizes = meant.compactMap { result.plane?.millimetres(of: $0.box)?.size }
        // A picture is of one class: the best.
        case .classes(let classes):
            count =
                classes.prefix(1).filter { $0.score >= leastScore && (labels.isEmpty || labels.contains($0.label)) }
                .count
            sizes = []
        }
        unmeasured = count - sizes.count
    }
}

private let notMeasured = "not measured"

extension DefectRule {
    /// Why a part is bad; `nil` where it is not. What cannot be measured may have any size.
    fileprivate func reason(_ sightings: Sightings) -> String? {
        guard let size else { return sightings.count >= leastCount ? name : nil }
        let meant = sightings.sizes.filter(size.contains)
        guard meant.count + sightings.unmeasured >= leastCount else { return nil }
        return "\(name): " + (meant.max().map(SizeLimits.text) ?? notMeasured)
    }
}

extension RequirementRule {
    /// Why a part is bad: too few or too many, and the one that is furthest from its size. What cannot be measured has none.
    fileprivate func reasons(_ sightings: Sightings) -> [String] {
        var reasons = count.contains(sightings.count) ? [] : [name]
        guard let size else { return reasons }
        let worst = sightings.sizes.filter { !size.contains($0) }.max { size.excess($0) < size.excess($1) }
        if let worst {
            reasons.append("\(name): \(size.complaint(worst))")
        } else if sightings.unmeasured > 0 {
            reasons.append("\(name): \(notMeasured)")
        }
        return reasons
    }
}
