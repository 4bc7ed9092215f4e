// Sampling at computed places: grids and regions of interest.
import CKernels
import Graphs
import Tensors

extension GridSample: Lowerable {
    public func lower(_ site: Site, _ builder: inout ProgramBuilder) throws(OperatorFailure) {
        let (type, grid, result) = (try site.inputType(0), try site.inputType(1), site.outputType())
        guard let run = arete_grid_sample(type.element.kernelType) else {
            throw .invalid("sampling of \(type.element) is not supported")
        }
        guard result.shape.elementCount > 0 else { return }
        guard type.shape.elementCount > 0 else { throw .invalid("there is nothing to sample in \(type)") }
        let rank = type.shape.rank - 2
        var plan = arete_grid_plan()
        plan.rank = rank
        (plan.batch, plan.channels) = (type.shape[0], type.shape[1])
        plan.places = result.shape.count(2..<result.shape.rank)
        plan.input = (type.shape[2], type.shape[3], rank == 3 ? type.shape[4] : 1)
        plan.align_corners = alignsCorners
        switch mode {
        case .nearest: plan.mode = ARETE_SAMPLE_NEAREST
        case .linear: plan.mode = ARETE_SAMPLE_LINEAR
        case .cubic: plan.mode = ARETE_SAMPLE_CUBIC
        }
        switch border {
        case .zeros: plan.border = ARETE_BORDER_ZEROS
        case .edge: plan.border = ARETE_BORDER_CLAMP
        case .reflection: plan.border = ARETE_BORDER_REFLECT
        }
        let (input, output, prepared) = (try site.input(0), site.output(), plan)
        let places = try builder.converted(try site.input(1), grid, to: type.element)
        builder.step(
            "grid sample", reads: [input, places], writes: [output], units: plan.batch * plan.places,
            grain: max(1, 1024 / max(1, plan.channels))
        ) { memory, range in
            withUnsafePointer(to: prepared) {
                run($0, memory[input], memory[places], memory[output], range.lowerBound, range.upperBound)
            }
        }
    }
}

extension RoiAlign: Lowerable {
    public func lower(_ site: Site, _ builder: inout ProgramBuilder) throws(OperatorFailure) {
        let type = try site.inputType(0)
        guard let run = arete_roi_align(type.element.kernelType) else {
            throw .invalid("regions of \(type.element) are not supported")
        }
        guard site.outputType().shape.elementCount > 0 else { return }
        var plan = arete_roi_plan()
        (plan.batch, plan.channels) = (type.shape[0], type.shape[1])
        (plan.height, plan.width) = (type.shape[2], type.shape[3])
        (plan.rows, plan.columns) = (outputHeight, outputWidth)
        plan.sampling_ratio = samplingRatio
        plan.spatial_scale = Double(spatialScale)
        plan.half_pixel = hasHalfPixelCentres
        plan.maximum = takesMaximum
        let (input, output, prepared) = (try site.input(0), site.output(), plan)
        let regions = try builder.converted(try site.input(1), try site.inputType(1), to: type.element)
        let images = try builder.converted(try site.input(2), try site.inputType(2), to: .int64)
        builder.step(
            "roi align", reads: [input, regions, images], writes: [output], units: try site.inputType(1).shape[0]
        ) { memory, range in
            let isValid = withUnsafePointer(to: prepared) {
                run(
                    $0, memory[input], memory[regions], memory[images, as: Int64.self], memory[output],
                    range.lowerBound,
                    range.upperBound)
            }
            if !isValid { memory.fail() }
        }
    }
}
