// Pictures of parts in memory, and how many there may be.
import Capture

/// A frame in memory of its own that shows a part. It counts as held until nobody has it any more.
final class PartPicture: Sendable {
    let frame: Frame
    private let allowance: PictureAllowance

    fileprivate init(_ frame: Frame, _ allowance: PictureAllowance) {
        (self.frame, self.allowance) = (frame, allowance)
    }

    deinit { allowance.giveBack() }
}

/// Lets so many pictures of parts be held at once, wherever on their way they are: each is as large as a frame.
final class PictureAllowance: Sendable {
    private let left: Monitor<Int>

    /// On their way through the model, to be searched for a code, and to the disk.
    static let usual = 8

    init(_ count: Int = usual) { left = Monitor(count) }

    /// Copies a frame; `nil` where too many are held, for `milliseconds` from now.
    func picture(of frame: Frame, within milliseconds: Int) -> PartPicture? {
        let mayHold: Bool? = left.wait(milliseconds: milliseconds) { left in
            guard left > 0 else { return nil }
            left -= 1
            return true
        }
        return mayHold == nil ? nil : PartPicture(frame.copy, self)
    }

    fileprivate func giveBack() { left.change { $0 += 1 } }
}
