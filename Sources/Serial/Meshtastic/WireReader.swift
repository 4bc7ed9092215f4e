// Fields of protocol buffers, read.

/// Reads fields one after the other; those of later versions and other kinds too, for the caller to pass over.
struct WireReader {
    enum Value {
        case number(UInt64)
        case fixed(UInt32)
        case long(UInt64)
        case bytes(ArraySlice<UInt8>)
    }

    private var rest: ArraySlice<UInt8>
    /// Ended inside a field, or held what no writer writes.
    private(set) var isBroken = false

    init(_ bytes: ArraySlice<UInt8>) { rest = bytes }

    private mutating func varint() -> UInt64? {
        var value: UInt64 = 0
        for index in 0..<10 {
            guard let byte = rest.popFirst() else { return nil }
            value |= UInt64(byte & 0x7f) << (7 * index)
            if byte < 0x80 { return value }
        }
        return nil
    }

    private mutating func taken(_ count: UInt64) -> ArraySlice<UInt8>? {
        guard count <= UInt64(rest.count) else { return nil }
        defer { rest = rest.dropFirst(Int(count)) }
        return rest.prefix(Int(count))
    }

    private mutating func littleEndian(_ count: UInt64) -> UInt64? {
        taken(count).map { $0.reversed().reduce(0) { $0 << 8 | UInt64($1) } }
    }

    /// The next field; `nil` at the end and where the rest cannot be read.
    mutating func next() -> (field: UInt64, value: Value)? {
        guard !rest.isEmpty else { return nil }
        guard let tag = varint(), let value = value(ofKind: tag & 7) else {
            isBroken = true
            return nil
        }
        return (tag >> 3, value)
    }

    private mutating func value(ofKind kind: UInt64) -> Value? {
        switch kind {
        case 0: varint().map { .number($0) }
        case 1: littleEndian(8).map { .long($0) }
        case 2: varint().flatMap { taken($0) }.map { .bytes($0) }
        case 5: littleEndian(4).map { .fixed(UInt32(truncatingIfNeeded: $0)) }
        default: nil
        }
    }
}
