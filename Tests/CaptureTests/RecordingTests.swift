// Recordings: what is written is read, whatever happens to the file.
import Foundation
import TestSupport
import Testing

@testable import Capture

@Suite struct RecordingTests {
    private let folder = FileManager.default.temporaryDirectory.appendingPathComponent("recording-\(UUID().uuidString)")

    private func path(_ name: String = "a.frames") throws -> String {
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        return folder.appendingPathComponent(name).path
    }

    /// A frame of random planes.
    private func frame(_ sequence: UInt32, time: UInt64?, planes: [Int], _ random: inout SplitMix) -> Frame {
        let memory = planes.map { count in
            let plane = UnsafeMutableRawBufferPointer.allocate(byteCount: count, alignment: 8)
            for index in plane.indices { plane[index] = UInt8.random(in: 0...255, using: &random) }
            return UInt(bitPattern: plane.baseAddress)
        }
        let format = FrameFormat(
            format: "NM12", width: 320, height: 240, strides: planes.map { $0 / 3 },
            colour: ColourSpace(space: 8, encoding: 1, range: 2))
        return Frame(
            format: format,
            planes: zip(memory, planes).map {
                UnsafeRawBufferPointer(start: UnsafeRawPointer(bitPattern: $0), count: $1)
            }, sequence: sequence, time: time, isDamaged: sequence % 3 == 0
        ) { for address in memory { UnsafeMutableRawPointer(bitPattern: address)?.deallocate() } }
    }

    private func frames(_ seed: UInt64, count: Int = 5) -> [Frame] {
        var random = SplitMix(state: seed)
        return (0..<count).map { index in
            let planes = (0..<(1 + index % 3)).map { _ in Int.random(in: 1...3000, using: &random) }
            return frame(
                UInt32(10 + 2 * index), time: index == 4 ? nil : UInt64(index) * 20_000_000, planes: planes, &random)
        }
    }

    private func isSame(_ a: Frame, _ b: Frame) -> Bool {
        a.format == b.format && a.sequence == b.sequence && a.time == b.time && a.isDamaged == b.isDamaged
            && a.planes.count == b.planes.count && zip(a.planes, b.planes).allSatisfy { $0.elementsEqual($1) }
    }

    private func all(_ recording: Recording) throws -> [Frame] {
        var frames: [Frame] = []
        while true {
            switch try recording.next(within: 1000) {
            case .frame(let frame): frames.append(frame)
            case .nothing: Issue.record("nothing came")
            case .end: return frames
            }
        }
    }

    private func written(_ frames: [Frame], to path: String) throws {
        let writer = try RecordingWriter(path: path, source: "Test camera")
        for frame in frames { try writer.write(frame) }
        try writer.synchronize()
        #expect(writer.frames == frames.count)
        let size = try FileManager.default.attributesOfItem(atPath: path)[.size] as? Int
        #expect(writer.bytes == size)
    }

    @Test("frames come back byte for byte, with their times and marks", arguments: [UInt64(1), 2, 3])
    func roundTrip(seed: UInt64) throws {
        defer { try? FileManager.default.removeItem(at: folder) }
        let (frames, path) = (frames(seed), try path())
        try written(frames, to: path)
        let recording = try Recording(path: path, pace: .fastest)
        let read = try all(recording)
        #expect(recording.name == "Test camera" && Recording.isRecording(path))
        #expect(read.count == frames.count && zip(frames, read).allSatisfy { isSame($0, $1) }, "seed \(seed)")
        #expect(recording.counts == SourceCounts(frames: 5, damaged: 2, lost: 4))
    }

    @Test("at its own pace a recording takes as long as it took, and waiting may be cut short")
    func paced() throws {
        defer { try? FileManager.default.removeItem(at: folder) }
        let path = try path()
        try written(frames(4), to: path)
        let recording = try Recording(path: path)
        let start = ContinuousClock.now
        guard case .frame = try recording.next(within: 0) else {
            return #expect(Bool(false), "the first comes at once")
        }
        guard case .nothing = try recording.next(within: 1) else { return #expect(Bool(false), "the second later") }
        #expect(try all(recording).count == 4)
        #expect(ContinuousClock.now - start > .milliseconds(55))
    }

    @Test("a recording that was cut off anywhere gives the frames that are whole")
    func cutOff() throws {
        defer { try? FileManager.default.removeItem(at: folder) }
        let (frames, path, cut) = (frames(5, count: 3), try path(), try path("cut.frames"))
        var ends: [Int] = []
        let writer = try RecordingWriter(path: path, source: "c")
        for frame in frames {
            try writer.write(frame)
            ends.append(writer.bytes)
        }
        let bytes = try Data(contentsOf: URL(fileURLWithPath: path))
        for count in stride(from: 17, to: bytes.count, by: 61) {
            try bytes.prefix(count).write(to: URL(fileURLWithPath: cut))
            #expect(try all(try Recording(path: cut, pace: .fastest)).count == ends.filter { $0 <= count }.count)
        }
    }

    @Test("what is no recording, and a name that is taken, are refused")
    func refusals() throws {
        defer { try? FileManager.default.removeItem(at: folder) }
        let path = try path()
        #expect(throws: CaptureError.file("/etc/hostname", reason: "no recording of 'arete record'")) {
            try Recording(path: "/etc/hostname")
        }
        #expect(throws: CaptureError.file(path, reason: "No such file or directory")) { try Recording(path: path) }
        try written(frames(7), to: path)
        #expect(throws: CaptureError.self) { try RecordingWriter(path: path, source: "c") }
        #expect(!Recording.isRecording("/etc/hostname") && !Recording.isRecording("/"))
        var bytes = try Data(contentsOf: URL(fileURLWithPath: path))
        bytes[8] = 2
        try bytes.write(to: URL(fileURLWithPath: path))
        #expect(throws: CaptureError.file(path, reason: "a recording of version 2, which is not read here")) {
            try Recording(path: path)
        }
    }

    @Test("1,000 damaged recordings give frames that were written or an error", arguments: [UInt64(2026)])
    func damaged(seed: UInt64) throws {
        defer { try? FileManager.default.removeItem(at: folder) }
        let (frames, path) = (frames(8, count: 3), try path())
        try written(frames, to: path)
        let bytes = [UInt8](try Data(contentsOf: URL(fileURLWithPath: path)))
        var random = SplitMix(state: seed)
        var refused = 0
        for _ in 0..<1000 {
            var broken = bytes
            for _ in 0..<Int.random(in: 1...3, using: &random) {
                let at = Int.random(in: 0..<broken.count, using: &random)
                if Bool.random(using: &random) {
                    broken[at] = UInt8.random(in: 0...255, using: &random)
                } else {
                    broken.removeSubrange(at..<min(at + Int.random(in: 1...40, using: &random), broken.count))
                }
            }
            try Data(broken).write(to: URL(fileURLWithPath: path))
            do {
                let recording = try Recording(path: path, pace: .fastest)
                while case .frame(let frame) = try recording.next(within: 0) {
                    #expect(frames.contains { isSame($0, frame) }, "seed \(seed)")
                }
            } catch { refused += 1 }
        }
        #expect((500...1000).contains(refused), "seed \(seed)")
    }
}
