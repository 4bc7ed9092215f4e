// Folders of pictures and files of raw frames.
import Foundation
import Imaging
import TestSupport
import Testing

@testable import Capture

@Suite struct PictureFolderTests {
    private func picture(_ level: UInt8, _ width: Int = 6, _ height: Int = 4, grey: Bool = false) throws -> Image {
        try Image(
            width: width, height: height, format: grey ? .grey : .rgb,
            filledWith: Colour(red: level, green: level, blue: level))
    }

    @Test("pictures come by name, each in its size, with the times of the rate")
    func order() throws {
        let folder = try TemporaryFolder()
        _ = try folder.file("b.png", try picture(20, 8, 2).png())
        _ = try folder.file("a.PPM", try picture(10).netpbm())
        _ = try folder.file("c.pgm", try picture(30, grey: true).netpbm())
        _ = try folder.file(".hidden.png", [1])
        _ = try folder.file("labels.txt", [1])
        let source = try PictureFolder(path: folder.path, rate: 10, pace: .fastest)
        let frames = try source.all()
        #expect(
            frames.map { $0.bytes.first } == [10, 20, 30] && frames.map { $0.time } == [0, 100_000_000, 200_000_000])
        #expect(frames.map { "\($0.format.format)" } == ["RGB3", "RGB3", "GREY"])
        #expect(frames.map { $0.format.width } == [6, 8, 6])
        for frame in frames { try FrameDecoder().withPicture(of: frame) { _, isDamaged in #expect(!isDamaged) } }
    }

    @Test("a broken picture is told of, counted and left out; an empty folder is refused")
    func broken() throws {
        let folder = try TemporaryFolder()
        #expect(throws: CaptureError.self) { _ = try PictureFolder(path: folder.path) }
        _ = try folder.file("a.png", try picture(10).png())
        let broken = try folder.file("b.jpg", Array("no picture".utf8))
        try FileManager.default.createDirectory(atPath: folder.path + "/c.png", withIntermediateDirectories: false)
        _ = try folder.file("d.png", try picture(40).png())
        var events: [SourceEvent] = []
        let source = try PictureFolder(path: folder.path, pace: .fastest) { events.append($0) }
        let frames = try source.all()
        #expect(frames.map { $0.sequence } == [0, 3] && frames.allSatisfy { $0.time == nil })
        #expect(source.counts == SourceCounts(frames: 2, unreadable: 2))
        #expect(
            events == [
                .skipped(.file(broken, reason: "is neither JPEG, PNG, WebP, PPM nor PGM")),
                .skipped(.file(folder.path + "/c.png", reason: "cannot be read: not a regular file")),
            ])
    }

    @Test("what is no rate gives no times", arguments: [0, -5, .nan, .infinity, 1e-300, 1e300])
    func noRate(rate: Double) throws {
        let folder = try TemporaryFolder()
        for name in ["a.pgm", "b.pgm"] { _ = try folder.file(name, try picture(1).netpbm()) }
        let frames = try PictureFolder(path: folder.path, rate: rate).all()
        #expect(frames.count == 2 && (frames[1].time == nil || rate > 1e100))
    }

    @Test("a rate is kept")
    func paced() throws {
        let folder = try TemporaryFolder()
        for name in ["a.pgm", "b.pgm", "c.pgm"] { _ = try folder.file(name, try picture(1).netpbm()) }
        let start = ContinuousClock.now
        #expect(try PictureFolder(path: folder.path, rate: 50).all().count == 3)
        #expect(ContinuousClock.now - start > .milliseconds(38))
    }
}

@Suite struct RawFileTests {
    @Test(
        "frames come as they lie, and a part of one at the end is told of",
        arguments: ["NV12", "YM12", "YUYV", "Y16", "RGB3"])
    func frames(name: String) throws {
        let folder = try TemporaryFolder()
        let format = FourCC(stringLiteral: name)
        let raw = try #require(try FrameFormat(format: format, width: 10, height: 6, strides: []).raw)
        let bytes = (0..<(raw.byteCount * 5 / 2)).map { UInt8($0 & 255) }
        let path = try folder.file("a.raw", bytes)
        var events: [SourceEvent] = []
        let source = try RawFile(
            RawFileRequest(path: path, format: format, width: 10, height: 6, rate: 25), pace: .fastest
        ) { events.append($0) }
        let frames = try source.all()
        #expect(frames.flatMap { $0.bytes } == Array(bytes.prefix(2 * raw.byteCount)))
        #expect(frames.map { $0.planes.count } == (name == "YM12" ? [3, 3] : [1, 1]))
        #expect(frames.map { $0.time } == [0, 40_000_000])
        #expect(source.counts == SourceCounts(frames: 2, unreadable: 1))
        #expect(events == [.skipped(.file(path, reason: "ends within frame 3"))])
        for frame in frames {
            try FrameDecoder().withPicture(of: frame) { picture, _ in #expect(picture.format == raw) }
        }
    }

    @Test("formats of webcams' own whose frames have one size are read too", hasWebcams)
    func webcams() throws {
        let folder = try TemporaryFolder()
        for (name, bytes) in [("RGBP", 2 * 32 * 8), ("S501", 32 * 8 * 3 / 2)] as [(FourCC, Int)] {
            let path = try folder.file("\(name).raw", [UInt8](repeating: 7, count: 2 * bytes))
            let source = try RawFile(RawFileRequest(path: path, format: name, width: 32, height: 8), pace: .fastest)
            let frames = try source.all()
            #expect(frames.map { $0.bytes.count } == [bytes, bytes])
            for frame in frames {
                try FrameDecoder().withPicture(of: frame) { picture, _ in #expect(picture.format.width == 32) }
            }
        }
    }

    @Test("formats without a fixed size, sizes that cannot be and files that are none are refused")
    func refusals() throws {
        func words(_ format: FourCC, _ width: Int, _ height: Int, _ path: String = "/dev/null") -> String {
            do {
                _ = try RawFile(RawFileRequest(path: path, format: format, width: width, height: height))
            } catch { return "\(error)" }
            return ""
        }
        #expect(words("MJPG", 8, 8) == "/dev/null: frames of MJPG have no fixed size or are not read here")
        #expect(words("S910", 8, 8) == "/dev/null: frames of S910 have no fixed size or are not read here")
        #expect(words("S501", 8, 8) == "/dev/null: no picture of S501 has 8 x 8 pixels")
        #expect(words("NV12", 7, 8) == "/dev/null: no picture of NV12 has 7 x 8 pixels")
        #expect(words("GREY", 1 << 40, 8) == "/dev/null: no picture of GREY has 1099511627776 x 8 pixels")
        #expect(words("GREY", 8, 8) == "/dev/null: not a regular file")
        #expect(words("GREY", 8, 8, "/nowhere") == "/nowhere: No such file or directory")
    }
}
