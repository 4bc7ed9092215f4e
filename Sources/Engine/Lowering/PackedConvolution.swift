// Layers with constant weights, which are laid out once for the kernel.
import CKernels
import Graphs
import Tensors

/// A convolution, or a fully connected layer as one, that a packed kernel computes.
struct PackedConvolution: @unchecked Sendable {
    private var layer = arete_packed_conv()
    private let kernel: arete_packed_conv_kernel
    private let weights: Tensor
    private let bias: Tensor?
    /// Bytes from the start of the output to the first result.
    private var outputOffset = 0

    /// The node's data, weights and bias; `nil` where the instruction set has no kernel for the layer, or its weights are not
    /// constant bytes.
    /// - Parameter conv: what it points to must outlive this value.
    init?(
        _ conv: arete_conv, kernel: arete_packed_conv_kernel, _ site: Site,
        bounds: (low: Float, high: Float) = (-.infinity, .infinity)
    ) {
        guard let data = site.arguments.optionalType(0), let weights = site.optionalConstant(1),
            site.optionalConstant(2) != nil || site.optionalInput(2) == nil
        else { return nil }
        self.init(
            conv, kernel: kernel, data: data.element, weights: weights, bias: site.optionalConstant(2),
            bounds: bounds)
    }

    init?(
        _ conv: arete_conv, kernel: arete_packed_conv_kernel, data: ElementType, weights: Tensor, bias: Tensor?,
        bounds: (low: Float, high: Float) = (-.infinity, .infinity), place: Place? = nil
    ) {
        guard kernel.run != nil, Self.takes(bias, of: data) else { return nil }
        switch data {
        case .float32: guard weights.element == .float32 else { return nil }
        case .int8, .uint8: guard weights.element.byteCount == 1 else { return nil }
        case .int16:
            guard weights.element == .int8 || weights.element == .int4, conv.weight_zero_points == nil,
                bias?.element != .int64 || conv.input_zero_point == 0 && weights.wordSumsFit(zeroPoint: 0)
            else { return nil }
        default: return nil
        }
        self.kernel = kernel
        self.weights = weights
        self.bias = bias
        if let bias, bias.element == .int64 {
            layer.wide = true
            layer.wide_bias = bias.baseAddress.assumingMemoryBound(to: Int64.self)
        }
        layer.conv = conv
        layer.input = data.kernelType
        layer.weights =
            switch weights.element {
            case .float32: ARETE_FLOAT32
            case .uint8, .uint4: ARETE_UINT8
            default: ARETE_INT8
            }
        (layer.low, layer.high) = bounds
        layer.input_stride = conv.window.input_channels * data.byteCount
        let place = place ?? Place(window: conv.window)
        layer.output_stride = place.pixelStride
        layer.output_row_stride = place.rowStride
        layer.output_image_stride = place.imageStride
        outputOffset = place.offset
        guard withUnsafePointer(to: layer, { kernel.takes($0) }) else { return nil }
    }

    /// Whether a layer of such data can have the bias.
    private static func takes(_ bias: Tensor?, of data: ElementType) -> Bool {
        guard let bias else { return true }
        return bias.element == (data == .float32 ? .float32 : .int32) || data == .int16 && bias.element == .int64
    }

    /// Where the results lie in the output, in elements; the offset in bytes.
    struct Place {
        var offset = 0
        var pixelStride, rowStride, imageStride: Int

        init(offset: Int, pixelStride: Int, rowStride: Int, imageStride: Int) {
            (self.offset, self.pixelStride) = (offset, pixelStride)
            (self.rowStride, self.imageStride) = (rowStride, imageStride)
        }

        /// One result after the other.
        init(window: arete_window) {
            pixelStride = window.output_channels
            rowStride = window.output_width * pixelStride
            imageStride = window.output_height * rowStride
        }
    }

    /// Appends the packed weights; gives what calls the kernel with them.
    func pack(_ builder: inout ProgramBuilder) throws(OperatorFailure) -> (call: PackedCall, weights: Buffer) {
        let packed = try builder.packedConstant(
            bytes: withUnsafePointer(to: layer) { kernel.packed_bytes($0) }
        ) { target in
            withUnsafePointer(to: layer) { layer in
                weights.withBytesOnce {
                    kernel.pack(layer, $0.baseAddress, layer.pointee.wide ? nil : bias?.baseAddress, target)
                }
            }
        }
        let call = PackedCall(layer: layer, kernel: kernel, outputOffset: outputOffset, wide: layer.wide ? bias : nil)
        return (call, packed)
    }

