// Float matrix products on OpenBLAS, in bands that do not depend on the number of threads.
import CKernels
import COpenBLAS
import Graphs
import Tensors

extension FullyConnected: Lowerable {
    public func lower(_ site: Site, _ builder: inout ProgramBuilder) throws(OperatorFailure) {
        if try isQuantized(site) { return try lowerQuantized(site, &builder) }
        let (data, weights) = (try site.inputType(0), try site.inputType(1))
        if data.element.isFloat, weights.element.isInteger { return try lowerHybrid(site, &builder) }
        guard data.element == .float32, weights.element == .float32 else {
            throw .invalid("\(data.element) data with \(weights.element) weights is not supported")
        }
        let (channels, depth) = (weights.shape[0], weights.shape[1])
        let rows = depth == 0 ? 0 : data.shape.elementCount / depth
        let (input, weight, output, bias) = (try site.input(0), try site.input(1), site.output(), site.optionalInput(2))
        let isClamp = activation == .none || activation.bounds != nil
        let bounds = activation.bounds ?? (-.infinity, .infinity)
        let kind = "fully connected \(depth)->\(channels) float32"
        if bias == nil || site.optionalConstant(2) != nil,
            let packed = PackedProduct(
                rows: rows, weights: site.optionalConstant(1), bias: site.optionalConstant(2), bounds: bounds, builder)
        {
            try packed.lower(kind, input: input, output: output, &builder)
            if !isClamp { try builder.activate(activation, output, site.outputType()) }
            return
        }
        try BLAS.load()
        let band = 64
        builder.step(
            kind, reads: [input, weight] + (bias.map { [$0] } ?? []),
            writes: [output],
            units: (channels + band - 1) / band, grain: max(1, 65536 / max(1, rows * depth * band))
        ) { memory, range in
            for unit in range {
                let first = unit * band
                let count = min(band, channels - first)
                let result = memory[output, as: Float.self] + first
                arete_sgemm(
                    CblasRowMajor, CblasNoTrans, CblasTrans, Int32(rows), Int32(count), Int32(depth), 1,
                    memory[input, as: Float.self], Int32(depth), memory[weight, as: Float.self] + first * depth,
                    Int32(depth), 0,
                    result, Int32(channels))
                arete_f32_finish(
                    result, rows, count, channels, bias.map { UnsafePointer(memory[$0, as: Float.self] + first) },
                    false,
                    bounds.low, bounds.high)
            }
        }
        if !isClamp { try builder.activate(activation, output, site.outputType()) }
    }
}

extension MatMul: Lowerable {
    public func lower(_ site: Site, _ builder: inout ProgramBuilder) throws(OperatorFailure) {
        if try isQuantized(site) { return try lowerQuantized(site, &builder) }
        let (a, b) = (try site.inputType(0), try site.inputType(1))
        let sizes = try sizes(a.shape, b.shape)
        guard a.element == .float32, b.element == .float32 else {
            return try builder.product(
                site, to: site.output(), transposesA: transposesA, transposesB: transposesB)
        }
        try lowerProduct(site, &builder, sizes, a.shape, b.shape)
    }

    private func lowerProduct(
        _ site: Site, _ builder: inout ProgramBuilder, _ sizes: Sizes, _ a: Shape, _ b: Shape
    ) throws(OperatorFailure) {
        let (left, right, output) = (try site.input(0), try site.input(1), site.output())
        let offsets = try BatchOffsets(sizes, a: a, b: b)
        let (m, k, n) = (sizes.m, sizes.k, sizes.n)
        let (transposesA, transposesB) = (transposesA, transposesB)
        let kind = "matmul \(m)x\(k)x\(n) float32"
        if b.rank == 2, k > 0, !transposesA || a.rank == 1,
            let packed = PackedProduct(
                rows: a.elementCount / k, weights: site.optionalConstant(1), isTransposed: !transposesB, builder)
        {
            return try packed.lower(kind, input: left, output: output, &builder)
        }
        try BLAS.load()
        let band = 64
        let bands = (m + band - 1) / band
        builder.step(
            kind, reads: [left, right], writes: [output],
            units: n == 0 ? 0 : offsets.count * bands,
            grain: max(1, 65536 / max(1, min(m, band) * k * n))
        ) { memory, range in
            for unit in range {
                let (batch, first) = (unit / bands, unit % bands * band)
                let count = min(band, m - first)
                let rows = memory[left, as: Float.self] + offsets.a[batch] + (transposesA ? first : first * k)
                let columns = memory[right, as: Float.self] + offsets.b[batch]
                let result = memory[output, as: Float.self] + batch * m * n + first * n
                guard k > 0 else {
                    result.update(repeating: 0, count: count * n)
                    continue
                }
                arete_sgemm(
                    CblasRowMajor, transposesA ? CblasTrans : CblasNoTrans, transposesB ? CblasTrans : CblasNoTrans,
                    Int32(count),
                    Int32(n), Int32(k), 1, rows, Int32(transposesA ? m : k), columns, Int32(transposesB ? k : n), 0,
                    result, Int32(n))
            }
        }
    }
}

