// The shape that a preset gives to an input that the model leaves open.
import Graphs
import Tensors
import Vision

extension InputOptions {
    /// The shape of an input with an open width or height; `nil` where nothing is open, or size and axes are not known.
    public func imageShape(of dimensions: [Input.Dimension]) -> Shape? {
        func size(_ axis: Int) -> Int? { if case .fixed(let size) = dimensions[axis] { size } else { nil } }
        guard dimensions.count == 4, let width = width, let height = height else { return nil }
        let isFirst = layout.map { $0 == .nchw } ?? [1, 3].contains(size(1))
        let isLast = layout.map { $0 == .nhwc } ?? [1, 3].contains(size(3))
        guard isFirst != isLast, size(isFirst ? 2 : 1) == nil || size(isFirst ? 3 : 2) == nil else { return nil }
        let channels = size(isFirst ? 1 : 3) ?? (colour == .grey ? 1 : 3)
        return isFirst ? [size(0) ?? 1, channels, height, width] : [size(0) ?? 1, height, width, channels]
    }
}
