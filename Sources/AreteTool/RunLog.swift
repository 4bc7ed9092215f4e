// What a running pipeline says: events, what goes wrong, and a line of figures.
import Evaluation
import Glibc
import Pipeline
import Synchronization

/// Speaks for several threads. On a terminal the figures are one line that is written over; elsewhere a line now and then.
final class RunLog: Sendable {
    private struct State {
        var lastStatus = -1.0
        /// Of each kind of notice of each source: when it was told last, and how many were not told since.
        var told: [String: (time: Double, more: Int)] = [:]
    }

    private let printsEvents: Bool
    private let isTerminal = isatty(STDERR_FILENO) != 0
    private let state = Mutex(State())
    private let noReader = Atomic<Bool>(false)

    /// Whether standard output takes no more, as when the program that read it has ended.
    var hasNoReader: Bool { noReader.load(ordering: .relaxed) }

    /// Seconds between two lines of figures.
    private static let terminalInterval = 0.25
    private static let logInterval = 30.0

    /// - Parameter printsEvents: events of rules go to standard output.
    init(printsEvents: Bool) { self.printsEvents = printsEvents }

    func tell(_ report: PipelineReport) {
        switch report {
        case .event(let event):
            if case .notice(let notice) = event.kind { return say(event.text, as: "\(event.source) \(notice.name)") }
            guard printsEvents else { return }
            state.withLock { state in
                if isTerminal { Output.progress("") }
                guard !hasNoReader else { return }
                do { try Output.print(event.text) } catch {
                    noReader.store(true, ordering: .relaxed)
                    Output.error("arete: \(error)")
                }
            }
        case .sinkFails(LinesConfiguration.standardOutput, let reason):
            say(reason)
            noReader.store(true, ordering: .relaxed)
        case .sinkFails(_, let reason): say("\(reason); results are lost until it works again")
        case .sinkWorks(let name): say("\(name) takes results again")
        }
    }

    /// Says a line about a trouble; where the same goes on many times a second, one line a second counts the rest.
    private func say(_ line: String, as trouble: String) {
        let now = Clock.wall
        let more = state.withLock { state -> Int? in
            if let last = state.told[trouble], now - last.time < 1 {
                state.told[trouble] = (last.time, last.more + 1)
                return nil
            }
            defer { state.told[trouble] = (now, 0) }
            return state.told[trouble]?.more ?? 0
        }
        guard let more else { return }
        say(more == 0 ? line : "\(line) (and \(more) like it before)")
    }

    func say(_ line: String) {
        state.withLock { _ in
            if isTerminal { Output.progress("") }
            Output.error("arete: \(line)")
        }
    }

    /// Shows the figures if it is time to.
    func show(_ figures: PipelineFigures, seconds: Double, to service: ServiceManager) {
        state.withLock { state in
            let interval = isTerminal ? Self.terminalInterval : Self.logInterval
            guard seconds - max(state.lastStatus, 0) >= interval else { return }
            state.lastStatus = seconds
            let line = RunReport.status(figures, seconds: seconds)
            service.status(line)
            isTerminal ? Output.progress(line) : Output.error("arete: \(line)")
        }
    }

    /// Removes the line of figures.
    func finish() { state.withLock { _ in if isTerminal { Output.progress("") } } }
}
