// Functions of one element become part of the layer that computes the element.

extension ProgramBuilder {
    /// Lets layers apply the functions that alone read their results, and tables look theirs up in the tables behind them.
    /// - Parameter kept: buffers that the caller sees.
    /// Complexity: O(n) in the number of mentions of buffers.
    mutating func absorbFunctions(keeping kept: BufferSet) {
        guard steps.contains(where: { $0.form?.following != nil }) else { return }
        var writers = mentions { $0.writes }
        let readers = mentions { $0.reads }
        var gone = [Bool](repeating: false, count: steps.count)
        for index in steps.indices {
            guard let function = steps[index].form?.following, !kept.contains(function.input),
                readers[function.input] == [index], writers[function.output] == [index],
                case .arena = contents[function.input.index],
                case let makers = writers[function.input], makers.allSatisfy({ $0 < index })
            else { continue }
            let forms = makers.compactMap { steps[$0].form.flatMap(function.following) }
            guard forms.count == makers.count, let first = makers.first else { continue }
            for (maker, form) in zip(makers, forms) {
                steps[maker].form = form
                steps[maker].writes = steps[maker].writes.map { $0 == function.input ? function.output : $0 }
                steps[maker].kind += " + " + steps[index].kind
                inPlace = inPlace.map { pair in
                    pair.step == maker && pair.target == function.input
                        ? InPlace(step: maker, source: pair.source, target: function.output) : pair
                }
                steps[maker].awaitsForm = true
            }
            writers[function.output] = makers
            absorbed.append(.init(node: steps[index].origin.index, by: steps[first].origin))
            gone[index] = true
        }
        remove(gone)
    }
}
