// Network cameras: pictures, dead servers, connections that end.
import Imaging
import Testing

@testable import Capture

/// Whether this build and this machine have FFmpeg's libraries.
let hasLibav: Bool = {
    guard let video = try? Video("/dev/null", isStream: false, name: "", patience: 1000) else { return false }
    do throws(CaptureError) { try video.open() } catch { if case .unsupported = error { return false } }
    return true
}()

@Suite(.enabled(if: hasLibav, "needs FFmpeg's libraries: scripts/setup.sh video"))
struct NetworkStreamTests {
    private static let pictures: [[UInt8]] = {
        let request = SyntheticRequest(format: "MJPG", width: 64, height: 48, seed: 5, frames: 5)
        return (try? SyntheticCamera(request, pace: .fastest).all().map { $0.bytes }) ?? []
    }()

    private func server(_ manners: RTSPServer.Manner...) throws -> RTSPServer {
        try RTSPServer(Self.pictures, width: 64, height: 48, manners)
    }

    private func red(_ frame: Frame) throws -> [UInt8] {
        try FrameDecoder().withPicture(of: frame) { picture, _ in
            let target = RawConverter.Target(
                width: picture.format.width, height: picture.format.height, colour: .rgb)
            return try #require(try RawConverter(picture.format, to: target)).bytes(of: picture)
        }
    }

    private func frames(_ count: Int, of stream: NetworkStream, within milliseconds: Int = 20_000) -> [Frame] {
        let end = ContinuousClock.now + .milliseconds(milliseconds)
        var frames: [Frame] = []
        while frames.count < count, ContinuousClock.now < end {
            if case .frame(let frame) = stream.next(within: 100) { frames.append(frame) }
        }
        return frames
    }

    @Test("pictures arrive as they were sent, with the monotonic time of their arrival")
    func pictures() throws {
        let server = try server(.serve)
        defer { server.end() }
        let start = MonotonicClock.nanoseconds
        let stream = try NetworkStream(address: server.address)
        #expect(stream.name == "rtsp://127.0.0.1:\(server.port)/live")
        let frames = frames(8, of: stream)
        try #require(frames.count == 8)
        let sent = try Self.pictures.map { file in
            let format = FrameFormat(format: "MJPG", width: 64, height: 48, strides: [0])
            return try red(Frame(format: format, memory: FrameMemory(file), sequence: 0, time: nil))
        }
        for frame in frames {
            #expect(frame.format.format == "YM12" && frame.format.width == 64 && frame.format.height == 48)
            let found = try red(frame)
            // Decoders of JPEG may round by some levels.
            let best = sent.map { zip($0, found).map { abs(Int($0) - Int($1)) }.max() ?? 255 }.min() ?? 255
            #expect(best <= 8, "\(best)")
            let time = try #require(frame.time)
            #expect(time > start && time <= MonotonicClock.nanoseconds)
        }
        #expect(zip(frames, frames.dropFirst()).allSatisfy { ($0.time ?? 0) <= ($1.time ?? 0) })
        #expect(stream.counts.frames == 8 && stream.counts.restarts == 0)
    }

    @Test("a server that says nothing, says no, or is not there ends in an error in time")
    func dead() throws {
        for (manner, words) in [(RTSPServer.Manner.silent, "no answer within 500 ms"), (.refuse, "404")] {
            let server = try server(manner)
            defer { server.end() }
            let start = ContinuousClock.now
            var message = ""
            do { _ = try NetworkStream(address: server.address, patience: 500) } catch { message = "\(error)" }
            #expect(message.hasPrefix("rtsp://127.0.0.1:") && message.contains(words), "\(message)")
            #expect(ContinuousClock.now - start < .seconds(10))
        }
        let gone = try server(.serve)
        gone.end()
        #expect(throws: CaptureError.self) { _ = try NetworkStream(address: "rtsp://127.0.0.1:1/x", patience: 500) }
    }

    @Test("a stream that stalls or is cut off is reported, opened again, and goes on")
    func comesBack() throws {
        for manner in [RTSPServer.Manner.stall(after: 5), .hangUp(after: 5)] {
            let server = try server(manner, .silent, .serve)
            defer { server.end() }
            var events: [SourceEvent] = []
            let stream = try NetworkStream(address: server.address, patience: 2000) { events.append($0) }
            #expect(frames(20, of: stream).count == 20, "\(events)")
            #expect(events.count == 2 && stream.counts.restarts == 1, "\(events)")
            if case .lost(.file(let name, _)) = events.first {
                #expect(name == stream.name)
            } else {
                Issue.record("\(events)")
            }
        }
    }

    @Test("pictures that nobody takes are lost, not kept, and letting go of the stream ends it at once")
    func late() throws {
        let server = try server(.serve)
        defer { server.end() }
        var stream: NetworkStream? = try NetworkStream(address: server.address)
        #expect(frames(1, of: try #require(stream)).count == 1)
        MonotonicClock.sleep(milliseconds: 400)
        #expect(frames(3, of: try #require(stream)).count == 3)
        #expect(try #require(stream).counts.lost > 2)
        let start = ContinuousClock.now
        stream = nil
        #expect(ContinuousClock.now - start < .seconds(1))
    }
}
