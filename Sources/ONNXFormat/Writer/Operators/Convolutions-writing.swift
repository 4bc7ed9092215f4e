// Convolutions, back into the file.
import Graphs

extension OperatorTable {
    static func convolutionWriting(_ op: any Operator) -> WritingRule? {
        switch op {
        case let op as Convolution where op.layout == .channelsFirst && op.activation == .none:
            return { $0.finish("Conv", $0.inputs(3), try attributes($0, op, weights: 1)) }
        case let op as IntegerConvolution where op.convolution.layout == .channelsFirst:
            return { $0.finish("ConvInteger", $0.inputs(4), try attributes($0, op.convolution, weights: 1)) }
        case let op as TransposedConvolution where op.layout == .channelsFirst && op.activation == .none:
            return { try write($0, op) }
        default: return nil
        }
    }

    static func attributes(_ node: NodeWriting, _ op: Convolution, weights: Int) throws -> [WrittenAttribute] {
        let window = op.window(weights: node.shape(weights) ?? [])
        return try window.attributes() + [.integer("group", op.groups)]
    }

    private static func write(_ node: NodeWriting, _ op: TransposedConvolution) throws {
        let size = node.shape(1).map { Array($0.dimensions.dropFirst(2)) } ?? []
        var window = Window(size: size, strides: op.strides, dilations: op.dilations, padding: op.padding)
        // With a wanted size the pads follow from it: an odd element goes before unless SAME_UPPER is said.
        switch (op.outputSize, op.padding) {
        case (_?, .same), (nil, _): break
        case (_?, .sameLower):
            let none = [Int](repeating: 0, count: op.strides.count)
            window.padding = .explicit(before: none, after: none)
        default: throw ONNXError("a wanted size beside padding is not handled")
        }
        var attributes = try window.attributes() + [.integer("group", op.groups)]
        if op.outputPadding.contains(where: { $0 != 0 }) {
            attributes.append(.integers("output_padding", op.outputPadding))
        }
        if let wanted = op.outputSize { attributes.append(.integers("output_shape", wanted)) }
        node.finish("ConvTranspose", node.inputs(3), attributes)
    }
}
