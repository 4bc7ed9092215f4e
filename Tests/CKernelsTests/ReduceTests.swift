import CKernels
import Foundation
import Testing

@Suite("Reductions")
struct ReduceTests {
    private static func reduced<T: BitwiseCopyable>(
        _ operation: arete_reduce_operation, _ type: arete_element_type, _ x: [T], _ shape: [Int], axes: Set<Int>,
        step: Int? = nil, zero: T
    ) throws -> [T] {
        var plan = arete_reduce_plan()
        #expect(arete_reduce_begin(&plan, shape.count, shape, shape.indices.map(axes.contains)))
        let results = arete_reduce_results(&plan)
        var y = [T](repeating: zero, count: results)
        let function = try found(arete_reduce(operation, type))
        for begin in stride(from: 0, to: results, by: max(1, step ?? results)) {
            function(&plan, x, &y, begin, min(results, begin + (step ?? results)))
        }
        return y
    }

    @Test("sums over any axes agree with their definition, in any ranges with the same bits")
    func sums() throws {
        var draw = Draw(seed: 51)
        let cases: [([Int], Set<Int>)] = [
            ([3, 4, 5], [1]), ([3, 4, 5], [0, 2]), ([3, 4, 5], [0, 1, 2]), ([3, 4, 5], []),
            ([2, 3, 1, 5, 2], [1, 2, 4]),
            ([3, 70], [0]), ([3, 70], [1]), ([], []), ([2, 3, 2, 3], [1, 3]), ([2, 3, 2, 3], [0, 2]),
        ]
        let operations: [(arete_reduce_operation, ([Double]) -> Double)] = [
            (ARETE_REDUCE_SUM, { $0.reduce(0, +) }), (ARETE_REDUCE_MEAN, { $0.reduce(0, +) / Double($0.count) }),
            (ARETE_REDUCE_PROD, { $0.reduce(1, *) }), (ARETE_REDUCE_L1, { $0.reduce(0) { $0 + abs($1) } }),
            (ARETE_REDUCE_L2, { $0.reduce(0) { $0 + $1 * $1 }.squareRoot() }),
            (ARETE_REDUCE_SUM_SQUARE, { $0.reduce(0) { $0 + $1 * $1 } }),
            (ARETE_REDUCE_LOG_SUM, { log($0.reduce(0, +)) }),
            (ARETE_REDUCE_LOG_SUM_EXP, { log($0.reduce(0) { $0 + exp($1) }) }),
            (ARETE_REDUCE_MIN, { $0.min()! }), (ARETE_REDUCE_MAX, { $0.max()! }),
        ]
        for (shape, axes) in cases {
            let x = draw.floats(shape.reduce(1, *), in: 0.1...1.5)
            let kept = shape.indices.map { axes.contains($0) ? 1 : shape[$0] }
            var groups = [[Double]](repeating: [], count: kept.reduce(1, *))
            for (flat, value) in x.enumerated() {
                groups[position(coordinates(flat, in: shape), in: kept)].append(Double(value))
            }
            for (operation, definition) in operations {
                let y = try Self.reduced(operation, ARETE_FLOAT32, x, shape, axes: axes, zero: Float(0))
                let expected = groups.map { Float(definition($0)) }
                #expect(near(y, expected), "operation \(operation.rawValue), \(shape) \(axes), seed \(draw.seed)")
                let single = try Self.reduced(operation, ARETE_FLOAT32, x, shape, axes: axes, step: 1, zero: Float(0))
                #expect(single == y)
            }
        }
    }

    @Test("a large sum of small floats keeps its precision")
    func precision() throws {
        let x = [Float](repeating: 0.1, count: 1_000_000)
        let sum = try Self.reduced(ARETE_REDUCE_SUM, ARETE_FLOAT32, x, [1_000_000], axes: [0], zero: 0)
        #expect(near(sum[0], 100_000, relative: 1e-6))
    }

