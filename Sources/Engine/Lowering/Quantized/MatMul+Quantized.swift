// Products of two integer matrices, with scales or as plain sums.
import CKernels
import Graphs
import Tensors

extension MatMul {
    func lowerQuantized(_ site: Site, _ builder: inout ProgramBuilder) throws(OperatorFailure) {
        let (a, b, output) = (try site.inputType(0), try site.inputType(1), site.outputType())
        guard let left = a.quantization, let right = b.quantization, left.isPerTensor, b.shape.rank >= 2,
            right.axis ?? columnAxis(b.shape) == columnAxis(b.shape), right.isPerTensor || b.shape.rank == 2,
            let entry = entry(a.element, b.element, output.element), output.quantization?.isPerTensor == true,
            a.element != .int16 || (builder.convention == .tflite && left.zeroPoint == 0 && right.zeroPoint == 0)
        else { return try lowerThroughFloat(site, &builder) }
        // LiteRT's default run leaves a second operand with zero points or a scale for each column to its own kernel.
        let isPlain = right.isPerTensor && right.zeroPoint == 0
        let rounding = Requantization.rounding(
            .convolution, input: a.element, bias: .int64, groups: 1, convention: builder.convention,
            arithmetic: isPlain ? builder.options.arithmetic : .exact)
        let requantization = try Requantization(
            rounding: rounding, input: left, inputElement: .uint8, weights: right, output: output, activation: .none,
            layer: .fullyConnected)
        let product = try IntegerProduct(site, &builder, self, entry: entry)
        let layer = try FullyConnectedLayer(
            rows: product.sizes.m, depth: product.sizes.k, channels: product.sizes.n, inputZeroPoint: left.zeroPoint,
            weights: right, requantization: requantization)
        try product.lower("matmul", site, &builder, layer, zeroPoints: nil)
    }

    /// The kernel for the types, `nil` where there is none. 16-bit products are summed in 64 bits.
    private func entry(_ a: ElementType, _ b: ElementType, _ output: ElementType) -> QuantizedEntry? {
        if a == .int16 { return output != .int16 ? nil : b == .int16 ? .s16s16 : b == .int8 ? .s16Wide : nil }
        guard output.byteCount == 1 else { return nil }
        return try? QuantizedEntry(input: a, weights: b, bias: nil)
    }

    /// The axis of b that the columns of the product run along.
    private func columnAxis(_ b: Shape) -> Int { transposesB ? b.rank - 2 : b.rank - 1 }
}

extension IntegerMatMul: Lowerable {
    public func lower(_ site: Site, _ builder: inout ProgramBuilder) throws(OperatorFailure) {
        if let layer = try IntegerLayer(self, site, builder),
            try layer.lower(arete_dynamic_output(), keeping: [], scale: nil, site, &builder)
        {
            return
        }
        let (a, b) = (try site.inputType(0), try site.inputType(1))
        let product = try IntegerProduct(
            site, &builder, MatMul(), entry: try QuantizedEntry(input: a.element, weights: b.element, bias: nil))
        let requantization = try Requantization(
            rounding: ARETE_ROUND_FLOAT, input: Quantization(scale: 1, zeroPoint: 0), inputElement: a.element,
            weights: Quantization(scale: 1, zeroPoint: 0), output: site.outputType(), activation: .none,
            layer: .fullyConnected)
        let layer = try FullyConnectedLayer(
            rows: product.sizes.m, depth: product.sizes.k, channels: product.sizes.n, inputZeroPoint: 0,
            weights: Quantization(scale: 1, zeroPoint: 0), requantization: requantization)
        try product.lower(
            "integer matmul", site, &builder, layer,
            zeroPoints: (
                try builder.zeroPoints(site, 2, counts: [1, product.sizes.m]),
                try builder.zeroPoints(site, 3, counts: [1, product.sizes.n])
            ))
    }
}

/// Zero points that are computed while the model runs, as int32.
struct ZeroPoints {
    var buffer: Buffer
    var count: Int
}

extension ProgramBuilder {
    /// Appends a step that widens the zero points of input `index`; `nil` where it is left out.
    mutating func zeroPoints(_ site: Site, _ index: Int, counts: [Int]) throws(OperatorFailure) -> ZeroPoints? {
        guard let source = site.optionalInput(index), let type = site.arguments.optionalType(index) else { return nil }
        let count = type.shape.elementCount
        guard counts.contains(count), let convert = arete_cast(type.element.kernelType, ARETE_INT32) else {
            throw .invalid(
                "input \(index) has \(count) zero points, \(counts.map(String.init).joined(separator: " or ")) are right"
            )
        }
        let target = temporary(bytes: count * 4)
        step("zero points", reads: [source], writes: [target]) { memory, _ in
            convert(memory[source], memory[target], 0, count)
        }
        return ZeroPoints(buffer: target, count: count)
    }
}

