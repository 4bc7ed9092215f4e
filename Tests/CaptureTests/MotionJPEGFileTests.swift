// Files of JPEG pictures one behind the other, whole, cut off and broken.
import Imaging
import TestSupport
import Testing

@testable import Capture

@Suite struct MotionJPEGFileTests {
    private func pictures(_ count: Int, width: Int = 48, height: Int = 32) throws -> [[UInt8]] {
        let camera = try SyntheticCamera(
            SyntheticRequest(format: "MJPG", width: width, height: height, seed: 3, frames: count), pace: .fastest)
        return try camera.all().map { $0.bytes }
    }

    private func split(_ stream: [UInt8], pieces: Int, mostBytes: Int = 1 << 26) -> (
        pictures: [JPEGSplitter.Picture], unreadable: Int
    ) {
        var splitter = JPEGSplitter(mostBytes: mostBytes)
        var found: [JPEGSplitter.Picture] = []
        for start in stride(from: 0, to: stream.count, by: pieces) {
            stream[start..<min(start + pieces, stream.count)].withUnsafeBytes { splitter.append($0) }
            while let picture = splitter.next() { found.append(picture) }
        }
        if let picture = splitter.finish() { found.append(picture) }
        return (found, splitter.unreadable)
    }

    @Test(
        "pictures are found byte for byte, whatever lies between them and however the stream is cut",
        arguments: [1, 2, 7, 1000, 1 << 20])
    func whole(pieces: Int) throws {
        let files = try pictures(3)
        let boundary = Array("\r\n--frame\r\nContent-Type: image/jpeg\r\n\r\n".utf8)
        for gap in [[], boundary, [0xFF], [0xFF, 0xD9, 0, 0xFF]] {
            let (found, unreadable) = split(files.flatMap { $0 + gap }, pieces: pieces)
            #expect(found.map { $0.bytes } == files && unreadable == 0, "\(gap)")
            #expect(found.allSatisfy { $0.isWhole && $0.width == 48 && $0.height == 32 })
        }
    }

    @Test("a thumbnail inside a picture does not end it")
    func thumbnail() throws {
        let files = try pictures(2)
        let inner = [0xFF, 0xE1, UInt8((files[1].count + 2) >> 8), UInt8((files[1].count + 2) & 255)] + files[1]
        let outer: [UInt8] = Array(files[0].prefix(2)) + inner + Array(files[0].dropFirst(2))
        #expect(split(outer + files[0], pieces: 100).pictures.map { $0.bytes } == [outer, files[0]])
    }

    @Test("a picture that breaks off ends where the next begins, and the last one where the file does")
    func brokenOff() throws {
        let files = try pictures(3)
        let half = Array(files[0].dropLast(files[0].count / 4))
        let (found, unreadable) = split(half + files[1] + Array(files[2].dropLast(100)), pieces: 64)
        #expect(found.map { $0.bytes } == [half, files[1], Array(files[2].dropLast(100))])
        #expect(found.map { $0.isWhole } == [false, true, false] && unreadable == 0)
        // Before the pixels there is nothing to show.
        let head = split(Array(files[0].prefix(100)) + files[1], pieces: 64)
        #expect(head.pictures.map { $0.bytes } == [files[1]] && head.unreadable == 1)
    }

    @Test("a picture without an end takes no more memory than pictures may")
    func endless() throws {
        let files = try pictures(2)
        let endless: [UInt8] = Array(files[0].dropLast(2)) + [UInt8](repeating: 7, count: 50_000)
        let (found, unreadable) = split(endless + files[1], pieces: 500, mostBytes: 20_000)
        #expect(found.map { $0.bytes } == [files[1]] && unreadable == 1)
    }

    @Test("a file is a source: times by its rate, damage marked, what cannot be shown counted")
    func source() throws {
        let (folder, files) = (try TemporaryFolder(), try pictures(3))
        let (head, cut) = (Array(files[1].prefix(80)), Array(files[2].dropLast(60)))
        let path = try folder.file("a.mjpeg", files[0] + head + files[1] + cut)
        let source = try MotionJPEGFile(path: path, rate: 50, pace: .fastest)
        let frames = try source.all()
        #expect(frames.map { $0.time } == [0, 20_000_000, 40_000_000])
        #expect(frames.map { $0.isDamaged } == [false, false, true])
        #expect(source.counts == SourceCounts(frames: 3, damaged: 1, unreadable: 1))
        let decoder = FrameDecoder()
        for frame in frames {
            try decoder.withPicture(of: frame) { picture, _ in
                #expect(picture.format.width == 48 && picture.format.height == 32)
            }
        }
        #expect(try MotionJPEGFile(path: folder.file("empty", [])).all().isEmpty)
    }

    @Test("2,000 mutated streams give frames that are decoded or refused, and an end", arguments: [UInt64(2026)])
    func mutated(seed: UInt64) throws {
        let files = try pictures(4, width: 16, height: 16)
        let stream = files.flatMap { $0 }
        var random = SplitMix(state: seed)
        let decoder = FrameDecoder()
        var (decoded, refused) = (0, 0)
        for _ in 0..<2000 {
            var broken = stream
            for _ in 0..<Int.random(in: 1...6, using: &random) {
                let at = Int.random(in: 0..<broken.count, using: &random)
                switch Int.random(in: 0..<4, using: &random) {
                case 0: broken[at] = UInt8.random(in: 0...255, using: &random)
                case 1: broken[at] = 0xFF
                case 2: broken.removeSubrange(at..<min(at + Int.random(in: 1...60, using: &random), broken.count))
                default: broken.insert(contentsOf: broken[at..<min(at + 40, broken.count)], at: at)
                }
            }
            let (found, unreadable) = split(broken, pieces: Int.random(in: 1...900, using: &random))
            #expect(found.reduce(0) { $0 + $1.bytes.count } <= broken.count, "seed \(seed)")
            refused += unreadable
            for picture in found {
                let format = FrameFormat(
                    format: "MJPG", width: picture.width, height: picture.height, strides: [0])
                let frame = Frame(format: format, memory: FrameMemory(picture.bytes), sequence: 0, time: nil)
                do { try decoder.withPicture(of: frame) { _, _ in decoded += 1 } } catch { refused += 1 }
            }
        }
        #expect(decoded > 2000 && refused > 200, "seed \(seed): \(decoded) decoded, \(refused) refused")
    }
}
