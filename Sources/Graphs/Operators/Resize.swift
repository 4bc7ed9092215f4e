// Operators that sample a tensor on another grid.
import Tensors

/// ONNX's Resize (and Upsample). Inputs: data, optional region of interest, optional scales (float), optional sizes (integers).
public struct Resize: Operator {
    public var mode: Mode
    public var coordinates: Coordinates
    /// Axes that region, scales and sizes speak of; `nil`: all.
    public var axes: [Int]?
    public var cubicCoefficient: Float
    public var excludesOutside: Bool
    public var extrapolationValue: Float
    public var antialiases: Bool
    public var aspect: Aspect

    public enum Mode: Hashable, Sendable {
        case nearest(Rounding)
        case linear, cubic
    }
    public enum Rounding: Hashable, Sendable {
        case preferFloor, preferCeil, floor, ceil
        /// Down where the axis grows, up where it shrinks (opset 10).
        case byScale
    }
    public enum Coordinates: Hashable, Sendable {
        case halfPixel, halfPixelSymmetric, pytorchHalfPixel, alignCorners, asymmetric, cropAndResize
        /// TensorFlow's old half pixel centres for nearest neighbours (opset 11).
        case halfPixelForNearest
    }
    public enum Aspect: Hashable, Sendable { case stretch, notLarger, notSmaller }

    public init(
        mode: Mode, coordinates: Coordinates, axes: [Int]? = nil, cubicCoefficient: Float = -0.75,
        excludesOutside: Bool = false,
        extrapolationValue: Float = 0, antialiases: Bool = false, aspect: Aspect = .stretch
    ) {
        self.mode = mode
        self.coordinates = coordinates
        self.axes = axes
        self.cubicCoefficient = cubicCoefficient
        self.excludesOutside = excludesOutside
        self.extrapolationValue = extrapolationValue
        self.antialiases = antialiases
        self.aspect = aspect
    }

    /// One axis resolved: sizes, the factor between them, and the region of interest as fractions of the input.
    public struct Axis: Hashable, Sendable {
        public var input: Int
        public var output: Int
        public var scale: Float
        public var start: Float
        public var end: Float
    }

    public func resolvedAxes(_ arguments: Arguments) throws(OperatorFailure) -> [Axis] {
        let shape = try arguments.shape(0)
        var chosen: [Int] = []
        for axis in axes ?? Array(0..<shape.rank) { chosen.append(try shape.checked(axis: axis)) }
        var resolved = shape.dimensions.map { Axis(input: $0, output: $0, scale: 1, start: 0, end: 1) }
        let hasSizes = (arguments.optionalType(3)?.shape.elementCount ?? 0) > 0
        if coordinates == .cropAndResize, arguments.has(1) {
            let region = try arguments.constant(1).floats
            guard region.count == 2 * chosen.count else {
                throw .invalid("the region of interest must have \(2 * chosen.count) numbers")
            }
            for (index, axis) in chosen.enumerated() {
                resolved[axis].start = region[index]
                resolved[axis].end = region[index + chosen.count]
            }
        }
        if hasSizes {
            let sizes = try arguments.integers(3)
            guard sizes.count == chosen.count, sizes.allSatisfy({ (0..<1 << 24).contains($0) }),
                chosen.allSatisfy({ shape[$0] > 0 })
            else {
                throw .invalid("sizes \(sizes) do not fit \(shape)")
            }
            let factors = zip(chosen, sizes).map { Float($1) / Float(shape[$0]) }
            let common = aspect == .notLarger ? factors.min() : aspect == .notSmaller ? factors.max() : nil
            for (index, axis) in chosen.enumerated() {
                resolved[axis].scale = common ?? factors[index]
                resolved[axis].output = common.map { Int(($0 * Float(shape[axis])).rounded()) } ?? sizes[index]
            }
        } else {
            let scales = try arguments.constant(2).floats
            guard scales.count == chosen.count, scales.allSatisfy({ $0 > 0 && $0 < 65536 }) else {
                throw .invalid("scales \(scales) do not fit \(shape)")
            }
            for (index, axis) in chosen.enumerated() {
                let span = coordinates == .cropAndResize ? resolved[axis].end - resolved[axis].start : 1
                let size = (Float(shape[axis]) * span * scales[index]).rounded(.down)
                guard size >= 0, size < Float(1 << 24) else {
                    throw .invalid("axis \(axis) would have \(size) elements")
                }
                resolved[axis].scale = scales[index]
                resolved[axis].output = Int(size)
            }
        }
        return resolved
    }

