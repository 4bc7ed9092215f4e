// ONNX's tensors to tensors: data of the file are mapped where they can be, unpacked where they must be.
import Graphs
import Tensors

/// Makes tensors of the tensor messages of one file.
final class TensorDecoder {
    private let file: MappedFile
    private let external: ExternalData
    /// What was decoded, by place in the file: a function that is inlined often needs its constants once.
    private var decoded: [Int: Tensor] = [:]

    init(file: MappedFile, external: ExternalData) {
        self.file = file
        self.external = external
    }

    private var source: WireSource { WireSource(bytes: file.bytes) }

    /// - Parameter name: what to call it in errors.
    func tensor(_ message: TensorMessage, name: String) throws -> Tensor {
        if let tensor = decoded[message.offset] { return tensor }
        let tensor = try decode(message, name: name)
        decoded[message.offset] = tensor
        return tensor
    }

    /// As `tensor`, without remembering it.
    func decode(_ message: TensorMessage, name: String) throws -> Tensor {
        // Made for messages alone.
        var subject: String { "tensor '\(name)'" }
        guard !message.isSegmented else { throw ONNXError("\(subject) is in segments, which are not handled") }
        let element = try DataType.element(message.dataType, of: subject)
        guard message.dimensions.count <= maximumRank else {
            throw ONNXError("\(subject) has \(message.dimensions.count) dimensions; at most \(maximumRank) are handled")
        }
        let shape = Shape(message.dimensions)
        guard shape.dimensions.allSatisfy({ $0 >= 0 }), shape.elementCount != Int.max else {
            throw ONNXError("\(subject) has dimensions \(shape)")
        }
        let type = TensorType(element, shape)
        let isPacked = element == .int4 || element == .uint4
        let storedBytes = isPacked ? (shape.elementCount + 1) / 2 : type.byteCount
        if message.isExternal {
            let (file, range) = try external.region(message, byteCount: storedBytes)
            return try stored(type, file, range)
        }
        if let raw = message.raw {
            guard raw.count == storedBytes else {
                throw ONNXError("\(subject): \(type) needs \(storedBytes) bytes, the file has \(raw.count)")
            }
            return try stored(type, file, raw)
        }
        return try typed(type, message, subject)
    }

    /// A tensor over bytes as they are in the file.
    private func stored(_ type: TensorType, _ file: MappedFile, _ range: Range<Int>) throws -> Tensor {
        let bytes = UnsafeRawBufferPointer(rebasing: file.bytes[range])
        switch type.element {
        case .int4, .uint4:
            return try Tensor(type) { target in
                for index in 0..<target.count {
                    target[index] = Self.unpacked(bytes[index / 2] >> (index % 2 == 0 ? 0 : 4), type.element)
                }
            }
        case .bool:
            return try Tensor(type) { target in
                for index in 0..<target.count { target[index] = bytes[index] == 0 ? 0 : 1 }
            }
        default: return try Tensor(type, file: file, range: range)
        }
    }

    /// The low four bits as a byte of int4 or uint4.
    private static func unpacked(_ nibble: UInt8, _ element: ElementType) -> UInt8 {
        let value = nibble & 15
        return element == .int4 && value > 7 ? value | 0xf0 : value
    }

    /// A tensor of the typed data fields, packed or not.
    private func typed(
        _ type: TensorType, _ message: TensorMessage, _ subject: @autoclosure () -> String
    ) throws -> Tensor {
        let expected = Self.fieldNumber(type.element)
        let isPacked = type.element == .int4 || type.element == .uint4
        let count = isPacked ? (type.shape.elementCount + 1) / 2 : type.shape.elementCount
        guard message.typed.allSatisfy({ $0.number == expected }) else {
            throw ONNXError("\(subject()) has its data in a field of another element type")
        }
        // A value takes at least a byte of the file, so that no more is allocated than the file honestly holds eight-fold.
        let available = message.typed.reduce(0) { $0 + Self.mostValues($1) }
        guard count <= available else {
            throw ONNXError("\(subject()): \(type) needs \(count) values, the file has fewer")
        }
        var position = 0
        var failure: (any Error)?
        let tensor = try Tensor(type) { target in
            do {
                try eachValue(message.typed) { value in
                    guard position < count else {
                        throw ONNXError("\(subject()): the file has more than \(count) values")
                    }
                    store(value, position, type.element, target)
                    position += 1
                }
            } catch { failure = error }
        }
        if let failure { throw failure }
        guard position == count else {
            throw ONNXError("\(subject()): \(type) needs \(count) values, the file has \(position)")
        }
        return tensor
    }

    /// The field of TensorProto that holds values of `element`.
    private static func fieldNumber(_ element: ElementType) -> Int {
        switch element {
        case .float32: 4
        case .float64: 10
        case .int64: 7
        case .uint32, .uint64: 11
        default: 5
        }
    }

    private static func mostValues(_ field: WireReader.Field) -> Int {
        guard case .bytes(let range) = field.value else { return 1 }
        switch field.number {
        case 4: return range.count / 4
        case 10: return range.count / 8
        default: return range.count
        }
    }

    /// Calls `body` with the bits of each value.
    private func eachValue(_ fields: [WireReader.Field], _ body: (UInt64) throws -> Void) throws {
        for field in fields {
            switch (field.value, field.number) {
            case (.fixed32(let bits), 4): try body(UInt64(bits))
            case (.fixed64(let bits), 10): try body(bits)
            case (.varint(let bits), 5), (.varint(let bits), 7), (.varint(let bits), 11): try body(bits)
            case (.bytes(let range), 4):
                guard range.count % 4 == 0 else { throw ONNXError(offset: field.offset, "a list of floats is cut off") }
                for offset in stride(from: range.lowerBound, to: range.upperBound, by: 4) {
                    try body(
                        UInt64(UInt32(littleEndian: file.bytes.loadUnaligned(fromByteOffset: offset, as: UInt32.self))))
                }
            case (.bytes(let range), 10):
                guard range.count % 8 == 0 else {
                    throw ONNXError(offset: field.offset, "a list of doubles is cut off")
                }
                for offset in stride(from: range.lowerBound, to: range.upperBound, by: 8) {
                    try body(UInt64(littleEndian: file.bytes.loadUnaligned(fromByteOffset: offset, as: UInt64.self)))
                }
            case (.bytes(let range), _): try WireReader.forEachVarint(file.bytes, range, body)
            default: throw source.wrongType(field, "tensor data")
            }
        }
    }

    /// Writes value number `position`: the low bits of `bits`, as many as the element has.
    private func store(_ bits: UInt64, _ position: Int, _ element: ElementType, _ target: UnsafeMutableRawBufferPointer)
    {
        switch element {
        case .bool: target[position] = bits == 0 ? 0 : 1
        case .int4, .uint4:
            target[2 * position] = Self.unpacked(UInt8(truncatingIfNeeded: bits), element)
            if 2 * position + 1 < target.count {
                target[2 * position + 1] = Self.unpacked(UInt8(truncatingIfNeeded: bits >> 4), element)
            }
        default:
            switch element.byteCount {
            case 1: target[position] = UInt8(truncatingIfNeeded: bits)
            case 2: target.storeBytes(of: UInt16(truncatingIfNeeded: bits), toByteOffset: 2 * position, as: UInt16.self)
            case 4: target.storeBytes(of: UInt32(truncatingIfNeeded: bits), toByteOffset: 4 * position, as: UInt32.self)
            default: target.storeBytes(of: bits, toByteOffset: 8 * position, as: UInt64.self)
            }
        }
    }
}
