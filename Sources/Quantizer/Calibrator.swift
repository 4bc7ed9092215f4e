// Runs the float network on the samples and counts what its tensors hold.
import Engine
import Graphs
import Tensors

/// Histograms of chosen values of a graph over all samples.
///
/// Memory is bounded whatever the number of samples: one sample at a time, a histogram of fixed size for each value, and no more values
/// in one pass than fit `tapBytes`; more take further passes.
struct Calibrator {
    let graph: Graph
    let source: any CalibrationSource
    let options: Options
    let progress: (Progress) -> Void

    /// Bytes of tapped values that may stay in memory at once.
    static let tapBytes = 256 << 20

    /// - Throws: `QuantizerError` naming the sample or operator that fails.
    func histograms(of values: [ValueID]) throws(QuantizerError) -> [ValueID: Histogram] {
        var result: [ValueID: Histogram] = [:]
        let groups = batches(values)
        for (index, group) in groups.enumerated() {
            var histograms = [Histogram](repeating: Histogram(), count: group.count)
            try forEachSample(group, pass: index, of: groups.count) { session, _ in
                for place in group.indices {
                    session.withOutput(place) { histograms[place].add($0.bindMemory(to: Float.self)) }
                }
            }
            for (id, histogram) in zip(group, histograms) { result[id] = histogram }
        }
        return result
    }

    /// Calls `body` after each sample with a session whose outputs are `values`.
    func forEachSample(
        _ values: [ValueID], pass: Int = 0, of passes: Int = 1, _ body: (Session, Int) throws(QuantizerError) -> Void
    ) throws(QuantizerError) {
        let session = try Self.session(graph, outputs: values, options: options)
        for sample in 0..<source.count {
            session.reset()
            try source.fill(session, sample: sample)
            do throws(RunError) { try session.run() } catch {
                throw .calibration("\(source.name(sample)): \(error)")
            }
            try body(session, sample)
            progress(Progress(done: pass * source.count + sample + 1, total: passes * source.count))
        }
    }

    /// A session of `graph` that gives `values`, in place of its own outputs.
    static func session(_ graph: Graph, outputs values: [ValueID], options: Options) throws(QuantizerError) -> Session {
        var tapped = graph
        tapped.outputs = values
        tapped.removeDeadNodes()
        do {
            return try Session(Executable(tapped, options: options))
        } catch {
            throw .model("\(error)")
        }
    }

    private func batches(_ values: [ValueID]) -> [[ValueID]] {
        var batches: [[ValueID]] = []
        var bytes = 0
        for id in values {
            let size = graph[id].type?.byteCount ?? 0
            if batches.isEmpty || bytes + size > Self.tapBytes {
                batches.append([])
                bytes = 0
            }
            batches[batches.count - 1].append(id)
            bytes += size
        }
        return batches
    }
}

/// How far a long piece of work is.
public struct Progress: Sendable, Hashable {
    public var done: Int
    public var total: Int

    public init(done: Int, total: Int) {
        self.done = done
        self.total = total
    }
}
