// A broadcasting loop nest prepared at load.
import CKernels
import Graphs
import Tensors

/// The loop nest of a broadcasting kernel, with long inner runs.
struct LoopNest: Sendable {
    private var nest = arete_nest()
    let count: Int

    /// A nest over `shape` for dense operands; operand 0 is the result.
    init(over shape: Shape, operands: [(element: ElementType, shape: Shape)]) throws(OperatorFailure) {
        let built = Self.build(shape, operands)
        guard let built else { throw .invalid("the operands do not broadcast to \(shape)") }
        nest = built
        count = shape.elementCount
    }

    /// A nest that a kernel family's own function builds; `false` from it means that the nest does not fit.
    init(count: Int, _ build: (UnsafeMutablePointer<arete_nest>) -> Bool) throws(OperatorFailure) {
        guard build(&nest) else { throw .invalid("the tensor has too many dimensions for this operator") }
        self.count = count
    }

    /// Elements that follow each other, of the sizes of the operands.
    init(count: Int, elementBytes: [Int]) throws(OperatorFailure) {
        try self.init(count: count) { nest in
            arete_nest_begin(nest, elementBytes.count)
            return arete_nest_append(nest, count, elementBytes)
        }
    }

    /// Rows of `columns` dense elements, with the bytes from row to row of each operand.
    init(rows: Int, columns: Int, element: ElementType, pitches: [Int]) throws(OperatorFailure) {
        try self.init(count: rows * columns) { nest in
            arete_nest_begin(nest, pitches.count)
            guard arete_nest_append(nest, rows, pitches) else { return false }
            guard arete_nest_append(nest, columns, pitches.map { _ in element.byteCount }) else { return false }
            arete_nest_simplify(nest)
            return true
        }
    }

    private static func build(_ shape: Shape, _ operands: [(element: ElementType, shape: Shape)]) -> arete_nest? {
        var nest = arete_nest()
        arete_nest_begin(&nest, operands.count)
        for axis in 0..<shape.rank {
            var strides: [Int] = []
            for operand in operands {
                let own = axis - shape.rank + operand.shape.rank
                guard own >= 0, operand.shape[own] != 1 else {
                    strides.append(0)
                    continue
                }
                guard operand.shape[own] == shape[axis] else { return nil }
                strides.append(operand.shape.strides[own] * operand.element.byteCount)
            }
            guard arete_nest_append(&nest, shape[axis], strides) else { return nil }
        }
        arete_nest_simplify(&nest)
        return nest
    }

    func withNest(_ body: (UnsafePointer<arete_nest>) -> Void) { withUnsafePointer(to: nest, body) }

    /// Elements of the innermost dimension, which every operand crosses evenly; at least 1.
    var rowLength: Int { nest.rank == 0 ? 1 : max(1, extent(nest.rank - 1)) }
    /// Rows of the innermost dimension.
    var rowCount: Int { count / rowLength }

    /// The operand, 1 or 2, of which every row is the same short one, where all others go on from row to row.
    var repeatedOperand: Int? {
        guard nest.rank == 2, extent(0) > 8, extent(1) < 512 else { return nil }
        func repeats(_ operand: Int) -> Bool { stride(operand, 0) == 0 && stride(operand, 1) > 0 }
        func goesOn(_ operand: Int) -> Bool { stride(operand, 0) == stride(operand, 1) * extent(1) }
        guard goesOn(0) else { return nil }
        return repeats(1) && goesOn(2) ? 1 : repeats(2) && goesOn(1) ? 2 : nil
    }

    /// Calls `body` for each run of rows that are evenly apart, with the byte offsets where it starts in the first three
    /// operands, the bytes from row to row, and the number of rows.
    func forEachRun(
        _ rows: Range<Int>, _ body: (_ offsets: (Int, Int, Int), _ pitches: (Int, Int, Int), _ rows: Int) -> Void
    ) {
        let inner = nest.rank - 1
        // Rows of the next dimension follow each other; only where it ends are the others worked out.
        let length = inner > 0 ? extent(inner - 1) : 1
        let pitch = inner > 0 ? (stride(0, inner - 1), stride(1, inner - 1), stride(2, inner - 1)) : (0, 0, 0)
        var row = rows.lowerBound
        while row < rows.upperBound {
            var rest = row / length
            let place = row % length
            var offsets = (place * pitch.0, place * pitch.1, place * pitch.2)
            var axis = inner - 2
            while axis >= 0 {
                let size = extent(axis)
                let position = rest % size
                rest /= size
                offsets.0 += position * stride(0, axis)
                offsets.1 += position * stride(1, axis)
                offsets.2 += position * stride(2, axis)
                axis -= 1
            }
            let end = min(rows.upperBound, row + length - place)
            body(offsets, pitch, end - row)
            row = end
        }
    }

