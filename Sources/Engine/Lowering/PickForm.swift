// Steps that choose channels of bytes.
import CKernels
import Graphs
import Tensors

/// The same bytes of every row, each then looked up in a table where there is one.
struct PickForm: StepForm {
    var places: Tensor
    var table: Tensor?
    var input: Buffer
    var output: Buffer
    /// Bytes of a row, and how many rows there are.
    var extent: Int
    var rows: Int
    let run: Run

    typealias Run =
        @convention(c) (
            UnsafePointer<arete_pick>?, UnsafePointer<UInt8>?, Int, UnsafeMutablePointer<UInt8>?, Int, Int
        ) -> Void

    func work(_ placed: (Buffer) -> Rows?) -> StepWork? {
        let count = places.elementCount
        guard let inputPitch = pitch(placed(input), extent), let outputPitch = pitch(placed(output), count) else {
            return nil
        }
        let form = self
        return StepWork(units: rows, grain: max(1, 16384 / extent)) { memory, range in
            var pick = arete_pick(
                extent: form.extent, count: count, places: form.places.baseAddress.assumingMemoryBound(to: UInt8.self),
                table: form.table?.baseAddress.assumingMemoryBound(to: UInt8.self))
            form.run(
                &pick, memory[form.input, as: UInt8.self] + range.lowerBound * inputPitch, inputPitch,
                memory[form.output, as: UInt8.self] + range.lowerBound * outputPitch, outputPitch, range.count)
        }
    }

    /// Bytes from row to row; `nil` where what lies there is not one row each.
    private func pitch(_ placed: Rows?, _ bytes: Int) -> Int? {
        guard let placed else { return bytes }
        return placed.bytes == bytes ? placed.pitch : nil
    }
}

extension ProgramBuilder {
    /// Appends the step that takes the bytes at `places` along the last axis of input 0.
    mutating func pick(_ places: [UInt8], _ site: Site, _ kind: String) throws(OperatorFailure) {
        let shape = try site.inputType(0).shape
        let extent = shape[shape.rank - 1]
        let tensor: Tensor
        do throws(TensorError) { tensor = try Tensor(.uint8, [places.count], places) } catch {
            throw .invalid("\(error)")
        }
        let form = PickForm(
            places: tensor, input: try site.input(0), output: site.output(), extent: extent,
            rows: shape.elementCount / extent, run: try entry(\.layout.pick_rows))
        step(kind, reads: [form.input], writes: [form.output], form: form)
    }
}
