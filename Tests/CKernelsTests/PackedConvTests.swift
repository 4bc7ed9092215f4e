// Dense convolutions with packed weights: every instruction set against the portable kernels, bit for bit.
import CKernels
import Testing

/// A random convolution of bytes with everything that it points to.
private final class Case {
    var layer = arete_packed_conv()
    let input: Memory<UInt8>, weights: Memory<UInt8>
    let bias: Memory<Int32>?
    private let zeroPoints: Memory<Int32>?
    private let scales: Scales
    let outputCount: Int, elementSize: Int
    /// The bytes between the channels of one pixel and the next belong to others.
    let skipped: (input: Int, output: Int)

    /// `isRectified`: no result is less than the zero point, and sums come near 2^23.
    /// - Parameter isWinograd: a 3x3 layer with steps of 1 and enough pixels and channels for Winograd's form.
    init(
        generator: inout Generator, givesSums: Bool = false, isPixel: Bool = false, isRectified: Bool = false,
        isWinograd: Bool = false
    ) {
        func pick<T>(_ values: [T]) -> T { values.randomElement(using: &generator)! }
        var w = arete_window()
        let isPointwise = pick([true, false, false])
        let large = pick([true, false])
        (w.batch, w.input_height, w.input_width) = (
            pick([1, 1, 2]), pick(large ? [13, 20] : [1, 4, 7]), pick(large ? [11, 23] : [1, 5, 8])
        )
        (w.kernel_height, w.kernel_width) = isPointwise ? (1, 1) : (pick([1, 2, 3, 5]), pick([1, 2, 3, 7]))
        (w.stride_height, w.stride_width) = isPointwise ? pick([(1, 1), (2, 2)]) : (pick([1, 2, 3]), pick([1, 2]))
        (w.dilation_height, w.dilation_width) = (pick([1, 1, 2]), pick([1, 1, 3]))
        (w.pad_top, w.pad_left) =
            isPointwise && pick([true, true, false]) ? (0, 0) : (pick([0, 1, 2]), pick([0, 1, 3]))
        let groups = isWinograd ? 1 : pick([1, 1, 1, 2, 3])
        w.input_channels = groups * pick([1, 3, 4, 8, 17, 32, 64])
        w.output_channels = groups * pick([1, 5, 8, 16, 24, 33, 48, 64, 80, 130])
        if isWinograd {
            (w.kernel_height, w.kernel_width, w.stride_height, w.stride_width) = (3, 3, 1, 1)
            (w.dilation_height, w.dilation_width, w.pad_top, w.pad_left) = (1, 1, pick([0, 1, 2]), pick([0, 1]))
            (w.input_height, w.input_width) = (pick([12, 17]), pick([12, 15]))
            w.input_channels = pick([32, 48, 80, 512])
            w.output_channels = w.input_channels == 512 ? 24 : pick([16, 24, 33, 77])
        }
        if isPixel {
            // The window covers the image, or what padding leaves of it.
            (w.batch, w.stride_height, w.stride_width) = (1, 1, 1)
            (w.pad_top, w.pad_left) = (min(w.pad_top, w.kernel_height - 1), min(w.pad_left, w.kernel_width - 1))
            w.input_height = (w.kernel_height - 1) * w.dilation_height + 1 - w.pad_top
            w.input_width = (w.kernel_width - 1) * w.dilation_width + 1 - w.pad_left
        }
        // Sizes that a window of this form may have: any number of them beyond the image is padding.
        let span = (
            (w.kernel_height - 1) * w.dilation_height + 1, (w.kernel_width - 1) * w.dilation_width + 1
        )
        let room = (
            max(0, w.input_height + 2 * w.pad_top - span.0), max(0, w.input_width + 2 * w.pad_left - span.1)
        )
        (w.output_height, w.output_width) =
            isPixel ? (1, 1) : (room.0 / w.stride_height + 1, room.1 / w.stride_width + 1)
        layer.conv.window = w
        layer.conv.groups = groups
        let isSigned = pick([true, false])
        let hasSignedWeights = pick([true, false])
        layer.input = isSigned ? ARETE_INT8 : ARETE_UINT8
        layer.weights = hasSignedWeights ? ARETE_INT8 : ARETE_UINT8
        layer.conv.input_zero_point = isSigned ? pick([-128, -5, 127]) : pick([0, 77, 255])
        let perChannel = pick([true, false])
        let zeros = generator.integers(
            perChannel ? w.output_channels : 1,
            in: hasSignedWeights ? Int32(-128)...127 : pick([Int32(0)...255, 120...130]))
        zeroPoints = hasSignedWeights && (isRectified || pick([true, true, false])) ? nil : Memory(zeros)
        layer.conv.weight_zero_points = zeroPoints.map { UnsafePointer($0.pointer) }
        layer.conv.weight_zero_point_step = perChannel ? 1 : 0
        let roundings = [ARETE_ROUND_FLOAT, ARETE_ROUND_FLOAT, ARETE_ROUND_FIXED, ARETE_ROUND_FIXED_UP]
        let rounding = isRectified ? ARETE_ROUND_FLOAT : pick(roundings)
        let bytes = [ARETE_INT8, ARETE_UINT8]
        let type = givesSums ? ARETE_INT32 : pick(isRectified ? bytes : bytes + [ARETE_INT16, ARETE_INT32])
        // Now and then factors around 1 and far above it, whose products leave the integers.
        let range: ClosedRange<Float> = pick([0.0001...0.01, 0.0001...0.01, 0.0001...0.01, 1...900])
        scales = Scales(
            input: 0.01, weights: generator.floats(perChannel ? w.output_channels : 1, in: range),
            output: 0.02,
            zeroPoint: type == ARETE_INT16
                ? 0
                : type == ARETE_INT8
                    ? pick(isRectified ? [-128, 3] : [-128, 3, 127]) : pick(isRectified ? [0, 9] : [0, 255, 9]),
            rounding: rounding, type: type == ARETE_INT32 ? ARETE_INT8 : type)
        layer.conv.requantization = scales.value
        layer.conv.requantization.output = type
        if type == ARETE_INT8, pick([true, false]) {
            layer.conv.requantization.minimum = -100
            layer.conv.requantization.maximum = 90
        }
        if isRectified {
            layer.conv.requantization.minimum = layer.conv.requantization.zero_point + pick([0, 0, 4])
            layer.conv.requantization.maximum = type == ARETE_INT8 ? pick([127, 90]) : pick([255, 170])
        }
        skipped = (pick([0, 0, 5]), pick([0, 0, 3]))
        layer.input_stride = w.input_channels + skipped.input
        layer.output_stride = w.output_channels + skipped.output
        layer.output_row_stride = w.output_width * layer.output_stride + pick([0, 0, 7])
        layer.output_image_stride = w.output_height * layer.output_row_stride + pick([0, 0, 11])
        elementSize = type == ARETE_INT32 ? 4 : type == ARETE_INT16 ? 2 : 1
        outputCount = w.batch * layer.output_image_stride
        input = Memory(generator.integers(w.batch * w.input_height * w.input_width * layer.input_stride))
        weights = Memory(
            generator.integers(
                w.output_channels * w.kernel_height * w.kernel_width * w.input_channels / groups))
        bias =
            pick([true, true, false])
            ? Memory(
                generator.integers(
                    w.output_channels,
                    in: isRectified && pick([true, false]) ? Int32(-9_000_000)...8_800_000 : -50000...50000)) : nil
    }

