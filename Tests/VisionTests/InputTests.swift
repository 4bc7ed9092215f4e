import Imaging
import Tensors
import TestSupport
import Testing

@testable import Vision

@Suite struct InputTests {
    private func specification(
        _ type: TensorType, _ options: InputOptions = InputOptions(), defaults: InputOptions = InputOptions()
    ) throws -> InputSpecification {
        try InputSpecification(options: options, defaults: defaults, input: TensorPort("in", type))
    }

    /// What a model of `type` gets for `image`, as real numbers (integers dequantized).
    private func filled(_ type: TensorType, _ options: InputOptions, _ image: Image) throws -> [Double] {
        var options = options
        if options.layout == nil, [1, 3].contains(type.shape.dimensions.last) { options.layout = .nhwc }
        let preprocessor = Preprocessor(try specification(type, options))
        return try Tensor(type) { memory in
            do { _ = try preprocessor.fill(memory, from: image) } catch { Issue.record(error) }
        }.doubles
    }

    private let twoPixels = Image(
        unchecked: [10, 20, 30, 200, 100, 50], width: 2, height: 1)

    @Test("channels are ordered, laid out and numbered as asked")
    func orders() throws {
        let nhwc = TensorType(.float32, [1, 1, 2, 3])
        let nchw = TensorType(.float32, [1, 3, 1, 2])
        #expect(try filled(nhwc, InputOptions(), twoPixels) == [10, 20, 30, 200, 100, 50])
        #expect(try filled(nhwc, InputOptions(colour: .bgr), twoPixels) == [30, 20, 10, 50, 100, 200])
        #expect(try filled(nchw, InputOptions(), twoPixels) == [10, 200, 20, 100, 30, 50])
        let numbers = InputOptions(colour: .bgr, scale: 2, mean: [1, 2, 3], std: [1, 2, 4])
        #expect(try filled(nchw, numbers, twoPixels) == [59, 99, 19, 99, 17.0 / 4, 397.0 / 4])
    }