    /// Appends the packed weights and the step. `owner` holds what the layer's structure points to.
    /// - Parameter cut: how threads may share the layer.
    func lower(
        _ kind: String, input: Buffer, output: Buffer, _ builder: inout ProgramBuilder, keeping owner: some Sendable,
        dynamic: DynamicFinish? = nil, cut: ThreadShares.Cut = .rows
    ) throws(OperatorFailure) {
        let (call, packed) = try pack(&builder)
        if let dynamic {
            let scratch = builder.workerScratch(bytes: call.scratchBytes)
            let call = PreparedCall(call, keeping: owner)
            return builder.step(
                kind, reads: [input, packed] + dynamic.scales.buffers, writes: [output], scratch: scratch,
                units: call.units
            ) { memory, range in
                dynamic.withPointer(memory) { finish in
                    call.run(
                        memory[input], memory[packed], memory[output], range, memory[scratch], finish: finish)
                }
            }
        }
        let form = PackedForm(
            call: call, input: input, packed: packed, output: output, scratch: builder.temporary(bytes: 0),
            sharing: .init(threads: builder.options.threads, cut: cut, weights: weights.elementCount), owner: owner)
        builder.step(kind, reads: [input, packed], writes: [output, form.scratch], form: form)
    }
}

/// What a step of a packed kernel needs: not the weights as they came.
struct PackedCall: @unchecked Sendable {
    var layer: arete_packed_conv
    let kernel: arete_packed_conv_kernel
    /// Bytes from the start of the output to the first result.
    fileprivate(set) var outputOffset: Int
    /// What the layer's structure points to.
    fileprivate let wide: Tensor?
    /// What becomes of each byte of the result.
    private var table: Tensor?
    /// The function of each byte and another image's that comes after, and what becomes of its bytes.
    private var pair: (kernel: PairKernel, table: Tensor?)?

    fileprivate init(layer: arete_packed_conv, kernel: arete_packed_conv_kernel, outputOffset: Int, wide: Tensor?) {
        (self.layer, self.kernel) = (layer, kernel)
        (self.outputOffset, self.wide) = (outputOffset, wide)
    }

    /// The same layer with pixels in rows that lie apart; `nil` where they are not its pixels. `other` are those of the
    /// image that its results are paired with.
    func placed(input: Rows?, output: Rows?, other: Rows? = nil) -> PackedCall? {
        var result = self
        let window = layer.conv.window
        if let input {
            guard input.bytes == window.input_channels * dataBytes else { return nil }
            result.layer.input_stride = input.pitch
        }
        if let output {
            let element = resultBytes
            guard output.bytes == window.output_channels * element, output.pitch % element == 0 else { return nil }
            let (channels, pitch) = (window.output_channels, output.pitch / element)
            result.layer.output_stride = layer.output_stride / channels * pitch
            result.layer.output_row_stride = layer.output_row_stride / channels * pitch
            result.layer.output_image_stride = layer.output_image_stride / channels * pitch
            result.outputOffset = outputOffset / output.bytes * output.pitch
        }
        if let other {
            guard other.bytes == window.output_channels * resultBytes else { return nil }
            result.layer.pair.stride = other.pitch
            result.layer.pair.row_stride = window.output_width * other.pitch
            result.layer.pair.image_stride = window.output_height * result.layer.pair.row_stride
        }
        guard withUnsafePointer(to: result.layer, { kernel.takes($0) }) else { return nil }
        return result
    }

    /// The same layer whose results are looked up in a table; `nil` where they are not bytes.
    func followed(by table: TableForm) -> PackedCall? {
        guard dataBytes == 1, resultBytes == 1 else { return nil }
        var result = self
        let first = pair == nil ? self.table : pair?.table
        guard let entries = first.map(table.entries(after:)) ?? table.entries else { return nil }
        let address = UnsafePointer(entries.baseAddress.assumingMemoryBound(to: UInt8.self))
        if pair == nil {
            result.table = entries
            result.layer.table = address
        } else {
            result.pair?.table = entries
            result.layer.pair.table = address
        }
        result.layer.apply_table = table.apply
        guard withUnsafePointer(to: result.layer, { kernel.takes($0) }) else { return nil }
        return result
    }

    /// The same layer whose results, all next to each other, become the first operand of a function, or where it `swaps`
    /// the second one; `nil` where the kernel has no such results.
    func followed(by function: PairKernel, swaps: Bool) -> PackedCall? {
        let window = layer.conv.window
        let bytes = resultBytes
        guard bytes == 1 && dataBytes == 1 || layer.weights == ARETE_FLOAT32, pair == nil, outputOffset == 0,
            layer.output_stride == window.output_channels,
            layer.output_row_stride == window.output_width * layer.output_stride,
            layer.output_image_stride == window.output_height * layer.output_row_stride
        else { return nil }
        var result = self
        result.pair = (function, nil)
        result.layer.pair = arete_packed_pair(
            function: function.function, form: function.form, swaps: swaps, other: nil,
            stride: layer.output_stride * bytes, row_stride: layer.output_row_stride * bytes,
            image_stride: layer.output_image_stride * bytes, table: nil)
        guard withUnsafePointer(to: result.layer, { kernel.takes($0) }) else { return nil }
        return result
    }

