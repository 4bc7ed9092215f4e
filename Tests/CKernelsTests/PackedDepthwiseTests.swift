// Depthwise convolutions with packed weights: every instruction set against the portable kernels, bit for bit.
import CKernels
import TestSupport
import Testing

/// What a group of cases has in common; the rest is drawn.
private struct Shapes {
    var channels: [Int]
    var kernels: [(Int, Int)] = [(3, 3)]
    var strides: [(Int, Int)] = [(1, 1)]
    var dilations: [(Int, Int)] = [(1, 1)]
    var multipliers = [1]
    var gaps = [0]
    var roundings = [ARETE_ROUND_FLOAT]
    var types = [ARETE_INT8, ARETE_UINT8]
    var sides = 1...9
    var scale: ClosedRange<Float> = 0.0001...0.01
    /// One window, inside the image.
    var isSingle = false
}

extension Generator {
    fileprivate mutating func bytes(_ count: Int) -> [UInt8] {
        [UInt8](unsafeUninitializedCapacity: count) { buffer, initialized in
            var at = 0
            while at < count {
                var word = next()
                for index in at..<min(at + 8, count) {
                    buffer.initializeElement(at: index, to: UInt8(truncatingIfNeeded: word))
                    word >>= 8
                }
                at += 8
            }
            initialized = count
        }
    }
}

/// A random depthwise convolution with everything that it points to.
private final class Case {
    var layer = arete_packed_conv()
    /// Pixels with nothing between them, as the portable kernels take them.
    let dense: [UInt8]
    let input: FencedMemory, output: FencedMemory
    let weights: Memory<UInt8>
    let bias: Memory<Int32>?
    private let zeroPoints: Memory<Int32>?
    private let scales: Scales
    private let inputBytes: [UInt8]

