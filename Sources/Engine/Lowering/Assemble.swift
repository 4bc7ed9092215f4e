// Joining, cutting, repeating and padding.
import CKernels
import Graphs
import Tensors

extension Concat: Lowerable {
    public func lower(_ site: Site, _ builder: inout ProgramBuilder) throws(OperatorFailure) {
        let result = site.outputType()
        var types: [TensorType] = []
        for index in 0..<site.arguments.count { types.append(try site.inputType(index)) }
        let isRaw = types.allSatisfy { $0.element == result.element && $0.quantization == result.quantization }
        guard isRaw && (activation == .none || result.quantization == nil) else {
            return try lowerQuantized(site, &builder)
        }
        let axis = try result.shape.checked(axis: axis)
        let rows = result.shape.count(0..<axis)
        let pitch = result.shape.count(axis..<result.shape.rank) * result.element.byteCount
        var offset = 0
        for (index, type) in types.enumerated() where type.shape.elementCount > 0 {
            let columns = type.shape.count(axis..<type.shape.rank)
            let bytes = columns * type.element.byteCount
            let nest = try LoopNest(rows: rows, columns: columns, element: type.element, pitches: [pitch, bytes])
            try builder.copy(
                "concat", nest, of: type.element, from: try site.input(index), to: site.output(), targetOffset: offset)
            offset += bytes
        }
        try builder.activate(activation, site.output(), result)
    }
}

extension Split: Lowerable {
    public func lower(_ site: Site, _ builder: inout ProgramBuilder) throws(OperatorFailure) {
        let type = try site.inputType(0)
        let axis = try resolved(site.arguments).axis
        let rows = type.shape.count(0..<axis)
        let pitch = type.shape.count(axis..<type.shape.rank) * type.element.byteCount
        var offset = 0
        for index in 0..<site.outputCount where site.outputType(index).shape.elementCount > 0 {
            let shape = site.outputType(index).shape
            let columns = shape.count(axis..<shape.rank)
            let bytes = columns * type.element.byteCount
            let nest = try LoopNest(rows: rows, columns: columns, element: type.element, pitches: [bytes, pitch])
            try builder.copy(
                "split", nest, of: type.element, from: try site.input(0), at: offset, to: site.output(index))
            offset += bytes
        }
    }
}

extension Tile: Lowerable {
    public func lower(_ site: Site, _ builder: inout ProgramBuilder) throws(OperatorFailure) {
        let (type, result) = (try site.inputType(0), site.outputType())
        guard result.shape.elementCount > 0 else { return }
        let repeats = try site.arguments.integers(1)
        let nest = try LoopNest(count: result.shape.elementCount) {
            arete_nest_tile($0, type.shape.rank, type.shape.dimensions, repeats, type.element.byteCount)
        }
        try builder.copy("tile", nest, of: type.element, from: try site.input(0), to: site.output())
    }
}

extension Expand: Lowerable {
    public func lower(_ site: Site, _ builder: inout ProgramBuilder) throws(OperatorFailure) {
        let (type, result) = (try site.inputType(0), site.outputType())
        let nest = try LoopNest(
            over: result.shape, operands: [(result.element, result.shape), (type.element, type.shape)])
        try builder.copy("expand", nest, of: type.element, from: try site.input(0), to: site.output())
    }
}

extension Pad: Lowerable {
    public func lower(_ site: Site, _ builder: inout ProgramBuilder) throws(OperatorFailure) {
        let type = try site.inputType(0)
        let borders = try borders(site.arguments)
        var plan = arete_pad_plan()
        let isPossible = arete_pad_begin(
            &plan, kernelMode, type.element.byteCount, type.shape.rank, type.shape.dimensions, borders.map(\.before),
            borders.map(\.after))
        guard isPossible else { throw .invalid("padding does not fit \(type.shape)") }
        guard site.outputType().shape.elementCount > 0 else { return }
        if try padColumns(site, type, borders, &builder) { return }
        let value: Buffer
        if let given = site.arguments.optionalType(2) {
            guard given.element == type.element, given.shape.elementCount == 1 else {
                throw .invalid("the value must be one \(type.element), not \(given)")
            }
            value = try site.input(2)
        } else {
            value = try builder.zero(of: type)
        }
        let (input, output, prepared) = (try site.input(0), site.output(), plan)
        let rows = arete_pad_rows(&plan)
        let pad = try builder.entry(\.layout.pad)
        builder.step(
            "pad", reads: [input, value], writes: [output], units: rows,
            grain: 32768 / max(1, site.outputType().shape.elementCount / max(1, rows))
        ) { memory, range in
            withUnsafePointer(to: prepared) {
                pad($0, memory[input], memory[value], memory[output], range.lowerBound, range.upperBound)
            }
        }
    }

    /// Appends copies that pad the last axis alone with a known value: what is padded can often be written where they would bring it.
    /// `false` for other pads, and for rows of less than a vector, which cost more to write apart than to copy.
    private func padColumns(
        _ site: Site, _ type: TensorType, _ borders: [(before: Int, after: Int)], _ builder: inout ProgramBuilder
    ) throws(OperatorFailure) -> Bool {
        let size = type.element.byteCount
        guard mode == .constant, case let (before, after)? = borders.last, before >= 0, after >= 0,
            borders.dropLast().allSatisfy({ $0 == (0, 0) }), [1, 2, 4, 8].contains(size), type.shape.elementCount > 0,
            let value = try borderValue(site, type)
        else { return false }
        let last = type.shape.rank - 1
        let (rows, columns) = (type.shape.count(0..<last), type.shape[last])
        let (bytes, pitch) = (columns * size, site.outputType().shape[last] * size)
        guard bytes >= 64 else { return false }
        for (offset, count) in [(0, before), (before * size + bytes, after)] where count > 0 {
            let border = try builder.broadcast(
                builder.constant(value), value.type, constant: value, to: [count])
            let nest = try LoopNest(rows: rows, columns: count, element: type.element, pitches: [pitch, 0])
            try builder.copy(
                "pad", nest, of: type.element, from: border, to: site.output(), targetOffset: offset)
        }
        let nest = try LoopNest(rows: rows, columns: columns, element: type.element, pitches: [pitch, bytes])
        try builder.copy(
            "pad", nest, of: type.element, from: try site.input(0), to: site.output(), targetOffset: before * size)
        return true
    }

    /// The one element that borders are filled with; `nil` where it is computed or of another type.
    private func borderValue(_ site: Site, _ type: TensorType) throws(OperatorFailure) -> Tensor? {
        if site.arguments.optionalType(2) != nil {
            guard let given = site.optionalConstant(2), given.element == type.element, given.elementCount == 1 else {
                return nil
            }
            return given
        }
        do throws(TensorError) {
            return try Tensor(type.element, nearest: Double(type.quantization?.zeroPoint ?? 0))
        } catch {
            throw .invalid("\(error)")
        }
    }

    private var kernelMode: arete_pad_mode {
        switch mode {
        case .constant: ARETE_PAD_CONSTANT
        case .edge: ARETE_PAD_EDGE
        case .reflect: ARETE_PAD_REFLECT
        case .symmetric: ARETE_PAD_SYMMETRIC
        case .wrap: ARETE_PAD_WRAP
        }
    }
}
