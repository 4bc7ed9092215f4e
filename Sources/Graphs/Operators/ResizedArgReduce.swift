import Tensors

/// The position of the greatest or least channel of each pixel of an enlarged image.
///
/// Inputs: data [N, H, W, C], size (two integers), as `ResizeImage` takes them.
public struct ResizedArgReduce: Operator {
    public var resize: ResizeImage
    /// Along the last axis.
    public var reduction: ArgReduce

    public init(_ resize: ResizeImage, _ reduction: ArgReduce) {
        self.resize = resize
        self.reduction = reduction
    }

    public func outputTypes(_ arguments: Arguments) throws(OperatorFailure) -> [TensorType] {
        let image = try resize.outputTypes(arguments)
        return try reduction.outputTypes(Arguments(types: image, constants: [nil], declared: arguments.declared))
    }
}
