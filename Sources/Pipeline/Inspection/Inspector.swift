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
        for rule in configuration.defects where count(result, rule.labels, rule.leastScore) >= rule.leastCount {
            reasons.append(rule.name)
        }
        for rule in configuration.requirements
        where !rule.count.contains(count(result, [rule.label], rule.leastScore)) {
            reasons.append(rule.name)
        }
        return Verdict(reasons: reasons)
    }

    static let notInspected = Verdict(reasons: ["not inspected"])

    private func count(_ result: FrameResult, _ labels: [String], _ leastScore: Float) -> Int {
        switch result.findings {
        case .detections(let detections):
            detections.filter { $0.score >= leastScore && (labels.isEmpty || labels.contains($0.label)) }.count
        // A picture is of one class: the best.
        case .classes(let classes):
            classes.prefix(1).filter { $0.score >= leastScore && (labels.isEmpty || labels.contains($0.label)) }.count
        }
    }
}
