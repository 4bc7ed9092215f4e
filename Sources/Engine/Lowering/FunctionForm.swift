// Steps that compute a function of each float.
import CKernels

/// What follows a step, if the step takes it, on the results where they are made.
protocol FollowingForm: StepForm {
    var input: Buffer { get }
    var output: Buffer { get }
    /// The form of the maker of `input`, writing to `output` what this makes of its results; `nil` where it cannot.
    func following(_ maker: any StepForm) -> (any StepForm)?
}

extension FollowingForm {
    var following: (any FollowingForm)? { self }
}

struct FunctionForm: FollowingForm {
    var function: arete_float_function
    var input: Buffer
    var output: Buffer
    /// The floats of output and input.
    var nest: LoopNest

    func work(_ rows: (Buffer) -> Rows?) -> StepWork? {
        let (function, input, output) = (function, input, output)
        let form = NestForm(
            nest: nest, operands: [.init(buffer: output, elementBytes: 4), .init(buffer: input, elementBytes: 4)]
        ) { nest, offsets in
            guard nest.rank > 1 else {
                return StepWork(units: nest.count, grain: 16384) { memory, range in
                    function.compute(memory[input] + offsets[1], memory[output] + offsets[0], range)
                }
            }
            return StepWork(units: nest.rowCount, grain: max(1, 16384 / nest.rowLength)) { memory, range in
                let (source, target) = (memory[input] + offsets[1], memory[output] + offsets[0])
                nest.forEachRun(range) { starts, pitches, rows in
                    for row in 0..<rows {
                        function.compute(
                            source + starts.1 + row * pitches.1, target + starts.0 + row * pitches.0,
                            0..<nest.rowLength)
                    }
                }
            }
        }
        return form.work(rows)
    }

    func following(_ maker: any StepForm) -> (any StepForm)? {
        guard var form = maker as? PackedForm, form.output == input, let call = form.call.followed(by: function) else {
            return nil
        }
        (form.call, form.output) = (call, output)
        return form
    }
}

extension arete_float_function {
    fileprivate func compute(_ x: UnsafeRawPointer, _ y: UnsafeMutableRawPointer, _ range: Range<Int>) {
        if let plain {
            plain(x, y, range.lowerBound, range.upperBound)
        } else if let parametric {
            withUnsafePointer(to: parameters) { parametric(x, y, range.lowerBound, range.upperBound, $0) }
        }
    }
}
