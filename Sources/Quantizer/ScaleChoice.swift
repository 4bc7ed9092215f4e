// One quantization for each group of tensors, and the checks that it leaves none dead.
import Graphs
import Tensors

extension ScaleGroups {
    /// The quantization of every byte value.
    /// - Throws: `QuantizerError.dead` naming a layer whose values one byte cannot tell apart.
    func quantizations(
        _ placement: Placement, method: RangeMethod, element: ElementType
    ) throws(QuantizerError) -> [ValueID: Quantization] {
        var chosen: [Int: Quantization] = [:]
        for (group, statistics) in statistics.sorted(by: { $0.key < $1.key }) {
            let name = statistics.roots.first.map(placement.layerName) ?? ""
            let following = statistics.roots.count == 1 ? placement.chains.functions[statistics.roots[0]] : nil
            try check(statistics.histogram, name)
            let range =
                statistics.fixed ?? method.range(of: statistics.histogram, element, following: following)
            guard let quantization = range.quantization(element) else {
                throw .dead(layer: name, reason: "its values, \(range.low) to \(range.high), have no extent")
            }
            try check(
                statistics.histogram, range, element, name, mayClip: following != nil || statistics.fixed != nil)
            chosen[group] = quantization
        }
        var result: [ValueID: Quantization] = [:]
        for index in placement.graph.values.indices where placement.isByte[index] {
            let id = ValueID(index: index)
            if let quantization = chosen[group(of: id)] { result[id] = quantization }
        }
        return result
    }

    private func check(_ histogram: Histogram, _ name: String) throws(QuantizerError) {
        guard histogram.notFinite == 0 else {
            throw .dead(layer: name, reason: "\(histogram.notFinite) of its values are not finite numbers")
        }
        guard !histogram.isEmpty else { throw .dead(layer: name, reason: "calibration saw none of its values") }
        guard histogram.minimum < histogram.maximum else {
            throw .dead(layer: name, reason: "all its values on the calibration data are \(histogram.minimum)")
        }
    }

    /// More than this share of clipped values is an error where no function behind forgives it.
    private static var mostClipped: Double { 0.05 }

    private func check(
        _ histogram: Histogram, _ range: ActivationRange, _ element: ElementType, _ name: String, mayClip: Bool
    ) throws(QuantizerError) {
        guard let levels = Levels(range, element) else { return }
        var used: Set<Int> = []
        var clipped = 0.0
        for bin in histogram.filled {
            used.insert(levels.index(of: bin.value))
            if bin.value < levels.value(0) - levels.scale || bin.value > levels.value(levels.count - 1) + levels.scale {
                clipped += bin.count
            }
        }
        guard used.count > 1 else {
            throw .dead(
                layer: name,
                reason: "all its values, \(histogram.minimum) to \(histogram.maximum), become the same byte")
        }
        let share = clipped / Double(histogram.total)
        guard mayClip || share <= Self.mostClipped else {
            throw .dead(layer: name, reason: "\((share * 1000).rounded() / 10) % of its values are saturated")
        }
    }
}

extension Placement {
    /// The name of the layer that gives `id`, or that of the value.
    func layerName(_ id: ValueID) -> String {
        layers.first { $0.nodes.contains { graph.nodes[$0].outputs.contains(id) } }?.name ?? graph[id].name
    }
}
