// Which words of a thermal picture become black and white.

/// Follows the words that pictures of 9 to 16 bits hold, so that what they show is spread over all grey levels and does not flicker: from their
/// 1st to their 99th percentile, as of at most 16,384 pixels evenly spread; what is brighter or darker, as a fire or the sky, is white or black.
///
/// The first picture counts at once, and so does one whose whole range lies outside the one before, as after a change of gain; else an eighth of the
/// way is gone with each picture. A range is 256 words wide or more, so that the noise of an even picture stays noise. The same pictures give the same
/// ranges everywhere.
public struct AutomaticRange: Sendable {
    /// The range to show the last picture with (`RawConverter.setRange`); `nil` before the first.
    public private(set) var range: ClosedRange<UInt16>?
    private var low = 0.0
    private var high = 0.0

    private static let share = 0.01
    private static let step = 0.125
    private static let narrowest = 255.0
    /// Pixels of a row, and rows, that are looked at.
    private static let mostAcross = 128

    public init() {}

    /// Looks at the next picture.
    ///
    /// - Returns: the range to show it with; `nil` where its pixels are no words, which need none.
    /// Complexity: O(1), for the number of pixels looked at is bounded.
    @discardableResult public mutating func follow(_ picture: RawPicture) -> ClosedRange<UInt16>? {
        guard case .words = picture.format.layout else { return nil }
        let words = Self.sample(picture)
        let skipped = Int(Double(words.count - 1) * Self.share)
        let found = Self.widened(
            Double(Self.word(skipped, of: words)), Double(Self.word(words.count - 1 - skipped, of: words)))
        if range == nil || found.low > high || found.high < low {
            (low, high) = found
        } else {
            low += (found.low - low) * Self.step
            high += (found.high - high) * Self.step
        }
        range = UInt16(low.rounded())...UInt16(high.rounded())
        return range
    }

    /// At least the narrowest range about the same middle, within what words hold.
    private static func widened(_ low: Double, _ high: Double) -> (low: Double, high: Double) {
        let missing = max(narrowest - (high - low), 0)
        let start = min(max(low - (missing / 2).rounded(.down), 0), 65535 - max(high - low, narrowest))
        return (start, start + (high - low) + missing)
    }

    /// Words evenly spread over the picture.
    private static func sample(_ picture: RawPicture) -> [UInt16] {
        let (width, height) = (picture.format.width, picture.format.height)
        let (start, stride) = picture.planes[0]
        let (across, down) = (min(width, mostAcross), min(height, mostAcross))
        return [UInt16](unsafeUninitializedCapacity: across * down) { words, count in
            for row in 0..<down {
                let line = start + (2 * row + 1) * height / (2 * down) * stride
                for column in 0..<across {
                    let place = line + 2 * ((2 * column + 1) * width / (2 * across))
                    words[row * across + column] = UInt16(place[0]) | UInt16(place[1]) << 8
                }
            }
            count = across * down
        }
    }

    /// The word of this rank, from the darkest, which is 0: by counting high bytes, then the low bytes of those in question.
    private static func word(_ rank: Int, of words: [UInt16]) -> UInt16 {
        var counts = [Int](repeating: 0, count: 256)
        for word in words { counts[Int(word >> 8)] += 1 }
        var left = rank
        let high = place(&left, in: counts)
        counts = [Int](repeating: 0, count: 256)
        for word in words where Int(word >> 8) == high { counts[Int(word & 255)] += 1 }
        return UInt16(high << 8 | place(&left, in: counts))
    }

    /// The bin that holds number `rank`, which becomes its number inside the bin.
    private static func place(_ rank: inout Int, in counts: [Int]) -> Int {
        for (bin, count) in counts.enumerated() {
            if rank < count { return bin }
            rank -= count
        }
        return counts.count - 1
    }
}
