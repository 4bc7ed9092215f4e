// Resizing and letterboxes against straightforward Swift.

import Testing

@testable import Imaging

@Suite struct ResizeTests {
    private static let sizes = [(1, 1), (7, 5), (16, 12), (31, 23), (64, 48), (97, 3), (200, 150)]

    /// Bilinear by the definition, in double precision.
    private func bilinear(_ image: Image, _ width: Int, _ height: Int) -> [Double] {
        func position(_ i: Int, _ count: Int, _ source: Int) -> (Int, Int, Double) {
            let at = min(max((Double(i) + 0.5) * Double(source) / Double(count) - 0.5, 0), Double(source - 1))
            return (Int(at), min(Int(at) + 1, source - 1), at - Double(Int(at)))
        }
        var result: [Double] = []
        for y in 0..<height {
            let (top, bottom, v) = position(y, height, image.height)
            for x in 0..<width {
                let (left, right, u) = position(x, width, image.width)
                for c in 0..<image.format.channels {
                    let upper = Double(image[left, top, c]) * (1 - u) + Double(image[right, top, c]) * u
                    let lower = Double(image[left, bottom, c]) * (1 - u) + Double(image[right, bottom, c]) * u
                    result.append(upper * (1 - v) + lower * v)
                }
            }
        }
        return result
    }

    /// The mean of the covered area by the definition, in double precision.
    private func area(_ image: Image, _ width: Int, _ height: Int) -> [Double] {
        func cover(_ i: Int, _ count: Int, _ source: Int) -> [(Int, Double)] {
            let scale = Double(source) / Double(count)
            let (from, to) = (Double(i) * scale, Double(i + 1) * scale)
            var shares: [(Int, Double)] = []
            for k in 0..<source {
                let covered = min(to, Double(k + 1)) - max(from, Double(k))
                if covered > 0 { shares.append((k, covered / scale)) }
            }
            return shares
        }
        var result: [Double] = []
        for y in 0..<height {
            for x in 0..<width {
                for c in 0..<image.format.channels {
                    var sum = 0.0
                    for (row, v) in cover(y, height, image.height) {
                        for (column, u) in cover(x, width, image.width) { sum += Double(image[column, row, c]) * u * v }
                    }
                    result.append(sum)
                }
            }
        }
        return result
    }

    @Test("bilinear is within the fixed-point error of the definition, growing and shrinking", arguments: sizes)
    func bilinear(width: Int, height: Int) throws {
        for format in PixelFormat.allCases {
            let image = try Samples.noise(width: 31, height: 23, format: format, seed: 5)
            let resized = try image.resized(width: width, height: height)
            let worst = zip(resized.bytes, bilinear(image, width, height)).map { abs(Double($0) - $1) }.max() ?? 0
            #expect(resized.width == width && resized.height == height)
            #expect(worst < 1.2, "\(format)")
        }
    }

    @Test(
        "area is the mean of what each pixel covers",
        arguments: [(1, 1), (7, 5), (30, 23), (31, 22), (16, 12), (15, 1)])
    func area(width: Int, height: Int) throws {
        for format in PixelFormat.allCases {
            let image = try Samples.noise(width: 31, height: 23, format: format, seed: 6)
            let resized = try image.resized(width: width, height: height, filter: .area)
            let worst = zip(resized.bytes, area(image, width, height)).map { abs(Double($0) - $1) }.max() ?? 0
            #expect(worst < 0.51, "\(format)")
        }
    }

    @Test("area keeps a thin line that bilinear loses")
    func thinLine() throws {
        var image = try Image(width: 80, height: 8, format: .grey)
        for y in 0..<8 { image[42, y] = 255 }
        #expect(try image.resized(width: 8, height: 8).bytes.allSatisfy { $0 == 0 })
        #expect(try image.resized(width: 8, height: 8, filter: .area).bytes.contains { $0 > 20 })
    }

    @Test("area with one side growing shrinks the other by area")
    func mixed() throws {
        let image = try Samples.noise(width: 30, height: 10, format: .grey, seed: 8)
        let narrow = try image.resized(width: 10, height: 10, filter: .area)
        #expect(try image.resized(width: 10, height: 25, filter: .area) == (try narrow.resized(width: 10, height: 25)))
    }

    @Test("the same size changes nothing, a constant stays constant, a wrong size is an error")
    func edges() throws {
        let image = try Samples.noise(width: 9, height: 9, format: .rgb)
        #expect(try image.resized(width: 9, height: 9, filter: .area) == image)
        let flat = try Image(width: 9, height: 4, format: .grey, filledWith: Colour(red: 77, green: 77, blue: 77))
        for filter in ResizeFilter.allCases {
            #expect(try flat.resized(width: 23, height: 3, filter: filter).bytes.allSatisfy { $0 == 77 })
        }
        #expect(throws: ImageError.self) { try image.resized(width: 0, height: 5) }
        #expect(throws: ImageError.self) { try image.resized(width: 1 << 20, height: 1 << 20) }
    }

    @Test("a letterbox holds the resized picture where its map says, and padding elsewhere")
    func letterbox() throws {
        let image = try Samples.noise(width: 40, height: 21, format: .rgb, seed: 9)
        for placement in LetterboxPlacement.allCases {
            let (boxed, map) = try image.letterboxed(
                width: 64, height: 64, pad: Colour(red: 1, green: 2, blue: 3), placement: placement)
            #expect([map.contentWidth, map.contentHeight] == [64, 34])
            #expect([map.left, map.top] == (placement == .centre ? [0, 15] : [0, 0]))
            let content = try image.resized(width: 64, height: 34)
            for y in 0..<64 {
                for x in 0..<64 {
                    let inside = (map.top..<map.top + 34).contains(y)
                    #expect(
                        Samples.colour(boxed, x, y) == (inside ? Samples.colour(content, x, y - map.top) : [1, 2, 3]))
                }
            }
        }
    }

    @Test("boxes map to the letterbox and back, clipped to the picture")
    func mapping() throws {
        let map = try LetterboxTransform(sourceWidth: 1920, sourceHeight: 1080, width: 640, height: 640)
        #expect([map.left, map.top, map.contentWidth, map.contentHeight] == [0, 140, 640, 360])
        let box = map.source(Box(x: 100, y: 240, width: 50, height: 30))
        #expect(box == Box(x: 300, y: 300, width: 150, height: 90))
        #expect(map.target(x: 300, y: 300) == (100, 240))
        #expect(map.source(Box(x: -50, y: 0, width: 1000, height: 1000)) == Box(x: 0, y: 0, width: 1920, height: 1080))
        let thin = try LetterboxTransform(sourceWidth: 10_000, sourceHeight: 1, width: 32, height: 32)
        #expect(thin.contentHeight == 1)
        #expect(throws: ImageError.self) {
            try LetterboxTransform(sourceWidth: 0, sourceHeight: 1, width: 32, height: 32)
        }
    }
}
