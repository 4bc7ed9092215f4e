// Pictures in formats of webcams' own against their definitions, as far as a test can write such frames.
import TestSupport
import Testing

@testable import Capture
@testable import Imaging

let hasWebcams = ConditionTrait.enabled(
    if: FourCC.webcamAbsence == nil, "needs libv4lconvert: scripts/setup.sh")

@Suite(hasWebcams) struct WebcamTests {
    private func picture(_ bytes: [UInt8], _ name: String, _ width: Int, _ height: Int, stride: Int = 0) throws
        -> [UInt8]
    {
        let format = FrameFormat(format: FourCC(stringLiteral: name), width: width, height: height, strides: [stride])
        let frame = Frame(format: format, memory: FrameMemory(bytes), sequence: 0, time: nil)
        return try FrameDecoder().withPicture(of: frame) { picture, _ in
            #expect(picture.format.width == width && picture.format.height == height)
            return picture.bytes
        }
    }

    private func random(_ count: Int) -> [UInt8] {
        var draw = SplitMix(state: UInt64(count))
        return (0..<count).map { _ in UInt8.random(in: 0...255, using: &draw) }
    }

    @Test(
        "red, green and blue in 32 bits are taken from their places, whatever lies between rows",
        arguments: [
            ("XR24", [2, 1, 0]), ("AR24", [2, 1, 0]), ("BGR4", [2, 1, 0]), ("BX24", [1, 2, 3]), ("BA24", [1, 2, 3]),
            ("RGB4", [1, 2, 3]),
        ])
    func colours32(name: String, places: [Int]) throws {
        let (width, height, stride) = (13, 5, 60)
        let bytes = random(stride * height)
        let exact = (0..<height).flatMap { y in
            (0..<width).flatMap { x in places.map { bytes[y * stride + 4 * x + $0] } }
        }
        let found = try picture(bytes, name, width, height, stride: stride)
        #expect(zip(found, exact).allSatisfy { $0 == $1 } && found.count == exact.count)
    }

    @Test("red, green and blue in 16 bits are brought to 8")
    func colours16() throws {
        let bytes = random(2 * 7 * 3)
        let exact = stride(from: 0, to: bytes.count, by: 2).flatMap { at -> [UInt8] in
            let word = UInt16(bytes[at]) | UInt16(bytes[at + 1]) << 8
            return [UInt8(word >> 11) << 3, UInt8(word >> 5 & 63) << 2, UInt8(word & 31) << 3]
        }
        #expect(try picture(bytes, "RGBP", 7, 3) == exact)
    }

    @Test(
        "luma and chroma are put in order",
        arguments: ["S501", "S505", "S508", "M420", "CITV", "KONI", "S920", "HM12"])
    func planes(name: String) throws {
        for (width, height) in [(32, 32), (176, 144), (720, 64), (352, 288)] where name != "HM12" || height % 32 == 0 {
            let planes = random(width * height * 3 / 2)
            let found = try picture(PlanarFrame(width, height, planes).sent(as: name), name, width, height)
            #expect(zip(found, planes).allSatisfy { $0 == $1 }, "\(name) \(width) x \(height)")
        }
    }

    @Test("what old webcams send spans the full range, unless the driver says otherwise")
    func ranges() throws {
        func isFull(_ name: FourCC, _ range: UInt32) throws -> Bool? {
            let colour = ColourSpace(space: 8, range: range)
            let format = FrameFormat(format: name, width: 32, height: 32, strides: [], colour: colour)
            return try name.webcam.map { try format.decoded($0).matrix.isFullRange }
        }
        #expect(try isFull("S501", 0) == true)
        #expect(try isFull("S501", 2) == false)
        #expect(try isFull("M420", 0) == false)
        #expect(try isFull("M420", 1) == true)
    }

