// Pools and resizing of images: every instruction set against the portable kernels, bit for bit.
import CKernels
import TestSupport
import Testing

@Suite struct ImageVectorTests {
    private func compare(
        _ seed: UInt64, input: [UInt8], outputBytes: Int, units: Int, generator: inout Draw,
        portable: (UnsafeRawPointer, UnsafeMutableRawPointer, Range<Int>) -> Void,
        vector: (UnsafeRawPointer, UnsafeMutableRawPointer, Range<Int>) -> Void
    ) throws {
        let (source, target) = (try FencedMemory(capacity: input.count), try FencedMemory(capacity: outputBytes + 64))
        let held = source.holding(input)
        let expected = target.filled(outputBytes) { portable(held, $0, 0..<units) }
        let cuts = generator.cuts(units).reversed()
        let found = target.filled(outputBytes) { output in
            for cut in cuts { vector(held, output, cut) }
        }
        #expect(found == expected, "seed \(seed)")
    }

    private func image(_ generator: inout Draw, channels: Int, count: Int) -> [UInt8] {
        // Ends of the range often, so that sums reach their bounds.
        let range = [UInt8(0)...255, 0...1, 254...255].randomElement(using: &generator)!
        return generator.integers(count * channels, in: range)
    }

    @Test(
        "maxima and averages of float images give the portable kernel's bits, NaN too",
        arguments: InstructionSetKernels.vectors)
    func floatPools(set: InstructionSetKernels) throws {
        for seed in UInt64(1)...90 {
            let kind = [ARETE_POOL_MAX, ARETE_POOL_AVERAGE, ARETE_POOL_AVERAGE_ALL][Int(seed % 3)]
            let vector = try found(try found(set.kernels.image.pool_nd)(kind, ARETE_FLOAT32))
            let portable = try found(arete_pool_nd(kind, ARETE_FLOAT32))
            var generator = Draw(seed: seed)
            func pick(_ values: [Int]) -> Int { values.randomElement(using: &generator)! }
            var plan = arete_pool_nd_plan()
            (plan.batch, plan.channels, plan.channels_last) = (
                2, pick([1, 3, 8, 13, 16, 24, 31, 56, 64, 70, 130]), pick([0, 1, 2]) < 2
            )
            arete_stencil_begin(&plan.stencil)
            let (inputs, outputs) = ([pick([1, 5, 9]), pick([1, 8])], [pick([1, 4]), pick([1, 5])])
            for d in 0..<2 {
                #expect(
                    arete_stencil_set(
                        &plan.stencil, 2, d, inputs[d], outputs[d], pick([1, 3, 5]), pick([1, 2]), pick([1, 2]),
                        pick([0, 1]), 9))
            }
            let count = plan.batch * plan.channels * inputs[0] * inputs[1]
            let odd: [Float] = [.nan, -.infinity, 0, -0.0]
            let values: [Float] = (0..<count).map { _ in
                pick([0, 0, 0, 1]) == 1 ? odd[pick([0, 1, 2, 3])] : Float.random(in: -9...9, using: &generator)
            }
            let prepared = plan
            let units = arete_pool_nd_units(&plan)
            try compare(
                seed, input: values.withUnsafeBytes { Array($0) },
                outputBytes: plan.batch * plan.channels * outputs[0] * outputs[1] * 4, units: units,
                generator: &generator,
                portable: { x, y, range in
                    withUnsafePointer(to: prepared) { portable($0, x, y, nil, range.lowerBound, range.upperBound) }
                },
                vector: { x, y, range in
                    withUnsafePointer(to: prepared) { vector($0, x, y, nil, range.lowerBound, range.upperBound) }
                })
        }
    }

    @Test("pools of any window and channels give the portable kernels' bits", arguments: InstructionSetKernels.vectors)
    func pools(set: InstructionSetKernels) throws {
        let kernels = set.kernels.image
        for seed in UInt64(1)...80 {
            var generator = Draw(seed: seed)
            func pick(_ values: [Int]) -> Int { values.randomElement(using: &generator)! }
            var pool = arete_quantized_pool()
            var w = arete_window()
            w.batch = pick([1, 2])
            (w.input_height, w.input_width) = (pick([1, 3, 8, 30]), pick([1, 4, 9, 21]))
            w.input_channels = pick([1, 3, 16, 24, 31, 32, 33, 63, 64, 65, 100, 130])
            (w.kernel_height, w.kernel_width) = (pick([1, 2, 3, 5, 30]), pick([1, 2, 3, 5, 21]))
            // Wider windows than maxima are kept for.
            if seed % 20 == 0 { (w.input_channels, w.kernel_width) = (400, 21) }
            w.output_channels = w.input_channels
            (w.stride_height, w.stride_width) = (pick([1, 2, 3]), pick([1, 2]))
            (w.dilation_height, w.dilation_width) = (1, 1)
            (w.pad_top, w.pad_left) = (pick([0, 1, 2]), pick([0, 1, 6]))
            // The last of as many windows as there can be begins at the last column, with most of it beside the image.
            let most = (w.input_width + w.pad_left + w.stride_width - 1) / w.stride_width
            (w.output_height, w.output_width) = (pick([1, 3, 5]), pick([1, 4, 6, most]))
            pool.window = w
            pool.type = [ARETE_INT8, ARETE_UINT8, ARETE_INT16][pick([0, 1, 2])]
            let size = pool.type == ARETE_INT16 ? 2 : 1
            (pool.minimum, pool.maximum) = (arete_type_minimum(pool.type), arete_type_maximum(pool.type))
            if pick([0, 1]) == 0 { (pool.minimum, pool.maximum) = (pool.minimum + 9, pool.maximum - 100) }
            let pixels = w.batch * w.output_height * w.output_width
            let input = image(
                &generator, channels: w.input_channels * size, count: w.batch * w.input_height * w.input_width)
            for isAverage in [false, true] {
                let vector = try found(isAverage ? kernels.average_pool : kernels.max_pool)
                let portable = isAverage ? arete_quantized_average_pool : arete_quantized_max_pool
                try compare(
                    seed, input: input, outputBytes: pixels * w.input_channels * size, units: pixels,
                    generator: &generator,
                    portable: { portable(&pool, $0, $1, $2.lowerBound, $2.upperBound) },
                    vector: { vector(&pool, $0, $1, $2.lowerBound, $2.upperBound) })
            }
        }
    }

    @Test("averages of more taps than a word can sum are exact", arguments: InstructionSetKernels.vectors)
    func largeAverages(set: InstructionSetKernels) throws {
        let kernel = try found(set.kernels.image.average_pool)
        for (seed, side) in [16, 17, 23, 128, 129].enumerated() {
            var generator = Draw(seed: UInt64(seed))
            for type in [ARETE_INT8, ARETE_UINT8] {
                var pool = arete_quantized_pool()
                pool.window = arete_window(
                    batch: 1, input_height: side, input_width: side, input_channels: 5, output_height: 1,
                    output_width: 1, output_channels: 5, kernel_height: side, kernel_width: side, stride_height: 1,
                    stride_width: 1, dilation_height: 1, dilation_width: 1, pad_top: 0, pad_left: 0)
                pool.type = type
                (pool.minimum, pool.maximum) = (arete_type_minimum(type), arete_type_maximum(type))
                try compare(
                    UInt64(seed), input: image(&generator, channels: 5, count: side * side), outputBytes: 5, units: 1,
                    generator: &generator,
                    portable: { arete_quantized_average_pool(&pool, $0, $1, $2.lowerBound, $2.upperBound) },
                    vector: { kernel(&pool, $0, $1, $2.lowerBound, $2.upperBound) })
            }
        }
    }

    @Test("bilinear resizing gives the portable kernel's bits", arguments: InstructionSetKernels.vectors)
    func bilinear(set: InstructionSetKernels) throws {
        let kernel = try found(set.kernels.image.resize_bilinear)
        for seed in UInt64(1)...140 {
            var generator = Draw(seed: seed)
            func pick<T>(_ values: [T]) -> T { values.randomElement(using: &generator)! }
            let channels = pick([1, 2, 3, 7, 8, 15, 16, 17, 21, 31, 32, 33, 40, 63, 64, 65, 130])
            let batch = pick([1, 2])
            var resize = arete_quantized_resize(
                batch: batch, input_height: pick([1, 2, 5]), input_width: pick([1, 2, 3, 9]),
                output_height: pick([1, 2, 7]), output_width: pick([1, 2, 5, 16, 40]), channels: channels,
                alignment: pick([ARETE_RESIZE_CORNER, ARETE_RESIZE_ALIGN_CORNERS, ARETE_RESIZE_HALF_PIXEL]),
                arithmetic: pick([ARETE_RESIZE_FAST, ARETE_RESIZE_FAST, ARETE_RESIZE_FIXED, ARETE_RESIZE_FLOAT]),
                type: pick([ARETE_INT8, ARETE_UINT8]))
            if resize.arithmetic == ARETE_RESIZE_FIXED { resize.type = pick([ARETE_INT8, ARETE_UINT8, ARETE_INT16]) }
            let size = resize.type == ARETE_INT16 ? 2 : 1
            let scratch = Memory([UInt8](repeating: 0xFF, count: arete_quantized_resize_scratch(&resize)))
            let rows = batch * resize.output_height
            try compare(
                seed,
                input: image(
                    &generator, channels: size * channels, count: batch * resize.input_height * resize.input_width),
                outputBytes: rows * resize.output_width * channels * size, units: rows, generator: &generator,
                portable: {
                    arete_quantized_resize_bilinear(&resize, $0, $1, $2.lowerBound, $2.upperBound, nil)
                },
                vector: { kernel(&resize, $0, $1, $2.lowerBound, $2.upperBound, scratch.pointer) })
            #expect(scratch.guardHolds, "seed \(seed)")
        }
    }

    @Test("extremal channels of enlarged images are those of the image", arguments: InstructionSetKernels.vectors)
    func enlargedExtrema(set: InstructionSetKernels) throws {
        let kernel = try found(set.kernels.image.resize_arg)
        for seed in UInt64(1)...120 {
            var generator = Draw(seed: seed)
            func pick(_ values: [Int]) -> Int { values.randomElement(using: &generator)! }
            var resize = arete_quantized_resize()
            (resize.batch, resize.channels) = (pick([1, 2]), pick([1, 2, 5, 21, 33, 70, 150]))
            (resize.input_height, resize.input_width) = (pick([1, 2, 5]), pick([1, 2, 7, 16, 33]))
            (resize.output_height, resize.output_width) = (pick([1, 5, 11]), pick([1, 7, 16, 33, 50, 65]))
            resize.alignment = arete_resize_alignment(UInt32(pick([0, 1, 2])))
            resize.arithmetic = ARETE_RESIZE_FAST
            resize.type = pick([0, 1]) == 0 ? ARETE_INT8 : ARETE_UINT8
            var plan = arete_arg_plan(
                n: resize.channels, inner: 1, largest: pick([0, 1]) == 0, select_last: pick([0, 1]) == 0,
                wide: pick([0, 1]) == 0)
            let (rows, pixels) = (resize.batch * resize.output_height, resize.output_height * resize.output_width)
            let input = image(
                &generator, channels: resize.channels, count: resize.batch * resize.input_height * resize.input_width)
            let scratch = try FencedMemory(capacity: arete_resize_arg_scratch(&resize))
            try compare(
                seed, input: input, outputBytes: resize.batch * pixels * (plan.wide ? 8 : 4), units: rows,
                generator: &generator,
                portable: { source, output, _ in
                    var image = [UInt8](repeating: 0, count: resize.batch * pixels * resize.channels)
                    arete_quantized_resize_bilinear(&resize, source, &image, 0, rows, nil)
                    arete_arg_extremum(resize.type)?(&plan, image, output, 0, resize.batch * pixels)
                },
                vector: { source, output, cut in
                    _ = scratch.filled(arete_resize_arg_scratch(&resize)) {
                        kernel(&resize, &plan, source, output, cut.lowerBound, cut.upperBound, $0)
                    }
                })
        }
    }
}
