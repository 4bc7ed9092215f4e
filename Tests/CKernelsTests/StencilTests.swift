import CKernels
import Testing

/// Geometry of a test: spatial extents, kernel, steps and padding, computed with plain Swift.
private struct Geometry {
    var input: [Int]
    var kernel: [Int]
    var stride: [Int]
    var dilation: [Int]
    var before: [Int]
    var after: [Int]

    var output: [Int] {
        input.indices.map { d in
            (input[d] + before[d] + after[d] - (kernel[d] - 1) * dilation[d] - 1) / stride[d] + 1
        }
    }

    var stencil: arete_stencil {
        var stencil = arete_stencil()
        arete_stencil_begin(&stencil)
        for d in input.indices {
            let ok = arete_stencil_set(
                &stencil, input.count, d, input[d], output[d], kernel[d], stride[d], dilation[d], before[d], after[d])
            #expect(ok)
        }
        return stencil
    }

    /// Calls `body` with each tap and the input place under it, nil in the padding.
    func taps(of place: Int, _ body: (Int, Int?) -> Void) {
        let o = coordinates(place, in: output)
        for tap in 0..<kernel.reduce(1, *) {
            let k = coordinates(tap, in: kernel)
            let at = input.indices.map { o[$0] * stride[$0] + k[$0] * dilation[$0] - before[$0] }
            let inside = zip(at, input).allSatisfy { $0 >= 0 && $0 < $1 }
            body(tap, inside ? zip(at, input).reduce(0) { $0 * $1.1 + $1.0 } : nil)
        }
    }

    static let cases = [
        Geometry(input: [7], kernel: [3], stride: [2], dilation: [1], before: [1], after: [1]),
        Geometry(input: [6, 9], kernel: [3, 2], stride: [1, 1], dilation: [1, 2], before: [1, 2], after: [0, 2]),
        Geometry(input: [5, 70], kernel: [2, 3], stride: [2, 1], dilation: [1, 1], before: [0, 1], after: [1, 1]),
        Geometry(
            input: [4, 5, 3], kernel: [2, 3, 2], stride: [1, 2, 1], dilation: [2, 1, 1], before: [1, 1, 0],
            after: [1, 1, 1]),
        Geometry(input: [2, 2], kernel: [3, 3], stride: [1, 1], dilation: [3, 3], before: [4, 4], after: [4, 4]),
    ]
}

/// Moves channels between [channels][places] and [places][channels].
private func swapped(_ x: [Float], images: Int, _ a: Int, _ b: Int) -> [Float] {
    x.indices.map { i in
        let (image, row, column) = (i / (a * b), i % (a * b) / a, i % a)
        return x[image * a * b + column * b + row]
    }
}

