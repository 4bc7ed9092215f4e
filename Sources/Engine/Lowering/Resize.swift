// Resizing, one axis after the other, through tables that are made at load.
import CKernels
import Graphs
import Tensors

extension Resize: Lowerable {
    public func lower(_ site: Site, _ builder: inout ProgramBuilder) throws(OperatorFailure) {
        let (type, result) = (try site.inputType(0), site.outputType())
        var isNearest = false
        if case .nearest = mode { isNearest = true }
        if type.quantization != nil,
            !isNearest || type.quantization != result.quantization || coordinates == .cropAndResize
        {
            return try lowerQuantized(site, &builder)
        }
        guard result.shape.elementCount > 0 else { return }
        var axes: [(index: Int, kernel: arete_resize_axis)] = []
        for (index, axis) in try resolvedAxes(site.arguments).enumerated() where !isIdentity(axis) {
            guard axis.input > 0 else { throw .invalid("axis \(index) of \(type.shape) is empty") }
            axes.append((index, try kernelAxis(axis)))
        }
        if try lowerPlane(site, &builder, axes) { return }
        var passes: [ResizePass] = []
        for axis in axes { passes.append(try ResizePass(axis: axis.index, axis.kernel)) }
        try builder.resize(site, passes, extrapolation: extrapolationValue, "resize")
    }

    private func isIdentity(_ axis: Axis) -> Bool {
        axis.input == axis.output && axis.scale == 1 && axis.start == 0 && axis.end == 1
    }

    private func kernelAxis(_ axis: Axis) throws(OperatorFailure) -> arete_resize_axis {
        var kernel = arete_resize_axis()
        switch mode {
        case .nearest(let rounding):
            kernel.mode = ARETE_RESIZE_NEAREST
            kernel.nearest = try nearest(rounding, shrinks: axis.scale < 1)
        case .linear: kernel.mode = ARETE_RESIZE_LINEAR
        case .cubic: kernel.mode = ARETE_RESIZE_CUBIC
        }
        kernel.coordinates =
            switch coordinates {
            case .halfPixel, .halfPixelForNearest: ARETE_COORDINATE_HALF_PIXEL
            case .halfPixelSymmetric: ARETE_COORDINATE_HALF_PIXEL_SYMMETRIC
            case .pytorchHalfPixel: ARETE_COORDINATE_PYTORCH_HALF_PIXEL
            case .alignCorners: ARETE_COORDINATE_ALIGN_CORNERS
            case .asymmetric: ARETE_COORDINATE_ASYMMETRIC
            case .cropAndResize: ARETE_COORDINATE_CROP_AND_RESIZE
            }
        (kernel.input, kernel.output) = (axis.input, axis.output)
        (kernel.start, kernel.end) = (Double(axis.start), Double(axis.end))
        // A scale that is a rounded quotient of sizes stands for the quotient.
        let isQuotient = Float(axis.output) / Float(axis.input) == axis.scale
        kernel.scale = isQuotient ? Double(axis.output) / Double(axis.input) : Double(axis.scale)
        kernel.cubic = Double(cubicCoefficient)
        kernel.exclude_outside = excludesOutside
        kernel.antialias = antialiases
        return kernel
    }

    /// TensorFlow's old centres lie half an element behind those of half pixels, which another rounding makes up for.
    private func nearest(_ rounding: Rounding, shrinks: Bool) throws(OperatorFailure) -> arete_nearest_mode {
        switch (rounding, coordinates == .halfPixelForNearest) {
        case (.byScale, _): shrinks ? ARETE_NEAREST_CEIL : ARETE_NEAREST_FLOOR
        case (.floor, true), (.preferCeil, false): ARETE_NEAREST_ROUND_PREFER_CEIL
        case (.preferFloor, true), (.ceil, false): ARETE_NEAREST_CEIL
        case (.floor, false): ARETE_NEAREST_FLOOR
        case (.preferFloor, false): ARETE_NEAREST_ROUND_PREFER_FLOOR
        case (.ceil, true), (.preferCeil, true):
            throw .invalid("this rounding of old half pixel centres is not supported")
        }
    }
}

extension ResizeImage: Lowerable {
    public func lower(_ site: Site, _ builder: inout ProgramBuilder) throws(OperatorFailure) {
        let (type, result) = (try site.inputType(0), site.outputType())
        if type.quantization != nil, isBilinear || type.quantization != result.quantization {
            return try lowerQuantized(site, &builder)
        }
        guard type.element == result.element, result.shape.elementCount > 0 else {
            throw .invalid("\(type) cannot be resized to \(result)")
        }
        var passes: [ResizePass] = []
        for axis in 1...2 where isBilinear || type.shape[axis] != result.shape[axis] {
            let (input, output) = (type.shape[axis], result.shape[axis])
            var index = [Int32](repeating: 0, count: isBilinear ? 2 * output : output)
            var weight = [Double](repeating: 1, count: index.count)
            if isBilinear {
                arete_resize_table_linear_tflite(input, output, alignsCorners, hasHalfPixelCentres, &index, &weight)
            } else {
                arete_resize_table_nearest_tflite(input, output, alignsCorners, hasHalfPixelCentres, &index)
            }
            passes.append(
                ResizePass(
                    axis: axis, output: output, taps: isBilinear ? 2 : 1, index: index, weight: weight,
                    copies: !isBilinear))
        }
        try builder.resize(site, passes, extrapolation: 0, "resize image")
    }
}