/// Where each product of a batch starts in both inputs, in elements.
struct BatchOffsets: Sendable {
    let a: [Int]
    let b: [Int]
    var count: Int { a.count }

    init(_ sizes: MatMul.Sizes, a: Shape, b: Shape) throws(OperatorFailure) {
        let count = sizes.batch.elementCount
        guard count < 1 << 24 else { throw .invalid("a batch of \(count) products is too large") }
        func offsets(_ shape: Shape, matrix: Int) -> [Int] {
            let own = Shape(Array(shape.dimensions.dropLast(2)))
            let strides = own.strides
            return (0..<count).map { index in
                var (rest, offset) = (index, 0)
                for axis in stride(from: sizes.batch.rank - 1, through: 0, by: -1) {
                    let position = rest % sizes.batch[axis]
                    rest /= sizes.batch[axis]
                    let ownAxis = axis - sizes.batch.rank + own.rank
                    if ownAxis >= 0, own[ownAxis] != 1 { offset += position * strides[ownAxis] * matrix }
                }
                return offset
            }
        }
        self.a = offsets(a, matrix: sizes.m * sizes.k)
        self.b = offsets(b, matrix: sizes.k * sizes.n)
    }
}

extension Gemm: Lowerable {
    public func lower(_ site: Site, _ builder: inout ProgramBuilder) throws(OperatorFailure) {
        let (a, b) = (try site.inputType(0), try site.inputType(1))
        if a.quantization != nil { return try lowerThroughFloat(site, &builder) }
        guard a.element == .float32, b.element == .float32 else { return try lowerSmall(site, &builder) }
        let sizes = try MatMul(transposesA: transposesA, transposesB: transposesB).sizes(a.shape, b.shape)
        let (left, right, output) = (try site.input(0), try site.input(1), site.output())
        let (m, k, n) = (sizes.m, sizes.k, sizes.n)
        let kind = "gemm \(m)x\(k)x\(n) float32"
        let term = site.optionalConstant(2)
        if !transposesA, alpha == 1,
            site.optionalInput(2) == nil || term != nil && beta == 1 && term?.shape.isRow == true,
            let packed = PackedProduct(
                rows: m, weights: site.optionalConstant(1), isTransposed: !transposesB, bias: term, builder)
        {
            return try packed.lower(kind, input: left, output: output, &builder)
        }
        let added = try site.optionalInput(2).map { buffer throws(OperatorFailure) in
            (
                buffer,
                try LoopNest(
                    over: sizes.output,
                    operands: [
                        (.float32, sizes.output), (.float32, sizes.output), (.float32, try site.inputType(2).shape),
                    ])
            )
        }
        let (alpha, beta, transposesA, transposesB) = (alpha, beta, transposesA, transposesB)
        try BLAS.load()
        let band = 64
        builder.step(
            kind, reads: [left, right], writes: [output],
            units: n == 0 ? 0 : (m + band - 1) / band, grain: max(1, 65536 / max(1, min(m, band) * k * n))
        ) { memory, range in
            for unit in range {
                let first = unit * band
                let count = min(band, m - first)
                let result = memory[output, as: Float.self] + first * n
                guard k > 0 else {
                    result.update(repeating: 0, count: count * n)
                    continue
                }
                arete_sgemm(
                    CblasRowMajor, transposesA ? CblasTrans : CblasNoTrans, transposesB ? CblasTrans : CblasNoTrans,
                    Int32(count),
                    Int32(n), Int32(k), alpha, memory[left, as: Float.self] + (transposesA ? first : first * k),
                    Int32(transposesA ? m : k), memory[right, as: Float.self], Int32(transposesB ? k : n), 0, result,
                    Int32(n))
            }
        }
        guard let (term, nest) = added, beta != 0 else { return }
        let scaled: Buffer
        if beta == 1 {
            scaled = term
        } else {
            let count = try site.inputType(2).shape.elementCount
            scaled = builder.temporary(bytes: count * 4)
            let target = scaled
            builder.step("scale", reads: [term], writes: [target], units: count, grain: 16384) { memory, range in
                for index in range {
                    memory[target, as: Float.self][index] = beta * memory[term, as: Float.self][index]
                }
            }
        }
        guard let row = arete_binary(ARETE_BINARY_ADD, ARETE_FLOAT32) else { throw .invalid("no kernel adds float32") }
        builder.step("add", reads: [output, scaled], writes: [output], units: nest.count, grain: 16384) {
            memory, range in
            nest.withNest {
                arete_binary_broadcast(
                    row, $0, memory[output], memory[output], memory[scaled], range.lowerBound, range.upperBound)
            }
        }
    }
}

