// Codes on pictures that the tests draw.
import Imaging
import TestSupport
import Testing

@testable import Codes

private func barPicture(_ codes: [String], module: Int = 3, height: Int = 60) throws -> Image {
    let bytes = BarCode.pixels(ofEAN13: codes, module: module, height: height)
    return try Image(width: 117 * module, height: height * codes.count, format: .grey, bytes: bytes)
}

@Suite(.enabled(if: CodeReader.absence() == nil, "needs ZBar: scripts/setup.sh inspection"))
struct CodeReaderTests {
    @Test("bar codes are read, each once, also in colour and upside down")
    func bars() throws {
        let codes = ["4006381333931", "9780201379624"]
        let drawn = try barPicture(codes + codes)
        #expect(try CodeReader.search(drawn).texts == codes)
        #expect(try CodeReader.search(drawn.converted(to: .rgb)).texts == codes)
        let turned = try Image(
            width: drawn.width, height: drawn.height, format: .grey, bytes: drawn.bytes.reversed())
        #expect(try CodeReader.search(turned).texts == codes)
    }

    @Test("only codes of the kind that was asked for are read")
    func kinds() throws {
        let drawn = try barPicture(["4006381333931"])
        #expect(try CodeReader.search(drawn, format: .bar).texts == ["4006381333931"])
        #expect(try CodeReader.search(drawn, format: .qr).texts == [])
    }

    @Test("a picture without a code has none, and one whose check digit is wrong too")
    func none() throws {
        #expect(try CodeReader.search(Image(width: 300, height: 200, format: .grey)).texts.isEmpty)
        #expect(try CodeReader.search(barPicture(["4006381333932"])).texts.isEmpty)
        #expect(try CodeReader.search(Image(width: 1, height: 1, format: .rgb)).texts.isEmpty)
    }

    @Test("a very large picture is made smaller, and its codes are still read")
    func large() throws {
        let drawn = try barPicture(["4006381333931"], module: 30, height: 2500)
        #expect(drawn.width * drawn.height > CodeReader.mostPixels)
        #expect(try CodeReader.search(drawn).texts == ["4006381333931"])
    }
}

@Suite(.enabled(if: CodeReader.absence(of: .datamatrix) == nil, "needs libdmtx: scripts/setup.sh inspection"))
struct MatrixCodeTests {
    /// Codes below each other on a grey ground.
    private func picture(_ codes: [MatrixCode], module: Int, width: Int) throws -> Image {
        var bytes: [UInt8] = []
        for code in codes {
            let pixels = code.pixels(module: module)
            let side = (code.side + 4) * module
            for row in 0..<side {
                let line = pixels[row * side..<(row + 1) * side] + [UInt8](repeating: 200, count: width - side)
                bytes += line
            }
        }
        return try Image(width: width, height: bytes.count / width, format: .grey, bytes: bytes)
    }

    private func code(_ text: String) throws -> MatrixCode { try #require(MatrixCode(text)) }

    @Test(
        "DataMatrix codes of all sizes of one region are read",
        arguments: [
            "A", "SN-17", "SN-00417", "PART-0001/A", "a somewhat longer serial", "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789",
        ])
    func sizes(text: String) throws {
        let drawn = try picture([try code(text)], module: 5, width: 240)
        #expect(try CodeReader.search(drawn, format: .datamatrix).texts == [text])
        let turned = try Image(width: drawn.width, height: drawn.height, format: .grey, bytes: drawn.bytes.reversed())
        #expect(try CodeReader.search(turned, format: .datamatrix).texts == [text])
    }

    @Test("several codes are all told, bar codes are not, and other searches tell no DataMatrix")
    func several() throws {
        let drawn = try picture([try code("SN-1"), try code("SN-2")], module: 4, width: 160)
        #expect(try CodeReader.search(drawn, format: .datamatrix).texts == ["SN-1", "SN-2"])
        if CodeReader.absence() == nil { #expect(try CodeReader.search(drawn).texts.isEmpty) }
        let bars = try barPicture(["4006381333931"])
        #expect(try CodeReader.search(bars, format: .datamatrix).texts.isEmpty)
    }

    @Test("a search ends in time, whatever the picture shows", arguments: 1...2)
    func bounded(seed: Int) throws {
        var random = SplitMix(state: UInt64(seed))
        let bytes = (0..<2400 * 1600).map { _ in UInt8.random(in: 0...255, using: &random) }
        let noise = try Image(width: 2400, height: 1600, format: .grey, bytes: bytes)
        let start = ContinuousClock.now
        let found = try CodeReader.search(noise, format: .datamatrix)
        // Half a second, another for the last symbol, and a busy machine.
        #expect(ContinuousClock.now - start < .seconds(4), "seed \(seed)")
        #expect(!found.isComplete)
        let nothing = try CodeReader.search(Image(width: 1, height: 1, format: .rgb), format: .datamatrix)
        #expect(nothing == CodesFound(texts: [], isComplete: true))
    }

    @Test("symbols with words that mean nothing end no program", arguments: 1...8)
    func hostile(seed: Int) throws {
        var random = SplitMix(state: UInt64(seed))
        for _ in 0..<6 {
            // Shifts to the rarer encodations and what is not allowed in them.
            let starts = [230, 231, 238, 239, 240, 235, 232, 233, 236, 237, 241]
            var words = [starts.randomElement(using: &random) ?? 240]
            for _ in 0..<Int.random(in: 1...20, using: &random) {
                words.append(Int.random(in: 0...255, using: &random))
            }
            let code = try #require(MatrixCode(words: &words))
            let drawn = try picture([code], module: 4, width: 160)
            #expect(try CodeReader.search(drawn, format: .datamatrix).texts.count <= 1, "seed \(seed): \(words)")
        }
    }
}