    /// The same layer with signed bytes plus 128 as its data, or as its results; `nil` where they are none. The packed weights
    /// are the same.
    fileprivate func storingUnsigned(input: Bool, output: Bool) -> PackedCall? {
        var result = self
        if input {
            guard layer.input == ARETE_INT8 else { return nil }
            result.layer.input = ARETE_UINT8
            result.layer.conv.input_zero_point += 128
        }
        if output {
            guard dataBytes == 1, layer.conv.requantization.output == ARETE_INT8, table == nil, pair == nil else {
                return nil
            }
            result.layer.conv.requantization.output = ARETE_UINT8
            result.layer.conv.requantization.zero_point += 128
            result.layer.conv.requantization.minimum += 128
            result.layer.conv.requantization.maximum += 128
        }
        guard withUnsafePointer(to: result.layer, { kernel.takes($0) }) else { return nil }
        return result
    }

    /// Results.
    fileprivate var resultCount: Int {
        let window = layer.conv.window
        return window.batch * window.output_height * window.output_width * window.output_channels
    }

    /// The same layer with a function of its results; `nil` where they are not floats or have one already.
    func followed(by function: arete_float_function) -> PackedCall? {
        var result = self
        guard layer.weights == ARETE_FLOAT32, pair == nil,
            !withUnsafePointer(to: layer.function, arete_float_function_exists)
        else { return nil }
        result.layer.function = function
        return result
    }

    private var dataBytes: Int {
        switch layer.input {
        case ARETE_FLOAT32: 4
        case ARETE_INT16: 2
        default: 1
        }
    }

    var resultBytes: Int {
        if layer.weights == ARETE_FLOAT32 { return 4 }
        switch layer.conv.requantization.output {
        case ARETE_INT8, ARETE_UINT8: return 1
        case ARETE_INT16, ARETE_UINT16: return 2
        default: return 4
        }
    }

    var scratchBytes: Int { withUnsafePointer(to: layer) { kernel.scratch_bytes($0) } }
}

/// A packed convolution as a step.
struct PackedForm: StepForm {
    var call: PackedCall
    let input: Buffer
    let packed: Buffer
    var output: Buffer
    let scratch: Buffer
    let sharing: ThreadShares.Rule
    /// The image that the results are paired with.
    private(set) var other: Buffer?
    /// What else the layer's structure points to.
    let owner: any Sendable

    func work(_ rows: (Buffer) -> Rows?) -> StepWork? {
        guard
            let placed = call.placed(
                input: rows(input), output: rows(output), other: other.flatMap(rows))
        else { return nil }
        let (input, packed, output) = (input, packed, output)
        if let shares = ThreadShares(placed, sharing, keeping: owner) {
            let scratch = WorkerScratch(buffer: scratch, stride: (shares.scratchBytes + 63) & ~63)
            let other = other
            return StepWork(units: shares.count, grain: 1, scratch: (scratch.buffer, scratch.stride)) { memory, range in
                shares.run(
                    memory[input], memory[packed], memory[output], range, memory[scratch],
                    other: other.map { memory[$0] })
            }
        }
        let scratch = WorkerScratch(buffer: scratch, stride: (placed.scratchBytes + 63) & ~63)
        let call = PreparedCall(placed, keeping: owner)
        guard let other else {
            return StepWork(units: call.units, grain: 1, scratch: (scratch.buffer, scratch.stride)) { memory, range in
                call.run(memory[input], memory[packed], memory[output], range, memory[scratch])
            }
        }
        return StepWork(units: call.units, grain: 1, scratch: (scratch.buffer, scratch.stride)) { memory, range in
            call.run(
                memory[input], memory[packed], memory[output], range, memory[scratch], other: memory[other])
        }
    }

    /// The step with signed bytes plus 128 in a buffer that it reads or writes; `nil` where it holds anything else.
    func storingUnsigned(_ buffer: Buffer) -> PackedForm? {
        guard buffer == input || buffer == output, buffer != other,
            let call = call.storingUnsigned(input: buffer == input, output: buffer == output)
        else { return nil }
        var result = self
        result.call = call
        return result
    }

    /// The step that writes to the table's output what the table makes of its result; `nil` where it cannot.
    func followed(by table: TableForm) -> PackedForm? {
        guard output == table.input, let call = call.followed(by: table) else { return nil }
        var result = self
        (result.call, result.output) = (call, table.output)
        return result
    }

    /// The step that writes what a function makes of its result and the function's other operand; `nil` where it cannot.
    func followed(by pair: PairForm) -> PackedForm? {
        let swaps = output == pair.second.buffer
        let other = swaps ? pair.first.buffer : pair.second.buffer
        guard swaps || output == pair.first.buffer, other != output, pair.isDense, pair.nest.count == call.resultCount,
            let call = call.followed(by: pair.kernel, swaps: swaps)
        else { return nil }
        var result = self
        (result.call, result.output, result.other) = (call, pair.output.buffer, other)
        return result
    }
}

extension arete_packed_conv_kernels {
    /// The dense kernel for data of a type; its functions are `nil` where there is none.
    func dense(_ data: ElementType) -> arete_packed_conv_kernel {
        data == .float32 ? dense_float : data == .int16 ? dense_word : dense
    }

    /// The depthwise kernel for data of a type.
    func depthwise(_ data: ElementType) -> arete_packed_conv_kernel {
        data == .float32 ? depthwise_float : data == .int16 ? depthwise_word : depthwise
    }
}