    @Test("colour becomes grey by luma, grey becomes three equal channels, alpha is laid over white")
    func converts() throws {
        let grey = try filled(TensorType(.float32, [1, 1, 2, 1]), InputOptions(), twoPixels)
        #expect(grey == [18, 124])
        let picture = try Image(width: 2, height: 1, format: .grey, bytes: [7, 9])
        #expect(try filled(TensorType(.float32, [1, 1, 2, 3]), InputOptions(), picture) == [7, 7, 7, 9, 9, 9])
        let clear = try Image(width: 1, height: 1, format: .rgba, bytes: [1, 2, 3, 0])
        #expect(
            try filled(TensorType(.float32, [1, 1, 1, 3], quantization: nil), InputOptions(), clear) == [255, 255, 255])
    }

    @Test("integer inputs hold the quantized numbers, clamped to their type")
    func quantizes() throws {
        func type(_ element: ElementType, _ scale: Float, _ zero: Int32) -> TensorType {
            TensorType(element, [1, 1, 2, 3], quantization: Quantization(scale: scale, zeroPoint: zero))
        }
        let unit = InputOptions(scale: 1 / 255.0)
        #expect(try filled(type(.uint8, 1 / 255, 0), unit, twoPixels) == [10, 20, 30, 200, 100, 50])
        #expect(try filled(type(.int8, 1 / 255, -128), unit, twoPixels) == [-118, -108, -98, 72, -28, -78])
        #expect(try filled(type(.int8, 0.001, 0), unit, twoPixels) == [39, 78, 118, 127, 127, 127])
        #expect(try filled(type(.int16, 1 / 32768, 0), unit, twoPixels).first == (10 / 255.0 * 32768).rounded())
        #expect(try filled(TensorType(.uint8, [1, 1, 2, 3]), InputOptions(), twoPixels) == [10, 20, 30, 200, 100, 50])
        #expect(try filled(TensorType(.float16, [1, 1, 2, 3]), InputOptions(scale: 1 / 8.0), twoPixels)[0] == 1.25)
    }

    @Test("half precision numbers are the nearest ones")
    func halves() {
        for bits in stride(from: UInt16(0), to: 0x7c00, by: 7) {
            let value = Float(float16Bits: bits)
            #expect(value.float16Bits == bits && (-value).float16Bits == bits | 0x8000)
            let middle = (value + Float(float16Bits: bits + 1)) / 2
            #expect(middle.float16Bits == (bits % 2 == 0 ? bits : bits + 1) || bits == 0x7bff)
        }
        #expect(
            Float(65519).float16Bits == 0x7bff && Float(65520).float16Bits == 0x7c00
                && Float.infinity.float16Bits == 0x7c00)
    }

    @Test("usual quantizations tell the numbers, decoders' defaults serve for the rest")
    func told() throws {
        func specification(_ element: ElementType, _ scale: Float, _ zero: Int32) throws -> InputSpecification {
            try self.specification(
                TensorType(element, [1, 8, 8, 3], quantization: Quantization(scale: scale, zeroPoint: zero)),
                defaults: InputOptions(scale: 0.5))
        }
        for (element, scale, zero) in [
            (ElementType.uint8, Float(0.0039215689), Int32(0)), (.uint8, 0.0078125, 128), (.uint8, 0.0078431377, 127),
            (.int8, 0.0078431377, -1), (.int8, 0.0039215689, -128), (.uint8, 1, 0), (.int8, 1, -128),
        ] {
            let table = PixelTable(try specification(element, scale, zero))
            guard case .bytes(let bytes) = table else { throw Mismatch() }
            let offset: UInt8 = element == .int8 ? 128 : 0
            #expect(bytes == (0..<768).map { UInt8(truncatingIfNeeded: $0) &- offset }, "\(element) \(scale) \(zero)")
        }
        #expect(try specification(.int8, 0.018631115, -14).mean == [0.485, 0.456, 0.406])
        #expect(try specification(.int8, 0.05, 3).scale == 0.5)
        #expect(try specification(.int16, 3e-5, 0).scale == 0.5)
    }

    struct Mismatch: Error {}

    @Test("a letterbox keeps proportions, pads the rest and maps boxes back")
    func letterbox() throws {
        let picture = try Image(width: 4, height: 2, format: .grey, filledWith: .white)
        let type = TensorType(.float32, [1, 4, 4, 1])
        let centred = try filled(type, InputOptions(resize: .letterbox, pad: 7), picture)
        #expect(centred == [7, 7, 7, 7, 255, 255, 255, 255, 255, 255, 255, 255, 7, 7, 7, 7])
        let top = InputOptions(resize: .letterbox, align: .topLeft, pad: 7)
        #expect(try Array(filled(type, top, picture)[8...]) == Array(repeating: 7, count: 8))
        let specification = try specification(
            TensorType(.float32, [1, 320, 320, 3]), InputOptions(resize: .letterbox))
        let transform = InputTransform(imageWidth: 640, imageHeight: 480, specification: specification)
        #expect(transform.target == InputTransform.Region(x: 0, y: 40, width: 320, height: 240))
        let box = transform.imageBox(Corners(left: 10, top: 50, right: 30, bottom: 90))
        #expect(box?.isNear(20, 20, 40, 80) == true)
        #expect(
            transform.imageBox(Corners(left: -10, top: 0, right: 1000, bottom: 1000))?.isNear(0, 0, 640, 480) == true)
        #expect(transform.imageBox(Corners(left: 10, top: 0, right: 30, bottom: 30)) == nil)
    }

    @Test("a crop uses the middle of the image, its sides as the input's")
    func crop() throws {
        var picture = try Image(width: 6, height: 2, format: .grey, filledWith: .black)
        for x in 2..<4 { for y in 0..<2 { picture[x, y] = 255 } }
        let type = TensorType(.float32, [1, 2, 2, 1])
        #expect(try filled(type, InputOptions(resize: .crop), picture) == [255, 255, 255, 255])
        let large = try filled(TensorType(.float32, [1, 4, 4, 1]), InputOptions(resize: .crop), picture)
        #expect(large == Array(repeating: 255, count: 16))
        let specification = try specification(type, InputOptions(layout: .nhwc, resize: .crop))
        let transform = InputTransform(imageWidth: 6, imageHeight: 2, specification: specification)
        #expect(transform.imageBox(Corners(left: 0, top: 0, right: 2, bottom: 2))?.isNear(2, 0, 2, 2) == true)
    }

    @Test("resizing agrees with that of pictures, for every filter and size", arguments: InputOptions.Filter.allCases)
    func resizing(filter: InputOptions.Filter) throws {
        var random = SplitMix(state: 3)
        for _ in 0..<20 {
            let (width, height) = (Int.random(in: 1...40, using: &random), Int.random(in: 1...40, using: &random))
            let bytes = (0..<width * height * 3).map { _ in UInt8.random(in: 0...255, using: &random) }
            let picture = try Image(width: width, height: height, format: .rgb, bytes: bytes)
            let (w, h) = (Int.random(in: 4...30, using: &random), Int.random(in: 4...30, using: &random))
            if filter == .area, w > width || h > height { continue }
            let expected = try picture.resized(width: w, height: h, filter: filter == .area ? .area : .bilinear)
            let got = try filled(TensorType(.uint8, [1, h, w, 3]), InputOptions(filter: filter), picture)
            #expect(got == expected.bytes.map(Double.init), "\(width)x\(height) to \(w)x\(h)")
        }
    }

    @Test("what cannot take an image, or contradicts the options, is an error that says why")
    func refuses() {
        func reason(_ type: TensorType, _ options: InputOptions = InputOptions()) -> String {
            do {
                _ = try specification(type, options)
                return "no error"
            } catch {
                return "\(error)"
            }
        }
        #expect(reason(TensorType(.int64, [1, 8, 8, 3])).contains("cannot be put into int64"))
        #expect(reason(TensorType(.float32, [2, 8, 8, 3])).contains("2 images"))
        #expect(reason(TensorType(.float32, [1, 8, 8, 5])).contains("no image"))
        #expect(reason(TensorType(.float32, [1, 10])).contains("no image"))
        #expect(reason(TensorType(.float32, [1, 0, 8, 3])).contains("no image"))
        #expect(reason(TensorType(.float32, [1, 1 << 40, 1 << 40, 3])).contains("no image"))
        #expect(reason(TensorType(.float32, [1, 3, 8, 3])).contains("layout"))
        #expect(reason(TensorType(.float32, [1, 8, 8, 3]), InputOptions(layout: .nchw)).contains("nchw"))
        #expect(reason(TensorType(.float32, [1, 8, 8, 3]), InputOptions(width: 9)).contains("width is not 9"))
        #expect(reason(TensorType(.float32, [1, 8, 8, 1]), InputOptions(colour: .rgb)).contains("colour"))
        #expect(reason(TensorType(.float32, [1, 8, 8, 1]), InputOptions(mean: [1, 2, 3])).contains("3 values"))
        let odd = Quantization(scales: [1, 2, 3], zeroPoints: [0, 0, 0], axis: 3)
        #expect(reason(TensorType(.int8, [1, 8, 8, 3], quantization: odd)).contains("quantization"))
    }
}

extension Image {
    /// An RGB picture of bytes whose count is known to fit.
    fileprivate init(unchecked bytes: [UInt8], width: Int, height: Int) {
        do { self = try Image(width: width, height: height, format: .rgb, bytes: bytes) } catch {
            preconditionFailure("\(error)")
        }
    }
}