    /// Samples of 8 bits, of which some formats have fewer, as compressed frames without any memory of neighbours.
    private func mosaic(_ name: String, _ width: Int, _ height: Int, _ samples: [UInt8]) -> [UInt8] {
        switch name {
        case "S680":
            return (0..<height).flatMap { y in
                (0..<2).flatMap { odd in (0..<width / 2).map { samples[y * width + 2 * $0 + odd] } }
            }
        case "P207": return (0..<height).flatMap { [0x0F, 0xF0] + samples[$0 * width..<($0 + 1) * width] }
        default:
            var bits = BitWriter([UInt8](repeating: 0, count: name == "S910" ? 0 : 12))
            for y in 0..<height {
                for x in 0..<width {
                    let sample = Int(samples[y * width + x])
                    let isPlain = x < 2 && (y < 2 || name == "SONX")
                    bits.put(
                        isPlain ? (sample, 8) : name == "S910" ? (0xE0 | sample >> 4, 8) : (0x3A0 | sample >> 3, 10))
                }
            }
            // MR97310A has a foot.
            return bits.bytes + [UInt8](repeating: 0, count: 16)
        }
    }

    @Test(
        "mosaics, compressed or not, become the pictures that our own kernel makes of their samples",
        arguments: [
            ("S680", BayerFormat.Pattern.rggb), ("P207", .bggr), ("S910", .bggr), ("SONX", .bggr), ("M310", .bggr),
        ])
    func mosaics(name: String, pattern: BayerFormat.Pattern) throws {
        let (width, height) = (32, 24)
        let kept: UInt8 = name == "S680" || name == "P207" ? 0xFF : name == "S910" ? 0xF0 : 0xF8
        let samples = random(width * height).map { $0 & kept }
        let found = try picture(mosaic(name, width, height, samples), name, width, height)
        let decoder = try BayerDecoder(BayerFormat(pattern, .bytes, width: width, height: height))
        let ours = try samples.withUnsafeBytes { try decoder.decode([$0]).bytes }
        for y in 1..<height - 1 {
            let row = 3 * (y * width + 1)..<3 * (y * width + width - 1)
            #expect(zip(found[row], ours[row]).allSatisfy { $0 == $1 }, "row \(y)")
        }
    }

    @Test("PAC73xx's blocks of JPEG are decoded, and turned where they lie on their side")
    func pixart() throws {
        let (width, height) = (64, 32)
        var blocks = [Int](repeating: 0, count: width * height / 128)
        let grey = try picture(WebcamFrame.pixart(width, height, luma: blocks), "PJPG", width, height)
        #expect(grey.allSatisfy { abs(Int($0) - 128) <= 1 })
        // The block at the top on the left is lighter than all behind it.
        blocks[0] = 1
        blocks[1] = -1
        let light = try picture(WebcamFrame.pixart(width, height, luma: blocks), "PJPG", width, height)
        func red(_ x: Int, _ y: Int) -> UInt8 { light[3 * (y * width + x)] }
        #expect(red(2, 2) > 128 && red(13, 6) == red(2, 2) && red(20, 2) == red(40, 20) && red(2, 10) == red(40, 20))
        #expect(red(2, 2) > red(20, 2))
        let turned = try picture(WebcamFrame.pixart(height, width, luma: blocks), "PJPG", width, height)
        for (x, y) in [(0, 0), (15, 0), (0, 7), (15, 7), (16, 0), (0, 8), (31, 63)] {
            let (across, down) = (width - 1 - y, x)
            #expect(turned[3 * (down * width + across)] == (x < 16 && y < 8 ? red(2, 2) : red(20, 2)), "\(x) \(y)")
        }
    }

