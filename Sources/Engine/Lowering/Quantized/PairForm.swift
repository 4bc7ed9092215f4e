// Steps that compute a function of two elements.
import CKernels

/// A prepared function of two elements.
struct PairKernel: @unchecked Sendable {
    let function: @convention(c) (UnsafeRawPointer?, UnsafePointer<arete_pair_rows>?) -> Void
    let form: UnsafeRawPointer
    private let owner: AnyObject & Sendable

    init<Form: BitwiseCopyable>(_ form: Form, _ function: @escaping arete_pair_function) {
        let owner = KernelForm(form)
        (self.function, self.form, self.owner) = (function, UnsafeRawPointer(owner.pointer), owner)
    }

    func callAsFunction(_ rows: arete_pair_rows) {
        withExtendedLifetime(owner) {
            withUnsafePointer(to: rows) { function(form, $0) }
        }
    }

    /// One row of `count` results.
    func callAsFunction(
        _ a: UnsafeRawPointer, _ aStep: Int, _ b: UnsafeRawPointer, _ bStep: Int, _ output: UnsafeMutableRawPointer,
        _ count: Int
    ) {
        self(
            arete_pair_rows(
                a: a, b: b, output: output, a_step: aStep, b_step: bStep, a_pitch: 0, b_pitch: 0, output_pitch: 0,
                rows: 1, count: count))
    }
}

struct PairForm: StepForm {
    let kernel: PairKernel
    /// The elements of output and operands.
    let nest: LoopNest
    let output: NestForm.Operand
    let first: NestForm.Operand
    let second: NestForm.Operand

    func work(_ rows: (Buffer) -> Rows?) -> StepWork? {
        let (kernel, output, first, second) = (kernel, output, first, second)
        let form = NestForm(nest: nest, operands: [output, first, second]) { nest, places in
            let inner = nest.rank - 1
            let steps = inner < 0 ? (0, 0, 0) : (nest.stride(0, inner), nest.stride(1, inner), nest.stride(2, inner))
            let (a, b) = (steps.1 / first.elementBytes, steps.2 / second.elementBytes)
            if nest.rank == 1 {
                return StepWork(units: nest.count, grain: 16384) { memory, range in
                    let start = range.lowerBound
                    kernel(
                        memory[first.buffer] + places[1] + start * steps.1, a,
                        memory[second.buffer] + places[2] + start * steps.2, b,
                        memory[output.buffer] + places[0] + start * steps.0, range.count)
                }
            }
            return StepWork(units: nest.rowCount, grain: max(1, 16384 / nest.rowLength)) { memory, range in
                let (result, x, y) = (memory[output.buffer], memory[first.buffer], memory[second.buffer])
                nest.forEachRun(range) { starts, pitches, rows in
                    kernel(
                        arete_pair_rows(
                            a: x + places[1] + starts.1, b: y + places[2] + starts.2,
                            output: result + places[0] + starts.0, a_step: a, b_step: b, a_pitch: pitches.1,
                            b_pitch: pitches.2, output_pitch: pitches.0, rows: rows, count: nest.rowLength))
                }
            }
        }
        return form.work(rows)
    }

    /// Whether every element of the result is made of the elements at the same place.
    var isDense: Bool {
        nest.rank <= 1 && first.offset == 0 && second.offset == 0 && output.offset == 0
            && (nest.rank == 0
                || zip(0..., [output, first, second]).allSatisfy { nest.stride($0, 0) == $1.elementBytes })
    }
}