extension Shape {
    /// Whether all dimensions but the last are 1.
    fileprivate var isRow: Bool { dimensions.dropLast().allSatisfy { $0 == 1 } }
}

extension Gemm {
    /// The types that OpenBLAS does not compute: product, factor and term one after the other.
    private func lowerSmall(_ site: Site, _ builder: inout ProgramBuilder) throws(OperatorFailure) {
        let (result, output) = (site.outputType(), site.output())
        try builder.product(site, to: output, transposesA: transposesA, transposesB: transposesB)
        try builder.scale(output, result, by: alpha, to: output)
        guard beta != 0, var term = site.optionalInput(2), let type = site.arguments.optionalType(2) else { return }
        if beta != 1 {
            let scaled = builder.temporary(bytes: type.byteCount)
            try builder.scale(term, type, by: beta, to: scaled)
            term = scaled
        }
        guard let row = arete_binary(ARETE_BINARY_ADD, result.element.kernelType) else {
            throw .invalid("no kernel adds \(result.element)")
        }
        let added = term
        let nest = try LoopNest(
            over: result.shape,
            operands: [(result.element, result.shape), (result.element, result.shape), (type.element, type.shape)])
        builder.step(
            "add \(result.element)", reads: [output, added], writes: [output], units: nest.count, grain: 16384
        ) { memory, range in
            nest.withNest {
                arete_binary_broadcast(
                    row, $0, memory[output], memory[output], memory[added], range.lowerBound, range.upperBound)
            }
        }
    }
}

extension ProgramBuilder {
    /// Appends a step for the matrix product of inputs 0 and 1 of any one type.
    fileprivate mutating func product(
        _ site: Site, to output: Buffer, transposesA: Bool, transposesB: Bool
    ) throws(OperatorFailure) {
        let (a, b) = (try site.inputType(0), try site.inputType(1))
        let rows = a.shape.rank == 1 ? [1] + a.shape.dimensions : a.shape.dimensions
        let columns = b.shape.rank == 1 ? b.shape.dimensions + [1] : b.shape.dimensions
        var plan = arete_product_plan()
        guard a.element == b.element, let run = arete_product(a.element.kernelType),
            arete_product_begin(
                &plan, rows.count, rows, transposesA && a.shape.rank > 1, columns.count, columns,
                transposesB && b.shape.rank > 1)
        else { throw .invalid("a matrix product of \(a) and \(b) is not supported") }
        let (left, right, prepared) = (try site.input(0), try site.input(1), plan)
        step(
            "matmul \(a.element)", reads: [left, right], writes: [output],
            units: site.outputType().shape.elementCount == 0 ? 0 : arete_product_rows(&plan),
            grain: max(1, 65536 / max(1, plan.columns * plan.depth))
        ) { memory, range in
            withUnsafePointer(to: prepared) {
                run($0, memory[left], memory[right], memory[output], range.lowerBound, range.upperBound)
            }
        }
    }

    /// Appends a step that multiplies each element by a factor; none for a factor of 1 in place.
    fileprivate mutating func scale(_ source: Buffer, _ type: TensorType, by factor: Float, to target: Buffer)
        throws(OperatorFailure)
    {
        if factor == 1, source == target { return }
        guard let run = arete_parametric(ARETE_PARAMETRIC_AFFINE, type.element.kernelType) else {
            throw .invalid("a factor of \(factor) on \(type.element) is not supported")
        }
        let parameters = arete_parameters(a: Double(factor), b: 0)
        step("scale \(type.element)", reads: [source], writes: [target], units: type.shape.elementCount, grain: 16384) {
            memory, range in
            withUnsafePointer(to: parameters) {
                run(memory[source], memory[target], range.lowerBound, range.upperBound, $0)
            }
        }
    }
}
