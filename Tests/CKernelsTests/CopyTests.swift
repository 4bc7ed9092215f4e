import CKernels
import Testing

@Suite("Data movement")
struct CopyTests {
    /// Copies x through a nest, in ranges.
    private static func copied(_ nest: arete_nest, _ x: [Int32], offset: Int = 0, cuts: [Range<Int>]) -> [Int32] {
        var nest = nest
        var y = [Int32](repeating: -7, count: arete_nest_count(&nest))
        x.withUnsafeBytes { bytes in
            for cut in cuts {
                arete_copy(4, &nest, &y, bytes.baseAddress.map { $0 + offset }, cut.lowerBound, cut.upperBound)
            }
        }
        return y
    }

    @Test("a transpose puts every element where the permutation says, at any rank")
    func transpose() {
        var draw = Draw(seed: 41)
        for shape in [[37, 53], [3, 40, 21], [2, 3, 4, 5], [2, 2, 1, 3, 2, 2, 2, 2], [5], [3, 0, 2], []] {
            let permutation = Array(shape.indices).shuffled(using: &draw)
            let yShape = permutation.map { shape[$0] }
            var nest = arete_nest()
            #expect(arete_nest_transpose(&nest, shape.count, shape, permutation, 4))
            let x = (0..<shape.reduce(1, *)).map { Int32($0) }
            let y = Self.copied(nest, x, cuts: draw.cuts(x.count))
            let expected = x.indices.map { flat -> Int32 in
                let c = coordinates(flat, in: yShape)
                var source = c
                for (d, p) in permutation.enumerated() { source[p] = c[d] }
                return x[position(source, in: shape)]
            }
            #expect(y == expected, "\(shape) by \(permutation), seed \(draw.seed)")
        }
    }

    @Test("a slice steps forwards and backwards and never leaves its tensor")
    func slice() {
        var nest = arete_nest()
        var offset = 0
        let x = (0..<20).map { Int32($0) }
        #expect(arete_nest_slice(&nest, 2, [4, 5], [3, 1], [-2, 3], [2, 2], 4, &offset))
        #expect(Self.copied(nest, x, offset: offset, cuts: [0..<3, 3..<4]) == [16, 19, 6, 9])
        #expect(!arete_nest_slice(&nest, 2, [4, 5], [3, 1], [-2, 3], [3, 2], 4, &offset))
        #expect(!arete_nest_slice(&nest, 2, [4, 5], [4, 0], [1, 1], [1, 1], 4, &offset))
        #expect(!arete_nest_slice(&nest, 2, [4, 5], [0, 0], [1, .max], [1, 3], 4, &offset))
        #expect(arete_nest_slice(&nest, 2, [4, 5], [9, 0], [1, 1], [0, 5], 4, &offset))
        #expect(arete_nest_count(&nest) == 0)
    }

    @Test("a tensor is tiled in every dimension")
    func tile() {
        var nest = arete_nest()
        #expect(arete_nest_tile(&nest, 2, [2, 2], [2, 3], 4))
        let row: [Int32] = [1, 2, 1, 2, 1, 2, 3, 4, 3, 4, 3, 4]
        #expect(Self.copied(nest, [1, 2, 3, 4], cuts: [0..<5, 5..<24]) == row + row)
    }

    @Test("depth to space places blocks by order, and space to depth undoes it")
    func blocks() {
        let x = (0..<48).map { Int32($0) }  // 1 x 2 x 3 positions of 8 channels
        for order in [ARETE_BLOCK_DCR, ARETE_BLOCK_CRD, ARETE_BLOCK_NHWC] {
            var nest = arete_nest()
            #expect(arete_nest_depth_to_space(&nest, 1, 2, 3, 8, 2, order, 4))
            let y = Self.copied(nest, x, cuts: [0..<48])
            let expected = (0..<48).map { (flat: Int) -> Int32 in
                let last: Bool = order == ARETE_BLOCK_NHWC
                let c: [Int] = coordinates(flat, in: last ? [4, 6, 2] : [2, 4, 6])
                let (channel, row, column) = last ? (c[2], c[0], c[1]) : (c[0], c[1], c[2])
                let block: Int = row % 2 * 2 + column % 2
                let deep: Int = order == ARETE_BLOCK_CRD ? channel * 4 + block : block * 2 + channel
                let (high, wide) = (row / 2, column / 2)
                return last ? Int32((high * 3 + wide) * 8 + deep) : Int32((deep * 2 + high) * 3 + wide)
            }
            #expect(y == expected, "order \(order.rawValue)")
            #expect(arete_nest_space_to_depth(&nest, 1, 4, 6, 2, 2, order, 4))
            #expect(Self.copied(nest, y, cuts: [0..<48]) == x, "order \(order.rawValue)")
        }
    }

