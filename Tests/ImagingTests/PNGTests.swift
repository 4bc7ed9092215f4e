// PNG files: every colour type, depth and interlace, made by hand; damage.

import Testing

@testable import Imaging

@Suite struct PNGTests {
    @Test("what is written comes back the same", arguments: PixelFormat.allCases, [0, 6, 9])
    func roundTrip(format: PixelFormat, level: Int) throws {
        let image = try Samples.noise(width: 37, height: 23, format: format)
        #expect(try Image.decode(try image.png(level: level)) == image)
    }

    @Test("low depths of grey spread over the whole range")
    func lowDepths() throws {
        var one = PNGBuilder(width: 3, height: 1, depth: 1, colourType: 0)
        one.image([[0b1010_0000]])
        #expect(try Image.decode(one.file).bytes == [255, 0, 255])
        var two = PNGBuilder(width: 4, height: 1, depth: 2, colourType: 0)
        two.image([[0b0001_1011]])
        #expect(try Image.decode(two.file).bytes == [0, 85, 170, 255])
        var four = PNGBuilder(width: 2, height: 2, depth: 4, colourType: 0)
        four.image([[0x0F], [0x73]])
        #expect(try Image.decode(four.file).bytes == [0, 255, 119, 51])
    }

    @Test("16 bits keep their high byte")
    func sixteen() throws {
        var file = PNGBuilder(width: 1, height: 1, depth: 16, colourType: 2)
        file.image([[0x12, 0xFF, 0x34, 0x00, 0xFF, 0x80]])
        #expect(try Image.decode(file.file) == Image(width: 1, height: 1, format: .rgb, bytes: [0x12, 0x34, 0xFF]))
    }

    @Test("a palette becomes RGB, with transparent entries RGBA")
    func palette() throws {
        var opaque = PNGBuilder(width: 4, height: 1, depth: 2, colourType: 3)
        opaque.chunk("PLTE", [1, 2, 3, 40, 50, 60, 7, 8, 9])
        opaque.image([[0b0001_1000]])
        let image = try Image.decode(opaque.file)
        #expect(image.bytes == [1, 2, 3, 40, 50, 60, 7, 8, 9, 1, 2, 3])

        var clear = PNGBuilder(width: 2, height: 1, depth: 8, colourType: 3)
        clear.chunk("PLTE", [1, 2, 3, 40, 50, 60])
        clear.chunk("tRNS", [0, 128])
        clear.image([[1, 0]])
        #expect(
            try Image.decode(clear.file)
                == Image(width: 2, height: 1, format: .rgba, bytes: [40, 50, 60, 128, 1, 2, 3, 0]))
    }

    @Test("grey with alpha becomes RGBA, and so does a transparent grey")
    func greyAlpha() throws {
        var file = PNGBuilder(width: 2, height: 1, depth: 8, colourType: 4)
        file.image([[9, 200, 77, 0]])
        #expect(
            try Image.decode(file.file)
                == Image(width: 2, height: 1, format: .rgba, bytes: [9, 9, 9, 200, 77, 77, 77, 0]))
        var keyed = PNGBuilder(width: 2, height: 1, depth: 8, colourType: 0)
        keyed.chunk("tRNS", [0, 77])
        keyed.image([[9, 77]])
        #expect(try Image.decode(keyed.file).bytes == [9, 9, 9, 255, 77, 77, 77, 0])
    }

    @Test("an interlaced file is put in order")
    func interlaced() throws {
        // 3 x 3 by Adam7: pass 1 holds (0,0); 5 holds row 2 at x = 0, 2 ... by the format's own table.
        var rows: [[UInt8]] = []
        let passes = [(0, 0, 8, 8), (4, 0, 8, 8), (0, 4, 4, 8), (2, 0, 4, 4), (0, 2, 2, 4), (1, 0, 2, 2), (0, 1, 1, 2)]
        let image = try Samples.noise(width: 13, height: 11, format: .grey, seed: 3)
        for (left, top, stepX, stepY) in passes where left < 13 && top < 11 {
            for y in stride(from: top, to: 11, by: stepY) {
                rows.append(stride(from: left, to: 13, by: stepX).map { image[$0, y] })
            }
        }
        var file = PNGBuilder(width: 13, height: 11, depth: 8, colourType: 0, interlaced: true)
        file.image(rows)
        #expect(try Image.decode(file.file) == image)
    }

    @Test("a file that ends early or has a wrong checksum is an error")
    func damaged() throws {
        let file = try Samples.noise(width: 9, height: 9, format: .rgb).png()
        for count in 8..<file.count - 12 {
            #expect(throws: ImageError.self, "cut to \(count) of \(file.count) bytes") {
                try Image.decode(Array(file.prefix(count)))
            }
        }
        var wrong = file
        wrong[file.count - 20] ^= 1
        #expect(throws: ImageError.self) { try Image.decode(wrong) }
    }

    @Test("a header that lies about the size is refused before memory is taken")
    func lyingHeader() {
        var file = PNGBuilder(width: 900_000, height: 900_000, depth: 16, colourType: 6)
        file.image([[0]])
        #expect(throws: ImageError.tooLarge(width: 900_000, height: 900_000, limit: 100_000_000)) {
            try Image.decode(file.file)
        }
    }

    @Test("an eXIf chunk turns the picture upright")
    func orientation() throws {
        var file = PNGBuilder(width: 2, height: 1, depth: 8, colourType: 0)
        file.chunk("eXIf", Samples.exif(orientation: 6, bigEndian: true))
        file.image([[10, 20]])
        #expect(try Image.decode(file.file) == Image(width: 1, height: 2, format: .grey, bytes: [10, 20]))
    }
}