    /// The bytes of all output pixels without what lies between them, by the portable kernel.
    var expected: [UInt8] {
        let w = layer.conv.window
        let pixels = w.batch * w.input_height * w.input_width
        var packedInput: [UInt8] = []
        for pixel in 0..<pixels {
            for channel in 0..<w.input_channels {
                packedInput.append(input.pointer[pixel * layer.input_stride + channel])
            }
        }
        let dense = Memory(packedInput)
        let count = w.batch * w.output_height * w.output_width
        let output = Memory([UInt8](repeating: 0, count: count * w.output_channels * elementSize))
        let scratch = Memory([UInt8](repeating: 0, count: arete_conv2d_scratch(&layer.conv)))
        arete_kernels_scalar().pointee.conv.conv2d.entry(for: layer)(
            &layer.conv, dense.pointer, weights.pointer, bias.map { UnsafeRawPointer($0.pointer) }, output.pointer, 0,
            count, scratch.pointer)
        withExtendedLifetime((dense, scratch)) {}
        return output.elements
    }

    /// Of each output channel, less its zero point.
    var weightSums: [Int32] {
        let depth = weights.count / layer.conv.window.output_channels
        return (0..<layer.conv.window.output_channels).map { channel in
            let zero = zeroPoints.map { $0.pointer[$0.count > 1 ? channel : 0] } ?? 0
            return (0..<depth).reduce(0) { sum, index in
                let byte = weights.pointer[channel * depth + index]
                return sum + (layer.weights == ARETE_INT8 ? Int32(Int8(bitPattern: byte)) : Int32(byte)) - zero
            }
        }
    }

