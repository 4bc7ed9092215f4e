// Radios that tell how full they are.
import TestSupport
import Testing

@testable import Link

@Suite struct RoomTests {
    @Test("a radio that fills up halves the rate, an empty one lets it grow again, and never above what was written")
    func room() {
        var rate = LearnedRate(most: 1000)
        rate.note(room: 1, at: 0)
        #expect(rate.rate == 1000)
        rate.note(room: 0.1, at: 1000)
        #expect(rate.rate == 500)
        rate.note(room: 0.4, at: 2000)
        #expect(rate.rate == 425)
        // Neither full nor empty: it is right so.
        rate.note(room: 0.7, at: 3000)
        #expect(rate.rate == 425)
        for second in 4...12 { rate.note(room: 0.95, at: second * 1000) }
        #expect(rate.rate == 1000)
        rate.note(room: 0, at: 13_000)
        rate.advance(to: 20_000)
        #expect(rate.rate == 500)
        // A radio that tells nothing any more holds nothing up.
        rate.advance(to: 30_000)
        #expect(rate.rate == 1000)
    }

    @Test(
        "whatever a radio and receipts say, the rate is above nothing, and never above what was written",
        arguments: 1...4)
    func any(seed: UInt64) {
        var random = SplitMix(state: seed)
        var wrong = 0
        for _ in 0..<50 {
            let most = Double.random(in: 1...5000, using: &random)
            var rate = LearnedRate(most: most)
            var now = 0
            for _ in 0..<400 {
                now += Int.random(in: 0...3000, using: &random)
                let before = rate.rate
                switch Int.random(in: 0..<3, using: &random) {
                case 0:
                    let room = Double.random(in: 0...1, using: &random)
                    rate.note(room: room, at: now)
                    if room < 0.5, rate.rate > before { wrong += 1 }
                    if room < 0.2, rate.rate > max(before / 2, min(5, most)) { wrong += 1 }
                    if room > 0.9, rate.rate < before { wrong += 1 }
                case 1:
                    rate.note(
                        sentAt: now - Int.random(in: 0...9000, using: &random), held: 0,
                        bytes: Int.random(in: 0...2000, using: &random), loss: 0.1, at: now)
                default: rate.advance(to: now)
                }
                if !(rate.rate > 0 && rate.rate <= most) { wrong += 1 }
            }
        }
        #expect(wrong == 0, "seed \(seed)")
    }

    @Test("a slow radio's buffer is not overrun by a sender that was told a rate five times as high")
    func buffer() {
        var rate = LearnedRate(most: 2000)
        let (size, carried) = (4000.0, 400.0)
        var (waiting, lost, sent) = (0.0, 0.0, 0.0)
        for second in 0..<300 {
            waiting = max(waiting + rate.rate - carried, 0)
            if waiting > size { (lost, waiting) = (lost + waiting - size, size) }
            rate.note(room: 1 - waiting / size, at: second * 1000)
            if second >= 60 { sent += min(carried, rate.rate + waiting) }
        }
        #expect(lost < 2000 && sent > carried * 240 * 0.9, "lost \(lost), sent \(sent)")
    }
}
