// PGM and PPM: plain and raw, comments, maximal values, damage.

import Testing

@testable import Imaging

@Suite struct NetpbmTests {
    private func decode(_ text: String, _ raw: [UInt8] = []) throws -> Image {
        try Image.decode(Array(text.utf8) + raw)
    }

    @Test("what is written comes back the same", arguments: [PixelFormat.grey, .rgb])
    func roundTrip(format: PixelFormat) throws {
        let image = try Samples.noise(width: 17, height: 5, format: format)
        #expect(try Image.decode(image.netpbm()) == image)
    }

    @Test("plain files are read with comments anywhere between numbers")
    func plain() throws {
        let grey = try decode("P2 # a comment\n# another\n3 1\n#x\n10\n0 5 # in between\n10")
        #expect(grey.format == .grey && grey.width == 3 && grey.bytes == [0, 128, 255])
        #expect(try decode("P3\n1 2\n255\n1 2 3\n4 5 6\n").bytes == [1, 2, 3, 4, 5, 6])
    }

    @Test("raw samples above 255 are two bytes, high byte first, and scale to 8 bits")
    func wide() throws {
        #expect(try decode("P5 2 1 65535\n", [0xFF, 0xFF, 0x80, 0x80]).bytes == [255, 128])
        #expect(try decode("P5 2 1 1023\n", [0x03, 0xFF, 0x02, 0x00]).bytes == [255, 128])
        #expect(try decode("P6 1 1 15\n", [15, 0, 3]).bytes == [255, 0, 51])
    }

    @Test(
        "a wrong header or too few samples are an error",
        arguments: [
            "P5", "P5 4", "P5 4 4 255", "P5 4 4 255\nabc", "P5 0 4 255\n", "P5 4 4 0\n", "P5 4 4 70000\n",
            "P5 99999999999999999999 1 255\n", "P5 2147483647 2147483647 255\n", "P5 -1 4 255\n", "P2 2 2 255 1 2 3",
            "P2 2 1 255 1 x", "P2 2 1 255 1 256", "P5 1 1 10\n\u{0B}", "P1 1 1 1", "P7\nWIDTH 1",
        ])
    func damaged(text: String) {
        #expect(throws: ImageError.self) { try decode(text) }
    }
}
