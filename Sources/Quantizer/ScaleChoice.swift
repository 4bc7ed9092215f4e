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
            do throws(Lifeless) {
                chosen[group] = try quantization(of: statistics, placement, method, element)
            } catch {
                throw .dead(
                    layer: statistics.roots.first.map(placement.layerName) ?? "", reason: error.reason,
                    touching: layers(touching: group, placement))
            }
        }
        var result: [ValueID: Quantization] = [:]
        for index in placement.graph.values.indices where placement.isByte[index] {
            let id = ValueID(index: index)
            if let quantization = chosen[group(of: id)] { result[id] = quantization }
        }
        return result
    }

    /// Why one byte cannot tell a group's values apart.
    private struct Lifeless: Error {
        let reason: String
    }

    private func quantization(
        of statistics: Statistics, _ placement: Placement, _ method: RangeMethod, _ element: ElementType
    ) throws(Lifeless) -> Quantization {
        let histogram = statistics.histogram
        let following = statistics.roots.count == 1 ? placement.chains.functions[statistics.roots[0]] : nil
        try check(histogram)
        let range = statistics.fixed ?? method.range(of: histogram, element, following: following)
        guard let quantization = range.quantization(element), let levels = Levels(range, element) else {
            throw Lifeless(reason: "its values, \(range.low) to \(range.high), have no extent that a scale can say")
        }
        try check(histogram, levels, mayClip: following != nil || statistics.fixed != nil)
        if statistics.fixed == nil { try checkSamples(histogram, levels) }
        return quantization
    }

    private func check(_ histogram: Histogram) throws(Lifeless) {
        guard histogram.notFinite == 0 else {
            throw Lifeless(reason: "\(histogram.notFinite) of its values are not finite numbers")
        }
        guard !histogram.isEmpty else { throw Lifeless(reason: "calibration saw none of its values") }
        guard histogram.minimum < histogram.maximum else {
            throw Lifeless(reason: "all its values on the calibration data are \(histogram.minimum)")
        }
    }

    /// More than this share of clipped values is an error where no function behind forgives it.
    private static var mostClipped: Double { 0.05 }

    private func check(_ histogram: Histogram, _ levels: Levels, mayClip: Bool) throws(Lifeless) {
        var used: Set<Int> = []
        var clipped = 0.0
        for bin in histogram.filled {
            used.insert(levels.index(of: bin.value))
            if bin.value < levels.value(0) - levels.scale || bin.value > levels.value(levels.count - 1) + levels.scale {
                clipped += bin.count
            }
        }
        guard used.count > 1 else {
            throw Lifeless(
                reason: "all its values, \(histogram.minimum) to \(histogram.maximum), become the same byte")
        }
        let share = clipped / Double(histogram.total)
        guard mayClip || share <= Self.mostClipped else {
            throw Lifeless(reason: "\((share * 1000).rounded() / 10) % of its values are saturated")
        }
    }

    /// A few samples of huge numbers leave all others less than one step.
    private func checkSamples(_ histogram: Histogram, _ levels: Levels) throws(Lifeless) {
        let samples = histogram.peaks.values.reduce(0, +)
        let quiet = histogram.peaks.filter { Float(sign: .plus, exponent: $0.key + 1, significand: 1) <= levels.scale }
            .values.reduce(0, +)
        guard quiet * 2 <= samples else {
            throw Lifeless(
                reason:
                    "on \(quiet) of \(samples) samples all its values become the same byte, as the others reach from "
                    + "\(histogram.minimum) to \(histogram.maximum)")
        }
    }

    /// The layers that a group's numbers come from or go to.
    private func layers(touching group: Int, _ placement: Placement) -> [String] {
        func isTouched(_ id: ValueID?) -> Bool {
            id.map { placement.isByte[$0.index] && self.group(of: $0) == group } ?? false
        }
        return placement.layers.filter { layer in
            layer.nodes.contains { index in
                let node = placement.graph.nodes[index]
                return node.inputs.contains(where: isTouched) || node.outputs.contains { isTouched($0) }
            }
        }.map(\.name)
    }
}

extension Placement {
    /// The name of the layer that gives `id`, or that of the value.
    func layerName(_ id: ValueID) -> String {
        layers.first { $0.nodes.contains { graph.nodes[$0].outputs.contains(id) } }?.name ?? graph[id].name
    }
}
