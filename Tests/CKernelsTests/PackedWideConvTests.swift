// Packed convolutions of 16-bit numbers against the portable kernels, bit for bit, and of floats against plain sums.
import CKernels
import TestSupport
import Testing

/// A random window with its sizes.
private struct Shape {
    var window = arete_window()
    var groups = 1
    let isDepthwise: Bool

    init(isDepthwise: Bool, generator: inout Generator) {
        self.isDepthwise = isDepthwise
        func pick<T>(_ values: [T]) -> T { values.randomElement(using: &generator)! }
        (window.batch, window.input_height, window.input_width) = (pick([1, 2]), pick([1, 5, 9]), pick([1, 6, 17]))
        (window.kernel_height, window.kernel_width) = (pick([1, 2, 3]), pick([1, 3, 5]))
        (window.stride_height, window.stride_width) = (pick([1, 2]), pick([1, 2]))
        (window.dilation_height, window.dilation_width) = (pick([1, 1, 2]), pick([1, 1, 2]))
        (window.pad_top, window.pad_left) = (pick([0, 1]), pick([0, 1, 2]))
        groups = isDepthwise ? 1 : pick([1, 1, 2])
        window.input_channels = groups * pick([1, 3, 7, 16, 33])
        window.output_channels = isDepthwise ? window.input_channels : groups * pick([1, 5, 16, 40, 70])
        func size(_ input: Int, _ pad: Int, _ kernel: Int, _ dilation: Int, _ stride: Int) -> Int {
            max(0, input + 2 * pad - (kernel - 1) * dilation - 1) / stride + 1
        }
        window.output_height = size(
            window.input_height, window.pad_top, window.kernel_height, window.dilation_height, window.stride_height)
        window.output_width = size(
            window.input_width, window.pad_left, window.kernel_width, window.dilation_width, window.stride_width)
    }

    var inputCount: Int { window.batch * window.input_height * window.input_width * window.input_channels }
    var outputCount: Int { window.batch * window.output_height * window.output_width * window.output_channels }
    var weightCount: Int {
        let area = window.kernel_height * window.kernel_width
        return area * window.output_channels * (isDepthwise ? 1 : window.input_channels / groups)
    }

    func layer(elementSize: Int) -> arete_packed_conv {
        var layer = arete_packed_conv()
        layer.conv.window = window
        layer.conv.groups = groups
        layer.input_stride = window.input_channels * elementSize
        layer.output_stride = window.output_channels
        layer.output_row_stride = window.output_width * window.output_channels
        layer.output_image_stride = window.output_height * layer.output_row_stride
        return layer
    }

    /// The sum of each output in double precision.
    func sums(_ input: [Double], _ weights: [Double], _ bias: [Double]) -> [Double] {
        let w = window
        var result: [Double] = []
        for batch in 0..<w.batch {
            for y in 0..<w.output_height {
                for x in 0..<w.output_width {
                    for channel in 0..<w.output_channels {
                        result.append(sum(input, weights, batch, y, x, channel) + bias[channel])
                    }
                }
            }
        }
        return result
    }

    private func sum(
        _ input: [Double], _ weights: [Double], _ batch: Int, _ y: Int, _ x: Int, _ channel: Int
    ) -> Double {
        let w = window
        let depth = isDepthwise ? 1 : w.input_channels / groups
        let first = isDepthwise ? channel : channel / (w.output_channels / groups) * depth
        var sum = 0.0
        for ky in 0..<w.kernel_height {
            let row = y * w.stride_height - w.pad_top + ky * w.dilation_height
            guard (0..<w.input_height).contains(row) else { continue }
            for kx in 0..<w.kernel_width {
                let column = x * w.stride_width - w.pad_left + kx * w.dilation_width
                guard (0..<w.input_width).contains(column) else { continue }
                let pixel = (batch * w.input_height + row) * w.input_width + column
                let tap = ky * w.kernel_width + kx
                for k in 0..<depth {
                    let weight =
                        isDepthwise
                        ? weights[tap * w.output_channels + channel]
                        : weights[(channel * w.kernel_height * w.kernel_width + tap) * depth + k]
                    sum += input[pixel * w.input_channels + first + k] * weight
                }
            }
        }
        return sum
    }
}