    /// Calls `body` for each row of a range with the byte offsets where it starts in the first three operands, the bytes from
    /// element to element, and the number of elements.
    func forEachRow(
        _ rows: Range<Int>, _ body: (_ offsets: (Int, Int, Int), _ steps: (Int, Int, Int), _ count: Int) -> Void
    ) {
        let inner = nest.rank - 1
        let steps = inner < 0 ? (0, 0, 0) : (stride(0, inner), stride(1, inner), stride(2, inner))
        let count = rowLength
        forEachRun(rows) { start, pitches, rows in
            var offsets = start
            for _ in 0..<rows {
                body(offsets, steps, count)
                offsets.0 += pitches.0
                offsets.1 += pitches.1
                offsets.2 += pitches.2
            }
        }
    }

    var rank: Int { nest.rank }
    var operandCount: Int { nest.operands }

    func extent(_ axis: Int) -> Int {
        withUnsafeBytes(of: nest.extent) { $0.bindMemory(to: Int.self)[axis] }
    }

    func stride(_ operand: Int, _ axis: Int) -> Int {
        withUnsafeBytes(of: nest.stride) { $0.bindMemory(to: Int.self)[operand * Int(ARETE_NEST_RANK) + axis] }
    }

    /// Whether the rows are so short that a call for each costs more than the results.
    var hasShortRows: Bool { rowCount > 16 && rowLength < 128 }
}

extension ProgramBuilder {
    /// Appends a step that lays out a buffer of `bytes` bytes several times; returns their memory.
    mutating func repeated(_ buffer: Buffer, bytes: Int, times: Int) -> Buffer {
        let target = temporary(bytes: bytes * times)
        step("repeat", reads: [buffer], writes: [target]) { memory, _ in
            for index in 0..<times {
                (memory[target] + index * bytes).copyMemory(from: memory[buffer], byteCount: bytes)
            }
        }
        return target
    }
}

extension ProgramBuilder {
    /// A value broadcast to `shape`: laid out at load where it is `constant` and not much longer then, by a step otherwise.
    mutating func broadcast(
        _ buffer: Buffer, _ type: TensorType, constant: Tensor?, to shape: Shape
    ) throws(OperatorFailure) -> Buffer {
        if type.shape == shape { return buffer }
        let nest = try LoopNest(over: shape, operands: [(type.element, shape), (type.element, type.shape)])
        let wide = TensorType(type.element, shape, quantization: type.quantization)
        return try laidOut("broadcast", buffer, wide, constant: constant, nest)
    }

    /// The elements that a nest with operands target and source reads: copied at load where they are `constant` and do not
    /// become many more, by a step otherwise. `type` is that of the result, which is not empty.
    mutating func laidOut(
        _ kind: String, _ buffer: Buffer, _ type: TensorType, constant: Tensor?, _ nest: LoopNest
    ) throws(OperatorFailure) -> Buffer {
        guard let constant,
            type.byteCount <= constant.byteCount || type.byteCount <= 1 << 20 && room.take(type.byteCount)
        else {
            let target = temporary(bytes: type.byteCount)
            try copy(kind, nest, of: type.element, from: buffer, to: target)
            return target
        }
        do throws(TensorError) {
            return self.constant(
                try Tensor(type) { bytes in
                    constant.withUnsafeBytes { source in
                        guard let target = bytes.baseAddress, let source = source.baseAddress else { return }
                        nest.withNest { arete_copy(type.element.byteCount, $0, target, source, 0, nest.count) }
                    }
                })
        } catch {
            throw .invalid("\(error)")
        }
    }
}