    @Test("rows of a part land in the whole of a concatenation")
    func rows() {
        var y: [Int32] = [0, 0, 0, 0, 0, 0]
        y.withUnsafeMutableBytes { arete_copy_rows($0.baseAddress! + 4, 12, [Int32(1), 2, 3, 4], 8, 8, 0, 2) }
        #expect(y == [0, 1, 2, 0, 3, 4])
    }

    private static func padded(
        _ mode: arete_pad_mode, _ x: [Int16], _ shape: [Int], _ before: [Int], _ after: [Int]
    ) -> [Int16]? {
        var plan = arete_pad_plan()
        guard arete_pad_begin(&plan, mode, 2, shape.count, shape, before, after) else { return nil }
        let count = zip(shape, zip(before, after)).reduce(1) { $0 * ($1.0 + $1.1.0 + $1.1.1) }
        var y = [Int16](repeating: -1, count: count)
        let rows = arete_pad_rows(&plan)
        arete_pad(&plan, x, [Int16(9)], &y, 0, rows / 2)
        arete_pad(&plan, x, [Int16(9)], &y, rows / 2, rows)
        return y
    }

    @Test("each padding mode continues a row in its own way, also far beyond it")
    func padModes() {
        let x: [Int16] = [1, 2, 3]
        #expect(Self.padded(ARETE_PAD_CONSTANT, x, [3], [1], [2]) == [9, 1, 2, 3, 9, 9])
        #expect(Self.padded(ARETE_PAD_EDGE, x, [3], [2], [1]) == [1, 1, 1, 2, 3, 3])
        #expect(Self.padded(ARETE_PAD_REFLECT, x, [3], [3], [4]) == [2, 3, 2, 1, 2, 3, 2, 1, 2, 3])
        #expect(Self.padded(ARETE_PAD_SYMMETRIC, x, [3], [4], [4]) == [3, 3, 2, 1, 1, 2, 3, 3, 2, 1, 1])
        #expect(Self.padded(ARETE_PAD_WRAP, x, [3], [4], [2]) == [3, 1, 2, 3, 1, 2, 3, 1, 2])
        #expect(Self.padded(ARETE_PAD_CONSTANT, x, [3], [-1], [1]) == [2, 3, 9])
        #expect(Self.padded(ARETE_PAD_REFLECT, [], [0], [1], [1]) == [9, 9])
        #expect(Self.padded(ARETE_PAD_EDGE, x, [3], [-2], [-2]) == nil)
        #expect(Self.padded(ARETE_PAD_EDGE, x, [3], [.max], [1]) == nil)
    }

    @Test("outer dimensions are padded around whole rows and units")
    func padOuter() {
        let x: [Int16] = [1, 2, 3, 4]
        #expect(
            Self.padded(ARETE_PAD_CONSTANT, x, [2, 1, 2], [1, 0, 0], [0, 1, 0]) == [9, 9, 9, 9, 1, 2, 9, 9, 3, 4, 9, 9])
        #expect(Self.padded(ARETE_PAD_EDGE, x, [2, 2], [0, 1], [1, 0]) == [1, 1, 2, 3, 3, 4, 3, 3, 4])
    }

    @Test("space to batch and back restore the image, padding and crop included")
    func spaceToBatch() {
        let x = (1...15).map { Int32($0) }  // 3 x 5
        var plan = arete_block_plan()
        plan.rank = 2
        plan.batch = 6
        plan.large = (3, 5, 0)
        plan.small = (2, 2, 0)
        plan.block = (2, 3, 0)
        plan.before = (1, 0, 0)
        plan.unit = 4
        var small = [Int32](repeating: -1, count: 24)
        arete_space_to_batch(&plan, x, 4, [Int32(0)], &small, 0, 10)
        arete_space_to_batch(&plan, x, 4, [Int32(0)], &small, 10, 24)
        #expect(small == [0, 0, 6, 9, 0, 0, 7, 10, 0, 0, 8, 0, 1, 4, 11, 14, 2, 5, 12, 15, 3, 0, 13, 0])
        var back = [Int32](repeating: -1, count: 15)
        arete_batch_to_space(&plan, small, &back, 0, 15)
        #expect(back == x)
    }

    @Test("triangles and diagonals follow k, however large")
    func triangles() {
        let x: [UInt8] = [1, 2, 3, 4, 5, 6]
        func triangle(_ k: Int64, _ upper: Bool) -> [UInt8] {
            var y = [UInt8](repeating: 9, count: 6)
            arete_triangle(1, 2, 3, k, upper, x, &y, 0, 2)
            return y
        }
        #expect(triangle(0, true) == [1, 2, 3, 0, 5, 6])
        #expect(triangle(1, true) == [0, 2, 3, 0, 0, 6])
        #expect(triangle(-1, false) == [0, 0, 0, 4, 0, 0])
        #expect(triangle(.max, false) == x)
        #expect(triangle(.min, true) == x)
        var y = [Float](repeating: 9, count: 6)
        arete_eye(4, 3, 1, [Float(2)], &y, 0, 2)
        #expect(y == [0, 2, 0, 0, 0, 2])
    }
}