    /// The same by a packed kernel, computed in `parts` pieces from the last, with a plan made before where there are
    /// several; `nil` when it wrote elsewhere.
    func run(_ kernel: arete_packed_conv_kernel, parts: Int) -> [UInt8]? {
        let packed = Memory([UInt8](repeating: 0xFF, count: kernel.packed_bytes(&layer)))
        let used = kernel.pack(&layer, weights.pointer, bias?.pointer, packed.pointer)
        guard used <= packed.count else { return nil }
        for unused in used..<packed.count { packed.pointer[unused] = 0xEE }
        let scratch = Memory([UInt8](repeating: 0xFF, count: kernel.scratch_bytes(&layer)))
        let output = Memory([UInt8](repeating: 0xC3, count: outputCount * elementSize))
        let units = kernel.units(&layer)
        var layer = layer
        let plan = kernel.memoryForPlan(layer)
        if parts > 1, let plan {
            kernel.plan(&layer, plan.pointer)
            layer.plan = UnsafeRawPointer(plan.pointer)
        }
        for part in (0..<parts).reversed() {
            kernel.run(
                &layer, input.pointer, packed.pointer, output.pointer, units * part / parts,
                units * (part + 1) / parts, scratch.pointer)
        }
        guard packed.guardHolds, scratch.guardHolds, output.guardHolds, plan?.guardHolds ?? true else { return nil }
        let w = layer.conv.window
        var result: [UInt8] = []
        var rest = Set(0..<(outputCount * elementSize))
        for image in 0..<w.batch {
            for row in 0..<w.output_height {
                for column in 0..<w.output_width {
                    let pixel =
                        image * layer.output_image_stride + row * layer.output_row_stride
                        + column * layer.output_stride
                    for byte in (pixel * elementSize)..<((pixel + w.output_channels) * elementSize) {
                        result.append(output.pointer[byte])
                        rest.remove(byte)
                    }
                }
            }
        }
        guard rest.allSatisfy({ output.pointer[$0] == 0xC3 }) else { return nil }
        return result
    }
}

@Suite struct PackedConvTests {
    @Test("a window over little image and very much padding is refused", arguments: InstructionSetKernels.vectors)
    func padding(set: InstructionSetKernels) {
        let kernel = set.kernels.packed.dense
        guard kernel.run != nil else { return }
        var layer = arete_packed_conv()
        let reach = 1 << 23
        layer.conv.window = arete_window(
            batch: 1, input_height: 1, input_width: 1, input_channels: 64, output_height: 1, output_width: 2,
            output_channels: 1, kernel_height: 1, kernel_width: 2, stride_height: 1, stride_width: reach,
            dilation_height: 1, dilation_width: 1, pad_top: 0, pad_left: reach)
        layer.conv.groups = 1
        (layer.input, layer.weights) = (ARETE_UINT8, ARETE_INT8)
        (layer.input_stride, layer.output_stride) = (64, 1)
        (layer.output_row_stride, layer.output_image_stride) = (2, 2)
        #expect(!kernel.takes(&layer))
    }

    @Test("packed dense convolutions give the portable kernels' bits", arguments: InstructionSetKernels.vectors)
    func equalsScalar(set: InstructionSetKernels) {
        let kernel = set.kernels.packed.dense
        guard kernel.run != nil else { return }
        for seed in UInt64(1)...120 {
            var generator = Generator(seed: seed)
            let item = Case(generator: &generator)
            guard kernel.takes(&item.layer) else {
                Issue.record("seed \(seed) is not taken")
                continue
            }
            let expected = item.expected
            #expect(item.run(kernel, parts: 1) == expected, "seed \(seed)")
            #expect(item.run(kernel, parts: 3) == expected, "seed \(seed), in pieces")
        }
    }

