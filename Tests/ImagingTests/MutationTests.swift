// A fixed number of broken files of each format: an error or a picture within the limits, never a crash.

import TestSupport
import Testing

@testable import Imaging

@Suite struct MutationTests {
    private func files() throws -> [(String, [UInt8])] {
        let colour = try Samples.gradient(width: 33, height: 21, format: .rgb)
        let alpha = try Samples.noise(width: 12, height: 9, format: .rgba)
        var interlaced = PNGBuilder(width: 2, height: 2, depth: 8, colourType: 3, interlaced: true)
        interlaced.chunk("PLTE", [1, 2, 3, 40, 50, 60])
        interlaced.chunk("eXIf", Samples.exif(orientation: 6, bigEndian: true))
        interlaced.image([[0], [1], [1, 0]])
        return [
            ("JPEG", try Samples.jpeg(colour.jpeg(), withEXIF: Samples.exif(orientation: 6, bigEndian: false))),
            ("progressive JPEG", Samples.progressiveJPEG), ("CMYK JPEG", Samples.cmykJPEG),
            ("PNG", try colour.png()), ("PNG with alpha", try alpha.png()), ("interlaced PNG", interlaced.file),
            ("lossy WebP", Samples.lossyWebP), ("lossless WebP", Samples.losslessWebP),
            ("WebP with alpha", Samples.alphaWebP), ("WebP with EXIF", Samples.turnedWebP),
            ("animated WebP", Samples.animatedWebP), ("PPM", colour.netpbm()),
            ("plain PGM", Array("P2\n# comment\n4 3\n255\n1 2 3 4 5 6 7 8 9 10 11 12\n".utf8)),
        ]
    }

    @Test(
        "400 mutations of each kind of file end in an error or a picture within the limits", arguments: [UInt64(2026)])
    func mutations(seed: UInt64) throws {
        let limits = ImageLimits(pixels: 1 << 16)
        var random = SplitMix(state: seed)
        let files = try files()
        for (name, file) in files {
            var pictures = 0
            for _ in 0..<400 {
                let other = files.randomElement(using: &random)?.1 ?? file
                let bytes = Mutation.mutated(file, with: other, &random)
                guard let image = try? Image.decode(bytes, limits: limits) else { continue }
                pictures += 1
                let fits = image.width * image.height <= limits.pixels
                #expect(
                    fits && image.bytes.count == image.width * image.height * image.format.channels,
                    "\(name), seed \(seed)")
            }
            // Neither all refused (but animations are) nor all taken: the mutations reach the decoders.
            #expect(
                (name == "animated WebP" ? 0..<400 : 1..<400).contains(pictures),
                "\(name), seed \(seed): \(pictures) pictures")
        }
    }
}