    @Test("nothing reduces to the neutral element")
    func empty() throws {
        func result(_ operation: arete_reduce_operation) throws -> Float {
            try Self.reduced(operation, ARETE_FLOAT32, [], [0, 1], axes: [0], zero: 9)[0]
        }
        #expect(try result(ARETE_REDUCE_SUM) == 0)
        #expect(try result(ARETE_REDUCE_PROD) == 1)
        #expect(try result(ARETE_REDUCE_MIN) == .infinity)
        #expect(try result(ARETE_REDUCE_MAX) == -.infinity)
        #expect(try result(ARETE_REDUCE_MEAN).isNaN)
        #expect(try result(ARETE_REDUCE_LOG_SUM) == -.infinity)
        #expect(try result(ARETE_REDUCE_LOG_SUM_EXP) == -.infinity)
        #expect(try Self.reduced(ARETE_REDUCE_MAX, ARETE_INT8, [], [0, 1], axes: [0], zero: Int8(0)) == [.min])
        #expect(try Self.reduced(ARETE_REDUCE_MEAN, ARETE_INT8, [], [0, 1], axes: [0], zero: Int8(9)) == [0])
        #expect(try Self.reduced(ARETE_REDUCE_ALL, ARETE_BOOL, [], [0, 1], axes: [0], zero: UInt8(9)) == [1])
        #expect(try Self.reduced(ARETE_REDUCE_ANY, ARETE_BOOL, [], [0, 1], axes: [0], zero: UInt8(9)) == [0])
    }

    @Test("integers truncate their mean, keep their sign, and extrema keep NaN")
    func integers() throws {
        let x: [Int16] = [-3, -4, 5, 1]
        #expect(try Self.reduced(ARETE_REDUCE_MEAN, ARETE_INT16, x, [2, 2], axes: [1], zero: 0) == [-3, 3])
        #expect(try Self.reduced(ARETE_REDUCE_L1, ARETE_INT16, x, [4], axes: [0], zero: 0) == [13])
        #expect(try Self.reduced(ARETE_REDUCE_PROD, ARETE_INT16, x, [2, 2], axes: [0], zero: 0) == [-15, -4])
        for operation in [ARETE_REDUCE_MIN, ARETE_REDUCE_MAX] {
            #expect(try Self.reduced(operation, ARETE_FLOAT32, [1, .nan, 2], [3], axes: [0], zero: Float(0))[0].isNaN)
        }
        #expect(arete_reduce(ARETE_REDUCE_SUM, ARETE_BOOL) == nil)
        #expect(arete_reduce(ARETE_REDUCE_LOG_SUM_EXP, ARETE_INT8) == nil)
    }

    @Test("the place of an extremum is its first or last, and NaN is one")
    func argExtremum() throws {
        func places(_ x: [Float], largest: Bool, last: Bool) throws -> [Int64] {
            var plan = arete_arg_plan(n: 4, inner: 2, largest: largest, select_last: last, wide: true)
            var y: [Int64] = [-1, -1]
            try found(arete_arg_extremum(ARETE_FLOAT32))(&plan, x, &y, 0, 1)
            try found(arete_arg_extremum(ARETE_FLOAT32))(&plan, x, &y, 1, 2)
            return y
        }
        let x: [Float] = [1, 5, 3, 2, 3, 2, 1, 5]
        #expect(try places(x, largest: true, last: false) == [1, 0])
        #expect(try places(x, largest: true, last: true) == [2, 3])
        #expect(try places(x, largest: false, last: false) == [0, 1])
        #expect(try places(x, largest: false, last: true) == [3, 2])
        #expect(try places([1, .nan, .nan, 9, 4, .nan, .nan, 0], largest: false, last: false) == [1, 0])
        #expect(try places([1, .nan, .nan, 9, 4, .nan, .nan, 0], largest: true, last: true) == [3, 2])
    }