    public func outputTypes(_ arguments: Arguments) throws(OperatorFailure) -> [TensorType] {
        let data = try arguments.type(0)
        return [
            TensorType(data.element, Shape(try resolvedAxes(arguments).map(\.output)), quantization: data.quantization)
        ]
    }
}

/// TFLite's RESIZE_BILINEAR and RESIZE_NEAREST_NEIGHBOR. Inputs: data [N, H, W, C], size (two integers).
public struct ResizeImage: Operator {
    public var isBilinear: Bool
    public var alignsCorners: Bool
    public var hasHalfPixelCentres: Bool

    public init(isBilinear: Bool, alignsCorners: Bool, hasHalfPixelCentres: Bool) {
        self.isBilinear = isBilinear
        self.alignsCorners = alignsCorners
        self.hasHalfPixelCentres = hasHalfPixelCentres
    }

    public func outputTypes(_ arguments: Arguments) throws(OperatorFailure) -> [TensorType] {
        let data = try arguments.type(0)
        let size = try arguments.integers(1)
        guard data.shape.rank == 4, size.count == 2, size.allSatisfy({ (1..<1 << 24).contains($0) }),
            data.shape.elementCount > 0
        else {
            throw .invalid("cannot resize \(data.shape) to \(size)")
        }
        return [
            TensorType(
                try arguments.resultElement(), [data.shape[0], size[0], size[1], data.shape[3]],
                quantization: data.quantization)
        ]
    }
}

/// Samples a tensor at given places. Inputs: data [N, C, spatial...], grid [N, output spatial..., number of spatial axes].
public struct GridSample: Operator {
    public var mode: Mode
    public var border: Border
    public var alignsCorners: Bool

    public enum Mode: Hashable, Sendable { case linear, nearest, cubic }
    public enum Border: Hashable, Sendable { case zeros, edge, reflection }

    public init(mode: Mode, border: Border, alignsCorners: Bool) {
        self.mode = mode
        self.border = border
        self.alignsCorners = alignsCorners
    }

    public func outputTypes(_ arguments: Arguments) throws(OperatorFailure) -> [TensorType] {
        let (data, grid) = (try arguments.type(0), try arguments.shape(1))
        guard data.shape.rank == 4 || data.shape.rank == 5, grid.rank == data.shape.rank, grid[0] == data.shape[0],
            grid[grid.rank - 1] == data.shape.rank - 2
        else {
            throw .invalid("a grid of \(grid) does not fit \(data.shape)")
        }
        return [TensorType(data.element, Shape([data.shape[0], data.shape[1]] + grid.dimensions[1..<(grid.rank - 1)]))]
    }
}

/// Pools regions of interest to one size. Inputs: data [N, C, H, W], regions [count, 4], image of each region (int64).
public struct RoiAlign: Operator {
    public var outputHeight: Int
    public var outputWidth: Int
    public var samplingRatio: Int
    public var spatialScale: Float
    public var takesMaximum: Bool
    /// Shifts coordinates by half a pixel.
    public var hasHalfPixelCentres: Bool

    public init(
        outputHeight: Int, outputWidth: Int, samplingRatio: Int, spatialScale: Float, takesMaximum: Bool,
        hasHalfPixelCentres: Bool
    ) {
        self.outputHeight = outputHeight
        self.outputWidth = outputWidth
        self.samplingRatio = samplingRatio
        self.spatialScale = spatialScale
        self.takesMaximum = takesMaximum
        self.hasHalfPixelCentres = hasHalfPixelCentres
    }

    public func outputTypes(_ arguments: Arguments) throws(OperatorFailure) -> [TensorType] {
        let (data, regions, images) = (try arguments.type(0), try arguments.shape(1), try arguments.shape(2))
        guard data.shape.rank == 4, regions.rank == 2, regions[1] == 4, images.elementCount == regions[0],
            (1..<1 << 16).contains(outputHeight), (1..<1 << 16).contains(outputWidth),
            (0..<1 << 16).contains(samplingRatio)
        else { throw .invalid("regions of \(regions) do not fit data of \(data.shape)") }
        return [TensorType(data.element, [regions[0], data.shape[1], outputHeight, outputWidth])]
    }
}