    /// At once, in pieces, and where results are bytes with a table of them.
    private func expectPortableBits(
        _ item: Case, of kernel: arete_packed_conv_kernel, _ set: InstructionSetKernels, _ generator: inout Generator,
        _ seed: UInt64
    ) {
        let expected = item.expected
        #expect(item.run(kernel, parts: 1) == expected, "seed \(seed)")
        #expect(item.run(kernel, parts: 3) == expected, "seed \(seed), in pieces")
        guard item.elementSize == 1 else { return }
        let table = Memory(generator.integers(256) as [UInt8])
        item.layer.table = UnsafePointer(table.pointer)
        item.layer.apply_table = set.kernels.quantized.table
        let looked = expected.map { table.pointer[Int($0)] }
        #expect(item.run(kernel, parts: 2) == looked, "seed \(seed), with a table")
        withExtendedLifetime(table) {}
    }

    @Test("layers of a single pixel give the portable kernels' bits", arguments: InstructionSetKernels.vectors)
    func pixel(set: InstructionSetKernels) {
        let kernel = set.kernels.packed.dense
        guard kernel.run != nil else { return }
        for seed in UInt64(1)...120 {
            var generator = Generator(seed: seed)
            let item = Case(generator: &generator, isPixel: true)
            expectPortableBits(item, of: kernel, set, &generator, seed)
        }
    }

    @Test(
        "results that begin at the zero point give the portable kernels' bits",
        arguments: InstructionSetKernels.vectors)
    func rectified(set: InstructionSetKernels) {
        let kernel = set.kernels.packed.dense
        guard kernel.run != nil else { return }
        for seed in UInt64(1)...80 {
            var generator = Generator(seed: seed)
            let item = Case(generator: &generator, isRectified: true)
            #expect(item.run(kernel, parts: 2) == item.expected, "seed \(seed)")
        }
    }

    @Test("3x3 layers in Winograd's form give the portable kernels' bits", arguments: InstructionSetKernels.vectors)
    func winograd(set: InstructionSetKernels) {
        let kernel = set.kernels.packed.winograd_byte
        #expect((kernel.run != nil) == (set.name == "avx2"))
        guard kernel.run != nil else { return }
        for seed in UInt64(1)...36 {
            var generator = Generator(seed: seed)
            let item = Case(generator: &generator, givesSums: seed % 4 == 0, isWinograd: true)
            #expect(kernel.takes(&item.layer), "seed \(seed)")
            if seed % 3 == 0 {
                // The greatest differences of activations and weights.
                let (least, greatest) = (Bool.random(using: &generator) ? 0 : 255 as UInt8, 255 as UInt8)
                for i in 0..<item.weights.count {
                    item.weights.pointer[i] =
                        (Bool.random(using: &generator) ? least : greatest)
                        ^ (item.layer.weights == ARETE_INT8 ? 0x80 : 0)
                }
                for i in 0..<item.input.count {
                    item.input.pointer[i] =
                        (seed % 2 == 0 || Bool.random(using: &generator) ? 255 : 0)
                        ^ (item.layer.input == ARETE_INT8 ? 0x80 : 0)
                }
            }
            expectPortableBits(item, of: kernel, set, &generator, seed)
        }
    }

    @Test("Winograd's form of bytes is for 3x3 layers that gain by it", arguments: InstructionSetKernels.vectors)
    func noWinograd(set: InstructionSetKernels) {
        let kernel = set.kernels.packed.winograd_byte
        guard kernel.run != nil else { return }
        func takes(_ change: (inout arete_packed_conv) -> Void) -> Bool {
            var generator = Generator(seed: 1)
            let item = Case(generator: &generator, isWinograd: true)
            change(&item.layer)
            return kernel.takes(&item.layer)
        }
        #expect(takes { _ in })
        #expect(!takes { $0.conv.window.stride_width = 2 })
        #expect(!takes { $0.conv.window.dilation_height = 2 })
        #expect(!takes { $0.conv.window.kernel_width = 5 })
        #expect(!takes { $0.conv.window.input_channels = 40 })
        #expect(!takes { $0.conv.window.input_channels = 528 })
        #expect(!takes { $0.conv.groups = 2 })
        #expect(!takes { $0.conv.window.batch = 0 })
        #expect(!takes { ($0.conv.window.output_height, $0.conv.window.output_width) = (2, 2) })
        #expect(!takes { $0.input = ARETE_INT16 })
    }

