// What calibration saw, and what follows from it for a choice of layers.
import Graphs
import Tensors

/// Distributions of all tensors that may become bytes. From it follow quantizations for any choice of layers, without another run.
public struct Calibration: Sendable {
    let graph: Graph
    let histograms: [ValueID: Histogram]
    let fixed: [ValueID: ActivationRange]

    /// Where the network computes on bytes, and by which scales, when `wide` stay in float.
    /// - Throws: `QuantizerError.dead` naming a layer whose values one byte cannot tell apart.
    func plan(wide: Set<Layer>, _ options: QuantizerOptions) throws(QuantizerError) -> QuantizationPlan {
        var placement = Placement(graph, wide: wide)
        var groups = ScaleGroups(placement, histograms: histograms, fixed: fixed)
        if !groups.mixedTails.isEmpty {
            placement.keepApart(groups.mixedTails)
            groups = ScaleGroups(placement, histograms: histograms, fixed: fixed)
        }
        let quantizations = try groups.quantizations(placement, method: options.method, element: options.activations)
        return QuantizationPlan(placement: placement, quantizations: quantizations)
    }
}

/// Where a network computes on bytes, and by which scales.
struct QuantizationPlan: Sendable {
    var placement: Placement
    var quantizations: [ValueID: Quantization]

    /// - Throws: `QuantizerError.model` without memory.
    func quantizedGraph(_ options: QuantizerOptions) throws(QuantizerError) -> Graph {
        try QuantizeDequantize.graph(self, options)
    }
}
