// What is known of a square of ground that was looked at.

/// Looks from about the same side within a minute find the same things and miss the same: they are one pass, which
/// counts with its best look. Passes are taken as independent.
struct SearchedCell: Hashable, Sendable {
    /// That earlier passes all missed.
    private var missed: Float = 1
    /// Found by this pass.
    private var pass: Float = 0
    /// Of the pass's last look, seconds since the area's first one.
    private var time: Float = 0
    /// From which side the pass looks, of 256 parts of a turn.
    private var side: UInt8 = 0

    /// 30 degrees, and seconds.
    private static let sameSide: UInt8 = 21
    private static let samePass: Float = 60

    var found: Float { 1 - missed * (1 - pass) }
    var isSeen: Bool { found > 0 }

    mutating func look(_ probability: Float, side: UInt8, time: Float) {
        let turn = side &- self.side
        let isSame = min(turn, 0 &- turn) <= Self.sameSide && time - self.time <= Self.samePass
        if !isSame || pass == 0 {
            missed *= 1 - pass
            (pass, self.side) = (0, side)
        }
        pass = max(pass, probability)
        self.time = max(time, self.time)
    }
}
