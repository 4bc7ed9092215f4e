import Testing

@testable import Imaging

@Suite struct CropTests {
    @Test("a part has the pixels inside the box, rounded outwards and cut at the border")
    func part() throws {
        let image = try Image(width: 5, height: 4, format: .rgb, bytes: (0..<60).map { UInt8($0) })
        let part = try #require(image.cropped(to: Box(x: 1.2, y: 2, width: 1.5, height: 9)))
        #expect(part.width == 2 && part.height == 2 && part.format == .rgb)
        #expect(part.bytes == [33, 34, 35, 36, 37, 38, 48, 49, 50, 51, 52, 53])
        #expect(image.cropped(to: Box(x: -9, y: -9, width: 99, height: 99)) == image)
    }

    @Test(
        "there is no part outside, and none of a box that is no box",
        arguments: [
            Box(x: 5, y: 0, width: 3, height: 3), Box(x: -4, y: 0, width: 3, height: 3),
            Box(x: 1, y: 1, width: 0, height: 3), Box(x: .nan, y: 0, width: 1, height: 1),
            Box(x: 0, y: 0, width: .infinity, height: 1),
        ])
    func none(box: Box) throws {
        #expect(try Image(width: 5, height: 4, format: .grey).cropped(to: box) == nil)
    }
}
