// Resizing and sampling, against interpolation written out.
import Graphs
import Tensors
import Testing

#if canImport(Glibc)
    import Glibc
#endif

@testable import Engine

@Suite struct ResizeTests {
    private func resize(
        _ data: Tensor, _ mode: Resize.Mode, _ coordinates: Resize.Coordinates, sizes: [Int64],
        configure: (inout Resize) -> Void = { _ in }
    ) throws -> Tensor {
        var op = Resize(mode: mode, coordinates: coordinates)
        configure(&op)
        return try computeOne(op, [data, nil, nil, try longs(sizes)], constants: [3])
    }

    /// Linear interpolation of a row at places that `place` gives, clamped at the ends.
    private func linear(_ row: [Double], _ count: Int, _ place: (Double) -> Double) -> [Float] {
        (0..<count).map { index in
            let at = min(max(place(Double(index)), 0), Double(row.count - 1))
            let low = Int(at)
            let high = min(low + 1, row.count - 1)
            return Float(row[low] + (row[high] - row[low]) * (at - Double(low)))
        }
    }

    @Test("linear resizing follows each rule of coordinates")
    func linearRules() throws {
        let data = try noise([1, 5])
        let row = data.doubles
        for size in [3, 5, 8, 1] {
            let scale = Double(size) / 5
            let rules: [(Resize.Coordinates, (Double) -> Double)] = [
                (.halfPixel, { ($0 + 0.5) / scale - 0.5 }), (.asymmetric, { $0 / scale }),
                (.alignCorners, { size == 1 ? 0 : $0 * 4 / Double(size - 1) }),
                (.pytorchHalfPixel, { size == 1 ? 0 : ($0 + 0.5) / scale - 0.5 }),
                (.halfPixelSymmetric, { ($0 + 0.5) / scale - 0.5 }),
            ]
            for (rule, place) in rules {
                let result = try resize(data, .linear, rule, sizes: [1, Int64(size)])
                #expect(isClose(result, linear(row, size, place)))
            }
        }
    }

    @Test("axes of any number that grow a whole number of times repeat their elements")
    func repeats() throws {
        let shape: Shape = [2, 3, 2, 5]
        let data = try counting(shape)
        for sizes in [[2, 6, 6, 5], [2, 3, 2, 15], [4, 3, 4, 5], [6, 9, 2, 10], [2, 3, 8, 5], [4, 6, 6, 20]] {
            let result = try resize(data, .nearest(.floor), .asymmetric, sizes: sizes.map(Int64.init))
            let (strides, output) = (shape.strides, Shape(sizes).strides)
            let expected = (0..<Shape(sizes).elementCount).map { index in
                (0..<4).reduce(0) { place, axis in
                    place + index / output[axis] % sizes[axis] / (sizes[axis] / shape[axis]) * strides[axis]
                }
            }
            #expect(result.floats == expected.map { data.floats[$0] }, "\(sizes)")
        }
    }

    @Test("nearest neighbours round as they are told, for elements of every size")
    func nearest() throws {
        let rounding: [(Resize.Rounding, [Float])] = [
            (.floor, [0, 0, 0, 1, 1, 2, 2, 3]), (.ceil, [0, 1, 1, 2, 2, 3, 3, 3]),
            (.preferFloor, [0, 0, 1, 1, 2, 2, 3, 3]), (.preferCeil, [0, 0, 1, 1, 2, 2, 3, 3]),
        ]
        for (rule, expected) in rounding {
            #expect(try resize(try counting([1, 4]), .nearest(rule), .halfPixel, sizes: [1, 8]).floats == expected)
        }
        let half = try resize(try counting([4]), .nearest(.preferFloor), .asymmetric, sizes: [8])
        #expect(half.floats == [0, 0, 1, 1, 2, 2, 3, 3])
        let up = try resize(try counting([4]), .nearest(.preferCeil), .asymmetric, sizes: [8])
        #expect(up.floats == [0, 1, 1, 2, 2, 3, 3, 3])
        #expect(try resize(try counting([4]), .nearest(.floor), .halfPixelForNearest, sizes: [2]).floats == [1, 3])
        let shrunk = try computeOne(
            Resize(mode: .nearest(.byScale), coordinates: .asymmetric),
            [try counting([4]), nil, try floats([1], [0.6])],
            constants: [2])
        #expect(shrunk.floats == [0, 2])
        for element in [ElementType.uint8, .int16, .int64] {
            let data = try Tensor(element, [2], (0..<2 * element.byteCount).map { UInt8($0 + 1) })
            let result = try resize(data, .nearest(.floor), .asymmetric, sizes: [4])
            #expect(result.integers == [0, 0, 1, 1].map { data.integers[$0] })
        }
    }

