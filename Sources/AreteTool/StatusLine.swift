// How work without an end goes on, on a terminal alone.
import Evaluation
import Glibc

/// A line on standard error that is written over, ten times a second at most. Silent where standard error is no terminal.
struct StatusLine {
    private let isShown = isatty(STDERR_FILENO) != 0
    private var lastShown = -1.0

    mutating func show(_ line: () -> String) {
        guard isShown, Clock.wall - lastShown >= 0.1 else { return }
        lastShown = Clock.wall
        Output.progress(line())
    }

    /// Removes the line.
    func finish() { if isShown { Output.progress("") } }
}
