// The wire that throws bad parts out.
import Capture
import Signals

/// Something that can be made active for a while.
protocol RejectLine: AnyObject, Sendable {
    func set(_ isActive: Bool) throws(SignalError)
}

extension GPIOOutput: RejectLine {}

/// Makes a line active for each bad part, at its time. On a thread of its own: nobody waits for pulses.
final class RejectOutput: Sendable {
    /// A pulse that is due.
    private struct Pulse {
        let part: Int
        /// Milliseconds of the monotonic clock.
        let start: Int
        let deadline: Int
    }

    private struct State {
        var pulses: [Pulse] = []
        var hasEnded = false
    }

    /// What became of a pulse.
    enum Outcome: Sendable {
        case given(lateness: Int)
        case late(milliseconds: Int)
        case failed(SignalError)
    }

    private let configuration: RejectConfiguration
    private let state = Monitor(State())
    private let line: any RejectLine
    private let report: @Sendable (_ part: Int, Outcome) -> Void

    /// - Parameter report: is told, on the output's thread, what became of each part's pulse.
    init(
        _ configuration: RejectConfiguration, line: any RejectLine,
        report: @escaping @Sendable (_ part: Int, Outcome) -> Void
    ) {
        self.configuration = configuration
        self.line = line
        self.report = report
    }

    /// Throws a part out. `triggered`: nanoseconds of the monotonic clock. Complexity: O(pulses that wait).
    func reject(_ part: Part) {
        let triggered = Int(part.triggered / 1_000_000)
        let now = MonotonicClock.milliseconds
        let start = configuration.at.map { triggered + $0 } ?? now
        let pulse = Pulse(part: part.number, start: start, deadline: triggered + configuration.deadline)
        state.change { state in
            let place = state.pulses.firstIndex { $0.start > start } ?? state.pulses.count
            state.pulses.insert(pulse, at: place)
        }
    }

    /// Gives the pulses that are still due, then lets `work` return.
    func end() { state.change { $0.hasEnded = true } }

    private static let patience = 200

    /// Until `end` was called and no pulse waits. `beat` is called again and again.
    func work(beat: () -> Void = {}) {
        while true {
            beat()
            let waiting = state.wait(milliseconds: Self.patience) { state -> (pulse: Pulse?, hasEnded: Bool)? in
                state.pulses.isEmpty && !state.hasEnded ? nil : (state.pulses.first, state.hasEnded)
            }
            guard let waiting else { continue }
            guard let pulse = waiting.pulse else { return }
            let left = pulse.start - MonotonicClock.milliseconds
            if left > 0 {
                // An earlier one may come in the meantime.
                MonotonicClock.sleep(milliseconds: min(left, 5))
                continue
            }
            state.change { state in state.pulses.removeAll { $0.part == pulse.part } }
            give(pulse, beat)
        }
    }

    private func give(_ pulse: Pulse, _ beat: () -> Void) {
        do throws(SignalError) {
            try line.set(true)
            let now = MonotonicClock.milliseconds
            // Also while a long one lasts, somebody wants to know that all is well.
            for _ in 0..<configuration.pulse / Self.patience {
                MonotonicClock.sleep(milliseconds: Self.patience)
                beat()
            }
            MonotonicClock.sleep(milliseconds: configuration.pulse % Self.patience)
            try line.set(false)
            let lateness = now - pulse.deadline
            report(pulse.part, lateness > 0 ? .late(milliseconds: lateness) : .given(lateness: now - pulse.start))
        } catch {
            report(pulse.part, .failed(error))
        }
    }
}