    @Test(
        "sums of the greatest activations and of weights at all bounds are exact",
        arguments: InstructionSetKernels.vectors)
    func extremes(set: InstructionSetKernels) {
        let kernel = set.kernels.packed.dense
        guard kernel.run != nil else { return }
        // Two neighbours of one sign fit 16 bits with any activations as long as they sum up to 128; so do four.
        let palettes: [[Int8]] = [
            [127], [-128], [127, -128], [64], [64, 65], [1, 127], [2, 127], [-64], [-64, -65], [-1, -128], [0, -128],
            [0, 0, 0, 127], [32, 32, 33], [-32, -33], [43, 42], [0, 1, -1, 126, -127], [127, 0, 0, 0, 0, 0, -128],
        ]
        for seed in UInt64(1)...170 {
            var generator = Generator(seed: seed)
            let item = Case(generator: &generator, givesSums: true)
            let palette = palettes[Int(seed) % palettes.count]
            for i in 0..<item.weights.count {
                let weight = palette.randomElement(using: &generator)!
                item.weights.pointer[i] = UInt8(bitPattern: weight) ^ (item.layer.weights == ARETE_UINT8 ? 0x80 : 0)
            }
            let isMixed = Bool.random(using: &generator)
            for i in 0..<item.input.count {
                let byte: UInt8 = isMixed && Bool.random(using: &generator) ? 0 : 255
                item.input.pointer[i] = byte ^ (item.layer.input == ARETE_INT8 ? 0x80 : 0)
            }
            #expect(item.run(kernel, parts: 1) == item.expected, "seed \(seed), weights \(palette)")
        }
    }

    @Test(
        "zero points of each image that are known only as it runs give the same sums",
        arguments: InstructionSetKernels.vectors)
    func laterZeroPoints(set: InstructionSetKernels) {
        let kernel = set.kernels.packed.dense
        guard kernel.run != nil else { return }
        for seed in UInt64(1)...60 {
            var generator = Generator(seed: seed)
            let item = Case(generator: &generator, givesSums: true)
            let w = item.layer.conv.window
            let zeros = generator.integers(w.batch, in: item.layer.input == ARETE_INT8 ? Int32(-128)...127 : 0...255)
            var expected: [UInt8] = []
            for (image, zero) in zeros.enumerated() {
                item.layer.conv.input_zero_point = zero
                let all = item.expected
                expected += all[(all.count / w.batch * image)..<(all.count / w.batch * (image + 1))]
            }
            item.layer.conv.input_zero_point = 0
            let later = LaterZeroPoints(zeros, weightSums: item.weightSums, pixels: w.output_height * w.output_width)
            item.layer.dynamic = UnsafePointer(later.finish.pointer)
            #expect(item.run(kernel, parts: 2) == expected, "seed \(seed)")
        }
    }

    @Test("a table replaces each byte of the result", arguments: InstructionSetKernels.vectors)
    func table(set: InstructionSetKernels) {
        let kernel = set.kernels.packed.dense
        guard kernel.run != nil else { return }
        for seed in UInt64(1)...40 {
            var generator = Generator(seed: seed)
            let item = Case(generator: &generator)
            guard item.elementSize == 1 else { continue }
            let table = Memory(generator.integers(256) as [UInt8])
            let expected = item.expected.map { table.pointer[Int($0)] }
            item.layer.table = UnsafePointer(table.pointer)
            item.layer.apply_table = set.kernels.quantized.table
            #expect(item.run(kernel, parts: 2) == expected, "seed \(seed)")
        }
    }

