// Cameras' JPEG pictures: the same as other readers see, whole or in part.
import TestSupport
import Testing

@testable import Imaging

@Suite struct MotionJPEGTests {
    private func rgb(_ picture: RawPicture) throws -> Image {
        let format = picture.format
        let target = RawConverter.Target(width: format.width, height: format.height, colour: .rgb)
        let converter = try #require(try RawConverter(format, to: target))
        return try Image(
            width: format.width, height: format.height, format: .rgb, bytes: converter.bytes(of: picture))
    }

    @Test(
        "planes in colour are the picture that a file reader sees",
        arguments: [(96, 64, 60), (96, 64, 95), (61, 43, 60), (61, 43, 95), (16, 8, 95), (640, 360, 80)])
    func sameAsFile(width: Int, height: Int, quality: Int) throws {
        let file = try Samples.gradient(width: width, height: height, format: .rgb).jpeg(quality: quality)
        let stream = try MotionJPEG(width: width, height: height)
        let picture = try file.withUnsafeBytes { try stream.decode($0) }
        #expect(!picture.isDamaged)
        // Chroma is not interpolated here and is there.
        #expect(Samples.largestDifference(try rgb(picture.raw), try Image.decode(file)) <= (quality < 90 ? 8 : 1))
    }

    @Test("chroma stays as it was sent; where no layout has it so, the picture is RGB")
    func layouts() throws {
        let stream = try MotionJPEG(width: 16, height: 16)
        let grey = try Samples.gradient(width: 16, height: 16, format: .grey).jpeg()
        #expect(try grey.withUnsafeBytes { try stream.decode($0).raw.format.layout } == .grey)
        for (file, layout) in [(Samples.pairedJPEG, RawFormat.Layout.yuv422), (Samples.fourfoldJPEG, .rgb)] {
            let picture = try file.withUnsafeBytes { try stream.decode($0) }.raw
            #expect(picture.format.layout == layout)
            #expect(Samples.near(Samples.quarters(of: try rgb(picture)), Samples.quarters, within: 6))
            let half = try file.withUnsafeBytes { try stream.decode($0, least: (8, 8)) }.raw
            #expect(half.format.width == 8 && half.format.layout == layout)
        }
    }

    @Test(
        "only as many pixels are computed as are needed",
        arguments: [(640, 360, 8), (320, 180, 4), (300, 90, 4), (160, 90, 2), (80, 45, 1), (7, 3, 1), (700, 1, 8)])
    func scaled(width: Int, height: Int, eighths: Int) throws {
        let image = try Samples.gradient(width: 640, height: 360, format: .rgb)
        let stream = try MotionJPEG(width: 640, height: 360)
        for quality in [80, 95] {
            let file = try image.jpeg(quality: quality)
            let picture = try file.withUnsafeBytes { try stream.decode($0, least: (width, height)) }.raw
            #expect(picture.format.width == 640 * eighths / 8 && picture.format.height == 360 * eighths / 8)
            let small = try image.resized(width: picture.format.width, height: picture.format.height, filter: .area)
            #expect(Samples.largestDifference(try rgb(picture), small) <= 8)
        }
    }

    @Test("a picture without Huffman tables is read with the standard's own")
    func noTables() throws {
        let image = try Samples.gradient(width: 64, height: 48, format: .rgb)
        let file = try image.jpeg(quality: 80)
        var bare: [UInt8] = Array(file.prefix(2))
        var at = 2
        while file[at + 1] != 0xDA {
            let length = 2 + Int(file[at + 2]) << 8 + Int(file[at + 3])
            if file[at + 1] != 0xC4 { bare += file[at..<at + length] }
            at += length
        }
        bare += file[at...]
        #expect(bare.count < file.count - 400)
        let stream = try MotionJPEG(width: 64, height: 48)
        let whole = try file.withUnsafeBytes { try rgb(try stream.decode($0).raw) }
        #expect(try bare.withUnsafeBytes { try rgb(try stream.decode($0).raw) } == whole)
    }

    @Test("of a picture that ends early the upper part is there, the rest is grey, and it says so")
    func short() throws {
        let image = try Samples.gradient(width: 64, height: 64, format: .rgb)
        let file = try image.jpeg(quality: 90)
        let stream = try MotionJPEG(width: 64, height: 64)
        let whole = try file.withUnsafeBytes { try rgb(try stream.decode($0).raw) }
        let start = try #require((0..<file.count - 1).last { file[$0] == 0xFF && file[$0 + 1] == 0xDA }) + 14
        let cut = start + (file.count - start) * 2 / 3
        let picture = try file.prefix(cut).withUnsafeBytes { try stream.decode($0) }
        #expect(picture.isDamaged)
        let part = try rgb(picture.raw)
        #expect(part.bytes.prefix(3 * 64 * 24) == whole.bytes.prefix(3 * 64 * 24))
        #expect(part.bytes.suffix(3 * 64 * 8) != whole.bytes.suffix(3 * 64 * 8))
        // The next whole one is whole again.
        #expect(try file.withUnsafeBytes { try !stream.decode($0).isDamaged })
        // Bytes behind the end, as drivers leave them there, mean nothing.
        let padded: [UInt8] = file + [1, 2, 3]
        #expect(try padded.withUnsafeBytes { try !stream.decode($0).isDamaged })
    }

    @Test("no picture, one of another size and a progressive one are refused")
    func refused() throws {
        let stream = try MotionJPEG(width: 16, height: 16)
        for bytes: [UInt8] in [[], [0xFF], [0xFF, 0xD8], Array(repeating: 0, count: 1000)] {
            #expect(throws: ImageError.self) { try bytes.withUnsafeBytes { try stream.decode($0) } }
        }
        let large = try Samples.gradient(width: 17, height: 16, format: .rgb).jpeg()
        #expect(throws: ImageError.damaged(format: "JPEG", reason: "another size than the stream's")) {
            try large.withUnsafeBytes { try stream.decode($0) }
        }
        #expect(throws: ImageError.self) { try Samples.progressiveJPEG.withUnsafeBytes { try stream.decode($0) } }
        #expect(throws: ImageError.self) { try MotionJPEG(width: 1 << 15, height: 1 << 15) }
    }

    @Test("2,000 damaged pictures end in an error or a picture of the stream's size", arguments: [UInt64(2026)])
    func damaged(seed: UInt64) throws {
        var random = SplitMix(state: seed)
        let files = try [70, 95].map { try Samples.gradient(width: 48, height: 40, format: .rgb).jpeg(quality: $0) }
        let stream = try MotionJPEG(width: 48, height: 40)
        var counts = [0, 0, 0]
        for round in 0..<2000 {
            let file = Mutation.mutated(files[round % 2], with: files[(round + 1) % 2], &random)
            guard let picture = try? file.withUnsafeBytes({ try stream.decode($0) }) else {
                counts[0] += 1
                continue
            }
            counts[picture.isDamaged ? 1 : 2] += 1
            let size = (picture.raw.format.width, picture.raw.format.height)
            #expect(size == (48, 40), "seed \(seed)")
            _ = try rgb(picture.raw)
        }
        // Refused, told of and unnoticed.
        #expect(counts.allSatisfy { $0 > 100 }, "seed \(seed): \(counts)")
    }
}
