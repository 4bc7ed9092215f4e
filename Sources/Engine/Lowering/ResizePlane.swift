// Linear resizing of height and width together, in the order in which ONNX Runtime blends.
import CKernels
import Graphs
import Tensors

extension Resize {
    /// Appends one step for two neighbouring axes of a float tensor; `false` where the general way is needed.
    func lowerPlane(
        _ site: Site, _ builder: inout ProgramBuilder, _ axes: [(index: Int, kernel: arete_resize_axis)]
    ) throws(OperatorFailure) -> Bool {
        let (type, result) = (try site.inputType(0), site.outputType())
        guard mode == .linear, coordinates != .cropAndResize, !antialiases, !excludesOutside, type.element == .float32,
            axes.count == 2, axes[1].index == axes[0].index + 1,
            let rows = Taps(axes[0].kernel), let columns = Taps(axes[1].kernel)
        else { return false }
        let first = axes[0].index
        let inner = Shape(Array(type.shape.dimensions[(first + 2)...])).elementCount
        let outer = Shape(Array(type.shape.dimensions[..<first])).elementCount
        let (rowTable, rowWeights) = (
            try builder.constant(.int32, rows.positions), try builder.constant(.float32, rows.weights)
        )
        let (columnTable, columnWeights) = (
            try builder.constant(.int32, columns.positions), try builder.constant(.float32, columns.weights)
        )
        let (height, width) = (type.shape[first], type.shape[first + 1])
        let (outputHeight, outputWidth) = (result.shape[first], result.shape[first + 1])
        let (input, output) = (try site.input(0), site.output())
        builder.step(
            "resize linear float32", reads: [input, rowTable, rowWeights, columnTable, columnWeights], writes: [output],
            units: outer * outputHeight, grain: max(1, 4096 / max(1, outputWidth * inner))
        ) { memory, range in
            var plane = arete_resize_plane(
                height: height, width: width, output_height: outputHeight, output_width: outputWidth, inner: inner,
                rows: memory[rowTable, as: Int32.self], columns: memory[columnTable, as: Int32.self],
                row_weights: memory[rowWeights, as: Float.self], column_weights: memory[columnWeights, as: Float.self])
            arete_resize_plane_f32(
                &plane, memory[input, as: Float.self], memory[output, as: Float.self], range.lowerBound,
                range.upperBound)
        }
        return true
    }

    /// Two positions and weights for each output of an axis; `nil` where the axis has another number of taps.
    private struct Taps {
        var positions: [Int32]
        var weights: [Float]

        init?(_ axis: arete_resize_axis) {
            var axis = axis
            guard arete_resize_taps(&axis) == 2 else { return nil }
            positions = [Int32](repeating: 0, count: 2 * axis.output)
            var exact = [Double](repeating: 0, count: 2 * axis.output)
            arete_resize_table(&axis, &positions, &exact)
            guard positions.allSatisfy({ $0 >= 0 }) else { return nil }
            weights = exact.map(Float.init)
        }
    }
}
