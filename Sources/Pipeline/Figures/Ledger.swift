// Where all threads of a pipeline write down what they did.
import Capture
import Publishing

/// The pipeline's figures, and when each of its threads was last seen at work.
final class Ledger: Sendable {
    enum Part: Hashable, Sendable {
        case feeder(Int)
        case engine
        case results
        case records
        case rejects
    }

    private struct State {
        var figures: PipelineFigures
        /// Milliseconds of the monotonic clock.
        var beats: [Part: Int] = [:]
    }

    private let state: Monitor<State>

    init(sources: [String]) {
        state = Monitor(State(figures: PipelineFigures(sources: sources.map { SourceFigures(name: $0) })))
    }

    var figures: PipelineFigures { state.change { $0.figures } }

    @discardableResult
    func change<Result>(_ source: Int, _ body: (inout SourceFigures) -> Result) -> Result {
        state.change { body(&$0.figures.sources[source]) }
    }

    func note(_ counts: SourceCounts, of source: Int) {
        state.change {
            if counts.frames > $0.figures.sources[source].counts.frames { $0.figures.sources[source].isLost = false }
            $0.figures.sources[source].counts = counts
        }
    }

    func countSinkFailure() { state.change { $0.figures.sinkFailures += 1 } }

    func note(_ figures: OutletFigures, of outlet: String) {
        state.change { state in
            if let index = state.figures.outlets.firstIndex(where: { $0.name == outlet }) {
                state.figures.outlets[index].figures = figures
            } else {
                state.figures.outlets.append((outlet, figures))
            }
        }
    }

    /// This part of the pipeline is at work, or waits for some in good order.
    func beat(_ part: Part) { state.change { $0.beats[part] = MonotonicClock.milliseconds } }

    /// This part has done all its work.
    func end(_ part: Part) { state.change { $0.beats[part] = nil } }

    /// How long ago the part that was last seen longest ago was seen, in milliseconds.
    var longestSilence: Int {
        state.change { state in
            let now = MonotonicClock.milliseconds
            return state.beats.values.map { now - $0 }.max() ?? 0
        }
    }
}
