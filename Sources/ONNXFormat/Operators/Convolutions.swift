// Convolutions.
import Graphs

extension OperatorTable {
    static func convolutionRule(_ type: String) -> Rule? {
        switch type {
        case "Conv":
            return {
                try $0.finish(try convolution($0, weights: 1), [try $0.required(0), try $0.required(1), $0.input(2)])
            }
        case "ConvInteger":
            return {
                let operands = [try $0.required(0), try $0.required(1), $0.input(2), $0.input(3)]
                try $0.finish(IntegerConvolution(try convolution($0, weights: 1)), operands)
            }
        case "ConvTranspose": return transposed
        default: return nil
        }
    }

    static func convolution(_ node: NodeTranslation, weights: Int, layout: Layout = .channelsFirst) throws
        -> Convolution
    {
        let window = try WindowAttributes(node, weights: weights)
        return Convolution(
            layout: layout, strides: window.strides, dilations: window.dilations, padding: window.padding,
            groups: try node.attributes.integer("group", default: 1))
    }

    @Sendable private static func transposed(_ node: NodeTranslation) throws {
        var window = try WindowAttributes(node, weights: 1)
        let outputSize = try node.attributes.integers("output_shape").map { Array($0.suffix(window.rank)) }
        // With a wanted size the pads follow from it; an odd element goes before unless SAME_UPPER says otherwise.
        if outputSize != nil, window.padding != .same { window.padding = .sameLower }
        let outputPadding =
            try node.attributes.integers("output_padding") ?? [Int](repeating: 0, count: max(window.rank, 0))
        let op = TransposedConvolution(
            layout: .channelsFirst, strides: window.strides, dilations: window.dilations, padding: window.padding,
            outputPadding: outputPadding, outputSize: outputSize,
            groups: try node.attributes.integer("group", default: 1))
        try node.finish(op, [try node.required(0), try node.required(1), node.input(2)])
    }
}