@Suite("Float convolutions")
struct FloatConvTests {
    @Test("direct, depthwise and matrix forms agree with the definition in both layouts")
    func convolutions() throws {
        var draw = Draw(seed: 71)
        for (number, g) in Geometry.cases.enumerated() {
            for (xChannels, yChannels, groups) in [(3, 5, 1), (4, 6, 2), (3, 6, 3)] {
                let (places, area) = (g.output.reduce(1, *), g.input.reduce(1, *))
                let taps = g.kernel.reduce(1, *)
                let depth = xChannels / groups
                let x = draw.floats(2 * xChannels * area)
                let weights = draw.floats(yChannels * depth * taps)
                let bias = draw.floats(yChannels)
                var expected = [Float](repeating: 0, count: 2 * yChannels * places)
                for i in expected.indices {
                    let (image, m, place) = (i / (yChannels * places), i / places % yChannels, i % places)
                    var sum = Double(bias[m])
                    g.taps(of: place) { tap, source in
                        guard let source else { return }
                        for c in 0..<depth {
                            let channel = m / (yChannels / groups) * depth + c
                            let value = Double(x[(image * xChannels + channel) * area + source])
                            sum += value * Double(weights[(m * depth + c) * taps + tap])
                        }
                    }
                    expected[i] = Float(sum)
                }
                var plan = arete_float_conv_plan(
                    stencil: g.stencil, batch: 2, x_channels: xChannels, y_channels: yChannels, groups: groups,
                    channels_last: false)
                func computed(
                    _ function: arete_float_conv_function, _ units: Int, _ x: [Float], _ w: [Float]
                ) -> [Float] {
                    var y = [Float](repeating: -9, count: expected.count)
                    for cut in draw.cuts(units) { function(&plan, x, w, bias, &y, cut.lowerBound, cut.upperBound) }
                    return y
                }
                let note: Comment = "case \(number), \(groups) groups, seed \(draw.seed)"
                let direct = try found(arete_direct_conv(ARETE_FLOAT32))
                #expect(
                    near(computed(direct, arete_direct_conv_units(&plan), x, weights), expected, absolute: 1e-4), note)

                plan.channels_last = true
                let xLast = swapped(x, images: 2, xChannels, area)
                let expectedLast = swapped(expected, images: 2, yChannels, places)
                let weightsLast = swapped(weights, images: yChannels, depth, taps)
                let last = computed(direct, arete_direct_conv_units(&plan), xLast, weightsLast)
                #expect(near(last, expectedLast, absolute: 1e-4), note)
                if groups == xChannels {
                    let depthwise = try found(arete_depthwise_float(ARETE_FLOAT32))
                    let w = swapped(weights, images: 1, yChannels, taps)
                    let result = computed(depthwise, arete_depthwise_float_units(&plan), xLast, w)
                    #expect(near(result, expectedLast, absolute: 1e-4), note)
                }
                checkMatrices(g, x, xLast, xChannels, groups, &draw)
            }
        }
    }

    /// Every element of the matrices is the tap it stands for, or zero.
    private func checkMatrices(
        _ g: Geometry, _ x: [Float], _ xLast: [Float], _ channels: Int, _ groups: Int, _ draw: inout Draw
    ) {
        var stencil = g.stencil
        let (places, area, taps) = (g.output.reduce(1, *), g.input.reduce(1, *), g.kernel.reduce(1, *))
        let depth = channels / groups
        let rows = arete_im2col_rows(&stencil, depth)
        var source = [Int?](repeating: nil, count: places * taps)
        for place in 0..<places { g.taps(of: place) { source[place * taps + $0] = $1 } }
        let first = places / 3
        var columns = [Float](repeating: -9, count: rows * (places - first))
        for cut in draw.cuts(rows) {
            arete_im2col(4)?(&stencil, x, first, places - first, &columns, cut.lowerBound, cut.upperBound)
        }
        let expected = columns.indices.map { i -> Float in
            let (row, place) = (i / (places - first), i % (places - first) + first)
            return source[place * taps + row % taps].map { x[row / taps * area + $0] } ?? 0
        }
        #expect(columns == expected)
        var patches = [Float](repeating: -9, count: places * taps * depth)
        arete_im2row(&stencil, 4, channels, depth, xLast, &patches, 0, places)
        let expectedPatches = patches.indices.map { i -> Float in
            source[i / depth].map { xLast[$0 * channels + i % depth] } ?? 0
        }
        #expect(patches == expectedPatches)
    }

    @Test("a transposed convolution spreads each input over its taps, in both layouts and as a sum of columns")
    func transposed() throws {
        var draw = Draw(seed: 72)
        for (number, g) in Geometry.cases.enumerated() {
            for (xChannels, yChannels, groups) in [(3, 2, 1), (4, 6, 2)] {
                // The stencil leads from y to x.
                let (places, area) = (g.output.reduce(1, *), g.input.reduce(1, *))
                let taps = g.kernel.reduce(1, *)
                let width = yChannels / groups
                let depth = xChannels / groups
                let x = draw.floats(2 * xChannels * places)
                let weights = draw.floats(xChannels * width * taps)
                let bias = draw.floats(yChannels)
                var sums = [Double](repeating: 0, count: 2 * yChannels * area)
                for i in sums.indices { sums[i] = Double(bias[i / area % yChannels]) }
                var columns = [Float](repeating: 0, count: yChannels * taps * places)  // of the first image
                for image in 0..<2 {
                    for c in 0..<xChannels {
                        for place in 0..<places {
                            g.taps(of: place) { tap, target in
                                for k in 0..<width {
                                    let m = c / depth * width + k
                                    let value = x[(image * xChannels + c) * places + place]
                                    let product = value * weights[(c * width + k) * taps + tap]
                                    if image == 0 { columns[(m * taps + tap) * places + place] += product }
                                    if let target { sums[(image * yChannels + m) * area + target] += Double(product) }
                                }
                            }
                        }
                    }
                }
                let expected = sums.map { Float($0) }
                let note: Comment = "case \(number), \(groups) groups, seed \(draw.seed)"
                var plan = arete_float_conv_plan(
                    stencil: g.stencil, batch: 2, x_channels: xChannels, y_channels: yChannels, groups: groups,
                    channels_last: false)
                let function = try found(arete_direct_conv_transpose(ARETE_FLOAT32))
                var y = [Float](repeating: -9, count: expected.count)
                for cut in draw.cuts(arete_direct_conv_transpose_units(&plan)) {
                    function(&plan, x, weights, bias, &y, cut.lowerBound, cut.upperBound)
                }
                #expect(near(y, expected, absolute: 1e-4), note)
                var summed = [Float](repeating: -9, count: yChannels * area)
                try found(arete_col2im(ARETE_FLOAT32))(&plan.stencil, columns, bias, &summed, 0, 1)
                try found(arete_col2im(ARETE_FLOAT32))(&plan.stencil, columns, bias, &summed, 1, yChannels)
                #expect(near(summed, Array(expected.prefix(summed.count)), absolute: 1e-4), note)
                guard groups == 1 else { continue }
                plan.channels_last = true
                let w = swapped(weights, images: 1, xChannels, yChannels * taps)
                for cut in draw.cuts(arete_direct_conv_transpose_units(&plan)) {
                    function(
                        &plan, swapped(x, images: 2, xChannels, places), w, bias, &y, cut.lowerBound, cut.upperBound)
                }
                #expect(near(y, swapped(expected, images: 2, yChannels, area), absolute: 1e-4), note)
            }
        }
    }

    @Test("a stencil refuses zero steps and numbers that overflow")
    func refused() {
        var stencil = arete_stencil()
        arete_stencil_begin(&stencil)
        #expect(!arete_stencil_set(&stencil, 2, 2, 4, 4, 1, 1, 1, 0, 0))
        #expect(!arete_stencil_set(&stencil, 4, 0, 4, 4, 1, 1, 1, 0, 0))
        #expect(!arete_stencil_set(&stencil, 2, 0, 4, 4, 0, 1, 1, 0, 0))
        #expect(!arete_stencil_set(&stencil, 2, 0, 4, 4, 1, 0, 1, 0, 0))
        #expect(!arete_stencil_set(&stencil, 2, 0, 4, .max / 2, 1, 4, 1, 0, 0))
        #expect(!arete_stencil_set(&stencil, 2, 0, 4, 4, 3, 1, .max, 0, 0))
        #expect(!arete_stencil_set(&stencil, 2, 0, 4, 4, 1, 1, 1, .min, 0))
    }
}