    @Test("the k best come in order, equal ones by index, for every k")
    func topK() throws {
        var draw = Draw(seed: 52)
        let n = 23
        let x: [Int32] = draw.integers(n * 2, in: 0...9)
        for (largest, k) in [(true, 0), (true, 1), (false, 5), (true, 23), (false, 23)] {
            var plan = arete_top_plan(n: n, inner: 2, k: k, largest: largest, wide: false)
            var values = [Int32](repeating: -1, count: k * 2)
            var indices = values
            var scratch = [Int](repeating: 0, count: max(k, 1))
            try found(arete_top_k(ARETE_INT32))(&plan, x, &values, &indices, &scratch, 0, 2)
            for column in 0..<2 {
                let order = (0..<n).sorted {
                    let (a, b) = (x[$0 * 2 + column], x[$1 * 2 + column])
                    return a == b ? $0 < $1 : largest ? a > b : a < b
                }
                for i in 0..<k {
                    #expect(indices[i * 2 + column] == Int32(order[i]), "seed \(draw.seed)")
                    #expect(values[i * 2 + column] == x[order[i] * 2 + column], "seed \(draw.seed)")
                }
            }
        }
        var plan = arete_top_plan(n: 3, inner: 1, k: 3, largest: true, wide: true)
        var places = [Int64](repeating: -1, count: 3)
        var scratch = [0, 0, 0]
        try found(arete_top_k(ARETE_FLOAT32))(&plan, [Float(1), .nan, 2], nil, &places, &scratch, 0, 1)
        #expect(places == [1, 2, 0])
    }
}

@Suite("Softmax and normalizations")
struct NormalizeTests {
    @Test("softmax columns sum to one and its logarithm and hardmax agree, in place too")
    func softmax() throws {
        var draw = Draw(seed: 61)
        let x = draw.floats(2 * 7 * 3, in: -80...80)
        var plan = arete_softmax_plan(n: 7, inner: 3, beta: 0.5)
        var soft = x
        soft.withUnsafeMutableBytes { bytes in
            arete_softmax(ARETE_SOFTMAX, ARETE_FLOAT32)?(&plan, bytes.baseAddress, bytes.baseAddress, 0, 6)
        }
        var logarithm = x
        try found(arete_softmax(ARETE_LOG_SOFTMAX, ARETE_FLOAT32))(&plan, x, &logarithm, 0, 6)
        var hard = x
        try found(arete_softmax(ARETE_HARDMAX, ARETE_FLOAT32))(&plan, x, &hard, 0, 6)
        for outer in 0..<2 {
            for inner in 0..<3 {
                let places = (0..<7).map { (outer * 7 + $0) * 3 + inner }
                let largest = places.map { x[$0] }.max()!
                let powers = places.map { exp(0.5 * Double(x[$0] - largest)) }
                let total = powers.reduce(0, +)
                for (place, power) in zip(places, powers) {
                    #expect(near(soft[place], Float(power / total)), "seed \(draw.seed)")
                    #expect(near(logarithm[place], Float(log(power / total)), absolute: 1e-5), "seed \(draw.seed)")
                    #expect(hard[place] == (x[place] == largest ? 1 : 0))
                }
            }
        }
    }

    private static func moments(_ x: ArraySlice<Float>) -> (mean: Double, variance: Double) {
        let mean = x.reduce(0) { $0 + Double($1) } / Double(x.count)
        return (mean, x.reduce(0) { $0 + (Double($1) - mean) * (Double($1) - mean) } / Double(x.count))
    }

    @Test("layer normalization centres, scales and shifts rows; the RMS form does not centre")
    func layerNorm() throws {
        var draw = Draw(seed: 62)
        let n = 19
        let x = draw.floats(3 * n)
        let scale = draw.floats(n)
        let bias = draw.floats(n)
        for rms in [false, true] {
            var plan = arete_layer_norm_plan(n: n, epsilon: 0.01, rms: rms)
            var y = [Float](repeating: 0, count: x.count)
            var mean = [Float](repeating: 9, count: 3)
            var inverse = mean
            let function = try found(arete_layer_norm(ARETE_FLOAT32))
            function(&plan, x, scale, bias, &y, &mean, &inverse, 0, 2)
            function(&plan, x, scale, bias, &y, &mean, &inverse, 2, 3)
            for row in 0..<3 {
                var (center, variance) = Self.moments(x[row * n..<(row + 1) * n])
                if rms { (center, variance) = (0, variance + center * center) }
                #expect(near(mean[row], Float(center)))
                #expect(near(inverse[row], Float(1 / (variance + 0.01).squareRoot())))
                for i in 0..<n {
                    let unit = (Double(x[row * n + i]) - center) / (variance + 0.01).squareRoot()
                    let expected = Float(unit * Double(scale[i]) + Double(bias[i]))
                    #expect(near(y[row * n + i], expected, absolute: 1e-5), "seed \(draw.seed)")
                }
            }
        }
    }