    init(_ shapes: Shapes, _ generator: inout Generator) throws {
        func pick<T>(_ values: [T]) -> T { values.randomElement(using: &generator)! }
        var w = arete_window()
        (w.kernel_height, w.kernel_width) = pick(shapes.kernels)
        (w.stride_height, w.stride_width) = pick(shapes.strides)
        (w.dilation_height, w.dilation_width) = pick(shapes.dilations)
        w.batch = pick([1, 1, 2])
        w.input_height = Int.random(in: shapes.sides, using: &generator)
        w.input_width = Int.random(in: shapes.sides, using: &generator)
        w.input_channels = pick(shapes.channels)
        w.output_channels = w.input_channels * pick(shapes.multipliers)
        // Any number of rows and columns of padding at either side; the other side follows from the output's size.
        w.pad_top = pick([0, 1, 1, (w.kernel_height - 1) * w.dilation_height + 2])
        w.pad_left = pick([0, 1, 1, 2, (w.kernel_width - 1) * w.dilation_width + 1])
        w.output_height = (w.input_height + w.pad_top) / w.stride_height + pick([0, 1])
        w.output_width = (w.input_width + w.pad_left) / w.stride_width + pick([0, 1])
        (w.output_height, w.output_width) = (max(w.output_height, 1), max(w.output_width, 1))
        if shapes.isSingle {
            (w.pad_top, w.pad_left, w.output_height, w.output_width) = (0, 0, 1, 1)
            w.input_height = max(w.input_height, (w.kernel_height - 1) * w.dilation_height + 1)
            w.input_width = max(w.input_width, (w.kernel_width - 1) * w.dilation_width + 1)
        }
        layer.conv.window = w
        layer.conv.groups = w.input_channels

        let isSigned = pick([true, false]), hasSignedWeights = pick([true, true, false])
        layer.input = isSigned ? ARETE_INT8 : ARETE_UINT8
        layer.weights = hasSignedWeights ? ARETE_INT8 : ARETE_UINT8
        layer.conv.input_zero_point = isSigned ? pick([-128, -5, 127]) : pick([0, 77, 255])
        let perChannel = pick([true, false])
        let range: ClosedRange<Int32> = hasSignedWeights ? -128...127 : 0...255
        let centre: ClosedRange<Int32> = hasSignedWeights ? -2...2 : 126...130
        zeroPoints =
            hasSignedWeights && pick([true, true, false])
            ? nil
            : Memory(
                generator.integers(
                    perChannel ? w.output_channels : 1,
                    in: pick([range, centre, range.lowerBound...range.lowerBound, range.upperBound...range.upperBound])
                ))
        layer.conv.weight_zero_points = zeroPoints.map { UnsafePointer($0.pointer) }
        layer.conv.weight_zero_point_step = perChannel ? 1 : 0

        let type = pick(shapes.types)
        scales = Scales(
            input: 0.01, weights: generator.floats(perChannel ? w.output_channels : 1, in: shapes.scale), output: 0.02,
            zeroPoint: type == ARETE_INT16 ? 0 : type == ARETE_INT8 ? pick([-128, 3, 127]) : pick([0, 255, 9]),
            rounding: pick(shapes.roundings), type: type == ARETE_INT32 ? ARETE_INT8 : type)
        layer.conv.requantization = scales.value
        layer.conv.requantization.output = type
        if type == ARETE_INT8 || type == ARETE_UINT8 {
            switch pick([0, 1, 2, 3]) {
            case 0:
                layer.conv.requantization.minimum += 20
                layer.conv.requantization.maximum -= 31
            case 1:
                let least = layer.conv.requantization.zero_point + pick([0, 4])
                layer.conv.requantization.minimum = min(least, layer.conv.requantization.maximum)
            default: break
            }
        }
        layer.input_stride = w.input_channels + pick(shapes.gaps)
        layer.output_stride = w.output_channels + pick(shapes.gaps)
        layer.output_row_stride = w.output_width * layer.output_stride + pick(shapes.gaps)
        layer.output_image_stride = w.output_height * layer.output_row_stride + pick(shapes.gaps)
        let pixels = w.batch * w.input_height * w.input_width
        dense = generator.bytes(pixels * w.input_channels)
        var bytes = layer.input_stride == w.input_channels ? dense : []
        for pixel in 0..<pixels where layer.input_stride > w.input_channels {
            bytes += dense[(pixel * w.input_channels)..<((pixel + 1) * w.input_channels)]
            // What lies between two pixels is another tensor's; nothing need follow the last one.
            if pixel < pixels - 1 { bytes += generator.bytes(layer.input_stride - w.input_channels) }
        }
        inputBytes = bytes
        weights = Memory(generator.bytes(w.output_channels * w.kernel_height * w.kernel_width))
        bias =
            pick([true, true, false])
            ? Memory(generator.integers(w.output_channels, in: pick([-50000...50000, Int32.min...Int32.max]))) : nil
        input = try FencedMemory(capacity: max(bytes.count, 1))
        output = try FencedMemory(capacity: w.batch * layer.output_image_stride * 4 + 64)
    }

    var elementSize: Int {
        switch layer.conv.requantization.output {
        case ARETE_INT32: 4
        case ARETE_INT16: 2
        default: 1
        }
    }

    private var pixels: Int {
        layer.conv.window.batch * layer.conv.window.output_height * layer.conv.window.output_width
    }

    /// The bytes of all output pixels without what lies between them, by the portable kernel.
    var expected: [UInt8] {
        let memory = Memory(dense)
        let output = Memory([UInt8](repeating: 0, count: pixels * layer.conv.window.output_channels * elementSize))
        let scratch = Memory([UInt8](repeating: 0, count: arete_depthwise_scratch(&layer.conv)))
        arete_kernels_scalar().pointee.conv.depthwise.entry(for: layer)(
            &layer.conv, memory.pointer, weights.pointer, bias.map { UnsafeRawPointer($0.pointer) }, output.pointer, 0,
            pixels, scratch.pointer)
        withExtendedLifetime((memory, scratch)) {}
        return output.elements
    }

    /// Of each output channel, less its zero point.
    var weightSums: [Int32] {
        let channels = layer.conv.window.output_channels
        return (0..<channels).map { channel in
            let zero = zeroPoints.map { $0.pointer[$0.count > 1 ? channel : 0] } ?? 0
            return stride(from: channel, to: weights.count, by: channels).reduce(0) { sum, index in
                let byte = weights.pointer[index]
                return sum + (layer.weights == ARETE_INT8 ? Int32(Int8(bitPattern: byte)) : Int32(byte)) - zero
            }
        }
    }

