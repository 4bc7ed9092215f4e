// How far long work has come, on a terminal alone.
import Evaluation

/// A line on standard error that is written over: share done, rate and time left. Silent where standard error is no terminal.
struct ProgressBar {
    private let total: Int
    private let noun: String
    private let start = Clock.wall
    private var done = 0
    private var status = StatusLine()

    /// - Parameter noun: what is counted, in the plural.
    init(_ noun: String, total: Int) {
        self.noun = noun
        self.total = max(total, 1)
    }

    /// One more is done. The line changes ten times a second at most.
    mutating func advance() {
        done += 1
        let bar = self
        status.show(isLast: done >= total) { bar.line(seconds: Clock.wall - start) }
    }

    /// Removes the line.
    func finish() { status.finish() }

    func line(seconds: Double) -> String {
        let width = 24
        let filled = min(done * width / total, width)
        let rate = seconds > 0 ? Double(done) / seconds : 0
        let left = rate > 0 ? Double(total - min(done, total)) / rate : 0
        let bar = String(repeating: "#", count: filled) + String(repeating: ".", count: width - filled)
        return "[\(bar)] \(done) of \(total) \(noun)  \(Figures.text(rate, digits: 1)) a second  "
            + "\(Self.clock(left)) left"
    }

    /// `1:05:09` or `5:09`.
    static func clock(_ seconds: Double) -> String {
        let whole = Int(min(max(seconds, 0), 1e9).rounded(.up))
        func two(_ number: Int) -> String { number < 10 ? "0\(number)" : "\(number)" }
        let (hours, minutes) = (whole / 3600, whole / 60 % 60)
        return (hours > 0 ? "\(hours):\(two(minutes))" : "\(minutes)") + ":" + two(whole % 60)
    }
}
