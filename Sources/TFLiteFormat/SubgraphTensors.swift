// The tensors of one subgraph: types, quantization and constants, read when somebody asks for them.
import Graphs
import Tensors

final class SubgraphTensors {
    private let model: ModelTable
    private let list: TableVector
    /// What is known of the tensors that somebody asked for.
    private var known: [Known] = []
    /// For each tensor its place in `known`, -1 for none: as large as the list in the file.
    private var places: [Int32]

    private struct Known {
        let table: TensorTable
        var type: TensorType?
        var constant: Tensor?
    }

    init(model: ModelTable, subgraph: SubgraphTable) {
        self.model = model
        list = subgraph.tensors
        places = [Int32](repeating: -1, count: list.count)
    }

    /// How many tensors the file lists.
    var count: Int { list.count }

    private var flat: FlatBuffer { list.buffer }

    /// The table of tensor `index`; `user` names who asks, for the message about an index out of range.
    func table(_ index: Int, _ user: @autoclosure () -> String) throws(TFLiteError) -> TensorTable {
        known[try position(index, user())].table
    }

    /// The place of tensor `index` in `known`.
    private func position(_ index: Int, _ user: @autoclosure () -> String) throws(TFLiteError) -> Int {
        guard places.indices.contains(index) else {
            throw TFLiteError("\(user()) names tensor \(index); there are \(list.count)")
        }
        if places[index] >= 0 { return Int(places[index]) }
        try flat.spend(128)
        let table = try TensorTable(try list.table(index))
        guard table.shape.count <= maximumRank else {
            throw table.table.failure("shape", "\(table.shape.count) dimensions; at most \(maximumRank) are handled")
        }
        guard !table.shape.contains(where: { $0 < 0 }) else {
            throw table.table.failure("shape", "\(Shape(table.shape)) is no shape")
        }
        guard known.count < 1 << 30 else { throw TFLiteError("it has more tensors than are handled") }
        places[index] = Int32(known.count)
        known.append(Known(table: table))
        return known.count - 1
    }

    /// The name of tensor `index` in the file; `nil` where it has none or was not read.
    private func givenName(_ index: Int) -> String? {
        guard places.indices.contains(index), places[index] >= 0 else { return nil }
        let name = known[Int(places[index])].table.name
        return name.isEmpty ? nil : name
    }

    /// How messages name tensor `index`.
    func place(_ index: Int) -> String {
        givenName(index).map { "tensor \(index) '\($0)'" } ?? "tensor \(index)"
    }

    /// The name of tensor `index`, which must have been read.
    func name(_ index: Int) -> String {
        givenName(index) ?? "tensor \(index)"
    }

    func isResource(_ table: TensorTable) -> Bool { table.type == 13 }

    /// The type of tensor `index` with the shape that the file declares.
    func type(_ index: Int, _ user: @autoclosure () -> String) throws(TFLiteError) -> TensorType {
        let position = try position(index, user())
        if let type = known[position].type { return type }
        let table = known[position].table
        guard let element = Self.element(table.type) else {
            let name = Self.otherTypes[table.type] ?? "number \(table.type)"
            throw TFLiteError("\(place(index)): elements of type \(name) are not supported")
        }
        let shape = Shape(table.shape)
        let quantization = try quantization(of: table, index: index, element: element)
        let type = TensorType(element, shape, quantization: quantization)
        guard type.byteCount <= maximumTensorBytes else {
            throw TFLiteError("\(place(index)): \(type) is larger than any memory here")
        }
        known[position].type = type
        return type
    }

    /// The element type that the file calls `number`.
    private static func element(_ number: Int) -> ElementType? {
        switch number {
        case 0: .float32
        case 1: .float16
        case 2: .int32
        case 3: .uint8
        case 4: .int64
        case 6: .bool
        case 7: .int16
        case 9: .int8
        case 10: .float64
        case 12: .uint64
        case 15: .uint32
        case 16: .uint16
        case 17: .int4
        case 18: .bfloat16
        case 20: .uint4
        default: nil
        }
    }

    private static let otherTypes = [
        5: "STRING", 8: "COMPLEX64", 11: "COMPLEX128", 13: "RESOURCE", 14: "VARIANT", 19: "INT2", 21: "FLOAT8_E4M3FN",
        22: "FLOAT8_E5M2",
    ]

