// WebP files: lossy, lossless, alpha, animation, orientation, damage.

import Testing

@testable import Imaging

@Suite struct WebPTests {
    @Test("a lossless file gives its colours exactly, a lossy one nearly")
    func kinds() throws {
        #expect(Samples.quarters(of: try Image.decode(Samples.losslessWebP)) == Samples.quarters)
        #expect(Samples.near(Samples.quarters(of: try Image.decode(Samples.lossyWebP)), Samples.quarters, within: 4))
    }

    @Test("alpha is kept")
    func alpha() throws {
        let image = try Image.decode(Samples.alphaWebP)
        #expect(image.format == .rgba)
        #expect(Samples.quarters(of: image) == Samples.quarters)
        #expect([image[2, 2, 3], image[13, 2, 3]] == [128, 255])
    }

    @Test("an EXIF chunk turns the picture upright")
    func orientation() throws {
        // A quarter clockwise: the lower left comes to the upper left.
        let turned = [Samples.quarters[2], Samples.quarters[0], Samples.quarters[3], Samples.quarters[1]]
        #expect(Samples.quarters(of: try Image.decode(Samples.turnedWebP)) == turned)
    }

    @Test("an animation is refused by name")
    func animated() {
        #expect(throws: ImageError.unsupported(format: "WebP", reason: "animation")) {
            try Image.decode(Samples.animatedWebP)
        }
    }

    @Test(
        "a file that ends early is an error", arguments: [Samples.lossyWebP, Samples.losslessWebP, Samples.alphaWebP])
    func truncated(file: [UInt8]) {
        for count in 12..<file.count - 8 {
            #expect(throws: ImageError.self, "cut to \(count)") { try Image.decode(Array(file.prefix(count))) }
        }
    }
}
