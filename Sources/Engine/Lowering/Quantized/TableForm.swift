// Steps that look each byte up in a table.
import CKernels
import Tensors

struct TableForm: FollowingForm {
    /// The result for each of the 256 bytes.
    var entries: Tensor
    var input: Buffer
    var output: Buffer
    /// The bytes of output and input.
    var nest: LoopNest
    let apply: Apply

    typealias Apply =
        @convention(c) (
            UnsafePointer<UInt8>?, UnsafePointer<UInt8>?, Int, UnsafeMutablePointer<UInt8>?, Int, Int, Int
        ) -> Void

    func work(_ rows: (Buffer) -> Rows?) -> StepWork? {
        let (entries, apply, input, output) = (entries, apply, input, output)
        let form = NestForm(
            nest: nest, operands: [.init(buffer: output, elementBytes: 1), .init(buffer: input, elementBytes: 1)]
        ) { nest, offsets in
            guard nest.rank > 1 else {
                return StepWork(units: nest.count, grain: 16384) { memory, range in
                    let table = entries.baseAddress.assumingMemoryBound(to: UInt8.self)
                    apply(
                        table, memory[input, as: UInt8.self] + offsets[1] + range.lowerBound, range.count,
                        memory[output, as: UInt8.self] + offsets[0] + range.lowerBound, range.count, 1, range.count)
                }
            }
            return StepWork(units: nest.rowCount, grain: max(1, 16384 / nest.rowLength)) { memory, range in
                let table = entries.baseAddress.assumingMemoryBound(to: UInt8.self)
                let (source, target) = (memory[input, as: UInt8.self], memory[output, as: UInt8.self])
                nest.forEachRun(range) { starts, pitches, rows in
                    apply(
                        table, source + offsets[1] + starts.1, pitches.1, target + offsets[0] + starts.0, pitches.0,
                        rows, nest.rowLength)
                }
            }
        }
        return form.work(rows)
    }

    func following(_ maker: any StepForm) -> (any StepForm)? {
        switch maker {
        case let form as PackedForm: return form.followed(by: self)
        case var form as PickForm:
            guard form.output == input, form.table == nil else { return nil }
            (form.table, form.output) = (entries, output)
            return form
        case var form as TableForm:
            guard form.output == input, form.input != output, let all = entries(after: form.entries) else { return nil }
            (form.entries, form.output) = (all, output)
            return form
        default: return nil
        }
    }

    /// What this table makes of the results of `first`; `nil` without memory.
    func entries(after first: Tensor) -> Tensor? {
        let second = entries
        return try? Tensor(TensorType(.uint8, [256])) { bytes in
            first.withUnsafeBytes { first in
                second.withUnsafeBytes { second in
                    for index in 0..<256 { bytes[index] = second[Int(first[index])] }
                }
            }
        }
    }
}