    @Test(
        "results go on to a sum with another image, between two tables", arguments: InstructionSetKernels.vectors)
    func pair(set: InstructionSetKernels) throws {
        let kernel = set.kernels.packed.dense
        guard kernel.run != nil else { return }
        for seed in UInt64(1)...80 {
            var generator = Generator(seed: seed)
            let item = Case(generator: &generator)
            let tables = (0..<2).map { _ in Memory(generator.integers(256) as [UInt8]) }
            let hasTables = (0..<2).map { _ in Bool.random(using: &generator) }
            let w = item.layer.conv.window
            let pixels = w.batch * w.output_height * w.output_width
            let stride = w.output_channels + [0, 0, 6].randomElement(using: &generator)!
            let other = Memory(generator.integers(pixels * stride) as [UInt8])
            let swaps = Bool.random(using: &generator)
            let form = Memory([arete_quantized_sum()])
            let affine = arete_affine(scale: 0.02, zero_point: 3)
            let isSigned = item.layer.conv.requantization.output == ARETE_INT8
            #expect(
                arete_quantized_sum_prepare(
                    form.pointer, isSigned ? ARETE_INT8 : ARETE_UINT8, affine,
                    arete_affine(scale: 0.031, zero_point: 5), affine, isSigned ? -90 : 10, 100))
            item.layer.pair = arete_packed_pair(
                function: set.kernels.quantized.sum_rows, form: form.pointer, swaps: swaps, other: other.pointer,
                stride: stride, row_stride: w.output_width * stride,
                image_stride: w.output_height * w.output_width * stride,
                table: hasTables[1] ? UnsafePointer(tables[1].pointer) : nil)
            if hasTables[0] { item.layer.table = UnsafePointer(tables[0].pointer) }
            item.layer.apply_table = set.kernels.quantized.table
            guard item.elementSize == 1 else {
                #expect(!kernel.takes(&item.layer))
                continue
            }
            // Narrow panels leave such functions to steps of their own.
            guard kernel.takes(&item.layer) else {
                #expect(!set.name.hasPrefix("avx512v") || set.name == "avx512vl")
                continue
            }
            let first = Memory(item.expected.map { hasTables[0] ? tables[0].pointer[Int($0)] : $0 })
            let sums = Memory([UInt8](repeating: 0, count: first.count))
            var rows = arete_pair_rows(
                a: swaps ? other.pointer : first.pointer, b: swaps ? first.pointer : other.pointer,
                output: sums.pointer, a_step: 1, b_step: 1, a_pitch: swaps ? stride : w.output_channels,
                b_pitch: swaps ? w.output_channels : stride, output_pitch: w.output_channels, rows: pixels,
                count: w.output_channels)
            arete_quantized_sum_rows(form.pointer, &rows)
            let expected = sums.elements.map { hasTables[1] ? tables[1].pointer[Int($0)] : $0 }
            #expect(item.run(kernel, parts: 1) == expected, "seed \(seed)")
            #expect(item.run(kernel, parts: 3) == expected, "seed \(seed), in pieces")
            withExtendedLifetime((tables, other, form, first)) {}
        }
    }
}

/// What a layer finds where zero points are computed: one for each image.
final class LaterZeroPoints {
    let finish: Memory<arete_dynamic_finish>
    private let sums: Memory<Int32>
    private let scales: Memory<arete_dynamic_scale>
    private var factors: [Memory<Float>] = []

    init(_ zeros: [Int32], weightSums: [Int32], pixels: Int) {
        sums = Memory(weightSums)
        scales = Memory(zeros.map { arete_dynamic_scale(scale: 1, zero_point: $0) })
        finish = Memory([
            arete_dynamic_finish(
                output: arete_dynamic_output(), weight_sums: sums.pointer, scales: scales.pointer, pixels: pixels)
        ])
    }

    /// The same where sums become floats by made-up scales.
    convenience init(floats zeros: [Int32], weightSums: [Int32], pixels: Int, _ generator: inout Generator) {
        self.init(zeros, weightSums: weightSums, pixels: pixels)
        let step = Int.random(in: 0...1, using: &generator)
        for image in zeros.indices {
            scales.pointer[image].scale = .random(in: 0.001...1, using: &generator)
        }
        factors = [step == 0 ? 1 : weightSums.count, weightSums.count].map { count in
            Memory((0..<count).map { _ in Float.random(in: -1...1, using: &generator) })
        }
        let isBounded = Bool.random(using: &generator)
        finish.pointer.pointee.output = arete_dynamic_output(
            weight_scales: factors[0].pointer, step: step,
            bias: Bool.random(using: &generator) ? factors[1].pointer : nil,
            order: arete_dynamic_order(.random(in: 0...3, using: &generator)),
            minimum: isBounded ? 0 : -.infinity, maximum: isBounded ? 6 : .infinity)
    }
}
