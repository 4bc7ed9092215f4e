// The protobuf wire format: tagged fields of numbers and byte ranges.

/// Walks over the fields of one message. Every length is checked against the message's end.
struct WireReader {
    private let bytes: UnsafeRawBufferPointer
    private var position: Int
    private let end: Int
    /// Messages that this one lies in.
    let depth: Int

    /// Deeper nesting than any real model has is refused: it could exhaust the stack.
    static let maximumDepth = 64

    /// One field: its number and value.
    struct Field {
        var number: Int
        var value: Value
        /// Where the field starts in the file.
        var offset: Int
    }
    enum Value {
        case varint(UInt64)
        case fixed32(UInt32)
        case fixed64(UInt64)
        case bytes(Range<Int>)
    }

    init(_ bytes: UnsafeRawBufferPointer, range: Range<Int>, depth: Int = 0) throws {
        guard depth <= Self.maximumDepth else {
            throw ONNXError(offset: range.lowerBound, "messages are nested more than \(Self.maximumDepth) deep")
        }
        self.bytes = bytes
        position = range.lowerBound
        end = range.upperBound
        self.depth = depth
    }

    /// The next field, or `nil` at the end of the message.
    mutating func next() throws -> Field? {
        guard position < end else { return nil }
        let offset = position
        let tag = try varint()
        guard let number = Int(exactly: tag >> 3), number > 0, number < 1 << 29 else {
            throw ONNXError(offset: offset, "\(tag >> 3) is no field number")
        }
        switch tag & 7 {
        case 0: return Field(number: number, value: .varint(try varint()), offset: offset)
        case 1:
            guard end - position >= 8 else { throw ONNXError(offset: offset, "field \(number) is cut off") }
            defer { position += 8 }
            let value = UInt64(littleEndian: bytes.loadUnaligned(fromByteOffset: position, as: UInt64.self))
            return Field(number: number, value: .fixed64(value), offset: offset)
        case 2:
            let length = try varint()
            guard length <= UInt64(end - position) else {
                throw ONNXError(
                    offset: offset, "field \(number) is \(length) bytes long, only \(end - position) are left")
            }
            let range = position..<(position + Int(length))
            position = range.upperBound
            return Field(number: number, value: .bytes(range), offset: offset)
        case 5:
            guard end - position >= 4 else { throw ONNXError(offset: offset, "field \(number) is cut off") }
            defer { position += 4 }
            let value = UInt32(littleEndian: bytes.loadUnaligned(fromByteOffset: position, as: UInt32.self))
            return Field(number: number, value: .fixed32(value), offset: offset)
        default: throw ONNXError(offset: offset, "field \(number) has wire type \(tag & 7), which ONNX does not use")
        }
    }

    private mutating func varint() throws -> UInt64 {
        let start = position
        var value: UInt64 = 0
        for shift in stride(from: 0, to: 64, by: 7) {
            guard position < end else { throw ONNXError(offset: start, "a number is cut off") }
            let byte = bytes[position]
            position += 1
            if shift == 63 && byte > 1 { break }
            value |= UInt64(byte & 0x7f) << UInt64(shift)
            if byte & 0x80 == 0 { return value }
        }
        throw ONNXError(offset: start, "a number has more than 64 bits")
    }

    /// All numbers of a packed list of varints, one after another.
    static func forEachVarint(
        _ bytes: UnsafeRawBufferPointer, _ range: Range<Int>, _ body: (UInt64) throws -> Void
    ) throws {
        var reader = try WireReader(bytes, range: range)
        while reader.position < reader.end { try body(try reader.varint()) }
    }
}

/// The bytes of the model file and the ways to read a field of them.
struct WireSource {
    let bytes: UnsafeRawBufferPointer

    func reader(_ field: WireReader.Field, in parent: WireReader) throws -> WireReader {
        try WireReader(bytes, range: try range(field), depth: parent.depth + 1)
    }

    func range(_ field: WireReader.Field) throws -> Range<Int> {
        guard case .bytes(let range) = field.value else { throw wrongType(field, "bytes") }
        return range
    }

    /// Text; what is not UTF-8 is replaced.
    func string(_ field: WireReader.Field) throws -> String {
        String(decoding: bytes[try range(field)], as: UTF8.self)
    }

    func integer(_ field: WireReader.Field) throws -> Int {
        guard case .varint(let value) = field.value else { throw wrongType(field, "a number") }
        return Int(truncatingIfNeeded: value)
    }

    func float(_ field: WireReader.Field) throws -> Float {
        guard case .fixed32(let value) = field.value else { throw wrongType(field, "a 32-bit float") }
        return Float(bitPattern: value)
    }

    /// Appends the numbers of a repeated field, packed or not.
    func append(_ field: WireReader.Field, to list: inout [Int]) throws {
        if case .bytes(let range) = field.value {
            try WireReader.forEachVarint(bytes, range) { list.append(Int(truncatingIfNeeded: $0)) }
        } else {
            list.append(try integer(field))
        }
    }

    /// Appends the floats of a repeated field, packed or not.
    func append(_ field: WireReader.Field, to list: inout [Float]) throws {
        if case .bytes(let range) = field.value {
            guard range.count % 4 == 0 else { throw ONNXError(offset: field.offset, "a list of floats is cut off") }
            for offset in stride(from: range.lowerBound, to: range.upperBound, by: 4) {
                list.append(
                    Float(
                        bitPattern: UInt32(littleEndian: bytes.loadUnaligned(fromByteOffset: offset, as: UInt32.self))))
            }
        } else {
            list.append(try float(field))
        }
    }

    func wrongType(_ field: WireReader.Field, _ expected: String) -> ONNXError {
        ONNXError(offset: field.offset, "field \(field.number) should hold \(expected)")
    }
}
