// Video files through FFmpeg's libraries: what the tool ffmpeg wrote is read, what is broken is survived.
import Foundation
import Imaging
import TestSupport
import Testing

@testable import Capture

@Suite(.enabled(if: hasLibav, "needs FFmpeg's libraries: scripts/setup.sh video"))
struct VideoFileTests {
    private static let tool: String? = ["/usr/bin/ffmpeg", "/usr/local/bin/ffmpeg"].first {
        FileManager.default.isExecutableFile(atPath: $0)
    }

    private static let hasTool = tool != nil

    private let folder: TemporaryFolder
    /// Frames of the synthetic camera, as raw bytes.
    private let frames: [[UInt8]]

    init() throws {
        folder = try TemporaryFolder()
        let request = SyntheticRequest(format: "YU12", width: 96, height: 64, seed: 11, frames: 10)
        frames = try SyntheticCamera(request, pace: .fastest).all().map { $0.bytes }
    }

    /// The frames as a video that `ffmpeg` writes with these words.
    private func video(_ name: String, _ words: [String]) throws -> String {
        let (raw, path) = (try folder.file("raw", frames.flatMap { $0 }), try folder.file(name))
        let process = Process()
        process.executableURL = URL(fileURLWithPath: try #require(Self.tool))
        process.arguments =
            ["-v", "error", "-f", "rawvideo", "-pix_fmt", "yuv420p", "-s", "96x64", "-r", "20", "-i", raw]
            + words + ["-y", path]
        try process.run()
        process.waitUntilExit()
        try #require(process.terminationStatus == 0)
        return path
    }

    private func planes(_ frame: Frame) -> [UInt8] {
        var bytes: [UInt8] = []
        for (index, plane) in frame.planes.enumerated() {
            let (width, height) = index == 0 ? (96, 64) : (48, 32)
            for row in 0..<height {
                let start = row * frame.format.strides[index]
                bytes += Array(plane[start..<start + width])
            }
        }
        return bytes
    }

    @Test(
        "H.264, H.265 and others give the frames that went in, at their times",
        .enabled(if: hasTool, "needs the tool ffmpeg: scripts/setup.sh video"),
        arguments: [
            ("a.mp4", "-c:v libx264 -qp 0 -bf 2", 0),
            ("b.mkv", "-c:v libx265 -x265-params lossless=1:log-level=none", 0),
            ("c.264", "-c:v libx264 -qp 0 -bf 0", 0), ("d.avi", "-c:v mjpeg -q:v 2 -pix_fmt yuvj420p", 30),
            ("e.ts", "-c:v libx264 -qp 10 -colorspace bt709", 24),
        ])
    func decoded(name: String, words: String, limit: Int) throws {
        let source = try VideoFile(path: try video(name, words.split(separator: " ").map(String.init)), pace: .fastest)
        let found = try source.all()
        try #require(found.count == 10, "\(name)")
        for (frame, sent) in zip(found, frames) {
            #expect(frame.format.format == "YM12" && !frame.isDamaged)
            let isFull = frame.format.colour.range == 1
            guard !isFull else { continue }
            let worst = zip(planes(frame), sent).map { abs(Int($0) - Int($1)) }.max() ?? 255
            #expect(worst <= limit, "\(name): \(worst)")
        }
        #expect(found[0].format.colour.matrix.isFullRange == (name == "d.avi"))
        #expect(found[0].format.colour.matrix.standard == (name == "e.ts" ? .bt709 : .bt601))
        let times = found.map { Int($0.time ?? 1) / 1_000_000 }
        #expect(
            zip(times, times.dropFirst()).allSatisfy { abs($1 - $0 - (name == "c.264" ? $1 - $0 : 50)) <= 1 },
            "\(times)")
        // A frame outlives its file.
        #expect(source.counts == SourceCounts(frames: 10))
    }

    @Test(
        "200 damaged videos end in frames or an error",
        .enabled(if: hasTool, "needs the tool ffmpeg: scripts/setup.sh video"), arguments: [UInt64(2026)])
    func damaged(seed: UInt64) throws {
        let whole = try ["x.mp4", "x.mkv", "x.ts", "x.264"].map { name in
            let path = try video(name, ["-c:v", "libx264", "-qp", "30", "-g", "4"])
            return [UInt8](try Data(contentsOf: URL(fileURLWithPath: path)))
        }
        var random = SplitMix(state: seed)
        var (given, refused) = (0, 0)
        for number in 0..<200 {
            var broken = whole[number % whole.count]
            for _ in 0..<Int.random(in: 1...8, using: &random) {
                let at = Int.random(in: 0..<broken.count, using: &random)
                if Bool.random(using: &random) {
                    broken[at] = UInt8.random(in: 0...255, using: &random)
                } else {
                    broken.removeSubrange(at..<min(at + Int.random(in: 1...40, using: &random), broken.count))
                }
            }
            let path = try folder.file("broken", broken)
            do {
                let source = try VideoFile(path: path, pace: .fastest)
                while case .frame(let frame) = try source.next(within: 0) {
                    given += 1
                    if let picture = try? FrameDecoder().withPicture(of: frame, { picture, _ in picture.format }) {
                        #expect(picture.width > 0, "seed \(seed)")
                    }
                }
            } catch { refused += 1 }
        }
        #expect(given > 300 && refused > 0, "seed \(seed): \(given) frames, \(refused) refused")
    }

    @Test("what is no video, or would lead elsewhere, is refused")
    func refusals() throws {
        for (name, text) in [
            ("a.txt", "hello"), ("b.m3u8", "#EXTM3U\n#EXTINF:1,\nhttp://127.0.0.1:9/x.ts\n#EXT-X-ENDLIST\n"),
            ("c.ffconcat", "ffconcat version 1.0\nfile /etc/passwd\n"),
        ] {
            let path = try folder.file(name, Array(text.utf8))
            #expect(throws: CaptureError.self, "\(name)") { _ = try VideoFile(path: path) }
        }
        #expect(throws: CaptureError.file("/dev/zero", reason: "not a regular file")) {
            _ = try VideoFile(path: "/dev/zero")
        }
    }
}
