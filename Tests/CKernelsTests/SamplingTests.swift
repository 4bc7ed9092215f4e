import CKernels
import Testing

@Suite("Resizing")
struct ResizeTests {
    private static func axis(
        _ mode: arete_resize_mode, _ coordinates: arete_coordinate_mode, _ input: Int, _ output: Int,
        nearest: arete_nearest_mode = ARETE_NEAREST_ROUND_PREFER_FLOOR, start: Double = 0, end: Double = 1,
        excludeOutside: Bool = false, antialias: Bool = false
    ) -> arete_resize_axis {
        arete_resize_axis(
            mode: mode, coordinates: coordinates, nearest: nearest, input: input, output: output,
            scale: Double(output) / Double(input), start: start, end: end, cubic: -0.75,
            exclude_outside: excludeOutside, antialias: antialias)
    }

    /// Resizes the axis of x [outer][input][inner]; nil for an axis without taps.
    private static func resized(
        _ x: [Float], _ axis: arete_resize_axis, inner: Int = 1, extrapolation: Double = 0
    ) throws -> [Float] {
        var axis = axis
        let taps = arete_resize_taps(&axis)
        var index = [Int32](repeating: -9, count: axis.output * taps)
        var weight = [Double](repeating: -9, count: axis.output * taps)
        arete_resize_table(&axis, &index, &weight)
        #expect(index.allSatisfy { $0 >= -1 && Int($0) < axis.input })
        let outer = x.count / axis.input / inner
        var y = [Float](repeating: -9, count: outer * axis.output * inner)
        let function = try found(arete_resize(ARETE_FLOAT32))
        let rows = outer * axis.output
        index.withUnsafeBufferPointer { i in
            weight.withUnsafeBufferPointer { w in
                var pass = arete_resize_pass(
                    input: axis.input, output: axis.output, inner: inner, taps: taps, index: i.baseAddress,
                    weight: w.baseAddress, extrapolation: extrapolation)
                function(&pass, x, &y, 0, rows / 2)
                function(&pass, x, &y, rows / 2, rows)
                guard axis.mode == ARETE_RESIZE_NEAREST else { return }
                var copies = [Float](repeating: -9, count: y.count)
                arete_resize_nearest(&pass, 4, [Float(extrapolation)], x, &copies, 0, rows)
                #expect(copies == y)
            }
        }
        return y
    }

    @Test("nearest places are found in the arithmetic of float")
    func nearestInFloat() throws {
        let x = (0..<12).map { Float($0) }
        // 3 / 0.6f is 5 in float, less in double.
        var floor = Self.axis(
            ARETE_RESIZE_NEAREST, ARETE_COORDINATE_ASYMMETRIC, 9, 5, nearest: ARETE_NEAREST_FLOOR)
        floor.scale = Double(Float(0.6))
        #expect(try Self.resized(Array(x[..<9]), floor) == [0, 1, 3, 5, 6])
        var half = Self.axis(ARETE_RESIZE_NEAREST, ARETE_COORDINATE_HALF_PIXEL, 12, 27)
        half.scale = Double(Float(2.3))
        let places: [Float] = [0, 0, 1, 1, 1, 2, 2, 3, 3, 4, 4, 4, 5, 5, 6, 6, 7, 7, 8, 8, 8, 9, 9, 10, 10, 11, 11]
        #expect(try Self.resized(x, half) == places)
    }

    @Test("linear places follow the coordinate mode")
    func linear() throws {
        let x: [Float] = [0, 1, 2, 3]
        let half = Self.axis(ARETE_RESIZE_LINEAR, ARETE_COORDINATE_HALF_PIXEL, 4, 8)
        #expect(near(try Self.resized(x, half), [0, 0.25, 0.75, 1.25, 1.75, 2.25, 2.75, 3]))
        let corners = Self.axis(ARETE_RESIZE_LINEAR, ARETE_COORDINATE_ALIGN_CORNERS, 4, 7)
        #expect(near(try Self.resized(x, corners), [0, 0.5, 1, 1.5, 2, 2.5, 3]))
        let asymmetric = Self.axis(ARETE_RESIZE_LINEAR, ARETE_COORDINATE_ASYMMETRIC, 4, 8)
        #expect(near(try Self.resized(x, asymmetric), [0, 0.5, 1, 1.5, 2, 2.5, 3, 3]))
        let single = Self.axis(ARETE_RESIZE_LINEAR, ARETE_COORDINATE_PYTORCH_HALF_PIXEL, 4, 1)
        #expect(try Self.resized(x, single) == [0])
        // 0.4 times 4 is not whole; the axis has one element all the same.
        var cut = single
        cut.scale = 0.4
        #expect(try Self.resized(x, cut) == [0])
        let crop = Self.axis(ARETE_RESIZE_LINEAR, ARETE_COORDINATE_CROP_AND_RESIZE, 4, 3, start: 0.5, end: 1.5)
        #expect(near(try Self.resized(x, crop, extrapolation: 7), [1.5, 3, 7]))
        var symmetric = Self.axis(ARETE_RESIZE_LINEAR, ARETE_COORDINATE_HALF_PIXEL_SYMMETRIC, 4, 5)
        symmetric.scale = 1.4  // 5.6 elements, of which the middle 5 are wanted
        let expected = (0..<5).map { (i: Int) -> Float in
            let start: Double = 2 * (1 - 5 / 5.6)
            return Float(start + (Double(i) + 0.5) / 1.4 - 0.5)
        }
        #expect(near(try Self.resized(x, symmetric), expected.map { min(max($0, 0), 3) }))
    }

