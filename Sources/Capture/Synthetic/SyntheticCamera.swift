// A camera that is drawn, for machines and tests without one.
import Imaging

/// Moving things over a textured ground, as a source; what goes wrong is asked for (`SyntheticFault`).
///
/// At `.recorded` pace it is a camera: frames come at its rate, and whoever is more than four of them late has lost them. At `.fastest` none is lost
/// but by request, and times count from 0.
public final class SyntheticCamera: FrameSource {
    public let name = "synthetic camera"
    public private(set) var counts = SourceCounts()
    private let request: SyntheticRequest
    private let pace: SourcePace
    private let scene: SyntheticScene
    private let format: FrameFormat
    private let encoding: SyntheticEncoding
    /// Of the next frame.
    private var number = 0
    /// The monotonic time of frame 0.
    private var origin: UInt64?

    /// Frames that a camera's driver keeps for a reader that is late.
    private static let kept = 4

    /// - Throws: `CaptureError.unsupported` for a format that is not drawn, or a size, rate or number of objects that it has not.
    public init(_ request: SyntheticRequest, pace: SourcePace = .recorded) throws(CaptureError) {
        self.request = request
        self.pace = pace
        guard request.rate >= 0.001, request.rate <= 10_000 else {
            throw .unsupported(name, reason: "it has no rate of \(request.rate) frames a second")
        }
        guard request.width >= 16, request.height >= 16, request.width <= 16_384, request.height <= 16_384,
            request.width % 2 == 0, request.height % 2 == 0
        else {
            throw .unsupported(
                name, reason: "it has no \(request.width)x\(request.height), but even sizes from 16x16 to 16384x16384")
        }
        guard (0...SyntheticRequest.mostObjects).contains(request.objects) else {
            throw .unsupported(name, reason: "it draws 0 to \(SyntheticRequest.mostObjects) objects")
        }
        guard let encoding = SyntheticEncoding(request.format, width: request.width, height: request.height) else {
            let formats = SyntheticEncoding.formats.map { "\($0)" }.joined(separator: ", ")
            throw .unsupported(name, reason: "it has no \(request.format), but \(formats)")
        }
        self.encoding = encoding
        format = encoding.format
        scene = SyntheticScene(request)
    }

    public func next(within milliseconds: Int) throws(CaptureError) -> Arrival {
        let deadline = MonotonicClock.nanoseconds &+ UInt64(max(milliseconds, 0)) * 1_000_000
        while number < request.frames ?? .max {
            guard pause(until: deadline) else { return .nothing }
            if has(.stall) {
                number += 1
                if pace == .fastest { return .nothing }
            } else if has(.drop) {
                number += 1
                counts.lost += 1
            } else {
                let frame = try frame()
                number += 1
                counts.frames += 1
                return .frame(frame)
            }
        }
        return .end
    }

    /// Waits for the next frame's time; passes over those that are too old. `false` when the deadline comes first.
    private func pause(until deadline: UInt64) -> Bool {
        guard pace == .recorded else { return true }
        let now = MonotonicClock.nanoseconds
        let start = origin ?? now
        origin = start
        let passed = Int(Double(now - start) * request.rate / 1e9)
        if passed > number + Self.kept {
            counts.lost += passed - number
            number = passed
        }
        let due = time(of: number) ?? now
        guard due > now else { return true }
        let end = min(due, max(deadline, now))
        MonotonicClock.sleep(milliseconds: Int((end - now + 999_999) / 1_000_000))
        return due <= deadline
    }

    private func time(of number: Int) -> UInt64? {
        SourcePace.time(of: number, rate: request.rate).map { $0 + (origin ?? 0) }
    }

    private func has(_ kind: SyntheticFault.Kind) -> Bool { fault(kind) != nil }

    private func fault(_ kind: SyntheticFault.Kind) -> SyntheticFault? {
        request.faults.first { $0.kind == kind && $0.frames.contains(number) }
    }

    private func frame() throws(CaptureError) -> Frame {
        let drawn = fault(.frozen)?.frames.lowerBound ?? number
        let isDark = request.faults.contains { $0.kind == .dark && $0.frames.contains(drawn) }
        var bytes: [UInt8]
        do throws(ImageError) {
            bytes = try encoding.bytes(of: scene.picture(drawn, isDark: isDark))
        } catch {
            throw .unsupported(name, reason: "\(error)")
        }
        if has(.cut) { bytes.removeLast(bytes.count / 2) }
        return Frame(
            format: format, memory: FrameMemory(bytes), sequence: UInt32(truncatingIfNeeded: number),
            time: time(of: number))
    }
}
