// Codes on pictures that the tests draw.
import Imaging
import TestSupport
import Testing

@testable import Codes

private func picture(_ codes: [String], module: Int = 3, height: Int = 60) throws -> Image {
    let bytes = BarCode.pixels(ofEAN13: codes, module: module, height: height)
    return try Image(width: 117 * module, height: height * codes.count, format: .grey, bytes: bytes)
}

@Suite(.enabled(if: CodeReader.absence == nil, "needs ZBar: scripts/setup.sh inspection"))
struct CodeReaderTests {
    @Test("bar codes are read, each once, also in colour and upside down")
    func bars() throws {
        let codes = ["4006381333931", "9780201379624"]
        let drawn = try picture(codes + codes)
        #expect(try CodeReader.texts(in: drawn) == codes)
        #expect(try CodeReader.texts(in: drawn.converted(to: .rgb)) == codes)
        let turned = try Image(
            width: drawn.width, height: drawn.height, format: .grey, bytes: drawn.bytes.reversed())
        #expect(try CodeReader.texts(in: turned) == codes)
    }

    @Test("a picture without a code has none, and one whose check digit is wrong too")
    func none() throws {
        #expect(try CodeReader.texts(in: Image(width: 300, height: 200, format: .grey)).isEmpty)
        #expect(try CodeReader.texts(in: picture(["4006381333932"])).isEmpty)
        #expect(try CodeReader.texts(in: Image(width: 1, height: 1, format: .rgb)).isEmpty)
    }

    @Test("a very large picture is made smaller, and its codes are still read")
    func large() throws {
        let drawn = try picture(["4006381333931"], module: 30, height: 2500)
        #expect(drawn.width * drawn.height > CodeReader.mostPixels)
        #expect(try CodeReader.texts(in: drawn) == ["4006381333931"])
    }
}