    /// The same by a packed kernel, computed in `parts` pieces from the last, with a plan made before where there are
    /// several; `nil` when it wrote elsewhere.
    func run(_ kernel: arete_packed_conv_kernel, parts: Int) -> [UInt8]? {
        let source = input.holding(inputBytes)
        let packed = Memory([UInt8](repeating: 0xFF, count: kernel.packed_bytes(&layer)))
        let used = kernel.pack(&layer, weights.pointer, bias?.pointer, packed.pointer)
        guard used <= packed.count else { return nil }
        for unused in used..<packed.count { packed.pointer[unused] = 0xEE }
        let scratch = Memory([UInt8](repeating: 0xFF, count: kernel.scratch_bytes(&layer)))
        let units = kernel.units(&layer)
        let w = layer.conv.window
        let isDense = layer.output_image_stride == w.output_height * w.output_width * w.output_channels
        let end =
            (w.batch - 1) * layer.output_image_stride + (w.output_height - 1) * layer.output_row_stride
            + (w.output_width - 1) * layer.output_stride + w.output_channels
        var layer = layer
        let plan = kernel.memoryForPlan(layer)
        if parts > 1, let plan {
            kernel.plan(&layer, plan.pointer)
            layer.plan = UnsafeRawPointer(plan.pointer)
        }
        let written = output.filled(end * elementSize) { target in
            for part in (0..<parts).reversed() {
                kernel.run(
                    &layer, source, packed.pointer, target, units * part / parts, units * (part + 1) / parts,
                    scratch.pointer)
            }
        }
        guard packed.guardHolds, scratch.guardHolds, plan?.guardHolds ?? true,
            written.prefix(64).allSatisfy({ $0 == 0xA5 })
        else { return nil }
        if isDense { return Array(written.dropFirst(64)) }
        var result: [UInt8] = []
        for (index, byte) in written.dropFirst(64).enumerated() {
            let element = index / elementSize % layer.output_image_stride
            let (row, inRow) = element.quotientAndRemainder(dividingBy: layer.output_row_stride)
            let (column, channel) = inRow.quotientAndRemainder(dividingBy: layer.output_stride)
            if row < w.output_height, column < w.output_width, channel < w.output_channels {
                result.append(byte)
            } else if byte != 0xA5 {
                return nil
            }
        }
        return result
    }
}

@Suite struct PackedDepthwiseTests {
    private func compare(_ set: InstructionSetKernels, _ shapes: Shapes, seeds: ClosedRange<UInt64>) throws {
        let kernel = set.kernels.packed.depthwise
        guard kernel.run != nil else { return }
        for seed in seeds {
            var generator = Generator(seed: seed)
            let item = try Case(shapes, &generator)
            guard kernel.takes(&item.layer) else {
                Issue.record("seed \(seed) is not taken")
                continue
            }
            let expected = item.expected
            #expect(item.run(kernel, parts: 1) == expected, "seed \(seed)")
            #expect(item.run(kernel, parts: 3) == expected, "seed \(seed), in pieces")
        }
    }

    @Test("3x3 windows of any channels give the portable kernels' bits", arguments: InstructionSetKernels.vectors)
    func channels(set: InstructionSetKernels) throws {
        for channels in 1...130 {
            let shapes = Shapes(channels: [channels], strides: [(1, 1), (2, 2)])
            try compare(set, shapes, seeds: UInt64(channels)...UInt64(channels))
        }
    }

    @Test("windows of any size, stride and dilation give the same", arguments: InstructionSetKernels.vectors)
    func windows(set: InstructionSetKernels) throws {
        let shapes = Shapes(
            channels: [3, 8, 16, 24, 33, 64],
            kernels: [(3, 3), (5, 5), (7, 7), (1, 1), (1, 5), (7, 1), (2, 2), (2, 3), (4, 4), (9, 2)],
            strides: [(1, 1), (2, 2), (3, 3), (1, 2), (3, 1), (2, 5)],
            dilations: [(1, 1), (2, 2), (4, 4), (3, 2), (1, 3), (40, 1)], sides: 1...16)
        try compare(set, shapes, seeds: 1...80)
    }

