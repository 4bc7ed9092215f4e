// The picture value: sizes, access, copies.

import Testing

@testable import Imaging

@Suite struct ImageTests {
    @Test("a picture keeps its bytes and answers by column, row and channel")
    func access() throws {
        var image = try Image(width: 2, height: 2, format: .rgb, bytes: Array(0..<12))
        #expect(image.stride == 6)
        #expect(image[1, 0, 2] == 5)
        #expect(image[0, 1] == 6)
        let before = image
        image[0, 1] = 99
        #expect(image.bytes == [0, 1, 2, 3, 4, 5, 99, 7, 8, 9, 10, 11])
        #expect(before[0, 1] == 6)
    }

    @Test(
        "bytes that do not fit the size are an error",
        arguments: [(2, 2, 11), (0, 2, 0), (-1, -1, 1), (Int.max, 2, 4), (Int.max, Int.max, 0)])
    func sizes(width: Int, height: Int, count: Int) {
        #expect(throws: ImageError.self) {
            try Image(width: width, height: height, format: .rgb, bytes: [UInt8](repeating: 0, count: count))
        }
    }

    @Test("a filled picture has its colour everywhere, grey by luma")
    func fill() throws {
        let colour = Colour(red: 10, green: 20, blue: 30)
        #expect(
            try Image(width: 2, height: 1, format: .rgba, filledWith: colour).bytes == [
                10, 20, 30, 255, 10, 20, 30, 255,
            ])
        #expect(try Image(width: 3, height: 1, format: .grey, filledWith: colour).bytes == [18, 18, 18])
        #expect(throws: ImageError.tooLarge(width: 20_000, height: 20_000, limit: 100_000_000)) {
            try Image(width: 20_000, height: 20_000, format: .grey)
        }
    }

    @Test("grey is the BT.601 luma of every colour, to nearest")
    func luma() throws {
        let image = try Samples.noise(width: 64, height: 64, format: .rgb)
        let grey = image.converted(to: .grey)
        for i in 0..<64 * 64 {
            let exact =
                0.299 * Double(image.bytes[3 * i]) + 0.587 * Double(image.bytes[3 * i + 1])
                + 0.114 * Double(image.bytes[3 * i + 2])
            #expect(abs(Double(grey.bytes[i]) - exact) < 0.502)
        }
        let white = try Image(width: 1, height: 1, format: .rgb, filledWith: .white)
        #expect(white.converted(to: .grey).bytes == [255])
    }

    @Test("transparency shows the background in proportion")
    func alpha() throws {
        let image = try Image(
            width: 3, height: 1, format: .rgba, bytes: [200, 100, 0, 255, 200, 100, 0, 0, 200, 100, 0, 51])
        let over = image.converted(to: .rgb, over: Colour(red: 0, green: 255, blue: 100))
        #expect(over.bytes == [200, 100, 0, 0, 255, 100, 40, 224, 80])
        #expect(image.converted(to: .rgba) == image)
    }

    @Test("grey to colour and back changes nothing; red and blue change places")
    func layouts() throws {
        let grey = try Samples.noise(width: 5, height: 7, format: .grey)
        #expect(grey.converted(to: .rgb).converted(to: .grey) == grey)
        #expect(grey.converted(to: .rgba).converted(to: .grey) == grey)
        #expect(grey.converted(to: .rgba)[4, 6, 3] == 255)
        let colour = try Image(width: 1, height: 2, format: .rgb, bytes: [1, 2, 3, 4, 5, 6])
        #expect(colour.swappingRedAndBlue().bytes == [3, 2, 1, 6, 5, 4])
        #expect(grey.swappingRedAndBlue() == grey)
    }
}