/// How one axis of a tensor changes its size.
private struct ResizePass {
    var axis: Int
    var output: Int
    /// Input elements that make one output element, with their places and weights.
    var taps: Int
    var index: [Int32]
    var weight: [Double]
    /// Whether elements are taken as they are.
    var copies: Bool
}

extension ResizePass {
    /// The pass that ONNX's rules give.
    init(axis: Int, _ kernel: arete_resize_axis) throws(OperatorFailure) {
        var kernel = kernel
        let taps = arete_resize_taps(&kernel)
        let (count, overflow) = taps.multipliedReportingOverflow(by: kernel.output)
        guard taps > 0, !overflow, count < 1 << 28 else {
            throw .invalid("axis \(axis) cannot be scaled by \(kernel.scale)")
        }
        var index = [Int32](repeating: 0, count: count)
        var weight = [Double](repeating: 0, count: count)
        arete_resize_table(&kernel, &index, &weight)
        self.init(
            axis: axis, output: kernel.output, taps: taps, index: index, weight: weight,
            copies: kernel.mode == ARETE_RESIZE_NEAREST)
    }
}

extension ProgramBuilder {
    /// A copy that repeats every element of the axes of `passes` a whole number of times; `nil` where they do something else.
    private func repeating(_ passes: [ResizePass], _ type: TensorType, _ result: TensorType) -> LoopNest? {
        var factors = [Int](repeating: 1, count: type.shape.rank)
        for pass in passes {
            let size = type.shape[pass.axis]
            guard pass.copies, size > 0, pass.output % size == 0, pass.output > size,
                pass.index.indices.allSatisfy({ pass.index[$0] == Int32($0 / (pass.output / size)) })
            else { return nil }
            factors[pass.axis] = pass.output / size
        }
        let (bytes, last) = (type.element.byteCount, passes.map(\.axis).max() ?? 0)
        let (from, to) = (type.shape.strides, result.shape.strides)
        return try? LoopNest(count: result.shape.elementCount) { nest in
            arete_nest_begin(nest, 2)
            func append(_ extent: Int, _ strides: [Int]) -> Bool { arete_nest_append(nest, extent, strides) }
            for (axis, factor) in factors.enumerated() {
                let apart = [factor * to[axis] * bytes, from[axis] * bytes]
                // Repetitions of the last axis go outside, so that rows of what is inside it are copied many at a time; where
                // that is nothing, each element is written several times.
                let isOutside = axis == last && to[axis] > 1
                guard !isOutside || append(factor, [to[axis] * bytes, 0]), append(type.shape[axis], apart),
                    isOutside || factor == 1 || append(factor, [to[axis] * bytes, 0])
                else { return false }
            }
            arete_nest_simplify(nest)
            return true
        }
    }

    /// Appends the passes that make output 0 of input 0, the last axis first.
    fileprivate mutating func resize(
        _ site: Site, _ passes: [ResizePass], extrapolation: Float, _ kind: String
    ) throws(OperatorFailure) {
        var (source, type) = (try site.input(0), try site.inputType(0))
        guard site.outputType().element == type.element else {
            throw .invalid("\(type.element) cannot be resized to \(site.outputType().element)")
        }
        if passes.isEmpty { return try copy(from: source, to: site.output(), bytes: type.byteCount, kind) }
        if let nest = repeating(passes, type, site.outputType()) {
            return try copy(kind, nest, of: type.element, from: source, to: site.output())
        }
        let outside: Buffer
        do throws(TensorError) { outside = constant(try Tensor(type.element, nearest: Double(extrapolation))) } catch {
            throw .invalid("\(error)")
        }
        for (number, pass) in passes.reversed().enumerated() {
            var resized = type
            resized.shape[pass.axis] = pass.output
            let target = number == passes.count - 1 ? site.output() : temporary(bytes: resized.byteCount)
            let (index, weight) = (try constant(.int32, pass.index), try constant(.float64, pass.weight))
            let inner = type.shape.count((pass.axis + 1)..<type.shape.rank)
            let (from, size) = (source, type.element.byteCount)
            let (input, output, taps) = (type.shape[pass.axis], pass.output, pass.taps)
            let blend = arete_resize(type.element.kernelType)
            guard pass.copies || blend != nil else { throw .invalid("resizing \(type.element) is not supported") }
            let copies = pass.copies
            step(
                kind, reads: [from, index, weight, outside], writes: [target],
                units: inner == 0 ? 0 : resized.shape.elementCount / inner,
                grain: max(1, 8192 / max(1, inner * pass.taps))
            ) { memory, range in
                var form = arete_resize_pass(
                    input: input, output: output, inner: inner, taps: taps, index: memory[index, as: Int32.self],
                    weight: memory[weight, as: Double.self], extrapolation: Double(extrapolation))
                if copies {
                    arete_resize_nearest(
                        &form, size, memory[outside], memory[from], memory[target], range.lowerBound, range.upperBound)
                } else {
                    blend?(&form, memory[from], memory[target], range.lowerBound, range.upperBound)
                }
            }
            (source, type) = (target, resized)
        }
    }
}