    @Test("group normalization scales by channel, one channel a group included")
    func groupNorm() throws {
        var draw = Draw(seed: 63)
        for channels in [1, 3] {
            var plan = arete_group_norm_plan(groups: 2, channels: channels, area: 5, epsilon: 0.001)
            let n = channels * 5
            let x = draw.floats(2 * 2 * n)
            let scale = draw.floats(2 * channels)
            let bias = draw.floats(2 * channels)
            var y = [Float](repeating: 0, count: x.count)
            let function = try found(arete_group_norm(ARETE_FLOAT32))
            function(&plan, x, scale, bias, &y, 0, 1)
            function(&plan, x, scale, bias, &y, 1, 4)
            for i in x.indices {
                let group = i / n
                let (mean, variance) = Self.moments(x[group * n..<(group + 1) * n])
                let channel = i / 5 % (2 * channels)
                let unit = (Double(x[i]) - mean) / (variance + 0.001).squareRoot()
                let expected = Float(unit * Double(scale[channel]) + Double(bias[channel]))
                #expect(near(y[i], expected, absolute: 1e-5), "seed \(draw.seed)")
            }
        }
    }

    @Test("batch normalization is one multiplication and one addition, in both layouts")
    func batchNorm() throws {
        let (scale, bias): ([Float], [Float]) = ([2, 3], [1, -1])
        let (mean, variance): ([Float], [Float]) = ([0.5, -2], [0.25, 4])
        var multiplier: [Float] = [0, 0]
        var offset: [Float] = [0, 0]
        try found(arete_batch_norm(ARETE_FLOAT32))(scale, bias, mean, variance, 0, &multiplier, &offset, 2)
        #expect(multiplier == [4, 1.5])
        #expect(offset == [-1, 2])
        let affine = try found(arete_channel_affine(ARETE_FLOAT32))
        var planes = [Float](repeating: 0, count: 8)
        affine(2, 2, [Float(1), 2, 3, 4, 5, 6, 7, 8], multiplier, offset, &planes, 0, 4)
        #expect(planes == [3, 7, 6.5, 8, 19, 23, 12.5, 14])
        var last = [Float](repeating: 0, count: 6)
        affine(2, 1, [Float(1), 3, 2, 4, 5, 7], multiplier, offset, &last, 0, 3)
        affine(2, 1, [Float(1), 3, 2, 4, 5, 7], multiplier, offset, &last, 3, 6)
        #expect(last == [3, 6.5, 7, 8, 19, 12.5])
    }

    @Test("local response sums squares of neighbouring channels inside the tensor")
    func localResponse() throws {
        var plan = arete_response_plan(channels: 3, inner: 1, before: 1, after: 0, alpha: 1, beta: 0.5, bias: 0)
        var y = [Float](repeating: 0, count: 3)
        try found(arete_local_response(ARETE_FLOAT32))(&plan, [Float(3), 4, 12], &y, 0, 3)
        #expect(near(y, [1, 0.8, Float(12 / 160.0.squareRoot())]))
    }

    @Test("a column is divided by its norm, and a zero column stays zero")
    func lpNorm() throws {
        var plan = arete_lp_norm_plan(n: 2, inner: 2, p: 2, smallest: 0)
        var y = [Float](repeating: 9, count: 4)
        try found(arete_lp_norm(ARETE_FLOAT32))(&plan, [Float(3), 0, -4, 0], &y, 0, 2)
        #expect(near(y, [0.6, 0, -0.8, 0]))
        plan.p = 1
        try found(arete_lp_norm(ARETE_FLOAT32))(&plan, [Float(3), 2, -1, 2], &y, 0, 2)
        #expect(near(y, [0.75, 0.5, -0.25, 0.5]))
    }
}