    @Test(
        "images of bytes resized by weights of 11 bits are within a step of real ones",
        arguments: [Resize.Coordinates.halfPixel, .alignCorners, .asymmetric, .pytorchHalfPixel],
        [ElementType.int8, .uint8])
    func narrowWeights(coordinates: Resize.Coordinates, element: ElementType) throws {
        for (height, width) in [(10, 14), (3, 4), (5, 7), (13, 20)] {
            let shape: Shape = [1, 5, 7, 19]
            let form = Quantization(scale: 0.25, zeroPoint: element == .int8 ? -3 : 99)
            let data = try Tensor(TensorType(element, shape, quantization: form)) { bytes in
                for index in bytes.indices { bytes[index] = UInt8(truncatingIfNeeded: index &* 73 &+ index / 19 &* 41) }
            }
            let real = try Tensor(.float32, shape, data.integers.map { Float($0) })
            let op = Resize(mode: .linear, coordinates: coordinates)
            let sizes = try longs([1, Int64(height), Int64(width), 19])
            let declared = Arguments.Declared(element: element, quantization: form)
            let result = try computeOne(op, [data, nil, nil, sizes], constants: [3], declared: declared)
            let expected = try computeOne(op, [real, nil, nil, sizes], constants: [3])
            for (integer, real) in zip(result.integers, expected.floats) {
                #expect(abs(Float(integer) - real) < 0.7, "\(height) x \(width)")
            }
            #expect(Set(result.integers).count > 50)
            let graph = oneNode(op, [data, nil, nil, sizes], constants: [3], declared: [declared], convention: .onnx)
            #expect(
                try Executable(graph, options: Options()).program.steps.map(\.kind) == ["bilinear resize \(element)"])
        }
    }

    @Test("a scale per axis resizes two axes at once, and cubic weights pass through the points")
    func scales() throws {
        let data = try counting([1, 1, 2, 2])
        let result = try computeOne(
            Resize(mode: .linear, coordinates: .alignCorners), [data, nil, try floats([4], [1, 1, 1.5, 1.5])],
            constants: [2])
        #expect(isClose(result, [0, 0.5, 1, 1, 1.5, 2, 2, 2.5, 3]))
        let cubic = try resize(try noise([9]), .cubic, .alignCorners, sizes: [17])
        let points = try noise([9]).floats
        #expect(
            isClose(cubic, cubic.floats.enumerated().map { $0.offset % 2 == 0 ? points[$0.offset / 2] : $0.element }))
        // Between the points: -a, 8 + a and so on, for a = -0.75 at the middle.
        let middle = (-0.09375 * (points[2] + points[5]) + 0.59375 * (points[3] + points[4]))
        #expect(abs(cubic.floats[7] - middle) < 1e-5)
    }

    @Test("a crop beyond the data takes the extrapolation value")
    func crop() throws {
        var op = Resize(mode: .linear, coordinates: .cropAndResize)
        op.extrapolationValue = 10
        let result = try computeOne(
            op, [try counting([3]), try floats([2], [0.5, 1.5]), nil, try longs([3])], constants: [1, 3])
        #expect(result.floats == [1, 2, 10])
    }

    @Test("narrowing with antialiasing averages over what is skipped")
    func antialias() throws {
        let result = try resize(try counting([8]), .linear, .halfPixel, sizes: [2]) { $0.antialiases = true }
        // Triangles of half width 4 round 1.5 and 5.5.
        func triangle(_ centre: Double) -> Float {
            let weights = (0..<8).map { max(0, 1 - abs(Double($0) - centre) / 4) }
            let clamped = (-8..<0).map { max(0, 1 - abs(Double($0) - centre) / 4) }.reduce(0, +)
            let behind = (8..<16).map { max(0, 1 - abs(Double($0) - centre) / 4) }.reduce(0, +)
            let sum = weights.enumerated().reduce(0) { $0 + Double($1.offset) * $1.element } + behind * 7
            return Float(sum / (weights.reduce(0, +) + clamped + behind))
        }
        #expect(isClose(result, [triangle(1.5), triangle(5.5)], tolerance: 1e-4))
    }

    @Test("TFLite's image resizing obeys its two flags")
    func images() throws {
        let data = try counting([1, 1, 3, 1])
        func image(_ isBilinear: Bool, corners: Bool = false, centres: Bool = false, _ width: Int32) throws -> [Float] {
            let op = ResizeImage(isBilinear: isBilinear, alignsCorners: corners, hasHalfPixelCentres: centres)
            return try computeOne(op, [data, try ints([1, width])], constants: [1], convention: .tflite).floats
        }
        #expect(try image(true, 6) == [0, 0.5, 1, 1.5, 2, 2])
        #expect(try image(true, corners: true, 5) == [0, 0.5, 1, 1.5, 2])
        #expect(try image(true, centres: true, 6) == [0, 0.25, 0.75, 1.25, 1.75, 2])
        #expect(try image(false, 6) == [0, 0, 1, 1, 2, 2])
        #expect(try image(false, corners: true, 2) == [0, 2])
        #expect(try image(false, centres: true, 2) == [0, 2])
        let quantization = Quantization(scale: 0.5, zeroPoint: 1)
        let nearest = ResizeImage(isBilinear: false, alignsCorners: false, hasHalfPixelCentres: false)
        let bytes = try computeOne(
            nearest, [try bytes([1, 1, 1, 2], [3, 4], quantization), try ints([2, 1])], constants: [1],
            declared: .init(element: .int8, quantization: quantization), convention: .tflite)
        #expect(bytes.integers == [3, 4, 3, 4])
    }

    @Test("grids sample between the points and beyond the borders")
    func gridSample() throws {
        let data = try floats([1, 1, 2, 2], [1, 2, 3, 4])
        let grid = try floats([1, 1, 4, 2], [-1, -1, 0, 0, 1, 1, 3, 0])
        func sample(_ mode: GridSample.Mode, _ border: GridSample.Border, corners: Bool) throws -> [Float] {
            try computeOne(GridSample(mode: mode, border: border, alignsCorners: corners), [data, grid]).floats
        }
        #expect(try sample(.linear, .zeros, corners: true) == [1, 2.5, 4, 0])
        #expect(try sample(.linear, .zeros, corners: false) == [0.25, 2.5, 1, 0])
        #expect(try sample(.linear, .edge, corners: false) == [1, 2.5, 4, 3])
        #expect(try sample(.nearest, .edge, corners: true)[0] == 1)
        #expect(try sample(.linear, .reflection, corners: true)[3] == 2)
        #expect(
            isClose(
                try computeOne(GridSample(mode: .cubic, border: .edge, alignsCorners: true), [data, grid]),
                [1, 2.5, 4, 3]))
    }

    @Test("regions of interest are averaged bin by bin, and a region of no image is an error")
    func roiAlign() throws {
        let data = try counting([1, 1, 4, 4])
        let op = RoiAlign(
            outputHeight: 2, outputWidth: 2, samplingRatio: 1, spatialScale: 1, takesMaximum: false,
            hasHalfPixelCentres: true)
        let region = try floats([1, 4], [0, 0, 4, 4])
        #expect(try computeOne(op, [data, region, try longs([0])]).floats == [2.5, 4.5, 10.5, 12.5])
        #expect(throws: RunError.self) { try computeOne(op, [data, region, try longs([1])]) }
    }
}