/// What a packed kernel computes, in two pieces from the last; `nil` when it wrote elsewhere.
private func run<Input: BitwiseCopyable, Weight: BitwiseCopyable, Bias: BitwiseCopyable, Output: BitwiseCopyable>(
    _ kernel: arete_packed_conv_kernel, _ layer: inout arete_packed_conv, _ input: Memory<Input>,
    _ weights: Memory<Weight>, _ bias: Memory<Bias>?, _ zeros: [Output]
) -> [Output]? {
    let packed = Memory([UInt8](repeating: 0xFF, count: kernel.packed_bytes(&layer)))
    guard kernel.pack(&layer, weights.pointer, bias?.pointer, packed.pointer) <= packed.count else { return nil }
    let scratch = Memory([UInt8](repeating: 0xFF, count: kernel.scratch_bytes(&layer)))
    let output = Memory(zeros)
    let units = kernel.units(&layer)
    for part in [1, 0] {
        kernel.run(
            &layer, input.pointer, packed.pointer, output.pointer, units * part / 2, units * (part + 1) / 2,
            scratch.pointer)
    }
    return packed.guardHolds && scratch.guardHolds && output.guardHolds ? output.elements : nil
}

@Suite struct PackedWideConvTests {
    @Test(
        "packed convolutions of 16-bit data give the portable kernels' bits", arguments: InstructionSetKernels.vectors)
    func words(set: InstructionSetKernels) {
        for seed in UInt64(1)...40 {
            var generator = Generator(seed: seed)
            for isDepthwise in [false, true] {
                let kernel = isDepthwise ? set.kernels.packed.depthwise_word : set.kernels.packed.dense_word
                let shape = Shape(isDepthwise: isDepthwise, generator: &generator)
                let isWide = seed % 2 == 0
                var layer = shape.layer(elementSize: 2)
                (layer.input, layer.weights, layer.wide) = (ARETE_INT16, ARETE_INT8, isWide)
                // Among them scales of half and more, and such as make nothing of all sums.
                let least: Float = [0.0001, 1e-3, 1e-12][Int(seed / 2 % 3)]
                var weightScales = generator.floats(shape.window.output_channels, in: least...least * 100)
                if seed % 5 == 0 { weightScales[0] = 1e-30 }
                let scales = Scales(
                    input: 0.001, weights: weightScales,
                    output: [0.01, 0.01, 1e-4][Int(seed % 3)],
                    zeroPoint: isWide ? 0 : Int32.random(in: -32768...32767, using: &generator),
                    rounding: [
                        ARETE_ROUND_FIXED_UP, ARETE_ROUND_FIXED, isWide ? ARETE_ROUND_FIXED : ARETE_ROUND_FLOAT,
                    ][
                        Int(seed % 3)],
                    type: ARETE_INT16)
                layer.conv.requantization = scales.value
                if !isWide { layer.conv.input_zero_point = Int32.random(in: -32768...32767, using: &generator) }
                let input = Memory(generator.integers(shape.inputCount) as [Int16])
                let weights = Memory(generator.integers(shape.weightCount) as [Int8])
                let channels = shape.window.output_channels
                let narrow = Memory(generator.integers(channels, in: Int32(-1_000_000)...1_000_000))
                // Some of them are more than vectors finish.
                let bits: Int64 = [24, 31, 33, 40][Int(seed / 2 % 4)]
                let wide = Memory(generator.integers(channels, in: Int64(-1) << bits...Int64(1) << bits))
                layer.wide_bias = isWide ? UnsafePointer(wide.pointer) : nil
                let zeros = [Int16](repeating: 0, count: shape.outputCount)
                let expected = Memory(zeros)
                let conv = arete_kernels_scalar().pointee.conv
                let entries = isDepthwise ? conv.depthwise : conv.conv2d
                let scratch = Memory(
                    [UInt8](
                        repeating: 0,
                        count: isDepthwise ? arete_depthwise_scratch(&layer.conv) : arete_conv2d_scratch(&layer.conv)))
                let pixels = shape.outputCount / channels
                let bias = isWide ? UnsafeRawPointer(wide.pointer) : UnsafeRawPointer(narrow.pointer)
                (isWide ? entries.s16_wide : entries.s16)(
                    &layer.conv, input.pointer, weights.pointer, bias, expected.pointer, 0, pixels, scratch.pointer)
                #expect(kernel.takes(&layer), "seed \(seed)")
                let result = run(kernel, &layer, input, weights, isWide ? nil : narrow, zeros)
                #expect(result == expected.elements, "seed \(seed) depthwise \(isDepthwise)")
                withExtendedLifetime((scratch, scales, wide)) {}
            }
        }
    }