    private func quantization(
        of tensor: TensorTable, index: Int, element: ElementType
    ) throws(TFLiteError) -> Quantization? {
        guard let range = element.integerRange,
            let table = try tensor.table.table(4, "quantization", kind: "QuantizationParameters")
        else { return nil }
        let found = try QuantizationTable(table)
        guard found.detailsType == 0 else {
            let names = [1: "custom", 2: "blockwise", 3: "multi-axis"]
            let name = names[found.detailsType] ?? "type \(found.detailsType)"
            throw TFLiteError("\(place(index)): \(name) quantization is not supported")
        }
        let (scales, zeroPoints) = (found.scales, found.zeroPoints)
        // Converters leave an empty list or a single 0 on tensors that are not quantized.
        if scales.isEmpty || scales.count == 1 && scales[0] == 0 { return nil }
        // Loops without a way out, which run in vectors: thousands of channels have a scale.
        var isPositive = true
        for scale in scales { isPositive = isPositive && scale > 0 && scale < .infinity }
        guard isPositive else {
            throw TFLiteError("\(place(index)): a scale of its quantization is not a positive number")
        }
        guard zeroPoints.isEmpty || zeroPoints.count == 1 || zeroPoints.count == scales.count else {
            throw TFLiteError("\(place(index)): \(zeroPoints.count) zero points for \(scales.count) scales")
        }
        var bits: Int64 = 0
        for zero in zeroPoints { bits |= zero }
        if bits != 0 {
            for zero in zeroPoints where !range.contains(zero) || Int32(exactly: zero) == nil {
                throw TFLiteError("\(place(index)): zero point \(zero) is no \(element)")
            }
        }
        if scales.count == 1 {
            return Quantization(scale: scales[0], zeroPoint: Int32(truncatingIfNeeded: zeroPoints.first ?? 0))
        }
        guard bits == 0 else {
            throw TFLiteError("\(place(index)): zero points other than 0 with a scale for each channel")
        }
        // Old converters number the axis of a bias as if it had the rank of the weights.
        let axis = tensor.shape.count == 1 ? 0 : found.dimension
        guard tensor.shape.indices.contains(axis), tensor.shape[axis] == scales.count else {
            throw TFLiteError(
                "\(place(index)): \(scales.count) scales do not fit axis \(found.dimension) of \(Shape(tensor.shape))")
        }
        return Quantization(scales: scales, zeroPoints: [Int32](repeating: 0, count: scales.count), axis: axis)
    }

    /// Where the file has the content of tensor `index`; empty where it has none.
    func content(_ index: Int, _ user: @autoclosure () -> String) throws(TFLiteError) -> Range<Int> {
        let buffer = try table(index, user()).buffer
        if buffer == 0 { return 0..<0 }
        guard buffer < model.buffers.count else {
            throw TFLiteError("\(place(index)) names buffer \(buffer); there are \(model.buffers.count)")
        }
        return try bufferContent(try model.buffers.table(buffer))
    }

    /// The values of tensor `index` where the file holds them, mapped and not copied where they are aligned.
    func constant(_ index: Int, _ user: @autoclosure () -> String) throws(TFLiteError) -> Tensor? {
        let position = try position(index, user())
        if let constant = known[position].constant { return constant }
        let range = try content(index, user())
        let type = try type(index, user())
        if range.isEmpty, type.shape.elementCount != 0 { return nil }
        let tensor = try tensor(type, range, index)
        known[position].constant = tensor
        return tensor
    }

    private func tensor(_ type: TensorType, _ range: Range<Int>, _ index: Int) throws(TFLiteError) -> Tensor {
        let isPacked = type.element == .int4 || type.element == .uint4
        let expected = isPacked ? type.byteCount / 2 + type.byteCount % 2 : type.byteCount
        guard range.count == expected else {
            throw TFLiteError("\(place(index)): \(type) needs \(expected) bytes, its buffer has \(range.count)")
        }
        if isPacked || range.lowerBound % type.element.byteCount != 0 { try flat.spend(type.byteCount) }
        do throws(TensorError) {
            if range.isEmpty { return try Tensor(type) }
            if isPacked { return try unpacked(type, range) }
            return try Tensor(type, file: flat.file, range: range)
        } catch {
            throw TFLiteError("\(place(index)): \(error)")
        }
    }

    /// Two elements a byte, the lower four bits first.
    private func unpacked(_ type: TensorType, _ range: Range<Int>) throws(TensorError) -> Tensor {
        let packed = UnsafeRawBufferPointer(rebasing: flat.bytes[range])
        let isSigned = type.element == .int4
        return try Tensor(type) { elements in
            for position in elements.indices {
                let nibble = packed[position / 2] >> (position % 2 == 0 ? 0 : 4) & 15
                elements[position] = isSigned && nibble > 7 ? nibble | 0xf0 : nibble
            }
        }
    }

    /// What a variable tensor holds after a reset: the content of its buffer, or zeros as real numbers.
    func initialValue(_ index: Int, _ user: @autoclosure () -> String) throws(TFLiteError) -> Tensor {
        if let constant = try constant(index, user()) { return constant }
        return try zeros(try type(index, user()), place: place(index))
    }

    /// Zeros as real numbers: the zero point of a quantized type.
    func zeros(_ type: TensorType, place: String) throws(TFLiteError) -> Tensor {
        guard type.byteCount <= 1 << 26 else {
            throw TFLiteError("\(place): \(type) is more than a variable may have (64 MiB)")
        }
        try stateAllowance(type.byteCount)
        let zero = type.element.byteCount == 1 ? type.quantization?.zeroPoint ?? 0 : 0
        do throws(TensorError) {
            return try Tensor(type) { bytes in
                if zero != 0 { bytes.initializeMemory(as: UInt8.self, repeating: UInt8(truncatingIfNeeded: zero)) }
            }
        } catch {
            throw TFLiteError("\(place): \(error)")
        }
    }

    private var stateBytes = 0

    /// State has no bytes in the file that vouch for its size, so all of it together has a limit.
    private func stateAllowance(_ bytes: Int) throws(TFLiteError) {
        stateBytes += bytes
        guard stateBytes <= 1 << 26 else { throw TFLiteError("the variables hold more than 64 MiB") }
    }
}
