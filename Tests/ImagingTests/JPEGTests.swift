// JPEG files: what is written is read, variants, damage.

import Testing

@testable import Imaging

@Suite struct JPEGTests {
    @Test("what is written comes back nearly the same, grey as grey", arguments: [PixelFormat.grey, .rgb])
    func roundTrip(format: PixelFormat) throws {
        let image = try Samples.gradient(width: 61, height: 43, format: format)
        let read = try Image.decode(try image.jpeg(quality: 97))
        #expect(read.format == format)
        #expect(Samples.largestDifference(image, read) <= 6)
    }

    @Test("chroma is subsampled at low quality and the picture stays recognizable")
    func lowQuality() throws {
        let image = try Samples.gradient(width: 64, height: 64, format: .rgb)
        let small = try image.jpeg(quality: 60)
        let large = try image.jpeg(quality: 95)
        #expect(small.count < large.count)
        #expect(Samples.largestDifference(image, try Image.decode(small)) < 32)
    }

    @Test("a progressive file is read")
    func progressive() throws {
        #expect(
            Samples.near(Samples.quarters(of: try Image.decode(Samples.progressiveJPEG)), Samples.quarters, within: 3))
    }

    @Test("an Adobe CMYK file becomes RGB")
    func cmyk() throws {
        let image = try Image.decode(Samples.cmykJPEG)
        #expect(image.format == .rgb)
        #expect(Samples.near(Samples.quarters(of: image), Samples.quarters, within: 3))
    }

    @Test("a file that ends early is an error wherever it ends")
    func truncated() throws {
        let file = try Samples.gradient(width: 40, height: 40, format: .rgb).jpeg()
        for count in 3..<file.count - 2 {
            #expect(throws: ImageError.self, "cut to \(count) of \(file.count) bytes") {
                try Image.decode(Array(file.prefix(count)))
            }
        }
        for count in stride(from: 3, to: Samples.progressiveJPEG.count - 2, by: 7) {
            #expect(throws: ImageError.self) { try Image.decode(Array(Samples.progressiveJPEG.prefix(count))) }
        }
    }

    @Test("a size beyond the limit is refused by its header alone")
    func limit() throws {
        let file = try Samples.gradient(width: 40, height: 30, format: .grey).jpeg()
        #expect(throws: ImageError.tooLarge(width: 40, height: 30, limit: 1199)) {
            try Image.decode(file, limits: ImageLimits(pixels: 1199))
        }
        #expect(try Image.decode(file, limits: ImageLimits(pixels: 1200)).width == 40)
    }

    @Test("a file of more than a hundred scans is refused")
    func scans() throws {
        // The last scan of the progressive file, many times over.
        let file = Samples.progressiveJPEG
        let starts = (0..<file.count - 1).filter { file[$0] == 0xFF && file[$0 + 1] == 0xDA }
        let last = try #require(starts.last)
        let scan = file[last..<file.count - 2]
        var bomb = Array(file.prefix(last))
        for _ in 0..<150 { bomb += scan }
        bomb += [0xFF, 0xD9]
        let attack = bomb
        #expect(throws: ImageError.damaged(format: "JPEG", reason: "more than 100 scans")) { try Image.decode(attack) }
    }
}