    @Test("frames that would lead a decoder astray, and sizes that cannot be, are refused")
    func refused() throws {
        func words(_ bytes: [UInt8], _ name: String, _ width: Int = 16, _ height: Int = 16, stride: Int = 0) -> String {
            do { _ = try picture(bytes, name, width, height, stride: stride) } catch { return "\(error)" }
            return ""
        }
        let missing = "file: fewer or more bytes than it has"
        #expect(words([UInt8](repeating: 0, count: 1023), "XR24") == "damaged XR24 \(missing)")
        #expect(words([UInt8](repeating: 0, count: 16 * 64), "XR24", stride: 65) == "damaged XR24 \(missing)")
        #expect(words([UInt8](repeating: 0, count: 16 * 64), "XR24", stride: 63) == "damaged XR24 \(missing)")
        #expect(words([UInt8](repeating: 0, count: 383), "S501") == "damaged S501 \(missing)")
        #expect(words([UInt8](repeating: 0, count: 1 << 20), "S910") == "damaged S910 \(missing)")
        let strange = "file: it does not begin as such frames do, or contradicts itself"
        let plain: [UInt8] = [0x0F, 0xF0] + [UInt8](repeating: 9, count: 16)
        let rows = (0..<16).flatMap { _ in plain }
        #expect(words(rows, "P207") == "")
        #expect(words([0x4B, 0xB4] + rows, "P207") == "damaged P207 \(strange)")
        #expect(words(plain + [0x4B, 0xB4] + rows, "P207") == "damaged P207 \(strange)")
        #expect(words(plain + plain + [0x4B, 0xB4] + rows, "P207") == "")
        #expect(words(Array(rows.dropLast(16)), "P207") == "")
        #expect(words(Array(rows.dropLast(17)), "P207").hasPrefix("damaged P207 file: v4l-convert: error incomplete"))
        #expect(words([0x80, 0, 1, 0] + [UInt8](repeating: 0, count: 40), "S401") == "damaged S401 \(strange)")
        var jpeg = WebcamFrame.pixart(16, 16, luma: [0, 0])
        #expect(words(jpeg, "PJPG") == "")
        #expect(words(Array(jpeg.prefix(36)), "PJPG") == "damaged PJPG \(strange)")
        jpeg[3] = 0xC4
        #expect(words(jpeg, "PJPG") == "damaged PJPG \(strange)")
        #expect(words([], "S910", 15, 16) == "0 bytes are no picture of 15 x 16 pixels")
        for (name, width, height) in [
            ("S501", 8, 8), ("S920", 16, 4), ("HM12", 722, 32), ("S910", 4096, 16), ("KONI", 10, 10),
        ] {
            #expect(words([], name, width, height).hasSuffix("no picture of \(width) x \(height) pixels"), "\(name)")
        }
        #expect(words([], "S561").hasSuffix("no picture format that is read here"))
    }

    @Test("a broken frame leaves nothing behind: what follows is decoded as if it had not been")
    func again() throws {
        for name in ["M310", "P207", "PJPG"] {
            var draw = SplitMix(state: 3)
            let format = FrameFormat(format: FourCC(stringLiteral: name), width: 32, height: 32, strides: [])
            let whole = Array(WebcamFrame.random(name, 32, 32, &draw))
            let decoder = try WebcamDecoder(format)
            func decoded(_ bytes: [UInt8]) throws -> [UInt8] {
                try bytes.withUnsafeBytes { try decoder.decode([$0]).bytes }
            }
            let first = try decoded(whole)
            for _ in 0..<4 {
                #expect(throws: ImageError.self) { try decoded(Array(whole.prefix(name == "PJPG" ? 60 : 40))) }
            }
            #expect(try decoded(whole) == first, "\(name)")
        }
    }
}

extension RawPicture {
    /// All bytes of a picture whose rows and planes have no gaps.
    var bytes: [UInt8] { Array(UnsafeBufferPointer(start: planes[0].start, count: format.byteCount)) }
}

@Suite(.enabled(if: FourCC.webcamAbsence != nil, "needs a machine without libv4lconvert")) struct WebcamAbsenceTests {
    @Test("where the library is missing, one error says what to install, and no such mode is chosen")
    func absent() throws {
        let format = FrameFormat(format: "XR24", width: 8, height: 8, strides: [32])
        let frame = Frame(format: format, memory: FrameMemory(count: 256), sequence: 0, time: nil)
        do {
            try FrameDecoder().withPicture(of: frame) { _, _ in }
            Issue.record("decoded")
        } catch { #expect("\(error)".contains("install Debian's libv4l")) }
        let modes = [FrameMode(format: "S910", width: 352, height: 288, rates: [30])]
        do {
            _ = try CameraRequest(camera: "c").choice(of: modes)
            Issue.record("chosen")
        } catch { #expect("\(error)".contains("S910 (") && "\(error)".contains("install Debian's libv4l")) }
    }
}
