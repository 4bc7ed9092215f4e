// A camera that may be unplugged, stall or fail, and comes back.
import Glibc

/// A V4L2 camera as a source that lasts: what ends a stream is reported, and the camera opened again by its id until it answers.
public final class Camera: FrameSource {
    public let name: String
    public private(set) var counts = SourceCounts()
    /// How it sends pictures; may change when it comes back.
    public private(set) var format: FrameFormat
    private let request: CameraRequest
    private let id: String
    private let report: (SourceEvent) -> Void
    private var stream: VideoStream?
    /// The stream of a camera that is gone, still open.
    private var departed: VideoStream?
    private var order = FrameOrder()
    private var backoff = Backoff()
    private var lastFrame: Int
    private var lostAt = 0

    /// Without a frame for so long, in milliseconds, the stream is started anew.
    private let patience: Int

    /// Opens the camera and starts it.
    ///
    /// - Parameters:
    ///   - patience: milliseconds without a frame after which the stream is started anew.
    ///   - report: is told, on the thread that calls `next`, when the camera is lost and when it is back.
    /// - Throws: `CaptureError` when it is missing, busy, may not be opened or has not what is asked for.
    public init(
        _ request: CameraRequest, patience: Int = 3000, report: @escaping (SourceEvent) -> Void = { _ in }
    ) throws(CaptureError) {
        self.request = request
        self.patience = patience
        self.report = report
        let device =
            try request.camera.hasPrefix("/")
            ? VideoDevice(path: request.camera) : Cameras.device(id: request.camera)
        name = device.card
        id = device.id
        let stream = try Self.started(device, request)
        format = stream.format
        self.stream = stream
        lastFrame = MonotonicClock.milliseconds
    }

    public func next(within milliseconds: Int) -> Arrival {
        let deadline = MonotonicClock.milliseconds + milliseconds
        while true {
            let left = max(deadline - MonotonicClock.milliseconds, 0)
            if let stream {
                if let frame = frame(of: stream, within: left) { return .frame(frame) }
            } else {
                reopen(within: left)
            }
            if left == 0 { return .nothing }
        }
    }

    /// The next frame in order; the stream is given up where it failed or gave none for too long.
    private func frame(of stream: VideoStream, within milliseconds: Int) -> Frame? {
        do throws(CaptureError) {
            let untilStalled = max(lastFrame + patience - MonotonicClock.milliseconds, 0)
            guard let frame = try stream.next(within: min(milliseconds, untilStalled)) else {
                if MonotonicClock.milliseconds - lastFrame >= patience {
                    lose(.stalled(stream.device.path, milliseconds: patience))
                }
                return nil
            }
            lastFrame = MonotonicClock.milliseconds
            switch order.place(of: frame.sequence) {
            case .late:
                counts.late += 1
                counts.lost = max(counts.lost - 1, 0)
                return nil
            case .next(let lost):
                counts.lost += lost
                counts.frames += 1
                counts.damaged += frame.isDamaged ? 1 : 0
                return frame
            }
        } catch {
            lose(error)
            return nil
        }
    }

    /// Milliseconds for which a camera that is gone is left alone. Its driver is still taking it apart when it tells: where the last file of
    /// its nodes is closed in that moment, Linux 6.1 does so twice and crashes (seen once in some 100 times that a USB camera was pulled).
    private static let farewell = 300

    deinit { leaveAlone() }

    /// Waits until a camera that is gone may be closed.
    private func leaveAlone() {
        guard departed != nil else { return }
        MonotonicClock.sleep(milliseconds: max(lostAt + Self.farewell - MonotonicClock.milliseconds, 0))
        departed = nil
    }

    private func lose(_ error: CaptureError) {
        if case .gone = error { departed = stream }
        stream = nil
        lostAt = MonotonicClock.milliseconds
        report(.lost(error))
    }

    /// Tries once, when it is time to.
    private func reopen(within milliseconds: Int) {
        let now = MonotonicClock.milliseconds
        let wait = max(backoff.wait(at: now), departed == nil ? 0 : lostAt + Self.farewell - now)
        MonotonicClock.sleep(milliseconds: min(wait, milliseconds))
        guard wait <= milliseconds else { return }
        departed = nil
        do throws(CaptureError) {
            let stream = try Self.started(try Cameras.device(id: id), request)
            self.stream = stream
            format = stream.format
            order = FrameOrder()
            backoff.succeeded()
            counts.restarts += 1
            lastFrame = MonotonicClock.milliseconds
            report(.back(path: stream.device.path, afterMilliseconds: lastFrame - lostAt))
        } catch {
            backoff.failed(at: MonotonicClock.milliseconds)
        }
    }

    /// Frames a second that a camera is set to where nobody asks for a rate: more would only be work.
    private static let mostUnasked = 30.5

    private static func started(_ device: VideoDevice, _ request: CameraRequest) throws(CaptureError) -> VideoStream {
        let mode = try request.choice(of: try device.modes())
        if !request.controls.isEmpty {
            let controls = try device.controls()
            for setting in request.controls {
                guard let control = controls.first(where: { $0.name == setting.name }) else {
                    let names = controls.map(\.name).joined(separator: ", ")
                    throw .unsupported(device.path, reason: "it has no setting \(setting.name), but \(names)")
                }
                try device.set(control, to: setting.value)
            }
        }
        let usual = mode.rates.first { $0 <= Self.mostUnasked } ?? mode.rates.last
        return try VideoStream(
            device, mode, rate: request.rate ?? usual, buffers: request.buffers, memory: request.memory)
    }
}