    @Test(
        "windows of three columns give the same where pixels are read in place",
        arguments: InstructionSetKernels.vectors)
    func inPlace(set: InstructionSetKernels) throws {
        let shapes = Shapes(
            channels: [32, 33, 40, 63, 64, 65, 72, 96, 100, 128, 144], kernels: [(3, 3), (3, 3), (2, 3), (1, 3)],
            strides: [(1, 1), (1, 1), (2, 2), (2, 1), (1, 2), (3, 3)],
            dilations: [(1, 1), (1, 1), (2, 2), (5, 3), (1, 4)], gaps: [0, 0, 1, 31, 80], sides: 1...12,
            scale: 0.00001...0.001)
        try compare(set, shapes, seeds: 1...150)
    }

    @Test("single results of a channel give the same", arguments: InstructionSetKernels.vectors)
    func single(set: InstructionSetKernels) throws {
        let shapes = Shapes(
            channels: [1, 16, 31, 32, 48, 63, 64, 65, 100, 128, 200],
            kernels: [(5, 1), (23, 1), (1, 9), (3, 3), (4, 4), (2, 5), (1, 1)], strides: [(1, 1), (2, 3)],
            dilations: [(1, 1), (1, 1), (2, 3)], gaps: [0, 0, 1, 40], sides: 1...24, isSingle: true)
        try compare(set, shapes, seeds: 1...120)
        let others = Shapes(
            channels: [16, 70], kernels: [(7, 1)], roundings: [ARETE_ROUND_FLOAT, ARETE_ROUND_FIXED],
            types: [ARETE_INT8, ARETE_INT16, ARETE_INT32], isSingle: true)
        try compare(set, others, seeds: 1...20)
    }

    @Test("every rounding and type of result gives the same", arguments: InstructionSetKernels.vectors)
    func requantizations(set: InstructionSetKernels) throws {
        let shapes = Shapes(
            channels: [1, 5, 16, 40, 72], kernels: [(3, 3), (2, 5)], strides: [(1, 1), (2, 1)], gaps: [0, 0, 7],
            roundings: [ARETE_ROUND_FLOAT, ARETE_ROUND_FIXED, ARETE_ROUND_FIXED_UP, ARETE_ROUND_DOUBLE],
            types: [ARETE_INT8, ARETE_UINT8, ARETE_INT16, ARETE_INT32])
        try compare(set, shapes, seeds: 1...80)
    }

    @Test("scales that leave 32 bits saturate as the portable kernels do", arguments: InstructionSetKernels.vectors)
    func largeScales(set: InstructionSetKernels) throws {
        try compare(set, Shapes(channels: [9, 32], scale: 1...1e9), seeds: 1...20)
    }

    @Test("several results of one channel give the same", arguments: InstructionSetKernels.vectors)
    func multipliers(set: InstructionSetKernels) throws {
        let shapes = Shapes(
            channels: [1, 3, 8, 17], kernels: [(3, 3), (5, 5)], strides: [(1, 1), (2, 2)], multipliers: [2, 3, 8])
        try compare(set, shapes, seeds: 1...40)
    }

    @Test("channels of a wider tensor are read and written in place", arguments: InstructionSetKernels.vectors)
    func gaps(set: InstructionSetKernels) throws {
        let shapes = Shapes(channels: [1, 8, 24, 58, 96], strides: [(1, 1), (2, 2)], gaps: [0, 1, 24, 64])
        try compare(set, shapes, seeds: 1...40)
    }