@Suite("Pools")
struct StencilPoolTests {
    @Test("maxima with their places, averages and Lp norms agree with their definition in both layouts")
    func pools() throws {
        var draw = Draw(seed: 73)
        for (number, g) in Geometry.cases.enumerated() {
            let (places, area) = (g.output.reduce(1, *), g.input.reduce(1, *))
            let channels = 3
            let x = draw.floats(2 * channels * area)
            let taps = g.kernel.reduce(1, *)
            for kind in [ARETE_POOL_MAX, ARETE_POOL_AVERAGE, ARETE_POOL_AVERAGE_ALL, ARETE_POOL_LP] {
                var places_ = [Int64](repeating: -1, count: 2 * channels * places)
                let expected = places_.indices.map { i -> Float in
                    var window: [(Float, Int)] = []
                    g.taps(of: i % places) { _, source in
                        if let source { window.append((x[i / places * area + source], i / places * area + source)) }
                    }
                    let values = window.map { Double($0.0) }
                    switch kind {
                    case ARETE_POOL_MAX:
                        let best = window.max { $0.0 < $1.0 }
                        places_[i] = Int64(best?.1 ?? -1)
                        return best?.0 ?? -.infinity
                    case ARETE_POOL_AVERAGE: return Float(values.reduce(0, +) / Double(values.count))
                    case ARETE_POOL_AVERAGE_ALL: return Float(values.reduce(0, +) / Double(taps))
                    default: return Float(values.reduce(0) { $0 + $1 * $1 }.squareRoot())
                    }
                }
                var plan = arete_pool_nd_plan()
                plan.stencil = g.stencil
                plan.batch = 2
                plan.channels = channels
                plan.p = 2
                let function = try found(arete_pool_nd(kind, ARETE_FLOAT32))
                var y = [Float](repeating: -9, count: expected.count)
                var indices = [Int64](repeating: -9, count: expected.count)
                for cut in draw.cuts(arete_pool_nd_units(&plan)) {
                    function(&plan, x, &y, &indices, cut.lowerBound, cut.upperBound)
                }
                let note: Comment = "case \(number), kind \(kind.rawValue), seed \(draw.seed)"
                #expect(near(y, expected), note)
                if kind == ARETE_POOL_MAX { #expect(indices == places_, note) }
                plan.channels_last = true
                let xLast = swapped(x, images: 2, channels, area)
                for cut in draw.cuts(arete_pool_nd_units(&plan)) {
                    function(&plan, xLast, &y, nil, cut.lowerBound, cut.upperBound)
                }
                #expect(near(y, swapped(expected, images: 2, channels, places)), note)
            }
        }
    }

    @Test("a window that ends beyond the padding divides by what is left of it")
    func ceiling() throws {
        var plan = arete_pool_nd_plan()
        arete_stencil_begin(&plan.stencil)
        #expect(arete_stencil_set(&plan.stencil, 1, 0, 4, 2, 3, 3, 1, 0, 1))
        plan.batch = 1
        plan.channels = 1
        var y: [Float] = [0, 0]
        try found(arete_pool_nd(ARETE_POOL_AVERAGE_ALL, ARETE_FLOAT32))(&plan, [Float(1), 2, 3, 4], &y, nil, 0, 2)
        #expect(y == [2, 2])
    }

    @Test("unpooling puts values back and reports places outside")
    func unpool() {
        var y: [Float] = [0, 0, 0]
        #expect(arete_max_unpool(4, [Float(5), 6], [Int64(2), 0], 2, &y, 3))
        #expect(y == [6, 0, 5])
        #expect(!arete_max_unpool(4, [Float(7), 8], [Int64(3), -1], 2, &y, 3))
        #expect(y == [6, 0, 5])
    }
}
