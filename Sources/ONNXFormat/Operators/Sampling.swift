// Sampling on another grid.
import Graphs
import Tensors

extension OperatorTable {
    static func samplingRule(_ type: String) -> Rule? {
        switch type {
        case "GridSample": return gridSample
        case "Resize": return resize
        case "RoiAlign": return roiAlign
        case "Upsample": return upsample
        default: return nil
        }
    }

    @Sendable private static func resize(_ node: NodeTranslation) throws {
        let attributes = node.attributes
        let data = try node.required(0)
        if node.version < 11 {
            return try node.finish(try oldResize(node), [data, nil, try node.required(1)])
        }
        var op = Resize(mode: try mode(node), coordinates: try coordinates(attributes))
        op.axes = try attributes.integers("axes")
        op.cubicCoefficient = try attributes.float("cubic_coeff_a", default: -0.75)
        op.excludesOutside = try attributes.flag("exclude_outside")
        op.extrapolationValue = try attributes.float("extrapolation_value", default: 0)
        op.antialiases = try attributes.flag("antialias")
        switch try attributes.string("keep_aspect_ratio_policy", default: "stretch") {
        case "stretch": op.aspect = .stretch
        case "not_larger": op.aspect = .notLarger
        case "not_smaller": op.aspect = .notSmaller
        case let other: throw ONNXError("attribute 'keep_aspect_ratio_policy' is '\(other)', which is not known")
        }
        try node.finish(op, [data, node.input(1), node.input(2), node.input(3)])
    }

    private static func mode(_ node: NodeTranslation) throws -> Resize.Mode {
        switch try node.attributes.string("mode", default: "nearest") {
        case "linear", "bilinear": return .linear
        case "cubic": return .cubic
        case "nearest": break
        case let other: throw ONNXError("attribute 'mode' is '\(other)', which is not known")
        }
        switch try node.attributes.string("nearest_mode", default: "round_prefer_floor") {
        case "round_prefer_floor": return .nearest(.preferFloor)
        case "round_prefer_ceil": return .nearest(.preferCeil)
        case "floor": return .nearest(.floor)
        case "ceil": return .nearest(.ceil)
        case let other: throw ONNXError("attribute 'nearest_mode' is '\(other)', which is not known")
        }
    }

    private static func coordinates(_ attributes: Attributes) throws -> Resize.Coordinates {
        switch try attributes.string("coordinate_transformation_mode", default: "half_pixel") {
        case "half_pixel": return .halfPixel
        case "half_pixel_symmetric": return .halfPixelSymmetric
        case "pytorch_half_pixel": return .pytorchHalfPixel
        case "align_corners": return .alignCorners
        case "asymmetric": return .asymmetric
        case "tf_crop_and_resize": return .cropAndResize
        case "tf_half_pixel_for_nn": return .halfPixelForNearest
        case let other: throw ONNXError("attribute 'coordinate_transformation_mode' is '\(other)', which is not known")
        }
    }

    /// Upsample, and Resize of version 10, know no coordinate modes: positions are output index over scale, rounded down.
    private static func oldResize(_ node: NodeTranslation) throws -> Resize {
        switch try node.attributes.string("mode", default: "nearest") {
        case "nearest": return Resize(mode: .nearest(.byScale), coordinates: .asymmetric)
        case "linear", "bilinear": return Resize(mode: .linear, coordinates: .asymmetric)
        case let other: throw ONNXError("attribute 'mode' is '\(other)', which is not known")
        }
    }

    @Sendable private static func upsample(_ node: NodeTranslation) throws {
        let op = try oldResize(node)
        if node.version >= 9 { return try node.finish(op, [try node.required(0), nil, try node.required(1)]) }
        guard let scales = try node.attributes.floats("scales") else {
            throw ONNXError("attribute 'scales' is missing")
        }
        let constant = node.add(constant: try Tensor(.float32, [scales.count], scales))
        try node.finish(op, [try node.required(0), nil, constant])
    }

    @Sendable private static func gridSample(_ node: NodeTranslation) throws {
        let mode: GridSample.Mode
        switch try node.attributes.string("mode", default: "linear") {
        case "linear", "bilinear": mode = .linear
        case "nearest": mode = .nearest
        case "cubic", "bicubic": mode = .cubic
        case let other: throw ONNXError("attribute 'mode' is '\(other)', which is not known")
        }
        let border: GridSample.Border
        switch try node.attributes.string("padding_mode", default: "zeros") {
        case "zeros": border = .zeros
        case "border": border = .edge
        case "reflection": border = .reflection
        case let other: throw ONNXError("attribute 'padding_mode' is '\(other)', which is not known")
        }
        let op = GridSample(mode: mode, border: border, alignsCorners: try node.attributes.flag("align_corners"))
        try node.finish(op, [try node.required(0), try node.required(1)])
    }

    @Sendable private static func roiAlign(_ node: NodeTranslation) throws {
        let attributes = node.attributes
        let usual = node.version < 16 ? "output_half_pixel" : "half_pixel"
        let op = RoiAlign(
            outputHeight: try attributes.integer("output_height", default: 1),
            outputWidth: try attributes.integer("output_width", default: 1),
            samplingRatio: try attributes.integer("sampling_ratio", default: 0),
            spatialScale: try attributes.float("spatial_scale", default: 1),
            takesMaximum: try attributes.string("mode", default: "avg") == "max",
            hasHalfPixelCentres: try attributes.string("coordinate_transformation_mode", default: usual) == "half_pixel"
        )
        try node.finish(op, [try node.required(0), try node.required(1), try node.required(2)])
    }
}
