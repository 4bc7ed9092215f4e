// How work without an end goes on, on a terminal alone.
import Evaluation
import Glibc

/// A line on standard error that is written over, ten times a second at most. Silent where standard error is no terminal.
struct StatusLine {
    private let isShown = isatty(STDERR_FILENO) != 0
    private var lastShown = -1.0

    /// - Parameter isLast: shown however short the last one was.
    mutating func show(isLast: Bool = false, _ line: () -> String) {
        let now = Clock.wall
        guard isShown, isLast || now - lastShown >= 0.1 else { return }
        lastShown = now
        Output.progress(line())
    }

    /// Removes the line.
    func finish() { if isShown { Output.progress("") } }
}
