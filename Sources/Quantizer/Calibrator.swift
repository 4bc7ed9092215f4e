// Runs a network on the samples and gathers what its tensors hold.
import Engine
import Graphs
import Tensors

/// What is gathered of a tensor's numbers, sample by sample, in memory that does not grow.
protocol TensorStatistic {
    /// Takes in all numbers of one sample. Complexity: O(n).
    mutating func add(_ values: UnsafeBufferPointer<Float>)
}

/// Statistics of chosen values of a graph over all samples.
///
/// Memory is bounded whatever the number of samples: one sample at a time, a statistic of fixed size for each value, and no more values
/// in one pass than fit `tapBytes`; more take further passes.
struct Calibrator {
    let graph: Graph
    let source: any CalibrationSource
    let options: Options
    let progress: (Progress) -> Void

    /// Bytes of tapped values that may stay in memory at once.
    static let tapBytes = 256 << 20

    /// The statistic of each of `values`, begun by `make` with the value's shape.
    /// - Throws: `QuantizerError` naming the sample or operator that fails.
    func gathered<Statistic: TensorStatistic>(
        of values: [ValueID], _ make: (Shape) -> Statistic
    ) throws(QuantizerError) -> [Statistic] {
        var result: [Statistic] = []
        let groups = batches(values)
        for (index, group) in groups.enumerated() {
            let first = result.count
            for id in group { result.append(make(graph[id].shape ?? [])) }
            try forEachSample(group, pass: index, of: groups.count) { session, _ in
                for place in group.indices {
                    session.withOutput(place) { result[first + place].add($0.bindMemory(to: Float.self)) }
                }
            }
        }
        return result
    }

    /// Calls `body` after each sample with a session whose outputs are `values`.
    func forEachSample(
        _ values: [ValueID], pass: Int = 0, of passes: Int = 1, _ body: (Session, Int) throws(QuantizerError) -> Void
    ) throws(QuantizerError) {
        let session = try Self.session(graph, outputs: values, options: options)
        for sample in 0..<source.count {
            try Self.run(session, on: source, sample: sample)
            try body(session, sample)
            progress(Progress(done: pass * source.count + sample + 1, total: passes * source.count))
        }
    }

    /// Runs a network on one sample alone, whatever state it had.
    static func run(_ session: Session, on source: any CalibrationSource, sample: Int) throws(QuantizerError) {
        session.reset()
        try source.fill(session, sample: sample)
        do throws(RunError) { try session.run() } catch {
            throw .calibration("\(source.name(sample)): \(error)")
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
