// Pools, means, sums and resizing of quantized images against plain formulas.
import CKernels
import Testing

@Suite struct QuantizedPoolTests {
    private static func window(_ generator: inout Generator) -> arete_window {
        func pick(_ values: [Int]) -> Int { values.randomElement(using: &generator)! }
        let channels = pick([1, 3, 64, 70])
        return arete_window(
            batch: pick([1, 2]), input_height: pick([1, 5]), input_width: pick([2, 6]), input_channels: channels,
            output_height: pick([1, 4]), output_width: pick([1, 3]), output_channels: channels,
            kernel_height: pick([1, 2, 3]), kernel_width: pick([1, 3]), stride_height: pick([1, 2]),
            stride_width: pick([1, 2]), dilation_height: 1, dilation_width: 1, pad_top: pick([0, 1]),
            pad_left: pick([0, 1]))
    }

    private static func expected(_ w: arete_window, _ input: [Int], average: Bool, in range: ClosedRange<Int>) -> [Int]
    {
        var result: [Int] = []
        for (batch, y) in (0..<w.batch).flatMap({ b in (0..<w.output_height).map { (b, $0) } }) {
            for (x, channel) in (0..<w.output_width).flatMap({ x in (0..<w.output_channels).map { (x, $0) } }) {
                var values: [Int] = []
                for ky in 0..<w.kernel_height {
                    for kx in 0..<w.kernel_width {
                        let (row, column) = (y * w.stride_height - w.pad_top + ky, x * w.stride_width - w.pad_left + kx)
                        guard (0..<w.input_height).contains(row), (0..<w.input_width).contains(column) else { continue }
                        let pixel = (batch * w.input_height + row) * w.input_width + column
                        values.append(input[pixel * w.input_channels + channel])
                    }
                }
                let mean = Double(values.reduce(0, +)) / Double(max(values.count, 1))
                let value = average ? Int(mean.rounded(.toNearestOrAwayFromZero)) : values.max() ?? range.lowerBound
                result.append(values.isEmpty ? range.lowerBound : min(max(value, range.lowerBound), range.upperBound))
            }
        }
        return result
    }

    @Test("averages round halves away from zero and maxima skip the padding, in any number of pieces")
    func pools() {
        for seed in UInt64(1)...20 {
            var generator = Generator(seed: seed)
            let window = Self.window(&generator)
            let count = window.batch * window.input_height * window.input_width * window.input_channels
            let input: [Int] = generator.integers(count, in: -128...127)
            let pixels = window.batch * window.output_height * window.output_width
            var pool = arete_quantized_pool(window: window, type: ARETE_INT8, minimum: -100, maximum: 90)
            for average in [true, false] {
                let output = Memory([Int8](repeating: 0, count: pixels * window.output_channels))
                let bytes = input.map { Int8($0) }
                let function = average ? arete_quantized_average_pool : arete_quantized_max_pool
                function(&pool, bytes, output.pointer, pixels / 2, pixels)
                function(&pool, bytes, output.pointer, 0, pixels / 2)
                let expected = Self.expected(window, input, average: average, in: -100...90)
                #expect(output.elements.map { Int($0) } == expected, "seed \(seed)")
                #expect(output.guardHolds)
            }
        }
    }

