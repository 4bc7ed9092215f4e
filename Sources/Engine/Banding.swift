// Chains of layers become steps that run in bands of rows.
import Graphs

extension ProgramBuilder {
    /// Computes layers whose results leave the second cache together with the layers that alone read those, band by band.
    /// - Parameter kept: buffers that the caller sees.
    /// Complexity: O(n) in the number of mentions of buffers.
    mutating func runInBands(keeping kept: BufferSet) {
        let cache = options.secondCacheBytes ?? SecondCache.bytes
        func linkBytes(_ index: Int) -> Int {
            guard let form = steps[index].form as? PackedForm, case .arena(let bytes) = contents[form.input.index]
            else {
                return 0
            }
            return bytes
        }
        guard steps.indices.dropFirst().contains(where: { linkBytes($0) > cache / 2 }) else { return }
        let writers = mentions { $0.writes }
        let readers = mentions { $0.reads }
        /// Whether step `index` reads what the step before it writes, and nobody else mentions that.
        func isLinked(_ index: Int) -> Bool {
            guard let form = steps[index].form as? PackedForm, let before = steps[index - 1].form as? PackedForm,
                form.input == before.output, form.input != form.other, writers[form.input].count == 1,
                readers[form.input].count == 1, !kept.contains(form.input), case .arena = contents[form.input.index]
            else { return false }
            return form.call.bandWindow != nil && before.call.bandWindow != nil && !before.call.isPaired
        }
        var gone = [Bool](repeating: false, count: steps.count)
        var index = 1
        while index < steps.count {
            // Links of an eighth of the cache ride along with those that are too large for it.
            let start = index
            while index < steps.count, linkBytes(index) >= cache / 8, isLinked(index) { index += 1 }
            if index > start, (start..<index).contains(where: { linkBytes($0) > cache / 2 }) {
                band(start - 1..<index, mostBytes: cache / 2, &gone)
            }
            index = max(index, start + 1)
        }
        remove(gone)
    }

    /// Makes the last step of a chain compute all of it.
    private mutating func band(_ chain: Range<Int>, mostBytes: Int, _ removed: inout [Bool]) {
        let layers = steps[chain].compactMap { $0.form as? PackedForm }
        let windows = layers.compactMap(\.call.bandWindow)
        guard windows.count == chain.count,
            let plan = BandPlan(
                windows, rowBytes: layers.dropLast().map(\.call.outputRowBytes), mostBytes: mostBytes,
                threads: options.threads),
            plan.rows.count > 1
        else { return }
        let form = BandForm(layers: layers, plan: plan, scratch: temporary(bytes: 0))
        guard let work = form.work({ _ in nil }) else { return }
        let last = chain.upperBound - 1
        let origin = steps[last].origin
        for index in chain.dropLast() {
            // And of whatever that step had taken over.
            for place in absorbed.indices where absorbed[place].by.index == steps[index].origin.index {
                absorbed[place].by = origin
            }
            absorbed.append(.init(node: steps[index].origin.index, by: origin))
            removed[index] = true
        }
        let (first, middle) = (layers[0].input, layers.dropLast().map(\.output))
        // Results may not lie over what later bands read.
        inPlace.removeAll { chain.contains($0.step) }
        steps[last] = Step(
            kind: steps[chain].map(\.kind).joined(separator: ", "), origin: origin,
            reads: [first] + steps[chain].flatMap(\.reads).filter { $0 != first && !middle.contains($0) },
            writes: [layers[layers.count - 1].output, form.scratch],
            multiplyAccumulates: steps[chain].reduce(0) { $0 + $1.multiplyAccumulates }, form: form)
        make(last, work)
    }
}
