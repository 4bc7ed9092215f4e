// Frames in memory of the pipeline's own, and how many there may be.
import Capture

/// A frame that outlives its way through the engine. It counts as held until nobody has it any more.
final class HeldFrame: Sendable {
    let frame: Frame
    /// The words that are black and white, of pictures with more than 8 bits.
    let range: ClosedRange<UInt16>?
    private let allowance: FrameAllowance

    fileprivate init(_ frame: Frame, _ range: ClosedRange<UInt16>?, _ allowance: FrameAllowance) {
        (self.frame, self.range, self.allowance) = (frame, range, allowance)
    }

    deinit { allowance.giveBack() }
}

/// Lets so many frames be held at once, wherever on their way they are.
final class FrameAllowance: Sendable {
    private let left: Monitor<Int>

    /// Parts on their way through the model, to be searched for a code, and to the disk.
    static let ofParts = 8
    /// Of objects that are followed: one is looked at while the next comes.
    static let ofTracks = 2

    init(_ count: Int) { left = Monitor(count) }

    /// Copies a frame; `nil` where too many are held, for `milliseconds` from now.
    func hold(_ frame: Frame, range: ClosedRange<UInt16>? = nil, within milliseconds: Int) -> HeldFrame? {
        let mayHold: Bool? = left.wait(milliseconds: milliseconds) { left in
            guard left > 0 else { return nil }
            left -= 1
            return true
        }
        return mayHold == nil ? nil : HeldFrame(frame.copy, range, self)
    }

    fileprivate func giveBack() { left.change { $0 += 1 } }
}
