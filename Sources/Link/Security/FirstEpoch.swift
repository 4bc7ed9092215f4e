// Where a new installation begins to count its epochs.

/// A secret that is brought in again, on a new card, must begin where no epoch was yet, and later than all that were: the station takes nothing from earlier ones.
public enum FirstEpoch {
    /// Seconds since 2025: more go by than programs start. Where the machine does not know what time it is, one is drawn below: then the station may
    /// have to be told to forget the sender's newest packet, by a new pairing.
    public static var drawn: Int {
        guard let time = LinkClock().worldTime else { return Int.random(in: 1..<earliest) }
        return time.began / 1000 - LinkClock.leastTime / 1000
    }

    /// What a clock that is right gives is later.
    private static let earliest = 50_000_000
}
