// Codes that are drawn by libqrencode and read by ZBar.
import Imaging
import TestSupport
import Testing

@testable import Codes

@Suite(
    .enabled(
        if: QRCode.absence == nil && CodeReader.absence() == nil,
        "needs libqrencode4 and ZBar: scripts/setup.sh link"))
struct QRCodeTests {
    private static let text =
        "arete-link:1?sender=305419895&secret=" + String(repeating: "0F1E2D3C", count: 8) + "&name=drone%201"

    private func read(_ picture: Image) throws -> [String] { try CodeReader.search(picture, format: .qr).texts }

    private func turned(_ picture: Image) throws -> Image {
        var bytes: [UInt8] = []
        for column in 0..<picture.width {
            for row in (0..<picture.height).reversed() { bytes.append(picture.bytes[row * picture.width + column]) }
        }
        return try Image(width: picture.height, height: picture.width, format: .grey, bytes: bytes)
    }

    @Test("a code is read back: as it is, larger and smaller, turned, and with noise", arguments: 1...3)
    func roundTrip(seed: Int) throws {
        var random = SplitMix(state: UInt64(seed))
        let code = try QRCode(Self.text)
        let drawn = try code.picture()
        #expect(drawn.width == (code.side + 8) * 8)
        #expect(try read(drawn) == [Self.text])
        for percent in [45, 70, 130, 210] {
            let side = drawn.width * percent / 100
            #expect(try read(drawn.resized(width: side, height: side)) == [Self.text], "\(percent)")
        }
        var picture = drawn
        for quarter in 1...3 {
            picture = try turned(picture)
            #expect(try read(picture) == [Self.text], "\(quarter)")
        }
        // A dim photograph on its side, each pixel up to 30 levels off.
        let noisy = try turned(drawn.resized(width: 400, height: 400))
        let bytes = noisy.bytes.map { byte in
            UInt8(clamping: 60 + Int(byte) / 2 + Int.random(in: -30...30, using: &random))
        }
        let photograph = try Image(width: 400, height: 400, format: .grey, bytes: bytes)
        #expect(try CodeReader.searchSizes(photograph, format: .qr).texts == [Self.text], "seed \(seed)")
        let nothing = try Image(width: 1, height: 1, format: .grey)
        #expect(try CodeReader.searchSizes(nothing, format: .qr).texts.isEmpty)
    }

    @Test("lines of a terminal show the same modules, light around them, in colours that nobody chooses")
    func terminal() throws {
        let code = try QRCode(Self.text)
        let lines = code.terminalLines
        // On a terminal of 80 columns and 24 lines.
        #expect(lines.count <= 23 && lines.allSatisfy { $0.hasPrefix("\u{1b}[38;5;16;48;5;231m") })
        var rows: [[Bool]] = []
        for line in lines {
            let blocks = line.dropFirst("\u{1b}[38;5;16;48;5;231m".count).dropLast("\u{1b}[0m".count)
            rows.append(blocks.map { "█▀".contains($0) })
            rows.append(blocks.map { "█▄".contains($0) })
        }
        var wrong = 0
        for (row, modules) in rows.enumerated() {
            for (column, isDark) in modules.enumerated() where isDark != code.isDark(row: row - 4, column: column - 4) {
                wrong += 1
            }
        }
        #expect(wrong == 0 && rows.allSatisfy { $0.count == code.side + 8 })
    }

    @Test("a text that no code holds is refused")
    func long() throws {
        #expect(throws: CodeError.self) { try QRCode(String(repeating: "x", count: 3000)) }
        #expect(try QRCode(String(repeating: "x", count: 2900)).side == 177)
    }
}
