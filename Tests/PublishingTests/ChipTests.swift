// First looks at tracks.
import Imaging
import Link
import TestSupport
import Testing

@testable import Publishing

struct ChipTests {
    /// Somebody who stands on noisy ground.
    private func person(_ side: Int, noise: Int, seed: Int) throws -> Image {
        var random = SplitMix(state: UInt64(seed))
        var bytes: [UInt8] = []
        for y in 0..<side {
            for x in 0..<side {
                let (across, down) = (Double(x) / Double(side) - 0.5, Double(y) / Double(side))
                let isBody = abs(across) < 0.12 && down > 0.35 && down < 0.9
                let isHead = across * across + (down - 0.25) * (down - 0.25) < 0.01
                let base = isHead ? [220, 180, 150] : isBody ? [200, 40, 30] : [90, 110, 70]
                for value in base {
                    let noisy = value + (noise > 0 ? Int.random(in: -noise...noise, using: &random) : 0)
                    bytes.append(UInt8(min(max(noisy, 0), 255)))
                }
            }
        }
        return try Image(width: side, height: side, format: .rgb, bytes: bytes)
    }

    @Test(
        "a first look fits one packet, has sides that a record can tell, and shows what is there",
        arguments: [0, 15, 60])
    func first(noise: Int) throws {
        let picture = try person(96, noise: noise, seed: noise + 1)
        let file = try #require(try ChipMaker.chip(of: picture))
        let bare = try #require(BareWebP.strip(file))
        #expect(bare.bytes.count <= ChipRecord.usualBytes)
        #expect(ChipRecord.sides.contains(bare.width) && ChipRecord.sides.contains(bare.height))
        #expect(BareWebP.file(bare.bytes, width: bare.width, height: bare.height) == file)
        let shown = try Image.decode(file).resized(width: 64, height: 64)
        let body = (0..<3).map { Int(shown[32, 40, $0]) }
        #expect(body[0] > body[1] + 60 && body[0] > body[2] + 60, "\(body)")
        #expect(Int(shown[4, 32, 1]) > Int(shown[4, 32, 0]), "the ground is green")
    }

    @Test("better pictures of a level are larger, and as large as their level allows at most")
    func levels() throws {
        let picture = try person(300, noise: 20, seed: 9)
        let sizes = try (0...3).map { level in
            BareWebP.strip(try ChipMaker.chip(of: picture, level: level) ?? [])?.bytes.count ?? 0
        }
        #expect(sizes == sizes.sorted() && sizes[0] > 100 && sizes[3] <= 9000, "\(sizes)")
        #expect(try Image.decode(try ChipMaker.chip(of: picture, level: 3) ?? []).width == 256)
        // No larger than what there is.
        let small = try person(40, noise: 0, seed: 2)
        #expect(try Image.decode(try ChipMaker.chip(of: small, level: 3) ?? []).width == 40)
    }

    @Test("where no picture fits so few bytes, there is none")
    func none() throws {
        #expect(try ChipMaker.chip(of: try person(64, noise: 60, seed: 1), bytes: 10) == nil)
    }
}
