// Machines that do not know what time it is.
import Testing

@testable import Link

@Suite struct ClockTests {
    private static let year2030 = 1_893_456_000_000

    @Test("a machine that does not know the time takes a vehicle's, with all copies of its clock")
    func unknown() throws {
        let clock = LinkClock { nil }
        let copy = clock
        #expect(clock.worldTime == nil)
        copy.learn(began: 1000, doubt: 200)
        // A vehicle that lives in 1970 knows nothing.
        #expect(clock.worldTime == nil)
        copy.learn(began: Self.year2030, doubt: 200)
        let told = try #require(clock.worldTime)
        #expect(told.began == Self.year2030 && told.doubt == 200)
    }

    @Test("a clock that is kept right is believed, one that nobody keeps gives way to a time that is near")
    func better() throws {
        let sure = LinkClock { (Self.year2030 + 5000, 20) }
        sure.learn(began: Self.year2030, doubt: 200)
        #expect(try #require(sure.worldTime).doubt == 20)
        let kept = LinkClock { (Self.year2030 + 5000, 900) }
        kept.learn(began: Self.year2030, doubt: 200)
        #expect(try #require(kept.worldTime).doubt == 900)
        let unsure = LinkClock { (Self.year2030 + 5000, 32_768) }
        #expect(try #require(unsure.worldTime).doubt == 32_768)
        unsure.learn(began: Self.year2030, doubt: 200)
        #expect(try #require(unsure.worldTime).began == Self.year2030)
        for wrong in [Self.year2030 + 200_000_000, Self.year2030 - 100_000_000, 9_000_000_000_000, 1_600_000_000_000] {
            unsure.learn(began: wrong, doubt: 200)
            #expect(try #require(unsure.worldTime).began != wrong)
        }
    }
}
