// The attributes that convolutions and pools share.
import Graphs

/// Strides, dilations and padding of a window operator over `rank` spatial axes.
struct WindowAttributes {
    var rank: Int
    var kernel: [Int]?
    var strides: [Int]
    var dilations: [Int]
    var padding: Padding

    /// - Parameter weights: the input whose shape tells how many axes there are where no attribute does.
    init(_ node: NodeTranslation, weights: Int?) throws {
        let attributes = node.attributes
        kernel = try attributes.integers("kernel_shape")
        let given = (
            try attributes.integers("strides"), try attributes.integers("dilations"), try attributes.integers("pads")
        )
        rank =
            kernel?.count ?? given.0?.count ?? given.1?.count ?? given.2.map { $0.count / 2 } ?? weights.flatMap(
                node.rank
            ).map { $0 - 2 }
            ?? node.rank(0).map { $0 - 2 } ?? 2
        let ones = [Int](repeating: 1, count: max(rank, 0))
        strides = given.0 ?? ones
        dilations = given.1 ?? ones
        switch try attributes.string("auto_pad", default: "NOTSET") {
        case "NOTSET", "":
            let pads = given.2 ?? [Int](repeating: 0, count: 2 * ones.count)
            guard pads.count == 2 * rank else {
                throw ONNXError("attribute 'pads' must have \(2 * rank) entries, not \(pads.count)")
            }
            padding = .explicit(before: Array(pads[..<rank]), after: Array(pads[rank...]))
        case "SAME_UPPER": padding = .same
        case "SAME_LOWER": padding = .sameLower
        case "VALID": padding = .valid
        case let other: throw ONNXError("attribute 'auto_pad' is '\(other)', which is not known")
        }
    }

    /// The window of a pool.
    func window(roundsUp: Bool) throws -> Window {
        guard let kernel else { throw ONNXError("attribute 'kernel_shape' is missing") }
        return Window(size: kernel, strides: strides, dilations: dilations, padding: padding, roundsUp: roundsUp)
    }
}
