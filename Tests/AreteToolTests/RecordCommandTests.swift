// arete record as a program: what it writes, and what it says when it cannot.
import Foundation
import Peers
import Testing

@testable import AreteTool
@testable import Capture

@Suite struct RecordCommandTests {
    private let folder = FileManager.default.temporaryDirectory.appendingPathComponent("record-\(UUID().uuidString)")

    /// A recording of so many frames of 4,000 bytes.
    private func recording(frames: Int) throws -> String {
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        let path = folder.appendingPathComponent("source.frames").path
        let writer = try RecordingWriter(path: path, source: "Test camera")
        let format = FrameFormat(format: "GREY", width: 80, height: 50, strides: [80])
        for index in 0..<frames {
            let memory = UnsafeMutableRawBufferPointer.allocate(byteCount: 4000, alignment: 8)
            memory.initializeMemory(as: UInt8.self, repeating: UInt8(index))
            let address = UInt(bitPattern: memory.baseAddress)
            try writer.write(
                Frame(
                    format: format, planes: [UnsafeRawBufferPointer(memory)], sequence: UInt32(index),
                    time: UInt64(index) * 1_000_000, isDamaged: false
                ) { UnsafeMutableRawPointer(bitPattern: address)?.deallocate() })
        }
        return path
    }

    private func run(_ line: String) throws -> ProgramRun { try ProgramRun(line, in: folder) }

    @Test("a recording is recorded again up to a number of frames, the same byte for byte")
    func copies() throws {
        defer { try? FileManager.default.removeItem(at: folder) }
        let path = try recording(frames: 5)
        let whole = try run("\"$arete\" record \(path) -o whole.frames --json && cmp \(path) whole.frames")
        #expect(whole.status == 0, "\(whole)")
        #expect(
            whole.output.contains("\"source\":\"Test camera\"") || whole.output.contains("\"source\": \"Test camera\""))
        let part = try run("\"$arete\" record \(path) -o part.frames --frames 2")
        #expect(part.status == 0 && part.output.hasPrefix("part.frames: 2 frames in "), "\(part)")
        let again = try run("\"$arete\" record \(path) -o part.frames")
        #expect(again.status == 1)
        #expect(
            again.error == "arete: part.frames: there is such a file already; remove it or choose another name\n")
    }

    @Test("the synthetic camera is recorded, and raw frames by their format and size")
    func otherSources() throws {
        defer { try? FileManager.default.removeItem(at: folder) }
        _ = try recording(frames: 1)
        let drawn = try run("\"$arete\" record synthetic:frames=3 --size 32x16 --format GREY -o a.frames")
        #expect(drawn.status == 0 && drawn.output.hasPrefix("a.frames: 3 frames in "), "\(drawn)")
        let raw = try run("head -c 20 /dev/zero > z.raw; \"$arete\" record z.raw --size 4x2 --format GREY -o b.frames")
        #expect(raw.status == 0 && raw.output.hasPrefix("b.frames: 2 frames in "), "\(raw)")
        #expect(
            raw.error == "arete: z.raw: ends within frame 3; left out\n" && raw.output.hasSuffix(", 1 unreadable\n"))
    }

    @Test(
        "where the disk is full the frames before are kept, and it says so",
        .disabled(if: Sanitizer.isOn, "sanitizers write larger files of their own"))
    func fullDisk() throws {
        defer { try? FileManager.default.removeItem(at: folder) }
        let path = try recording(frames: 9)
        // 20 blocks of 512 bytes: two frames and a part of the third.
        let result = try run("ulimit -f 20; \"$arete\" record \(path) -o cut.frames")
        #expect(result.status == 1)
        #expect(result.error == "arete: cut.frames: File too large after 2 frames, which are kept\n")
        let kept = try Recording(path: folder.appendingPathComponent("cut.frames").path, pace: .fastest)
        var frames = 0
        while case .frame = try kept.next(within: 0) { frames += 1 }
        #expect(frames == 2)
    }

    @Test(
        "wrong usage, and a camera that is not there, are told",
        arguments: [
            (
                "record /dev/video987 -o x", 1,
                "/dev/video987: there is no such device; 'arete cameras' lists those that are there"
            ),
            ("record /dev/video987", 2, "'record' needs -o FILE; see 'arete record --help'"),
            ("record c -o x --size 640", 2, "--size takes a size such as 1280x720, not '640'"),
            ("record c -o x --set brightness", 2, "--set takes settings such as brightness=100, not 'brightness'"),
            ("record c -o x --format MJPEG", 2, "--format takes four letters such as YUYV, not 'MJPEG'"),
            ("record source.frames -o x --rate 5", 2, "source.frames: a recording takes no rate"),
        ])
    func refusals(words: String, status: Int32, error: String) throws {
        defer { try? FileManager.default.removeItem(at: folder) }
        _ = try recording(frames: 1)
        let result = try run("\"$arete\" \(words)")
        #expect(result.status == status && result.error == "arete: \(error)\n", "\(result)")
    }
}
