// Convolutions of every operand type against the sums written plainly.
import CKernels
import Testing

/// Operands of one table entry.
private enum Operands: CaseIterable {
    case s8, u8, u8s8, s8u8, s16, s16Wide

    var unsignedInput: Bool { self == .u8 || self == .u8s8 }
    var unsignedWeights: Bool { self == .u8 || self == .s8u8 }
    var words: Bool { self == .s16 || self == .s16Wide }

    func entry(of entries: arete_conv_entries) -> arete_conv_function {
        switch self {
        case .s8: entries.s8
        case .u8: entries.u8
        case .u8s8: entries.u8s8
        case .s8u8: entries.s8u8
        case .s16: entries.s16
        case .s16Wide: entries.s16_wide
        }
    }
}

private enum Family: CaseIterable { case dense, depthwise, transposed }

/// A random convolution with its expected output.
private struct Case {
    var conv = arete_conv()
    let input: [Int], weights: [Int], bias: [Int]
    let zeroPoints: [Int32]
    let scales: Scales
    let family: Family, operands: Operands

    init(_ family: Family, _ operands: Operands, rounding: arete_rounding, generator: inout Generator) {
        (self.family, self.operands) = (family, operands)
        var w = arete_window()
        func pick(_ values: [Int]) -> Int { values.randomElement(using: &generator)! }
        (w.batch, w.input_height, w.input_width) = (pick([1, 2]), pick([1, 4, 7]), pick([1, 5, 8]))
        (w.kernel_height, w.kernel_width) = (pick([1, 2, 3]), pick([1, 2, 3]))
        (w.stride_height, w.stride_width) = (pick([1, 2]), pick([1, 2]))
        (w.dilation_height, w.dilation_width) = (pick([1, 1, 2]), pick([1, 2]))
        (w.pad_top, w.pad_left) = (pick([0, 1]), pick([0, 1, 2]))
        w.input_channels = pick([1, 3, 8, 17])
        (w.output_height, w.output_width) = (pick([1, 3, 6]), pick([1, 4, 5]))
        let groups = family == .dense && w.input_channels == 8 ? pick([1, 2, 4]) : 1
        w.output_channels = family == .depthwise ? w.input_channels * pick([1, 2]) : groups * pick([1, 2, 5])
        conv.window = w
        conv.groups = groups
        let perChannel = pick([0, 1]) == 1
        conv.input_zero_point = operands.words ? 0 : operands.unsignedInput ? Int32(pick([0, 255, 77])) : -128
        zeroPoints =
            operands.words || operands == .s8
            ? []
            : generator.integers(
                perChannel ? w.output_channels : 1, in: operands.unsignedWeights ? 0...255 : -128...127)
        conv.weight_zero_point_step = zeroPoints.count > 1 ? 1 : 0
        let area = w.kernel_height * w.kernel_width
        let inputCount = w.batch * w.input_height * w.input_width * w.input_channels
        let depth = family == .depthwise ? 1 : w.input_channels / groups
        let range = operands.words ? -32768...32767 : operands.unsignedInput ? 0...255 : -128...127
        input = generator.integers(inputCount, in: range)
        weights = generator.integers(
            w.output_channels * area * depth, in: operands.unsignedWeights ? 0...255 : -128...127)
        bias = generator.integers(w.output_channels, in: -5000...5000)
        scales = Scales(
            input: 0.01, weights: generator.floats(perChannel ? w.output_channels : 1, in: 0.001...0.01),
            output: operands.words ? 0.5 : 0.05, zeroPoint: operands.words ? 0 : operands.unsignedInput ? 128 : -3,
            rounding: rounding,
            type: operands.words ? ARETE_INT16 : operands.unsignedInput ? ARETE_UINT8 : ARETE_INT8)
        conv.requantization = scales.value
    }

    private func accumulator(batch: Int, y: Int, x: Int, channel: Int) -> Int64 {
        let w = conv.window
        let depth = family == .depthwise ? 1 : w.input_channels / conv.groups
        let group = channel / (w.output_channels / conv.groups)
        let zero = zeroPoints.isEmpty ? 0 : Int(zeroPoints[zeroPoints.count > 1 ? channel : 0])
        var sum = Int64(bias[channel])
        for ky in 0..<w.kernel_height {
            for kx in 0..<w.kernel_width {
                var row = y * w.stride_height - w.pad_top + ky * w.dilation_height
                var column = x * w.stride_width - w.pad_left + kx * w.dilation_width
                if family == .transposed {
                    (row, column) = (y + w.pad_top - ky * w.dilation_height, x + w.pad_left - kx * w.dilation_width)
                    guard row >= 0, column >= 0, row % w.stride_height == 0, column % w.stride_width == 0
                    else { continue }
                    (row, column) = (row / w.stride_height, column / w.stride_width)
                }
                guard (0..<w.input_height).contains(row), (0..<w.input_width).contains(column) else { continue }
                for k in 0..<depth {
                    let source =
                        family == .depthwise ? channel / (w.output_channels / w.input_channels) : group * depth + k
                    let value = input[
                        ((batch * w.input_height + row) * w.input_width + column) * w.input_channels + source]
                    let tap = ky * w.kernel_width + kx
                    let weight =
                        family == .depthwise
                        ? weights[tap * w.output_channels + channel]
                        : weights[(channel * w.kernel_height * w.kernel_width + tap) * depth + k]
                    sum += Int64((value - Int(conv.input_zero_point)) * (weight - zero))
                }
            }
        }
        return sum
    }

