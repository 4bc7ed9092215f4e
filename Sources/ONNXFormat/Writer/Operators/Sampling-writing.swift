// Sampling on another grid, back into the file.
import Graphs
import Tensors

extension OperatorTable {
    static func samplingWriting(_ op: any Operator) -> WritingRule? {
        switch op {
        case let op as GridSample: return { write($0, op) }
        case let op as Resize: return { try write($0, op) }
        case let op as RoiAlign: return { write($0, op) }
        default: return nil
        }
    }

    private static func write(_ node: NodeWriting, _ op: Resize) throws {
        var attributes: [WrittenAttribute] = []
        var coordinates = op.coordinates
        switch op.mode {
        case .linear: attributes.append(.string("mode", "linear"))
        case .cubic:
            attributes += [.string("mode", "cubic"), .float("cubic_coeff_a", op.cubicCoefficient)]
            if op.excludesOutside { attributes.append(.flag("exclude_outside", true)) }
        case .nearest(.byScale): return try writeRoundedByScale(node)
        case .nearest(var rounding):
            // The old half pixel centres lie half a pixel further on, so that rounding down there is rounding to the nearest here.
            if coordinates == .halfPixelForNearest {
                guard rounding == .floor else {
                    throw ONNXError("old half pixel centres are written rounded down only")
                }
                (coordinates, rounding) = (.halfPixel, .preferCeil)
            }
            attributes += nearest(rounding)
        }
        attributes.append(.string("coordinate_transformation_mode", try name(node, coordinates)))
        if coordinates == .cropAndResize { attributes.append(.float("extrapolation_value", op.extrapolationValue)) }
        if let axes = op.axes {
            node.require(18)
            attributes.append(.integers("axes", axes))
        }
        if op.antialiases {
            node.require(18)
            attributes.append(.flag("antialias", true))
        }
        if op.aspect != .stretch {
            node.require(18)
            let policy = op.aspect == .notLarger ? "not_larger" : "not_smaller"
            attributes.append(.string("keep_aspect_ratio_policy", policy))
        }
        // Old files give an empty list for what they leave out.
        let hasSizes = node.has(3) && node.shape(3)?.elementCount != 0
        let region = coordinates == .cropAndResize ? node.input(1) : ""
        let extent = hasSizes ? ["", try node.int64(3)] : [node.input(2)]
        node.finish("Resize", [node.input(0), region] + extent, attributes)
    }

    private static func nearest(_ rounding: Resize.Rounding) -> [WrittenAttribute] {
        let name: String
        switch rounding {
        case .preferFloor: name = "round_prefer_floor"
        case .preferCeil: name = "round_prefer_ceil"
        case .floor, .byScale: name = "floor"
        case .ceil: name = "ceil"
        }
        return [.string("mode", "nearest"), .string("nearest_mode", name)]
    }

    /// Axes that grow are rounded down, those that shrink up: one operator each, unless it is known that one suffices.
    private static func writeRoundedByScale(_ node: NodeWriting) throws {
        let asymmetric = WrittenAttribute.string("coordinate_transformation_mode", "asymmetric")
        let (growing, shrinking) = (nearest(.floor) + [asymmetric], nearest(.ceil) + [asymmetric])
        let (data, scales) = (node.input(0), node.input(2))
        if let known = node.constant(2)?.floats {
            if known.allSatisfy({ $0 >= 1 }) { return node.finish("Resize", [data, "", scales], growing) }
            if known.allSatisfy({ $0 <= 1 }) { return node.finish("Resize", [data, "", scales], shrinking) }
        }
        let one = node.initializer(try Tensor(.float32, .scalar, [Float(1)]))
        let larger = node.intermediate("Resize", [data, "", node.intermediate("Max", [scales, one])], growing)
        node.finish("Resize", [larger, "", node.intermediate("Min", [scales, one])], shrinking)
    }

    private static func name(_ node: NodeWriting, _ coordinates: Resize.Coordinates) throws -> String {
        switch coordinates {
        case .halfPixel: return "half_pixel"
        case .halfPixelSymmetric:
            node.require(19)
            return "half_pixel_symmetric"
        case .pytorchHalfPixel: return "pytorch_half_pixel"
        case .alignCorners: return "align_corners"
        case .asymmetric: return "asymmetric"
        case .cropAndResize: return "tf_crop_and_resize"
        case .halfPixelForNearest: throw ONNXError("old half pixel centres are for nearest neighbours only")
        }
    }

    private static func write(_ node: NodeWriting, _ op: GridSample) {
        // Volumes are known since version 20, which renamed the modes.
        if let rank = node.shape(0)?.rank, rank > 4 { node.require(20) }
        let isNew = node.version >= 20
        let mode: String
        switch op.mode {
        case .linear: mode = isNew ? "linear" : "bilinear"
        case .nearest: mode = "nearest"
        case .cubic: mode = isNew ? "cubic" : "bicubic"
        }
        let border: String
        switch op.border {
        case .zeros: border = "zeros"
        case .edge: border = "border"
        case .reflection: border = "reflection"
        }
        let attributes: [WrittenAttribute] = [
            .string("mode", mode), .string("padding_mode", border), .flag("align_corners", op.alignsCorners),
        ]
        node.finish("GridSample", node.inputs(2), attributes)
    }

    private static func write(_ node: NodeWriting, _ op: RoiAlign) {
        let attributes: [WrittenAttribute] = [
            .integer("output_height", op.outputHeight), .integer("output_width", op.outputWidth),
            .integer("sampling_ratio", op.samplingRatio), .float("spatial_scale", op.spatialScale),
            .string("mode", op.takesMaximum ? "max" : "avg"),
            .string("coordinate_transformation_mode", op.hasHalfPixelCentres ? "half_pixel" : "output_half_pixel"),
        ]
        node.finish("RoiAlign", node.inputs(3), attributes)
    }
}