    @Test("packed convolutions of floats are near the plain sums, clamped", arguments: InstructionSetKernels.vectors)
    func floats(set: InstructionSetKernels) {
        for seed in UInt64(1)...40 {
            var generator = Generator(seed: seed)
            for isDepthwise in [false, true] {
                let kernel = isDepthwise ? set.kernels.packed.depthwise_float : set.kernels.packed.dense_float
                let shape = Shape(isDepthwise: isDepthwise, generator: &generator)
                var layer = shape.layer(elementSize: 4)
                (layer.input, layer.weights) = (ARETE_FLOAT32, ARETE_FLOAT32)
                (layer.low, layer.high) = seed % 2 == 0 ? (-.infinity, .infinity) : (-1, 2)
                let input = Memory(generator.floats(shape.inputCount, in: -1...1))
                let weights = Memory(generator.floats(shape.weightCount, in: -1...1))
                let bias = Memory(generator.floats(shape.window.output_channels, in: -1...1))
                let sums = shape.sums(
                    input.elements.map(Double.init), weights.elements.map(Double.init),
                    bias.elements.map(Double.init))
                #expect(kernel.takes(&layer), "seed \(seed)")
                let zeros = [Float](repeating: .nan, count: shape.outputCount)
                let result = run(kernel, &layer, input, weights, bias, zeros)
                let depth = shape.weightCount / shape.window.output_channels
                let near = result.map { result in
                    zip(result, sums).allSatisfy { value, sum in
                        let clamped = min(max(sum, Double(layer.low)), Double(layer.high))
                        return abs(Double(value) - clamped) <= 1e-6 * Double(depth + 2)
                    }
                }
                #expect(near == true, "seed \(seed) depthwise \(isDepthwise)")
            }
        }
    }

    @Test(
        "depthwise layers of floats add up their taps in order, whatever columns neighbours share",
        arguments: InstructionSetKernels.vectors)
    func tapsInOrder(set: InstructionSetKernels) throws {
        let kernel = set.kernels.packed.depthwise_float
        guard kernel.run != nil else { return }
        let memory = try FencedMemory(capacity: 1 << 16)
        for seed in UInt64(1)...150 {
            var generator = Generator(seed: seed)
            func pick<T>(_ values: [T]) -> T { values.randomElement(using: &generator)! }
            var shape = Shape(isDepthwise: true, generator: &generator)
            (shape.window.input_height, shape.window.input_width) = (
                pick([1, 2, 4]), Int.random(in: 1...20, using: &generator)
            )
            (shape.window.kernel_height, shape.window.kernel_width) = (pick([1, 3]), pick([3, 3, 3, 5]))
            (shape.window.stride_width, shape.window.dilation_width) = (pick([1, 1, 2, 3]), pick([1, 1, 1, 2]))
            (shape.window.pad_top, shape.window.pad_left) = (pick([0, 1]), pick([0, 1, 1, 2]))
            shape.window.input_channels = pick([1, 8, 15, 16, 17, 24, 32, 40, 48])
            shape.window.output_channels = shape.window.input_channels
            shape.window.output_height =
                (shape.window.input_height + shape.window.pad_top - 1) / shape.window.stride_height + 1
            let columns = shape.window.input_width + shape.window.pad_left + pick([0, 1])
            shape.window.output_width = (columns - 1) / shape.window.stride_width + 1
            let (w, channels) = (shape.window, shape.window.output_channels)
            var layer = shape.layer(elementSize: 4)
            (layer.input, layer.weights, layer.low, layer.high) = (ARETE_FLOAT32, ARETE_FLOAT32, -1, 2)
            let input = generator.floats(shape.inputCount, in: -1...1)
            let weights = Memory(generator.floats(shape.weightCount, in: -1...1))
            let bias = Memory(generator.floats(channels, in: -1...1))
            var expected: [Float] = []
            for index in 0..<shape.outputCount {
                let (pixel, channel) = index.quotientAndRemainder(dividingBy: channels)
                let (row, x) = pixel.quotientAndRemainder(dividingBy: w.output_width)
                let (batch, y) = row.quotientAndRemainder(dividingBy: w.output_height)
                var sum = bias.pointer[channel]
                for tap in 0..<(w.kernel_height * w.kernel_width) {
                    let line = y * w.stride_height - w.pad_top + tap / w.kernel_width * w.dilation_height
                    let column = x * w.stride_width - w.pad_left + tap % w.kernel_width * w.dilation_width
                    guard (0..<w.input_height).contains(line), (0..<w.input_width).contains(column) else { continue }
                    let place = (batch * w.input_height + line) * w.input_width + column
                    sum.addProduct(input[place * channels + channel], weights.pointer[tap * channels + channel])
                }
                expected.append(min(max(sum, -1), 2))
            }
            #expect(kernel.takes(&layer), "seed \(seed)")
            let source = memory.holding(input)
            let packed = Memory([UInt8](repeating: 0xFF, count: kernel.packed_bytes(&layer)))
            #expect(kernel.pack(&layer, weights.pointer, bias.pointer, packed.pointer) <= packed.count)
            let scratch = Memory([UInt8](repeating: 0xFF, count: kernel.scratch_bytes(&layer)))
            let output = Memory([Float](repeating: .nan, count: shape.outputCount))
            kernel.run(&layer, source, packed.pointer, output.pointer, 0, kernel.units(&layer), scratch.pointer)
            #expect(output.elements == expected, "seed \(seed)")
            #expect(output.guardHolds && scratch.guardHolds, "seed \(seed)")
        }
    }

