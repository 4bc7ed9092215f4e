import CKernels
import Graphs
import Tensors

extension Softmax: Lowerable {
    public func lower(_ site: Site, _ builder: inout ProgramBuilder) throws(OperatorFailure) {
        if try isQuantized(site) { return try lowerQuantized(site, &builder) }
        let type = try site.inputType(0)
        let kind: arete_softmax_kind =
            switch function {
            case .softmax: ARETE_SOFTMAX
            case .logSoftmax: ARETE_LOG_SOFTMAX
            case .hardmax: ARETE_HARDMAX
            }
        let softmax = try builder.entry(\.elementwise.softmax)
        guard site.outputType().element == type.element, let run = softmax(kind, type.element.kernelType) else {
            throw .invalid("\(function) of \(type.element) is not supported")
        }
        guard type.shape.elementCount > 0 else { return }
        let columns = try Columns(of: type.shape, along: axis)
        let plan = arete_softmax_plan(n: columns.length, inner: columns.inner, beta: Double(beta))
        let (input, output) = (try site.input(0), site.output())
        builder.step(
            "\(function)", reads: [input], writes: [output], units: columns.count, grain: columns.grain,
            inPlace: [(input, output)]
        ) { memory, range in
            withUnsafePointer(to: plan) { run($0, memory[input], memory[output], range.lowerBound, range.upperBound) }
        }
    }
}

/// The columns of a tensor along one axis, which many kernels count in.
struct Columns {
    /// Elements of one column, and how far apart they lie.
    let length: Int
    let inner: Int
    /// How many columns there are.
    let count: Int

    /// - Parameter shape: of a tensor that is not empty.
    init(of shape: Shape, along axis: Int) throws(OperatorFailure) {
        let axis = try shape.checked(axis: axis)
        length = shape[axis]
        inner = shape.count((axis + 1)..<shape.rank)
        count = shape.count(0..<axis) * inner
    }

    /// Columns worth a thread's while.
    var grain: Int { max(1, 4096 / max(1, length)) }
}
