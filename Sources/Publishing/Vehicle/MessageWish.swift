// A message that an autopilot must send often enough.
import MAVLink

/// Counts how often a message comes, and tells when to ask for it. Times are milliseconds of one clock.
struct MessageWish {
    /// The one that is asked for, and those that do as well.
    let id: UInt32
    let others: [UInt32]
    /// Milliseconds from one to the next.
    let interval: Int
    private var came = 0
    private var began: Int?
    private var askAt = 0
    private var pause = MessageWish.pauses.first

    /// Milliseconds over which it is counted.
    private static let span = 3000
    /// Milliseconds from one question to the next: an autopilot that does not do it is left alone.
    private static let pauses = (first: 3000, most: 60_000)

    init(_ id: UInt32, or others: [UInt32] = [], every interval: Int) {
        (self.id, self.others, self.interval) = (id, others, interval)
    }

    mutating func see(_ id: UInt32) {
        if id == self.id || others.contains(id) { came += 1 }
    }

    /// Whether it is to be asked for now.
    mutating func isDue(at now: Int) -> Bool {
        guard let began else {
            self.began = now
            return false
        }
        guard now - began >= Self.span else { return false }
        // Two thirds of them are enough: lines lose some.
        let isEnough = came * interval * 3 >= (now - began) * 2
        (self.began, came) = (now, 0)
        if isEnough {
            (askAt, pause) = (now, Self.pauses.first)
            return false
        }
        guard now >= askAt else { return false }
        (askAt, pause) = (now + pause, min(pause * 2, Self.pauses.most))
        return true
    }
}