    @Test("nearest places round as they are asked to")
    func nearest() throws {
        let x: [Float] = [0, 1, 2, 3]
        let expected: [(arete_nearest_mode, [Float])] = [
            (ARETE_NEAREST_ROUND_PREFER_FLOOR, [0, 2]), (ARETE_NEAREST_ROUND_PREFER_CEIL, [1, 3]),
            (ARETE_NEAREST_FLOOR, [0, 2]), (ARETE_NEAREST_CEIL, [1, 3]),
        ]
        for (mode, result) in expected {  // places 0.5 and 2.5
            let axis = Self.axis(ARETE_RESIZE_NEAREST, ARETE_COORDINATE_HALF_PIXEL, 4, 2, nearest: mode)
            #expect(try Self.resized(x, axis) == result, "mode \(mode.rawValue)")
        }
    }

    @Test("cubic weights sum to one and repeat or leave out what lies outside")
    func cubic() throws {
        let x: [Float] = [1, 4, 9, 16]
        let plain = try Self.resized(x, Self.axis(ARETE_RESIZE_CUBIC, ARETE_COORDINATE_ASYMMETRIC, 4, 8))
        // At 0.5: taps -1 (repeated) ... 2 with weights -0.09375, 0.59375, 0.59375, -0.09375.
        let inner: [Float] = [0.59375, 2.375, -0.84375]
        let mixed = inner.reduce(0, +)
        #expect(near(plain[1], mixed - 0.09375))
        #expect(near(plain[2], 4))
        let cut = try Self.resized(
            x, Self.axis(ARETE_RESIZE_CUBIC, ARETE_COORDINATE_ASYMMETRIC, 4, 8, excludeOutside: true))
        #expect(near(cut[1], mixed / 1.09375))
    }

    @Test("antialiasing averages over all that shrinks into one element")
    func antialias() throws {
        let axis = Self.axis(ARETE_RESIZE_LINEAR, ARETE_COORDINATE_HALF_PIXEL, 8, 2, antialias: true)
        let flat = try Self.resized([Float](repeating: 3, count: 8), axis)
        #expect(near(flat, [3, 3]))
        let ramp = try Self.resized((0..<8).map { Float($0) }, axis)
        #expect(near(ramp[0] + ramp[1], 7))
        #expect(ramp[0] > 1.5 && ramp[0] < 2)
    }

    @Test("inner elements move together and a scale that is not positive has no taps")
    func inner() throws {
        let axis = Self.axis(ARETE_RESIZE_LINEAR, ARETE_COORDINATE_ALIGN_CORNERS, 2, 3)
        #expect(
            near(
                try Self.resized([0, 10, 2, 20, 4, 0, 6, 2], axis, inner: 2), [0, 10, 1, 15, 2, 20, 4, 0, 5, 1, 6, 2]))
        for scale in [0, -1, Double.nan, .infinity] {
            var broken = axis
            broken.scale = scale
            #expect(arete_resize_taps(&broken) == 0)
        }
    }

    @Test("TFLite's tables clamp at the ends and round in float")
    func tflite() {
        var index = [Int32](repeating: -9, count: 8)
        var weight = [Double](repeating: -9, count: 8)
        arete_resize_table_linear_tflite(2, 4, false, true, &index, &weight)
        #expect(index == [0, 0, 0, 1, 0, 1, 1, 1])
        #expect(near(weight.enumerated().filter { $0.0 % 2 == 1 }.map(\.1), [-0.25, 0.25, 0.75, 0.25]))
        arete_resize_table_linear_tflite(2, 4, false, false, &index, &weight)
        #expect(index == [0, 0, 0, 1, 1, 1, 1, 1])
        var places = [Int32](repeating: -9, count: 4)
        arete_resize_table_nearest_tflite(3, 4, true, false, &places)
        #expect(places == [0, 1, 1, 2])
        arete_resize_table_nearest_tflite(3, 4, false, true, &places)
        #expect(places == [0, 1, 1, 2])
        arete_resize_table_nearest_tflite(3, 4, false, false, &places)
        #expect(places == [0, 0, 1, 2])
    }
}

