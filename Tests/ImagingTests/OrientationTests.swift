// EXIF orientation: the eight turns, where the tag is found, hostile blocks.

import Testing

@testable import Imaging

@Suite struct OrientationTests {
    @Test("the eight orientations put a known picture upright")
    func known() throws {
        // 1 2
        // 3 4
        // 5 6
        let image = try Image(width: 2, height: 3, format: .grey, bytes: [1, 2, 3, 4, 5, 6])
        let expected: [Orientation: (Int, [UInt8])] = [
            .upright: (2, [1, 2, 3, 4, 5, 6]), .mirrored: (2, [2, 1, 4, 3, 6, 5]),
            .upsideDown: (2, [6, 5, 4, 3, 2, 1]),
            .mirroredUpsideDown: (2, [5, 6, 3, 4, 1, 2]), .transposed: (3, [1, 3, 5, 2, 4, 6]),
            .turnedLeft: (3, [5, 3, 1, 6, 4, 2]), .transversed: (3, [6, 4, 2, 5, 3, 1]),
            .turnedRight: (3, [2, 4, 6, 1, 3, 5]),
        ]
        for (orientation, (width, bytes)) in expected {
            let upright = image.oriented(from: orientation)
            #expect(upright.width == width && upright.height == 6 / width && upright.bytes == bytes, "\(orientation)")
        }
    }

    @Test("large pictures of every layout move pixel by pixel", arguments: PixelFormat.allCases, Orientation.allCases)
    func large(format: PixelFormat, orientation: Orientation) throws {
        let image = try Samples.noise(width: 70, height: 45, format: format)
        let upright = image.oriented(from: orientation)
        var mismatches = 0
        for y in 0..<upright.height {
            for x in 0..<upright.width {
                let (a, b) = orientation.swapsSides ? (y, x) : (x, y)
                let column = [2, 3, 7, 8].contains(orientation.rawValue) ? 69 - a : a
                let row = [3, 4, 6, 7].contains(orientation.rawValue) ? 44 - b : b
                if Samples.colour(upright, x, y) != Samples.colour(image, column, row) { mismatches += 1 }
            }
        }
        #expect(mismatches == 0)
    }

    @Test("the tag is found in JPEG in both byte orders", arguments: 1...8, [true, false])
    func jpeg(orientation: Int, bigEndian: Bool) throws {
        let file = try Samples.gradient(width: 24, height: 8, format: .grey).jpeg(quality: 95)
        let tagged = Samples.jpeg(file, withEXIF: Samples.exif(orientation: orientation, bigEndian: bigEndian))
        let plain = try Image.decode(file)
        let kind = try #require(Orientation(rawValue: orientation))
        #expect(try Image.decode(tagged) == plain.oriented(from: kind))
    }

    @Test("odd EXIF leaves the picture as it is stored")
    func hostile() throws {
        let file = try Samples.gradient(width: 24, height: 8, format: .grey).jpeg()
        let plain = try Image.decode(file)
        let good = Samples.exif(orientation: 6, bigEndian: true)
        var blocks: [[UInt8]] = [[], [0x4D], Array(good.prefix(8)), Samples.exif(orientation: 0, bigEndian: true)]
        blocks += [Samples.exif(orientation: 9, bigEndian: false), Samples.exif(orientation: 65535, bigEndian: false)]
        var far = good
        far.replaceSubrange(4..<8, with: [0xFF, 0xFF, 0xFF, 0xFF])
        var many = good
        many.replaceSubrange(8..<10, with: [0xFF, 0xFF])
        many.replaceSubrange(22..<24, with: [0x01, 0x13])
        var otherType = good
        otherType[25] = 4
        blocks += [far, many, otherType]
        for block in blocks {
            #expect(try Image.decode(Samples.jpeg(file, withEXIF: block)) == plain)
        }
    }
}
