// A chain of packed layers as one step.
import Glibc

/// Layers that each read the one before alone, computed band by band: what lies between them never leaves the cache, and takes
/// the memory of a band.
struct BandForm: StepForm {
    let layers: [PackedForm]
    let plan: BandPlan
    let scratch: Buffer

    func work(_ rows: (Buffer) -> Rows?) -> StepWork? {
        guard let first = layers.first, let last = layers.last else { return nil }
        var calls = layers.map(\.call)
        guard let read = calls[0].placed(input: rows(first.input), output: nil) else { return nil }
        calls[0] = read
        guard
            let written = calls[calls.count - 1].placed(
                input: nil, output: rows(last.output), other: last.other.flatMap(rows)),
            let run = BandRun(calls.dropLast() + [written], plan, keeping: layers)
        else { return nil }
        let scratch = WorkerScratch(buffer: scratch, stride: run.scratchBytes)
        let (input, output, other) = (first.input, last.output, last.other)
        let packed = layers.map(\.packed)
        return StepWork(units: plan.rows.count, grain: 1, scratch: (scratch.buffer, scratch.stride)) { memory, range in
            run.compute(
                range, memory[input], memory[output], memory[scratch], other: other.map { memory[$0] }
            ) { UnsafeRawPointer(memory[packed[$0]]) }
        }
    }
}

/// The kernel calls of all bands.
private struct BandRun: Sendable {
    /// What a layer does for a band.
    private struct Part: Sendable {
        /// `nil` where all rows are there from the band before.
        var call: PackedBand?
        /// Rows of the band before that this one needs too, in the scratch memory.
        var kept: (from: Int, to: Int, bytes: Int)
    }

    /// For each band the parts of its layers: as first band of a thread, and after another.
    private let first: [[Part]]
    private let next: [[Part]]
    private let layerCount: Int
    /// Where the kernels' own scratch memory begins.
    private let kernelScratch: Int
    let scratchBytes: Int

    /// `nil` where a kernel does not take a band.
    /// - Parameter owner: what else the calls point to.
    init?(_ calls: [PackedCall], _ plan: BandPlan, keeping owner: any Sendable) {
        layerCount = calls.count
        // The results of each layer but the last lie in the scratch memory, one layer's after the other's.
        var places: [Int] = []
        var end = 0
        let (inputBytes, outputBytes) = (calls.map(\.inputRowBytes), calls.map(\.outputRowBytes))
        for (index, bytes) in outputBytes.dropLast().enumerated() {
            places.append(end)
            end += (plan.mostRows(ofLayer: index) * bytes + 127) & ~63
        }
        kernelScratch = end
        var layers = calls.map { PackedBands($0, keeping: owner) }
        func parts(_ band: Int, after previous: Int?) -> [Part]? {
            var result: [Part] = []
            result.reserveCapacity(calls.count)
            for index in calls.indices {
                let rows = plan.rows[band][index]
                let old = previous.map { plan.rows[$0][index] }
                let isLast = index == calls.count - 1
                let start = max(rows.lowerBound, old?.upperBound ?? 0)
                var kept = (from: 0, to: 0, bytes: 0)
                if let old, !isLast, old.upperBound > rows.lowerBound, old.lowerBound != rows.lowerBound {
                    kept = (
                        places[index] + (rows.lowerBound - old.lowerBound) * outputBytes[index], places[index],
                        (old.upperBound - rows.lowerBound) * outputBytes[index]
                    )
                }
                guard start < rows.upperBound else {
                    result.append(Part(call: nil, kept: kept))
                    continue
                }
                let inputs = plan.windows[index].inputs(for: start..<rows.upperBound)
                let source =
                    index == 0
                    ? inputs.lowerBound * inputBytes[0]
                    : places[index - 1] + (inputs.lowerBound - plan.rows[band][index - 1].lowerBound)
                        * inputBytes[index]
                let target =
                    isLast
                    ? start * outputBytes[index] : places[index] + (start - rows.lowerBound) * outputBytes[index]
                guard
                    let own = layers[index].band(start..<rows.upperBound, inputs, source: source, target: target)
                else { return nil }
                result.append(Part(call: own, kept: kept))
            }
            return result
        }
        let first = plan.rows.indices.compactMap { parts($0, after: nil) }
        let next = plan.rows.indices.compactMap { parts($0, after: $0 == 0 ? nil : $0 - 1) }
        guard first.count == plan.rows.count, next.count == plan.rows.count else { return nil }
        (self.first, self.next) = (first, next)
        scratchBytes = (kernelScratch + (layers.map(\.scratchBytes).max() ?? 0) + 63) & ~63
    }

    /// Computes a range of bands. `packed` are the weights of each layer.
    func compute(
        _ bands: Range<Int>, _ input: UnsafeRawPointer, _ output: UnsafeMutableRawPointer,
        _ scratch: UnsafeMutableRawPointer, other: UnsafeRawPointer?, packed: (Int) -> UnsafeRawPointer
    ) {
        for band in bands {
            let parts = band == bands.lowerBound ? first[band] : next[band]
            for index in 0..<layerCount {
                let kept = parts[index].kept
                if kept.bytes > 0 { memmove(scratch + kept.to, scratch + kept.from, kept.bytes) }
                let isLast = index == layerCount - 1
                parts[index].call?.run(
                    index == 0 ? input : UnsafeRawPointer(scratch), packed(index), isLast ? output : scratch,
                    scratch + kernelScratch, other: isLast ? other : nil)
            }
        }
    }
}