@Suite("Sampling")
struct SamplingTests {
    private static func sampled(
        _ x: [Float], _ input: [Int], _ grid: [Float], _ mode: arete_sample_mode, _ border: arete_border_mode,
        corners: Bool
    ) throws -> [Float] {
        var plan = arete_grid_plan()
        plan.rank = input.count
        plan.batch = 1
        plan.channels = x.count / input.reduce(1, *)
        plan.places = grid.count / input.count
        plan.input = (input[0], input[1], input.count > 2 ? input[2] : 0)
        plan.mode = mode
        plan.border = border
        plan.align_corners = corners
        var y = [Float](repeating: -9, count: plan.channels * plan.places)
        let function = try found(arete_grid_sample(ARETE_FLOAT32))
        function(&plan, x, grid, &y, 0, plan.places / 2)
        function(&plan, x, grid, &y, plan.places / 2, plan.places)
        return y
    }

    @Test("a grid point takes the pixel it points at, or a mixture of its neighbours")
    func grid() throws {
        let x: [Float] = [1, 2, 3, 4, 5, 6]  // 2 x 3
        let corners: [Float] = [-1, -1, 1, 1, 0, 0, 0.5, -1]
        let linear = try Self.sampled(x, [2, 3], corners, ARETE_SAMPLE_LINEAR, ARETE_BORDER_ZEROS, corners: true)
        #expect(near(linear, [1, 6, 3.5, 2.5]))
        let nearest = try Self.sampled(x, [2, 3], corners, ARETE_SAMPLE_NEAREST, ARETE_BORDER_ZEROS, corners: true)
        #expect(nearest == [1, 6, 2, 3])  // 0.5 and 1.5 go to the even pixel
        let cubic = try Self.sampled(
            x, [2, 3], [-1, -1, 0, -1], ARETE_SAMPLE_CUBIC, ARETE_BORDER_CLAMP, corners: true)
        #expect(near(cubic, [1, 2]))
        let deep = try Self.sampled(
            [1, 2, 3, 4, 5, 6, 7, 8], [2, 2, 2], [0, 0, 0, 1, 1, -1], ARETE_SAMPLE_LINEAR, ARETE_BORDER_ZEROS,
            corners: true)
        #expect(near(deep, [4.5, 4]))
    }

    @Test("outside the image the border rules, however far, and for what is not a number")
    func borders() throws {
        let x: [Float] = [1, 2, 3, 4]
        let far: [Float] = [-3, -1, .infinity, -1, .nan, .nan, 1e30, 1e30]
        func result(_ border: arete_border_mode, _ mode: arete_sample_mode = ARETE_SAMPLE_NEAREST) throws -> [Float] {
            try Self.sampled(x, [2, 2], far, mode, border, corners: true)
        }
        #expect(try result(ARETE_BORDER_ZEROS) == [0, 0, 0, 0])
        #expect(try result(ARETE_BORDER_CLAMP) == [1, 2, 1, 4])
        let reflected = try result(ARETE_BORDER_REFLECT, ARETE_SAMPLE_LINEAR)
        #expect(near(reflected[0], 2))  // -1 comes back as 1
        #expect(reflected.allSatisfy { $0 >= 1 && $0 <= 4 })
    }

    @Test("a region of interest pools samples, and a bad image index gives zeros")
    func regions() throws {
        let x = (0..<16).map { Float($0) }
        var plan = arete_roi_plan(
            batch: 1, channels: 1, height: 4, width: 4, rows: 2, columns: 2, sampling_ratio: 1, spatial_scale: 1,
            half_pixel: false, maximum: false)
        let boxes: [Float] = [0, 0, 4, 4, 1, 1, 3, 3, .nan, -1e30, .infinity, 1e30]
        var y = [Float](repeating: -9, count: 12)
        let function = try found(arete_roi_align(ARETE_FLOAT32))
        #expect(function(&plan, x, boxes, [0, 0, 0], &y, 0, 2))
        // Bins of 2 x 2 pixels, sampled at their centres 1 and 3; then bins of one pixel, at 1.5 and 2.5.
        #expect(near(Array(y.prefix(8)), [5, 7, 13, 15, 7.5, 8.5, 11.5, 12.5]))
        #expect(!function(&plan, x, boxes, [0, 1, -1], &y, 1, 3))
        #expect(Array(y.suffix(8)) == [0, 0, 0, 0, 0, 0, 0, 0])
        plan.sampling_ratio = 0
        #expect(function(&plan, x, boxes, [0, 0, 0], &y, 0, 3))  // ends, whatever the box
        plan.maximum = true
        plan.sampling_ratio = 2
        #expect(function(&plan, x, boxes, [0, 0, 0], &y, 0, 1))
        #expect(near(y[3], 15))
    }
}
