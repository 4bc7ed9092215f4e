// Automatic ranges of thermal pictures: percentiles, no flicker, no surprise.
import TestSupport
import Testing

@testable import Imaging

@Suite struct AutomaticRangeTests {
    private func follow(
        _ range: inout AutomaticRange, _ words: [UInt16], width: Int, bits: Int = 16
    ) throws -> ClosedRange<UInt16>? {
        let format = try RawFormat(.words(bits: bits), width: width, height: words.count / width)
        return try words.withUnsafeBytes { range.follow(try RawPicture(format, [$0])) }
    }

    /// A scene of so many words about a middle.
    private func scene(_ middle: Int, _ spread: Int, _ draw: inout SplitMix) -> [UInt16] {
        (0..<160 * 120).map { _ in UInt16(middle + Int.random(in: -spread...spread, using: &draw)) }
    }

    @Test("small pictures: the very percentiles of all pixels", arguments: UInt64(0)..<20)
    func exact(seed: UInt64) throws {
        var draw = SplitMix(state: seed)
        let middle = Int.random(in: 3000...60000, using: &draw)
        let words = (0..<100 * 80).map { _ in UInt16(middle + Int.random(in: -2000...2000, using: &draw)) }
        var range = AutomaticRange()
        let sorted = words.sorted()
        #expect(try follow(&range, words, width: 100) == sorted[79]...sorted[7999 - 79], "seed \(seed)")
        #expect(range.range == sorted[79]...sorted[7999 - 79])
    }

    @Test("a few hot pixels change nothing; large pictures are judged by a part of their pixels")
    func hot() throws {
        var draw = SplitMix(state: 1)
        var words = (0..<640 * 512).map { _ in UInt16(Int.random(in: 8000...9000, using: &draw)) }
        for place in 0..<640 { words[place] = 65535 }
        var range = AutomaticRange()
        let found = try #require(try follow(&range, words, width: 640))
        #expect((8000...8020).contains(found.lowerBound) && (8980...9000).contains(found.upperBound), "\(found)")
    }

    @Test("noise does not make the range flicker, and it follows what warms up")
    func smooth() throws {
        var draw = SplitMix(state: 2)
        var range = AutomaticRange()
        var last = try #require(try follow(&range, scene(20_000, 1000, &draw), width: 160))
        for _ in 0..<30 {
            let next = try #require(try follow(&range, scene(20_000, 1000, &draw), width: 160))
            #expect(abs(Int(next.lowerBound) - Int(last.lowerBound)) <= 3)
            #expect(abs(Int(next.upperBound) - Int(last.upperBound)) <= 3)
            last = next
        }
        // Half a range warmer: no step is larger than an eighth of the way, and after 40 pictures it is there.
        for _ in 0..<40 {
            let next = try #require(try follow(&range, scene(21_000, 1000, &draw), width: 160))
            #expect(abs(Int(next.lowerBound) - Int(last.lowerBound)) <= 130)
            last = next
        }
        #expect(abs(Int(last.lowerBound) - 20_020) <= 15 && abs(Int(last.upperBound) - 21_980) <= 15, "\(last)")
    }

    @Test("a picture far from all before counts at once")
    func jump() throws {
        var draw = SplitMix(state: 3)
        var range = AutomaticRange()
        _ = try follow(&range, scene(8000, 500, &draw), width: 160)
        let found = try #require(try follow(&range, scene(30_000, 500, &draw), width: 160))
        #expect(found.lowerBound > 29_000 && found.upperBound < 31_000)
    }

    @Test("an even picture is not stretched, at either end of the words too")
    func even() throws {
        for (word, expected) in [(UInt16(0), 0...255), (5000, 4873...5128), (65535, 65280...65535)]
            as [(UInt16, ClosedRange<UInt16>)]
        {
            var range = AutomaticRange()
            #expect(try follow(&range, [UInt16](repeating: word, count: 64), width: 8) == expected)
        }
        var range = AutomaticRange()
        #expect(try follow(&range, [7], width: 1, bits: 10) == 0...255)
    }

    @Test("pictures of bytes need no range")
    func bytes() throws {
        var range = AutomaticRange()
        let format = try RawFormat(.grey, width: 2, height: 1)
        let found = try [UInt8](repeating: 3, count: 2).withUnsafeBytes { range.follow(try RawPicture(format, [$0])) }
        #expect(found == nil && range.range == nil)
    }
}