    @Test("means and sums of any axes are within a step of the real ones in both arithmetics")
    func reductions() {
        var generator = Generator(seed: 51)
        let shape = [2, 3, 4, 5]
        for axes: Set<Int> in [[1, 2], [3], [0, 1, 2, 3], [0, 2]] {
            for mean in [true, false] {
                let values: [Int] = generator.integers(120, in: 0...255)
                let count = axes.map { shape[$0] }.reduce(1, *)
                let output = arete_affine(scale: mean ? 0.02 : 0.02 * Float(count), zero_point: 17)
                var plan = arete_reduce_plan()
                #expect(arete_reduce_begin(&plan, 4, shape, (0..<4).map { axes.contains($0) }))
                for arithmetic in [ARETE_EXACT, ARETE_FAST] {
                    var reduction = arete_quantized_reduction()
                    let input = arete_affine(scale: 0.03, zero_point: 100)
                    #expect(
                        arete_quantized_reduction_prepare(
                            &reduction, arithmetic, mean, ARETE_UINT8, count, input, output))
                    let results = arete_reduce_results(&plan)
                    let target = Memory([UInt8](repeating: 0, count: results))
                    arete_quantized_reduce(&reduction, &plan, values.map { UInt8($0) }, target.pointer, 0, results)
                    var sums: [[Int]: Double] = [:]
                    for index in 0..<120 {
                        let place = [index / 60, index / 20 % 3, index / 5 % 4, index % 5]
                        let key = (0..<4).filter { !axes.contains($0) }.map { place[$0] }
                        sums[key, default: 0] += 0.03 * Double(values[index] - 100) / (mean ? Double(count) : 1)
                    }
                    let expected = sums.sorted { $0.key.lexicographicallyPrecedes($1.key) }.map(\.value)
                    for (real, byte) in zip(expected, target.elements) {
                        let stored = min(max(real / Double(output.scale) + 17, 0), 255)
                        #expect(abs(stored - Double(byte)) <= 1, "seed 51 \(axes) \(mean) \(arithmetic)")
                    }
                    #expect(target.guardHolds)
                }
            }
        }
    }

    @Test("bilinear resizing is within a step of the real one in every arithmetic and alignment")
    func bilinear() {
        var generator = Generator(seed: 61)
        let (height, width, newHeight, newWidth) = (5, 4, 9, 3)
        let input: [Int8] = generator.integers(2 * height * width * 3, in: 0...127)
        func position(_ at: Int, _ from: Int, _ to: Int, _ alignment: arete_resize_alignment) -> Double {
            switch alignment {
            case ARETE_RESIZE_CORNER: Double(at) * Double(from) / Double(to)
            case ARETE_RESIZE_ALIGN_CORNERS: Double(at) * Double(from - 1) / Double(to - 1)
            default: (Double(at) + 0.5) * Double(from) / Double(to) - 0.5
            }
        }
        for alignment in [ARETE_RESIZE_CORNER, ARETE_RESIZE_ALIGN_CORNERS, ARETE_RESIZE_HALF_PIXEL] {
            for arithmetic in [ARETE_RESIZE_FIXED, ARETE_RESIZE_FLOAT, ARETE_RESIZE_FAST] {
                var resize = arete_quantized_resize(
                    batch: 2, input_height: height, input_width: width, output_height: newHeight,
                    output_width: newWidth, channels: 3, alignment: alignment, arithmetic: arithmetic, type: ARETE_INT8)
                let output = Memory([Int8](repeating: 0, count: 2 * newHeight * newWidth * 3))
                arete_quantized_resize_bilinear(&resize, input, output.pointer, 0, 2 * newHeight, nil)
                for index in 0..<output.count {
                    let (channel, x) = (index % 3, index / 3 % newWidth)
                    let (y, batch) = (index / 3 / newWidth % newHeight, index / 3 / newWidth / newHeight)
                    let sy = min(max(position(y, height, newHeight, alignment), 0), Double(height - 1))
                    let sx = min(max(position(x, width, newWidth, alignment), 0), Double(width - 1))
                    func at(_ row: Int, _ column: Int) -> Double {
                        let (r, c) = (min(row, height - 1), min(column, width - 1))
                        return Double(input[((batch * height + r) * width + c) * 3 + channel])
                    }
                    let (top, left) = (Int(sy), Int(sx))
                    let (dy, dx) = (sy - Double(top), sx - Double(left))
                    let upper = at(top, left) * (1 - dx) + at(top, left + 1) * dx
                    let lower = at(top + 1, left) * (1 - dx) + at(top + 1, left + 1) * dx
                    #expect(abs(upper * (1 - dy) + lower * dy - Double(output.elements[index])) <= 1)
                }
                #expect(output.guardHolds)
            }
        }
    }

    @Test("the nearest input position follows the alignment and stays inside")
    func nearest() {
        #expect((0..<6).map { arete_nearest_position($0, 3, 6, false, false) } == [0, 0, 1, 1, 2, 2])
        #expect((0..<4).map { arete_nearest_position($0, 2, 4, true, false) } == [0, 0, 1, 1])
        #expect((0..<3).map { arete_nearest_position($0, 6, 3, false, true) } == [1, 3, 5])
        #expect((0..<2).map { arete_nearest_position($0, 1, 2, true, true) } == [0, 0])
    }
}
