// The wire format of protocol buffers, as far as TAK needs it.

struct ProtobufWriter {
    private(set) var bytes: [UInt8] = []

    mutating func varint(_ value: UInt64) {
        var rest = value
        while rest >= 0x80 {
            bytes.append(UInt8(truncatingIfNeeded: rest) | 0x80)
            rest >>= 7
        }
        bytes.append(UInt8(rest))
    }

    private mutating func key(_ field: Int, _ kind: UInt64) { varint(UInt64(field) << 3 | kind) }

    /// What is zero or empty is not written, as readers know that.
    mutating func number(_ field: Int, _ value: UInt64) {
        guard value != 0 else { return }
        key(field, 0)
        varint(value)
    }

    mutating func double(_ field: Int, _ value: Double) {
        guard value != 0 else { return }
        key(field, 1)
        for shift in 0..<8 { bytes.append(UInt8(truncatingIfNeeded: value.bitPattern >> (8 * UInt64(shift)))) }
    }

    mutating func text(_ field: Int, _ value: String?) {
        guard let value, !value.isEmpty else { return }
        message(field, Array(value.utf8))
    }

    /// Written even where it is empty: that it is there says something.
    mutating func message(_ field: Int, _ value: [UInt8]) {
        key(field, 2)
        varint(UInt64(value.count))
        bytes += value
    }
}

/// A field of a message.
enum ProtobufValue {
    case number(UInt64)
    case double(Double)
    case bytes(ArraySlice<UInt8>)
    case other

    var number: UInt64 { if case .number(let value) = self { value } else { 0 } }
    var double: Double { if case .double(let value) = self { value } else { 0 } }
    var bytes: ArraySlice<UInt8> { if case .bytes(let value) = self { value } else { [] } }
    var text: String { String(decoding: bytes, as: UTF8.self) }
}

struct ProtobufReader {
    private let bytes: ArraySlice<UInt8>
    private var place: Int

    init(_ bytes: ArraySlice<UInt8>) { (self.bytes, place) = (bytes, bytes.startIndex) }

    private static let cut = TAKError.event("the protobuf message is cut off or damaged")

    mutating func varint() throws(TAKError) -> UInt64 {
        var value: UInt64 = 0
        for shift in stride(from: UInt64(0), to: 64, by: 7) {
            guard place < bytes.endIndex else { throw Self.cut }
            let byte = bytes[place]
            place += 1
            value |= UInt64(byte & 0x7f) << shift
            if byte < 0x80 { return value }
        }
        throw Self.cut
    }

    /// The next field; `nil` at the end.
    mutating func next() throws(TAKError) -> (field: UInt64, value: ProtobufValue)? {
        guard place < bytes.endIndex else { return nil }
        let key = try varint()
        switch key & 7 {
        case 0: return (key >> 3, .number(try varint()))
        case 1:
            var bits: UInt64 = 0
            for (offset, byte) in try take(8).enumerated() { bits |= UInt64(byte) << UInt64(8 * offset) }
            return (key >> 3, .double(Double(bitPattern: bits)))
        case 2:
            guard let count = Int(exactly: try varint()) else { throw Self.cut }
            return (key >> 3, .bytes(try take(count)))
        case 5:
            _ = try take(4)
            return (key >> 3, .other)
        default: throw Self.cut
        }
    }

    private mutating func take(_ count: Int) throws(TAKError) -> ArraySlice<UInt8> {
        guard count <= bytes.endIndex - place else { throw Self.cut }
        defer { place += count }
        return bytes[place..<place + count]
    }
}