@Suite("Data movement by index")
struct IndexTests {
    @Test("gathering counts negative indices from the end and reports one out of range")
    func gather() {
        var plan = arete_gather_plan(batch: 1, outer: 2, extent: 3, count: 2, unit: 8, index_type: ARETE_INT64)
        let x = (0..<12).map { Int32($0) }
        var y = [Int32](repeating: -1, count: 8)
        #expect(arete_gather(&plan, x, [Int64(-1), 1], &y, 0, 3))
        #expect(arete_gather(&plan, x, [Int64(-1), 1], &y, 3, 4))
        #expect(y == [4, 5, 2, 3, 10, 11, 8, 9])
        #expect(!arete_gather(&plan, x, [Int64(3), .min], &y, 0, 4))
        #expect(y == [0, 0, 0, 0, 0, 0, 0, 0])
    }

    @Test("elements are gathered along one axis and scattered back with a reduction")
    func elements() throws {
        var plan = arete_element_plan()
        #expect(arete_element_begin(&plan, 4, 2, 1, [2, 3], [2, 2], ARETE_INT32))
        #expect(!arete_element_begin(&plan, 4, 2, 1, [2, 3], [3, 2], ARETE_INT32))
        #expect(arete_element_begin(&plan, 4, 2, 1, [2, 3], [2, 2], ARETE_INT32))
        let x: [Float] = [1, 2, 3, 4, 5, 6]
        let indices: [Int32] = [2, 2, -3, 1]
        var y = [Float](repeating: 0, count: 4)
        #expect(arete_gather_elements(&plan, x, indices, &y, 0, 4))
        #expect(y == [3, 3, 4, 5])
        let expected: [(arete_scatter_reduction, [Float])] = [
            (ARETE_SCATTER_REPLACE, [1, 2, 20, 30, 40, 6]), (ARETE_SCATTER_ADD, [1, 2, 33, 34, 45, 6]),
            (ARETE_SCATTER_MUL, [1, 2, 600, 120, 200, 6]), (ARETE_SCATTER_MAX, [1, 2, 20, 30, 40, 6]),
            (ARETE_SCATTER_MIN, x),
        ]
        for (reduction, result) in expected {
            var data = x
            let combine = try found(arete_scatter_combine(reduction, ARETE_FLOAT32))
            #expect(arete_scatter_elements(&plan, combine, indices, [Float(10), 20, 30, 40], &data, 0, 2))
            #expect(data == result, "reduction \(reduction.rawValue)")
        }
        var data = x
        let replace = try found(arete_scatter_combine(ARETE_SCATTER_REPLACE, ARETE_FLOAT32))
        #expect(!arete_scatter_elements(&plan, replace, [Int32(9), 9, 9, 0], [Float(1), 2, 3, 7], &data, 0, 2))
        #expect(data == [1, 2, 3, 7, 5, 6])
        #expect(arete_scatter_combine(ARETE_SCATTER_ADD, ARETE_BOOL) == nil)
    }

