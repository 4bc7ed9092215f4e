// Functions of two elements, and selection.
import CKernels
import Graphs
import Tensors

extension Binary: Lowerable {
    public func lower(_ site: Site, _ builder: inout ProgramBuilder) throws(OperatorFailure) {
        if try isQuantized(site) { return try lowerQuantized(site, &builder) }
        try lowerPlain(site, &builder)
    }

    /// Computes on the elements as they are.
    func lowerPlain(_ site: Site, _ builder: inout ProgramBuilder) throws(OperatorFailure) {
        let a = try site.inputType(0)
        var b = try site.inputType(1)
        let (left, output) = (try site.input(0), site.output())
        var right = try site.input(1)
        if b.element != a.element {
            // Powers and shifts may mix types; the second operand then becomes the first's type.
            let (source, target) = (right, builder.temporary(bytes: b.shape.elementCount * a.element.byteCount))
            let convert = arete_cast(b.element.kernelType, a.element.kernelType)
            builder.step("cast", reads: [source], writes: [target], units: b.shape.elementCount, grain: 16384) {
                memory, range in
                convert?(memory[source], memory[target], range.lowerBound, range.upperBound)
            }
            right = target
            b.element = a.element
        }
        guard let row = arete_binary(plainOperation, a.element.kernelType) else {
            throw .invalid("\(function) of \(a.element) is not supported")
        }
        let result = site.outputType()
        let nest = try LoopNest(
            over: result.shape, operands: [(result.element, result.shape), (a.element, a.shape), (b.element, b.shape)])
        let (first, second) = (left, right)
        var inPlace: [(source: Buffer, target: Buffer)] = []
        if a.shape == result.shape, a.element == result.element { inPlace.append((first, output)) }
        if b.shape == result.shape, b.element == result.element, first != second { inPlace.append((second, output)) }
        if a.element == .float32, result.element == .float32, activation == .none || activation.bounds != nil,
            let function = try builder.entry(\.elementwise.float_pair)(plainOperation)
        {
            let bounds = activation.bounds ?? (-.infinity, .infinity)
            let form = PairForm(
                kernel: PairKernel(arete_float_bounds(low: bounds.low, high: bounds.high), function), nest: nest,
                output: .init(buffer: output, elementBytes: 4), first: .init(buffer: first, elementBytes: 4),
                second: .init(buffer: second, elementBytes: 4))
            let name = activation == .none ? "" : " \(activation)"
            return builder.step(
                "\(self.function) float32\(name)", reads: [first, second], writes: [output], form: form,
                inPlace: inPlace)
        }
        let operands = zip([output, first, second], [result.element, a.element, b.element]).map {
            NestForm.Operand(buffer: $0, elementBytes: $1.byteCount)
        }
        let form = NestForm(nest: nest, operands: operands) { nest, places in
            StepWork(units: nest.count, grain: 16384) { memory, range in
                nest.withNest {
                    arete_binary_broadcast(
                        row, $0, memory[output] + places[0], memory[first] + places[1], memory[second] + places[2],
                        range.lowerBound, range.upperBound)
                }
            }
        }
        builder.step(
            "\(function) \(a.element)", reads: [first, second], writes: [output], form: form, inPlace: inPlace)
        try builder.activate(activation, output, result)
    }

    private var plainOperation: arete_binary_operation {
        switch function {
        case .add: ARETE_BINARY_ADD
        case .subtract: ARETE_BINARY_SUB
        case .multiply: ARETE_BINARY_MUL
        case .divide: ARETE_BINARY_DIV
        case .power: ARETE_BINARY_POW
        case .floorDivide: ARETE_BINARY_FLOOR_DIV
        case .floorModulo: ARETE_BINARY_FLOOR_MOD
        case .truncatedModulo: ARETE_BINARY_TRUNC_MOD
        case .maximum: ARETE_BINARY_MAX
        case .minimum: ARETE_BINARY_MIN
        case .prelu: ARETE_BINARY_PRELU
        case .squaredDifference: ARETE_BINARY_SQUARED_DIFFERENCE
        case .arcTangent2: ARETE_BINARY_ATAN2
        case .equal: ARETE_BINARY_EQUAL
        case .notEqual: ARETE_BINARY_NOT_EQUAL
        case .less: ARETE_BINARY_LESS
        case .lessOrEqual: ARETE_BINARY_LESS_EQUAL
        case .greater: ARETE_BINARY_GREATER
        case .greaterOrEqual: ARETE_BINARY_GREATER_EQUAL
        case .logicalAnd: ARETE_BINARY_AND
        case .logicalOr: ARETE_BINARY_OR
        case .logicalXor: ARETE_BINARY_XOR
        case .bitwiseAnd: ARETE_BINARY_BIT_AND
        case .bitwiseOr: ARETE_BINARY_BIT_OR
        case .bitwiseXor: ARETE_BINARY_BIT_XOR
        case .shiftLeft: ARETE_BINARY_SHIFT_LEFT
        case .shiftRight: ARETE_BINARY_SHIFT_RIGHT
        }
    }
}

extension Select: Lowerable {
    public func lower(_ site: Site, _ builder: inout ProgramBuilder) throws(OperatorFailure) {
        let types = [try site.inputType(0), try site.inputType(1), try site.inputType(2)]
        let (condition, a, b, output) = (try site.input(0), try site.input(1), try site.input(2), site.output())
        let result = site.outputType()
        let size = result.element.byteCount
        let nest = try LoopNest(
            over: result.shape, operands: [(result.element, result.shape)] + types.map { ($0.element, $0.shape) })
        builder.step("where", reads: [condition, a, b], writes: [output], units: nest.count, grain: 16384) {
            memory, range in
            nest.withNest {
                arete_where(
                    size, $0, memory[output], memory[condition, as: UInt8.self], memory[a], memory[b], range.lowerBound,
                    range.upperBound)
            }
        }
    }
}
