// Functions of a byte become part of the layer that computes the byte.
import Tensors

extension ProgramBuilder {
    /// Lets layers and tables look their results up in the tables that alone read them.
    /// - Parameter kept: buffers that the caller sees.
    /// Complexity: O(n) in the number of mentions of buffers.
    mutating func absorbTables(keeping kept: Set<Buffer>) {
        guard steps.contains(where: { $0.form is TableForm }) else { return }
        var writers = BufferMentions(contents.count)
        var readers = BufferMentions(contents.count)
        for (index, step) in steps.enumerated() {
            for buffer in step.writes { writers.add(index, to: buffer) }
            for buffer in step.reads { readers.add(index, to: buffer) }
        }
        var gone: Set<Int> = []
        for (index, step) in steps.enumerated() {
            guard let table = step.form as? TableForm, !kept.contains(table.input),
                readers[table.input] == [index], writers[table.output] == [index],
                case .arena = contents[table.input.index],
                writers[table.input].allSatisfy({ $0 < index })
            else { continue }
            let makers = writers[table.input]
            let forms = makers.compactMap { followed(steps[$0], by: table) }
            guard forms.count == makers.count, let first = makers.first else { continue }
            for (maker, form) in zip(makers, forms) {
                steps[maker].form = form
                steps[maker].writes = steps[maker].writes.map { $0 == table.input ? table.output : $0 }
                steps[maker].kind += " + " + step.kind
                inPlace = inPlace.map { pair in
                    pair.step == maker && pair.target == table.input
                        ? InPlace(step: maker, source: pair.source, target: table.output) : pair
                }
                rework(maker) { _ in nil }
            }
            writers[table.output] = makers
            absorbed[step.origin.index] = steps[first].origin
            gone.insert(index)
        }
        remove(gone)
    }

    /// The form of a step that writes to the table's output what the table makes of its result; `nil` where it cannot.
    private func followed(_ step: Step, by table: TableForm) -> (any StepForm)? {
        switch step.form {
        case let form as PackedForm: return form.followed(by: table)
        case var form as TableForm:
            guard form.output == table.input, form.input != table.output,
                let entries = table.entries(after: form.entries)
            else { return nil }
            form.entries = entries
            form.output = table.output
            return form
        default: return nil
        }
    }
}