/// Products of a batch of integer matrices on the fully connected kernel, which wants both operands in rows of depth K.
private struct IntegerProduct {
    let sizes: MatMul.Sizes
    private let left: Buffer
    private let right: Buffer
    private let offsets: BatchOffsets
    private let kernel: arete_fully_connected_function

    init(_ site: Site, _ builder: inout ProgramBuilder, _ op: MatMul, entry: QuantizedEntry) throws(OperatorFailure) {
        let (a, b) = (try site.inputType(0), try site.inputType(1))
        sizes = try op.sizes(a.shape, b.shape)
        offsets = try BatchOffsets(sizes, a: a.shape, b: b.shape)
        left =
            op.transposesA && a.shape.rank > 1
            ? try builder.swappedLastAxes(try site.input(0), a, constant: site.optionalConstant(0))
            : try site.input(0)
        right =
            op.transposesB || b.shape.rank < 2
            ? try site.input(1)
            : try builder.swappedLastAxes(try site.input(1), b, constant: site.optionalConstant(1))
        guard let kernel = builder.kernels.matmul[entry] else {
            throw .invalid("\(a.element) by \(b.element) is not supported")
        }
        self.kernel = kernel
    }

    func lower(
        _ kind: String, _ site: Site, _ builder: inout ProgramBuilder, _ layer: FullyConnectedLayer,
        zeroPoints: (a: ZeroPoints?, b: ZeroPoints?)?
    ) throws(OperatorFailure) {
        let scratch = builder.workerScratch(bytes: layer.scratchBytes)
        let (left, right, output, offsets, sizes, kernel) = (left, right, site.output(), offsets, sizes, kernel)
        let (a, b) = (zeroPoints?.a, zeroPoints?.b)
        let (aBuffer, aCount) = (a?.buffer, a?.count ?? 0)
        let (bBuffer, bCount) = (b?.buffer, b?.count ?? 0)
        let size = site.outputType().element.byteCount
        let (aSize, bSize) = (try site.inputType(0).element.byteCount, try site.inputType(1).element.byteCount)
        // A zero point for each row of a makes each row a product of its own.
        let rows = aCount > 1 ? 1 : sizes.m
        let blocks = rows == 0 ? 0 : sizes.m / rows
        builder.step(
            "\(kind) \(sizes.m)x\(sizes.k)x\(sizes.n)", reads: [left, right] + [aBuffer, bBuffer].compactMap { $0 },
            writes: [output],
            scratch: scratch, units: offsets.count * blocks
        ) { memory, range in
            for unit in range {
                let (batch, block) = (unit / blocks, unit % blocks)
                var current = layer.parameters
                current.rows = rows
                if let aBuffer { current.input_zero_point = memory[aBuffer, as: Int32.self][aCount > 1 ? block : 0] }
                if let bBuffer {
                    current.weight_zero_points = UnsafePointer(memory[bBuffer, as: Int32.self])
                    current.weight_zero_point_step = bCount > 1 ? 1 : 0
                }
                kernel(
                    &current, memory[left] + (offsets.a[batch] + block * rows * sizes.k) * aSize,
                    memory[right] + offsets.b[batch] * bSize, nil,
                    memory[output] + (batch * sizes.m + block * rows) * sizes.n * size, 0, sizes.n, memory[scratch])
            }
        }
    }
}

extension ProgramBuilder {
    /// A buffer with its last two axes swapped: at load where it is `constant`, by a step otherwise.
    mutating func swappedLastAxes(
        _ buffer: Buffer, _ type: TensorType, constant: Tensor?
    ) throws(OperatorFailure) -> Buffer {
        let rank = type.shape.rank
        var order = Array(0..<rank)
        order.swapAt(rank - 1, rank - 2)
        guard type.shape.elementCount > 0 else { return temporary(bytes: type.byteCount) }
        let nest = try LoopNest(count: type.shape.elementCount) {
            arete_nest_transpose($0, rank, type.shape.dimensions, order, type.element.byteCount)
        }
        let shape = Shape(order.map { type.shape[$0] })
        return try laidOut("transpose", buffer, TensorType(type.element, shape), constant: constant, nest)
    }
}
