// Times as people in other places read them.
import Glibc

/// Times of day in UTC as RFC 3339 writes them, with milliseconds; counted without leap seconds from 1970 on.
public enum UTC {
    /// What four digits of a year can tell.
    public static let writable = -62_167_219_200_000...253_402_300_799_999

    /// `2026-11-23T02:40:01.123Z` of milliseconds since 1970. What no four digits of a year tell becomes the first or
    /// last time that they do.
    public static func text(milliseconds: Int) -> String {
        let time = min(max(milliseconds, writable.lowerBound), writable.upperBound)
        let (day, rest) = floored(time, by: 86_400_000)
        let (year, month, dayOfMonth) = date(ofDay: day)
        var text = digits(year, 4) + "-" + digits(month, 2) + "-" + digits(dayOfMonth, 2) + "T"
        text += digits(rest / 3_600_000, 2) + ":" + digits(rest / 60_000 % 60, 2) + ":"
        text += digits(rest / 1000 % 60, 2) + "." + digits(rest % 1000, 3) + "Z"
        return text
    }

    /// Milliseconds since 1970 of a time as RFC 3339 section 5.6 writes it, with any number of digits after the second
    /// (those behind the third are cut off) and any offset; `nil` for what is none.
    public static func milliseconds(of text: some StringProtocol) -> Int? {
        var reader = Reader(bytes: Array(text.utf8))
        guard let year = reader.number(4), reader.takes("-"), let month = reader.number(2), reader.takes("-"),
            let day = reader.number(2), reader.takes("Tt "), let hour = reader.number(2), reader.takes(":"),
            let minute = reader.number(2), reader.takes(":"), let second = reader.number(2)
        else { return nil }
        guard (1...12).contains(month), (1...days(inMonth: month, of: year)).contains(day), hour < 24, minute < 60,
            // A leap second is the first of the next minute.
            second <= 60
        else { return nil }
        var fraction = 0
        if reader.takes(".") {
            guard let read = reader.fraction() else { return nil }
            fraction = read
        }
        guard let offset = reader.offset(), reader.isAtEnd else { return nil }
        let seconds = dayNumber(year, month, day) * 86400 + hour * 3600 + minute * 60 + second - offset * 60
        return seconds * 1000 + fraction
    }

    /// Milliseconds since 1970 now, by the machine's clock.
    public static var now: Int {
        var time = timespec()
        clock_gettime(CLOCK_REALTIME, &time)
        return Int(time.tv_sec) * 1000 + Int(time.tv_nsec) / 1_000_000
    }

    private static func digits(_ value: Int, _ count: Int) -> String {
        let text = String(value)
        return String(repeating: "0", count: max(0, count - text.count)) + text
    }

    private static func floored(_ value: Int, by divisor: Int) -> (quotient: Int, rest: Int) {
        let rest = value % divisor
        return rest < 0 ? (value / divisor - 1, rest + divisor) : (value / divisor, rest)
    }

    /// Leap years repeat after 400 years.
    private static let daysInFourCenturies = 146_097

    private static func isLeap(_ year: Int) -> Bool { year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) }

    private static func days(inMonth month: Int, of year: Int) -> Int {
        switch month {
        case 2: isLeap(year) ? 29 : 28
        case 4, 6, 9, 11: 30
        default: 31
        }
    }

    /// Days from 1970-01-01 to a date. Years begin in March here, so that the day that some years have comes last.
    private static func dayNumber(_ year: Int, _ month: Int, _ day: Int) -> Int {
        let (shiftedYear, shiftedMonth) = month > 2 ? (year, month - 3) : (year - 1, month + 9)
        let (cycle, yearOfCycle) = floored(shiftedYear, by: 400)
        let dayOfYear = (153 * shiftedMonth + 2) / 5 + day - 1
        let dayOfCycle = yearOfCycle * 365 + yearOfCycle / 4 - yearOfCycle / 100 + dayOfYear
        return cycle * daysInFourCenturies + dayOfCycle - daysTo1970
    }

    /// From March 1st of year 0.
    private static let daysTo1970 = 719_468

    private static func date(ofDay day: Int) -> (year: Int, month: Int, day: Int) {
        let (cycle, dayOfCycle) = floored(day + daysTo1970, by: daysInFourCenturies)
        let leapDays = dayOfCycle / 1460 - dayOfCycle / 36524 + dayOfCycle / (daysInFourCenturies - 1)
        let yearOfCycle = (dayOfCycle - leapDays) / 365
        let dayOfYear = dayOfCycle - (365 * yearOfCycle + yearOfCycle / 4 - yearOfCycle / 100)
        let shiftedMonth = (5 * dayOfYear + 2) / 153
        let month = shiftedMonth < 10 ? shiftedMonth + 3 : shiftedMonth - 9
        let year = cycle * 400 + yearOfCycle + (month <= 2 ? 1 : 0)
        return (year, month, dayOfYear - (153 * shiftedMonth + 2) / 5 + 1)
    }
}

private struct Reader {
    let bytes: [UInt8]
    private var place = 0

    init(bytes: [UInt8]) { self.bytes = bytes }

    var isAtEnd: Bool { place == bytes.count }

    /// Whether the next byte is one of these; then it is taken.
    mutating func takes(_ choices: String) -> Bool {
        guard place < bytes.count, choices.utf8.contains(bytes[place]) else { return false }
        place += 1
        return true
    }

    private mutating func digit() -> Int? {
        guard place < bytes.count, (0x30...0x39).contains(bytes[place]) else { return nil }
        place += 1
        return Int(bytes[place - 1]) - 0x30
    }

    mutating func number(_ count: Int) -> Int? {
        var value = 0
        for _ in 0..<count {
            guard let next = digit() else { return nil }
            value = value * 10 + next
        }
        return value
    }

    /// Thousandths.
    mutating func fraction() -> Int? {
        guard let first = digit() else { return nil }
        var (value, weight) = (first * 100, 10)
        while let next = digit() {
            value += next * weight
            weight /= 10
        }
        return value
    }

    /// Minutes east of Greenwich.
    mutating func offset() -> Int? {
        if takes("Zz") { return 0 }
        let isWest = place < bytes.count && bytes[place] == UInt8(ascii: "-")
        guard takes("+-"), let hours = number(2), takes(":"), let minutes = number(2), hours < 24, minutes < 60 else {
            return nil
        }
        return (isWest ? -1 : 1) * (hours * 60 + minutes)
    }
}
