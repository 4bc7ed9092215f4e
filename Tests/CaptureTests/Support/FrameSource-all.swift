// All that a source gives.
import Testing

@testable import Capture

extension FrameSource {
    /// Every frame up to the end.
    func all() throws -> [Frame] {
        var frames: [Frame] = []
        for _ in 0..<100_000 {
            switch try next(within: 1000) {
            case .frame(let frame): frames.append(frame)
            case .nothing: break
            case .end: return frames
            }
        }
        Issue.record("no end after \(frames.count) frames")
        return frames
    }
}

extension Frame {
    /// Plane after plane.
    var bytes: [UInt8] { planes.flatMap { Array($0) } }
}