    @Test(
        "zero points of each image that are known only as it runs give the same sums",
        arguments: InstructionSetKernels.vectors)
    func laterZeroPoints(set: InstructionSetKernels) throws {
        let kernel = set.kernels.packed.depthwise
        guard kernel.run != nil else { return }
        let shapes = Shapes(
            channels: [1, 3, 16, 40, 72], kernels: [(3, 3), (2, 5)], strides: [(1, 1), (2, 1)], gaps: [0, 0, 7],
            types: [ARETE_INT32])
        for seed in UInt64(1)...60 {
            var generator = Generator(seed: seed)
            let item = try Case(shapes, &generator)
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

    @Test(
        "sums that become floats as it runs have the portable kernel's bits", arguments: InstructionSetKernels.vectors)
    func laterFloats(set: InstructionSetKernels) throws {
        let kernel = set.kernels.packed.depthwise
        guard kernel.run != nil else { return }
        let shapes = Shapes(
            channels: [1, 3, 8, 40, 72, 128], kernels: [(3, 3), (2, 5)], strides: [(1, 1), (2, 2)], gaps: [0, 0, 7],
            types: [ARETE_INT32])
        for seed in UInt64(1)...100 {
            var generator = Generator(seed: seed)
            let item = try Case(shapes, &generator)
            let w = item.layer.conv.window
            let (pixels, channels) = (w.output_height * w.output_width, w.output_channels)
            let zeros = generator.integers(w.batch, in: item.layer.input == ARETE_INT8 ? Int32(-128)...127 : 0...255)
            // Rows and columns beyond the image are the zero point, and the kernel's sums are those of no zero point.
            var sums: [Int32] = []
            for (image, zero) in zeros.enumerated() {
                item.layer.conv.input_zero_point = zero
                let all: [Int32] = item.expected.withUnsafeBytes { Array($0.bindMemory(to: Int32.self)) }
                let ofImage = all[(pixels * channels * image)..<(pixels * channels * (image + 1))]
                sums += zip(ofImage, 0...).map { sum, at in sum &+ zero &* item.weightSums[at % channels] }
            }
            item.layer.conv.input_zero_point = 0
            let later = LaterZeroPoints(floats: zeros, weightSums: item.weightSums, pixels: pixels, &generator)
            var expected = [Float](repeating: 0, count: sums.count)
            arete_dynamic_finish_rows(
                later.finish.pointer, sums, channels, 0, w.batch * pixels, 0, channels, &expected, channels)
            item.layer.dynamic = UnsafePointer(later.finish.pointer)
            let result = item.run(kernel, parts: 2)
            #expect(result == expected.withUnsafeBytes(Array.init), "seed \(seed)")
        }
    }

    @Test("a table replaces each byte of the result", arguments: InstructionSetKernels.vectors)
    func table(set: InstructionSetKernels) throws {
        let kernel = set.kernels.packed.depthwise
        guard kernel.run != nil else { return }
        let shapes = Shapes(
            channels: [1, 24, 64], gaps: [0, 5], roundings: [ARETE_ROUND_FLOAT, ARETE_ROUND_FIXED])
        for seed in UInt64(1)...40 {
            var generator = Generator(seed: seed)
            let item = try Case(shapes, &generator)
            let table = Memory(generator.integers(256) as [UInt8])
            let expected = item.expected.map { table.pointer[Int($0)] }
            item.layer.table = UnsafePointer(table.pointer)
            item.layer.apply_table = set.kernels.quantized.table
            #expect(item.run(kernel, parts: 2) == expected, "seed \(seed)")
        }
    }

    @Test("sizes that no memory could hold are not taken", arguments: InstructionSetKernels.vectors)
    func refusals(set: InstructionSetKernels) throws {
        let kernel = set.kernels.packed.depthwise
        guard kernel.run != nil else { return }
        var generator = Generator(seed: 1)
        let item = try Case(Shapes(channels: [8]), &generator)
        let changes: [(inout arete_packed_conv) -> Void] = [
            { $0.conv.window.dilation_width = Int.max }, { $0.conv.window.kernel_height = 1 << 20 },
            { $0.conv.window.stride_height = 0 }, { $0.conv.window.output_width = 1 << 40 },
            { $0.conv.input_zero_point = 300 }, { $0.input = ARETE_INT16 },
        ]
        for (index, change) in changes.enumerated() {
            var layer = item.layer
            change(&layer)
            #expect(!kernel.takes(&layer), "change \(index)")
        }
    }
}