    @Test("tuples choose units in several dimensions, for gathering and scattering")
    func tuples() throws {
        var plan = arete_tuple_plan()
        plan.batch = 1
        plan.count = 2
        plan.depth = 2
        plan.unit = 4
        plan.extent.0 = 2
        plan.extent.1 = 2
        plan.index_type = ARETE_INT64
        let x: [Int16] = [0, 1, 2, 3, 4, 5, 6, 7]
        let indices: [Int64] = [1, 0, 0, -1]
        var y = [Int16](repeating: -1, count: 4)
        #expect(arete_gather_nd(&plan, x, indices, &y, 0, 2))
        #expect(y == [4, 5, 2, 3])
        plan.unit = 2
        var data = x
        let add = try found(arete_scatter_combine(ARETE_SCATTER_ADD, ARETE_INT16))
        #expect(arete_scatter_nd(&plan, add, 2, [Int64(1), 1, 1, 1], [Int16(10), 20, 30, 40], &data, 0, 1))
        #expect(arete_scatter_nd(&plan, add, 2, [Int64(1), 1, 1, 1], [Int16(10), 20, 30, 40], &data, 1, 2))
        #expect(data == [0, 1, 2, 3, 4, 5, 46, 67])
        #expect(!arete_scatter_nd(&plan, add, 2, [Int64(2), 0, 0, 0], [Int16(1), 1, 1, 1], &data, 0, 2))
        #expect(data == [1, 2, 2, 3, 4, 5, 46, 67])
    }

    @Test("one-hot takes indices of any type and leaves rows with bad ones off")
    func oneHot() {
        var y = [Int32](repeating: 5, count: 8)
        arete_one_hot(4, 1, 4, ARETE_FLOAT32, true, [Float(-1), 1.5], [Int32(0)], [Int32(1)], &y, 0, 2)
        #expect(y == [0, 0, 0, 1, 0, 0, 0, 0])
        arete_one_hot(4, 2, 4, ARETE_INT64, true, [Int64(0), 3], [Int32(2)], [Int32(8)], &y, 0, 1)
        #expect(y == [8, 2, 2, 2, 2, 2, 2, 8])
    }

    @Test("each sequence is reversed up to its own length")
    func reverseSequence() {
        let x: [UInt8] = [0, 1, 2, 3, 4, 5, 6, 7]  // 4 steps of 2 sequences
        var plan = arete_reverse_plan(
            outer: 1, a: 4, between: 1, b: 2, unit: 1, sequence_is_a: true, length_type: ARETE_INT32)
        var y = [UInt8](repeating: 9, count: 8)
        #expect(arete_reverse_sequence(&plan, x, [Int32(3), 0], &y, 0, 8))
        #expect(y == [4, 1, 2, 3, 0, 5, 6, 7])
        plan.sequence_is_a = false  // 4 sequences of 2 steps
        #expect(!arete_reverse_sequence(&plan, x, [Int32(2), 5, -1, 1], &y, 0, 8))
        #expect(y == [1, 0, 3, 2, 4, 5, 6, 7])
    }

    @Test("coordinates of non-zero elements come in row-major order")
    func nonZero() {
        let x: [Float] = [0, 1, -0.0, 2, .nan, 0]
        #expect(arete_non_zero_count(ARETE_FLOAT32, x, 6) == 3)
        var y = [Int64](repeating: -1, count: 6)
        arete_non_zero(ARETE_FLOAT32, x, 2, [2, 3], 3, &y)
        #expect(y == [0, 1, 1, 1, 0, 1])
    }

    @Test("running sums go along their axis, reversed and exclusive if asked")
    func runningSums() throws {
        let x: [Int64] = [1, 2, 3, 4, 5, 6]  // [1][3][2]
        let sum = try found(arete_cumulative_sum(ARETE_INT64))
        for (exclusive, reverse, expected) in [
            (false, false, [1, 2, 4, 6, 9, 12]), (true, false, [0, 0, 1, 2, 4, 6]),
            (false, true, [9, 12, 8, 10, 5, 6]), (true, true, [8, 10, 5, 6, 0, 0]),
        ] {
            var plan = arete_cumulative_plan(n: 3, inner: 2, exclusive: exclusive, reverse: reverse)
            var y = [Int64](repeating: -1, count: 6)
            sum(&plan, x, &y, 0, 1)
            sum(&plan, x, &y, 1, 2)
            #expect(y == expected.map { Int64($0) })
        }
        var series = [Float](repeating: 0, count: 4)
        try found(arete_range(ARETE_FLOAT32))([Float(1)], [Float(-0.5)], &series, 0, 4)
        #expect(series == [1, 0.5, 0, -0.5])
    }
}
