// When a frame passed each stage.
import Capture

/// What a frame goes through from the shutter to the last sink.
public enum Stage: String, CaseIterable, Sendable {
    /// From the shutter until the frame is here: exposure's end, transfer, driver. Of live sources that tell the time alone.
    case camera
    /// Decoded, resized, coloured, quantized.
    case prepare
    /// Waiting for the engine.
    case queue
    case model
    /// From the model's outputs to findings.
    case decode
    /// Waiting for the thread that follows objects, followed, judged, and given to all sinks.
    case deliver
    /// From the shutter (from arrival where it is not known) until all sinks have the result.
    case total
}

/// Nanoseconds of the monotonic clock.
struct FrameTimes: Sendable {
    /// When the picture was taken; `nil` where nobody knows, or it was long ago.
    var shutter: UInt64?
    var arrived: UInt64
    var prepared: UInt64 = 0
    var started: UInt64 = 0
    var computed: UInt64 = 0
    var decoded: UInt64 = 0
    var delivered: UInt64 = 0
    /// Seconds since the source's first picture, by its own clock.
    var elapsed = 0.0

    /// How long a stage took, in nanoseconds; `nil` for one that was not measured.
    subscript(stage: Stage) -> UInt64? {
        switch stage {
        case .camera: shutter.map { arrived &- $0 }
        case .prepare: prepared &- arrived
        case .queue: started &- prepared
        case .model: computed &- started
        case .decode: decoded &- computed
        case .deliver: delivered &- decoded
        case .total: delivered &- (shutter ?? arrived)
        }
    }
}
