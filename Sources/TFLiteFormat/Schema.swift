// The tables of the .tflite format, as far as the reader needs them: field numbers and names are those of the format.
import Tensors

struct ModelTable {
    let operatorCodes: TableVector
    let subgraphs: TableVector
    let buffers: TableVector

    init(_ buffer: FlatBuffer) throws(TFLiteError) {
        let identifier: UInt32 = try buffer.bytes.number(at: 4, "file identifier")
        guard identifier == 0x334c_4654 else { throw TFLiteError("no TFLite file: it lacks the identifier 'TFL3'") }
        let table = try buffer.root("Model")
        let version = try table.integer(0, "version", as: UInt32.self)
        guard version == 3 else { throw table.failure("version", "\(version) is not known; 3 is") }
        operatorCodes = try table.tables(1, "operator_codes", kind: "OperatorCode")
        subgraphs = try table.tables(2, "subgraphs", kind: "SubGraph")
        buffers = try table.tables(4, "buffers", kind: "Buffer")
    }
}

struct SubgraphTable {
    let table: Table
    let tensors: TableVector
    let inputs: [Int]
    let outputs: [Int]
    let operators: TableVector
    let name: String

    init(_ table: Table) throws(TFLiteError) {
        self.table = table
        tensors = try table.tables(0, "tensors", kind: "Tensor")
        inputs = try table.ints(1, "inputs") ?? []
        outputs = try table.ints(2, "outputs") ?? []
        operators = try table.tables(3, "operators", kind: "Operator")
        name = try table.string(4, "name") ?? ""
    }
}

/// What an operator is: a builtin's name, or the code of a custom operator.
struct OperatorCode: Hashable {
    let name: String
    let isCustom: Bool

    init(_ table: Table) throws(TFLiteError) {
        // Files from before the 128th operator have the number in a field of one byte.
        let deprecated = try table.byte(0, "deprecated_builtin_code")
        let number = max(deprecated, try table.int(3, "builtin_code"))
        guard number >= 0 else { throw table.failure("builtin_code", "\(number) is no operator") }
        isCustom = number == 32
        if isCustom {
            name = try table.string(1, "custom_code") ?? ""
        } else {
            name = number < builtinNames.count ? builtinNames[number] : "builtin \(number)"
        }
    }
}

struct OperatorTable {
    let table: Table
    let code: Int
    let inputs: [Int]
    let outputs: [Int]
    let intermediates: [Int]

    init(_ table: Table) throws(TFLiteError) {
        self.table = table
        code = Int(try table.integer(0, "opcode_index", as: UInt32.self))
        inputs = try table.ints(1, "inputs") ?? []
        outputs = try table.ints(2, "outputs") ?? []
        intermediates = try table.ints(8, "intermediates") ?? []
    }

    /// The options if they are of the type with this number, `nil` where the file leaves them out.
    /// - Throws: when they are of another type.
    func options(type: Int, kind: StaticString) throws(TFLiteError) -> Table? {
        let found = Int(try table.integer(3, "builtin_options_type", as: UInt8.self))
        guard found != 0, let options = try table.table(4, "builtin_options", kind: kind) else { return nil }
        guard found == type else {
            throw table.failure("builtin_options_type", "\(found) is found, \(kind) (\(type)) is expected")
        }
        return options
    }

    /// Where the custom options are in the file.
    func customOptions() throws(TFLiteError) -> Range<Int>? {
        let offset = try table.integer(9, "large_custom_options_offset", as: UInt64.self)
        let size = try table.integer(10, "large_custom_options_size", as: UInt64.self)
        if offset > 1 {
            return try table.buffer.range(offset: offset, size: size, table.failure("large_custom_options_offset", ""))
        }
        return try table.byteRange(5, "custom_options")
    }
}

struct TensorTable {
    let table: Table
    let shape: [Int]
    let type: Int
    let buffer: Int
    let name: String
    let isVariable: Bool
    /// As `shape`, with -1 where a dimension is not fixed; `nil` where all are.
    let shapeSignature: [Int]?

    init(_ table: Table) throws(TFLiteError) {
        self.table = table
        shape = try table.ints(0, "shape") ?? []
        type = try table.byte(1, "type")
        buffer = Int(try table.integer(2, "buffer", as: UInt32.self))
        name = try table.string(3, "name") ?? ""
        isVariable = try table.bool(5, "is_variable")
        shapeSignature = try table.ints(7, "shape_signature")
        guard try table.table(6, "sparsity", kind: "SparsityParameters") == nil else {
            throw table.failure("sparsity", "sparse tensors are not supported")
        }
        guard try table.integer(10, "external_buffer", as: UInt32.self) == 0 else {
            throw table.failure("external_buffer", "weights outside the file are not supported")
        }
    }
}

struct QuantizationTable {
    let table: Table
    let scales: [Float]
    let zeroPoints: [Int64]
    let detailsType: Int
    let dimension: Int

    init(_ table: Table) throws(TFLiteError) {
        self.table = table
        scales = try table.floats(2, "scale") ?? []
        zeroPoints = try table.numbers(3, "zero_point", as: Int64.self) ?? []
        detailsType = Int(try table.integer(4, "details_type", as: UInt8.self))
        dimension = try table.int(6, "quantized_dimension")
    }
}

extension FlatBuffer {
    /// The bytes from `offset`, which may lie behind the flatbuffer in files larger than 2 GiB.
    func range(offset: UInt64, size: UInt64, _ failure: @autoclosure () -> TFLiteError) throws(TFLiteError) -> Range<
        Int
    > {
        guard offset <= UInt64(count), size <= UInt64(count) - offset else {
            throw TFLiteError(
                "\(failure().description)\(size) bytes from offset \(offset) reach past the end of the file")
        }
        return Int(offset)..<Int(offset + size)
    }
}

/// Where the bytes of a `Buffer` table are in the file; empty where it has none.
func bufferContent(_ table: Table) throws(TFLiteError) -> Range<Int> {
    if let range = try table.byteRange(0, "data"), !range.isEmpty { return range }
    let offset = try table.integer(1, "offset", as: UInt64.self)
    let size = try table.integer(2, "size", as: UInt64.self)
    // Writers leave 1 as a mark that there is no offset.
    guard offset > 1, size > 0 else { return 0..<0 }
    return try table.buffer.range(offset: offset, size: size, table.failure("offset", ""))
}