    var expected: [Int] {
        let w = conv.window
        var result: [Int] = []
        for batch in 0..<w.batch {
            for y in 0..<w.output_height {
                for x in 0..<w.output_width {
                    for channel in 0..<w.output_channels {
                        let sum = accumulator(batch: batch, y: y, x: x, channel: channel)
                        result.append(scales.expected(sum, channel: channel, wide: operands == .s16Wide))
                    }
                }
            }
        }
        return result
    }

    /// Runs the kernel over the pixels in `parts` pieces, the last first.
    func run(parts: Int) -> [Int]? {
        let w = conv.window
        var conv = conv
        let zeros = Memory(zeroPoints)
        conv.weight_zero_points = zeroPoints.isEmpty ? nil : UnsafePointer(zeros.pointer)
        let x = Memory<Int16>(input.map(Int16.init)), bytes = Memory<UInt8>(input.map { UInt8(truncatingIfNeeded: $0) })
        let weight = Memory<UInt8>(weights.map { UInt8(truncatingIfNeeded: $0) })
        let (narrow, wide) = (Memory<Int32>(bias.map(Int32.init)), Memory<Int64>(bias.map(Int64.init)))
        let pixels = w.batch * w.output_height * w.output_width
        let output = Memory([UInt8](repeating: 0, count: pixels * w.output_channels * (operands.words ? 2 : 1)))
        let kernels = arete_kernels_scalar().pointee.conv
        let (entries, size) =
            switch family {
            case .dense: (kernels.conv2d, arete_conv2d_scratch(&conv))
            case .depthwise: (kernels.depthwise, arete_depthwise_scratch(&conv))
            case .transposed: (kernels.transpose, arete_transpose_conv_scratch(&conv))
            }
        let scratch = Memory([UInt8](repeating: 0xFF, count: size))
        let function = operands.entry(of: entries)
        for part in (0..<parts).reversed() {
            function(
                &conv, operands.words ? UnsafeRawPointer(x.pointer) : UnsafeRawPointer(bytes.pointer), weight.pointer,
                operands == .s16Wide ? UnsafeRawPointer(wide.pointer) : UnsafeRawPointer(narrow.pointer),
                output.pointer,
                pixels * part / parts, pixels * (part + 1) / parts, scratch.pointer)
        }
        withExtendedLifetime((zeros, x, bytes, weight, narrow, wide)) {}
        guard output.guardHolds, scratch.guardHolds else { return nil }
        return (0..<(pixels * w.output_channels)).map { index in
            let raw = UnsafeRawPointer(output.pointer)
            if operands.words { return Int(raw.load(fromByteOffset: 2 * index, as: Int16.self)) }
            let byte = output.pointer[index]
            return operands.unsignedInput ? Int(byte) : Int(Int8(bitPattern: byte))
        }
    }
}

@Suite struct ConvTests {
    @Test("dense, depthwise and transposed convolutions equal the plain sums, in any number of pieces")
    func equalsPlainSums() {
        for seed in UInt64(1)...12 {
            var generator = Generator(seed: seed)
            for family in Family.allCases {
                for operands in Operands.allCases {
                    for rounding in [ARETE_ROUND_FLOAT, ARETE_ROUND_FIXED] {
                        if operands == .s16Wide && rounding == ARETE_ROUND_FLOAT { continue }
                        let item = Case(family, operands, rounding: rounding, generator: &generator)
                        let expected = item.expected
                        #expect(item.run(parts: 1) == expected, "\(family) \(operands) seed \(seed)")
                        #expect(item.run(parts: 3) == expected, "\(family) \(operands) seed \(seed), in pieces")
                    }
                }
            }
        }
    }

    @Test("a raw convolution stores its 32-bit sums, and may go without bias and zero points")
    func rawSums() {
        var conv = arete_conv()
        conv.window = arete_window(
            batch: 1, input_height: 1, input_width: 3, input_channels: 2, output_height: 1, output_width: 2,
            output_channels: 1, kernel_height: 1, kernel_width: 2, stride_height: 1, stride_width: 1,
            dilation_height: 1, dilation_width: 1, pad_top: 0, pad_left: 0)
        conv.groups = 1
        conv.requantization.output = ARETE_INT32
        let scratch = Memory([UInt8](repeating: 0, count: arete_conv2d_scratch(&conv)))
        var output: [Int32] = [0, 0]
        let input: [Int8] = [1, 2, 3, 4, 5, 6]
        let weights: [Int8] = [1, 10, 100, -1]
        arete_kernels_scalar().pointee.conv.conv2d.s8(&conv, input, weights, nil, &output, 0, 2, scratch.pointer)
        withExtendedLifetime(scratch) {}
        #expect(output == [317, 537])
    }
}
