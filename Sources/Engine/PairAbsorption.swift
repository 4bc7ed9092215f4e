// Sums and products of two images become part of the layer that computes one of them.

extension ProgramBuilder {
    /// Lets layers go on to the functions of two that alone read their results, where the other operand is there before.
    /// - Parameter kept: buffers that the caller sees.
    /// Complexity: O(n) in the number of mentions of buffers.
    mutating func absorbPairs(keeping kept: BufferSet) {
        guard steps.contains(where: { $0.form is PairForm }) else { return }
        var writers = mentions { $0.writes }
        var readers = mentions { $0.reads }
        var gone = [Bool](repeating: false, count: steps.count)
        for index in steps.indices {
            guard let pair = steps[index].form as? PairForm, writers[pair.output.buffer] == [index] else { continue }
            // Whichever operand is computed last.
            let operands = [pair.first.buffer, pair.second.buffer]
            let makers = operands.map { writers[$0].max() ?? -1 }
            guard let last = makers.max(), last >= 0, last < index, makers[0] != makers[1],
                let side = makers.firstIndex(of: last),
                case let (source, other) = (operands[side], operands[1 - side]),
                case .arena = contents[source.index], !kept.contains(source), readers[source] == [index],
                writers[source] == [last], isUnchanged(other, writers[other], from: last, to: index),
                let form = (steps[last].form as? PackedForm)?.followed(by: pair)
            else { continue }
            steps[last].form = form
            steps[last].reads.append(other)
            steps[last].writes = steps[last].writes.map { $0 == source ? pair.output.buffer : $0 }
            steps[last].kind += " + " + steps[index].kind
            absorbed.append(.init(node: steps[index].origin.index, by: steps[last].origin))
            // The result may lie where the other operand was, unless the layer reads that as its own input too.
            inPlace = inPlace.compactMap { place in
                guard place.step == index || place.step == last && place.target == source else { return place }
                guard place.step == index, place.source == other, form.input != other else { return nil }
                return InPlace(step: last, source: other, target: place.target)
            }
            steps[last].awaitsForm = true
            writers[pair.output.buffer] = [last]
            readers[other] = readers[other].map { $0 == index ? last : $0 }
            gone[index] = true
        }
        remove(gone)
    }

    /// Whether nobody writes a buffer between two steps.
    private func isUnchanged(_ buffer: Buffer, _ writers: [Int], from first: Int, to last: Int) -> Bool {
        writers.allSatisfy { $0 < first || $0 > last }
    }
}
