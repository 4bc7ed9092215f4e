// Times in UTC, beside the C library's calendar.
import Foundation
import TestSupport
import Testing
import Times

@Suite struct UTCTests {
    private func libraryText(_ milliseconds: Int) -> String {
        var seconds = time_t(Int((Double(milliseconds) / 1000).rounded(.down)))
        var parts = tm()
        gmtime_r(&seconds, &parts)
        let rest = milliseconds - seconds * 1000
        return String(
            format: "%04d-%02d-%02dT%02d:%02d:%02d.%03dZ", Int(parts.tm_year) + 1900, Int(parts.tm_mon) + 1,
            Int(parts.tm_mday), Int(parts.tm_hour), Int(parts.tm_min), Int(parts.tm_sec), rest)
    }

    @Test("each time is the one that the C library's calendar tells, and is read back, in all years of four digits")
    func calendar() {
        var random = SplitMix(state: 1)
        var times = [0, -1, 999, 951_782_400_000, 951_868_799_999, UTC.writable.lowerBound, UTC.writable.upperBound]
        times += (0..<20_000).map { _ in Int.random(in: UTC.writable, using: &random) }
        let wrong = times.filter {
            UTC.text(milliseconds: $0) != libraryText($0) || UTC.milliseconds(of: UTC.text(milliseconds: $0)) != $0
        }
        #expect(wrong.isEmpty, "\(wrong.prefix(3))")
    }

    @Test("other ways to write a time are read, and what is none is not")
    func forms() {
        let time = 1_795_401_601_123
        #expect(UTC.text(milliseconds: time) == "2026-11-23T02:40:01.123Z")
        for text in [
            "2026-11-23T02:40:01.123Z", "2026-11-23t02:40:01.123z", "2026-11-23 02:40:01.1239999999999999999Z",
            "2026-11-23T03:40:01.123+01:00", "2026-11-22T21:10:01.123-05:30",
        ] { #expect(UTC.milliseconds(of: text) == time, "\(text)") }
        #expect(UTC.milliseconds(of: "2026-11-23T02:40:01Z") == time - 123)
        #expect(UTC.milliseconds(of: "2026-11-23T02:40:01.1Z") == time - 23)
        #expect(UTC.milliseconds(of: "2016-12-31T23:59:60Z") == UTC.milliseconds(of: "2017-01-01T00:00:00Z"))
        for text in [
            "", "2026-11-23", "2026-11-23T02:40:01", "2026-13-01T00:00:00Z", "2026-02-29T00:00:00Z",
            "2026-11-23T24:00:00Z", "2026-11-23T02:60:00Z", "2026-11-23T02:40:61Z", "2026-11-23T02:40:01.Z",
            "2026-11-23T02:40:01Zx", "+026-11-23T02:40:01Z", "2026-11-23T02:40:01+1:00", "2026-11-00T02:40:01Z",
        ] { #expect(UTC.milliseconds(of: text) == nil, "\(text)") }
        #expect(UTC.text(milliseconds: .min) == "0000-01-01T00:00:00.000Z")
        #expect(UTC.text(milliseconds: .max) == "9999-12-31T23:59:59.999Z")
    }

    @Test("the clock's time is the machine's")
    func now() { #expect(abs(Double(UTC.now) / 1000 - Date().timeIntervalSince1970) < 5) }
}