    @Test(
        "3x3 layers in Winograd's form are near the plain sums, clamped, with functions, in pieces",
        arguments: InstructionSetKernels.vectors)
    func winograd(set: InstructionSetKernels) {
        let kernel = set.kernels.packed.winograd
        for seed in UInt64(1)...24 {
            var generator = Generator(seed: seed)
            var shape = Shape(isDepthwise: false, generator: &generator)
            func pick<T>(_ values: [T]) -> T { values.randomElement(using: &generator)! }
            (shape.groups, shape.window.kernel_height, shape.window.kernel_width) = (1, 3, 3)
            (shape.window.stride_height, shape.window.stride_width) = (1, 1)
            (shape.window.dilation_height, shape.window.dilation_width) = (1, 1)
            (shape.window.batch, shape.window.input_height, shape.window.input_width) = (
                pick([1, 2]), pick([9, 14]), pick([8, 17])
            )
            (shape.window.pad_top, shape.window.pad_left) = (pick([0, 1, 2]), pick([0, 1]))
            (shape.window.output_height, shape.window.output_width) = (
                shape.window.input_height + 2 * shape.window.pad_top - 2,
                shape.window.input_width + 2 * shape.window.pad_left - 2
            )
            (shape.window.input_channels, shape.window.output_channels) = (
                pick([16, 21, 40]), pick([16, 40, 70, 130])
            )
            var layer = shape.layer(elementSize: 4)
            (layer.input, layer.weights) = (ARETE_FLOAT32, ARETE_FLOAT32)
            (layer.low, layer.high) = seed % 2 == 0 ? (-.infinity, .infinity) : (-1, 2)
            let isHalved = seed % 3 == 0
            if isHalved {
                layer.function.parametric = arete_parametric(ARETE_PARAMETRIC_AFFINE, ARETE_FLOAT32)
                layer.function.parameters.a = 0.5
            }
            let input = Memory(generator.floats(shape.inputCount, in: -1...1))
            let weights = Memory(generator.floats(shape.weightCount, in: -1...1))
            let bias = Memory(generator.floats(shape.window.output_channels, in: -1...1))
            let sums = shape.sums(
                input.elements.map(Double.init), weights.elements.map(Double.init), bias.elements.map(Double.init))
            #expect(kernel.takes(&layer), "seed \(seed)")
            let result = run(kernel, &layer, input, weights, bias, [Float](repeating: .nan, count: shape.outputCount))
            let depth = Double(shape.weightCount / shape.window.output_channels)
            let near = result.map { result in
                zip(result, sums).allSatisfy { value, sum in
                    let clamped = min(max(sum, Double(layer.low)), Double(layer.high)) * (isHalved ? 0.5 : 1)
                    return abs(Double(value) - clamped) <= 1e-6 * (depth + 2)
                }
            }
            #expect(near == true, "seed \(seed)")
        }
    }

    @Test("Winograd's form is for 3x3 layers with steps of 1", arguments: InstructionSetKernels.vectors)
    func noWinograd(set: InstructionSetKernels) {
        var generator = Generator(seed: 1)
        var shape = Shape(isDepthwise: false, generator: &generator)
        shape.groups = 1
        (shape.window.batch, shape.window.input_height, shape.window.input_width) = (1, 32, 32)
        (shape.window.output_height, shape.window.output_width) = (30, 30)
        (shape.window.input_channels, shape.window.output_channels) = (64, 64)
        (shape.window.pad_top, shape.window.pad_left) = (0, 0)
        (shape.window.kernel_height, shape.window.kernel_width) = (3, 3)
        (shape.window.stride_height, shape.window.stride_width) = (1, 1)
        (shape.window.dilation_height, shape.window.dilation_width) = (1, 1)
        func takes(_ change: (inout arete_packed_conv) -> Void) -> Bool {
            var layer = shape.layer(elementSize: 4)
            (layer.input, layer.weights) = (ARETE_FLOAT32, ARETE_FLOAT32)
            change(&layer)
            return set.kernels.packed.winograd.takes(&layer)
        }
        #expect(takes { _ in })
        #expect(!takes { $0.conv.window.stride_width = 2 })
        #expect(!takes { $0.conv.window.dilation_height = 2 })
        #expect(!takes { $0.conv.window.kernel_width = 5 })
        #expect(!takes { $0.conv.groups = 2 })
        #expect(!takes { $0.conv.window.input_channels = 3 })
        #expect(!takes { $0.conv.window.batch = 0 })
        #expect(!takes { $0.input = ARETE_INT16 })
    }
}
