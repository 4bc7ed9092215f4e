// What the count of a camera's frames tells.

/// Follows the count: gaps are lost frames, and drivers that decode on several processors may give frames out of order.
struct FrameOrder {
    private var last: UInt32?

    enum Place: Equatable {
        /// The next one, after so many that are missing.
        case next(lost: Int)
        /// One that was counted as lost; a newer one was given already.
        case late
    }

    /// Counts that go back farther than this begin anew: the driver started again.
    private static let farthestBack = 32

    mutating func place(of sequence: UInt32) -> Place {
        guard let last else {
            self.last = sequence
            return .next(lost: 0)
        }
        // The count wraps.
        let step = Int(Int32(bitPattern: sequence &- last))
        // Some drivers do not count: all their frames have one number.
        if (-Self.farthestBack..<0).contains(step) { return .late }
        self.last = sequence
        return .next(lost: max(step - 1, 0))
    }
}
