// Writes flatbuffers: tables as dictionaries from field number to content.

/// What a field of a table holds.
indirect enum Field: Sendable {
    case i8(Int8)
    case u8(UInt8)
    case i32(Int32)
    case u32(UInt32)
    case u64(UInt64)
    case f32(Float)
    case string(String)
    case bytes([UInt8])
    case ints([Int])
    case longs([Int64])
    case floats([Float])
    case table([Int: Field])
    case tables([[Int: Field]])
    /// A vector that lists one table many times.
    case repeated([Int: Field], Int)

    static func bool(_ value: Bool) -> Field { .u8(value ? 1 : 0) }
}

struct FlatBufferWriter {
    private(set) var bytes: [UInt8] = []

    /// A file with the root table `root`.
    static func file(root: [Int: Field], identifier: String = "TFL3") -> [UInt8] {
        var writer = FlatBufferWriter()
        writer.put(UInt32(0))
        writer.bytes += Array(identifier.utf8)
        let position = writer.write(root)
        writer.patch(0, to: position)
        return writer.bytes
    }

    private mutating func put<Number: FixedWidthInteger>(_ value: Number) {
        withUnsafeBytes(of: value.littleEndian) { bytes += Array($0) }
    }

    private mutating func align(_ width: Int) { while bytes.count % width != 0 { bytes.append(0) } }

    /// Makes the offset at `place` lead to `target`.
    private mutating func patch(_ place: Int, to target: Int) {
        let offset = UInt32(target - place)
        for byte in 0..<4 { bytes[place + byte] = UInt8(truncatingIfNeeded: offset >> UInt32(8 * byte)) }
    }

    /// Writes a table and what it refers to behind it; returns where it is.
    private mutating func write(_ fields: [Int: Field]) -> Int {
        let count = (fields.keys.max() ?? -1) + 1
        align(8)
        let vtable = bytes.count
        var offsets = [UInt16](repeating: 0, count: count)
        // The body begins at a multiple of 8 behind the vtable; 8 bytes for each field keep every one aligned.
        for (slot, number) in fields.keys.sorted().enumerated() { offsets[number] = UInt16(8 + 8 * slot) }
        put(UInt16(4 + 2 * count))
        put(UInt16(8 + 8 * fields.count))
        for offset in offsets { put(offset) }
        align(8)
        let start = bytes.count
        put(Int32(start - vtable))
        put(UInt32(0))
        var references: [(place: Int, field: Field)] = []
        for number in fields.keys.sorted() {
            guard let field = fields[number] else { continue }
            let place = bytes.count
            switch field {
            case .i8(let value): put(value)
            case .u8(let value): put(value)
            case .i32(let value): put(value)
            case .u32(let value): put(value)
            case .u64(let value): put(value)
            case .f32(let value): put(value.bitPattern)
            default:
                put(UInt32(0))
                references.append((place, field))
            }
            align(8)
        }
        for (place, field) in references { patch(place, to: write(referenced: field)) }
        return start
    }

    private mutating func write(referenced field: Field) -> Int {
        if case .table(let fields) = field { return write(fields) }
        // The length comes right before elements that are aligned to 16 bytes.
        align(16)
        for _ in 0..<12 { bytes.append(0) }
        let start = bytes.count
        switch field {
        case .string(let text):
            put(UInt32(text.utf8.count))
            bytes += Array(text.utf8) + [0]
        case .bytes(let content):
            put(UInt32(content.count))
            bytes += content
        case .ints(let values):
            put(UInt32(values.count))
            for value in values { put(Int32(truncatingIfNeeded: value)) }
        case .longs(let values):
            put(UInt32(values.count))
            for value in values { put(value) }
        case .floats(let values):
            put(UInt32(values.count))
            for value in values { put(value.bitPattern) }
        case .tables(let tables):
            put(UInt32(tables.count))
            let places = tables.indices.map { start + 4 + 4 * $0 }
            for _ in tables { put(UInt32(0)) }
            for (place, table) in zip(places, tables) { patch(place, to: write(table)) }
        case .repeated(let table, let count):
            put(UInt32(count))
            let places = (0..<count).map { start + 4 + 4 * $0 }
            for _ in 0..<count { put(UInt32(0)) }
            let target = write(table)
            for place in places { patch(place, to: target) }
        default: preconditionFailure("not a reference")
        }
        return start
    }
}
