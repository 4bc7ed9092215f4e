// Cameras' pictures as a model's input: the same as from the picture as an image.
import Imaging
import Tensors
import TestSupport
import Testing

@testable import Vision

@Suite struct RawInputTests {
    private func specification(_ type: TensorType, _ options: InputOptions) throws -> InputSpecification {
        try InputSpecification(options: options, defaults: InputOptions(), input: TensorPort("in", type))
    }

    /// A picture that resizes by any method to nearly the same.
    private func smooth(width: Int, height: Int) throws -> Image {
        var image = try Image(width: width, height: height, format: .rgb)
        for y in 0..<height {
            for x in 0..<width {
                for c in 0..<3 { image[x, y, c] = UInt8(20 + x * (c + 1) * 50 / width + y * (3 - c) * 20 / height) }
            }
        }
        return image
    }

    private struct Filled {
        let image: [Double]
        let raw: [Double]
        let transforms: (InputTransform, InputTransform)
        var difference: Double { zip(image, raw).map { abs($0 - $1) }.max() ?? 0 }
    }

    private func filled(_ type: TensorType, _ options: InputOptions, _ image: Image) throws -> Filled {
        let preprocessor = Preprocessor(try specification(type, options))
        var transforms: [InputTransform] = []
        let expected = try Tensor(type) { memory in
            do { transforms.append(try preprocessor.fill(memory, from: image)) } catch { Issue.record(error) }
        }
        let format = try RawFormat(.rgb, width: image.width, height: image.height)
        let actual = try Tensor(type) { memory in
            memory.initializeMemory(as: UInt8.self, repeating: 0xA5)
            image.bytes.withUnsafeBytes { bytes in
                do {
                    let picture = try RawPicture(format, [bytes])
                    transforms.append(try preprocessor.fill(memory, from: picture))
                } catch {
                    Issue.record(error)
                }
            }
        }
        return Filled(
            image: expected.doubles, raw: actual.doubles, transforms: (transforms[0], transforms[1]))
    }

    private static let types: [(String, TensorType)] = [
        ("bytes", TensorType(.uint8, [1, 48, 64, 3])), ("planes of bytes", TensorType(.uint8, [1, 3, 48, 64])),
        ("signed", TensorType(.int8, [1, 48, 64, 3], quantization: Quantization(scale: 1 / 255, zeroPoint: -128))),
        ("floats", TensorType(.float32, [1, 3, 48, 64])), ("grey", TensorType(.uint8, [1, 48, 64, 1])),
        (
            "a scale of its own",
            TensorType(.int8, [1, 3, 48, 64], quantization: Quantization(scale: 1.5, zeroPoint: -90))
        ),
    ]

    @Test("every type, way to resize and colour order holds what an image gives", arguments: types)
    func sameAsImage(name: String, type: TensorType) throws {
        let sizes = [(64, 48), (128, 96), (100, 70), (50, 90), (60, 40), (700, 500)]
        for (width, height) in sizes {
            let image = try smooth(width: width, height: height)
            for resize in InputOptions.Resize.allCases {
                for filter in InputOptions.Filter.allCases {
                    let colours: [InputOptions.Colour] = name == "grey" ? [.grey] : [.rgb, .bgr]
                    for colour in colours {
                        let options = InputOptions(
                            colour: colour, resize: resize, align: width == 100 ? .topLeft : .centre, filter: filter,
                            pad: 114, scale: name == "signed" ? 1 / 255.0 : nil)
                        let result = try filled(type, options, image)
                        let isExact =
                            result.transforms.0.source.width == result.transforms.0.target.width && width == 64
                        // 2 levels, and 1 for grey, which is of rounded colours here.
                        #expect(
                            result.difference <= (isExact ? 0 : 3),
                            "\(name) \(width)x\(height) \(resize) \(filter) \(colour)")
                        #expect(result.transforms.0 == result.transforms.1)
                    }
                }
            }
        }
    }

    @Test("a picture decoded at half its size gives boxes of the whole, and a crop takes the same part")
    func halved() throws {
        let type = TensorType(.uint8, [1, 3, 48, 64])
        let image = try smooth(width: 256, height: 256)
        let half = try image.resized(width: 128, height: 128, filter: .area)
        let format = try RawFormat(.rgb, width: 128, height: 128)
        for resize in InputOptions.Resize.allCases {
            let preprocessor = Preprocessor(try specification(type, InputOptions(resize: resize)))
            var whole: InputTransform?, small: InputTransform?
            let expected = try Tensor(type) { memory in
                do { whole = try preprocessor.fill(memory, from: image) } catch { Issue.record(error) }
            }
            let actual = try Tensor(type) { memory in
                half.bytes.withUnsafeBytes { bytes in
                    do {
                        let picture = try RawPicture(format, [bytes])
                        small = try preprocessor.fill(memory, from: picture, of: (256, 256))
                    } catch {
                        Issue.record(error)
                    }
                }
            }
            #expect(whole == small)
            let difference = zip(expected.doubles, actual.doubles).map { abs($0 - $1) }.max() ?? 0
            #expect(difference <= 4, "\(resize)")
        }
        let crop = Preprocessor(try specification(type, InputOptions(resize: .crop)))
        #expect(crop.leastSize(of: (256, 256)) == (64, 64))
        #expect(crop.leastSize(of: (640, 240)) == (128, 48))
    }

    @Test("words are spread over the range that is said, and over all their bits when none is")
    func words() throws {
        let type = TensorType(.uint8, [1, 2, 16, 1])
        let preprocessor = Preprocessor(try specification(type, InputOptions(layout: .nhwc)))
        let words = (0..<32).map { UInt16(1000 + 10 * $0) }
        let format = try RawFormat(.words(bits: 16), width: 16, height: 2)
        func filled(_ range: ClosedRange<UInt16>?) throws -> [Double] {
            try Tensor(type) { memory in
                words.withUnsafeBytes { bytes in
                    do {
                        _ = try preprocessor.fill(memory, from: try RawPicture(format, [bytes]), range: range)
                    } catch {
                        Issue.record(error)
                    }
                }
            }.doubles
        }
        let spread = try filled(1000...1310)
        #expect(spread.first == 0 && spread.last == 255 && spread == spread.sorted())
        #expect(try filled(nil).allSatisfy { $0 == 3 || $0 == 4 || $0 == 5 })
        #expect(try filled(1000...1310) == spread)
    }

    @Test("input memory of another size is an error")
    func wrongMemory() throws {
        let preprocessor = Preprocessor(try specification(TensorType(.uint8, [1, 8, 8, 3]), InputOptions()))
        var memory = [UInt8](repeating: 0, count: 8)
        let pixels = [UInt8](repeating: 0, count: 192)
        let format = try RawFormat(.rgb, width: 8, height: 8)
        #expect(throws: VisionError.self) {
            try pixels.withUnsafeBytes { bytes in
                let picture = try RawPicture(format, [bytes])
                _ = try memory.withUnsafeMutableBytes { try preprocessor.fill($0, from: picture) }
            }
        }
    }
}
