// Checked access to the flexbuffer map in which custom operators keep their options.
import Tensors

/// The numbers of a flexbuffer whose root is a map from names to numbers and truth values.
///
/// Entries of other types (text, vectors, maps) are left out: no known custom operator has any.
struct FlexMap {
    private var values: [String: Double] = [:]

    /// Complexity: O(entries); the map must lie within `bytes`.
    init(_ bytes: UnsafeRawBufferPointer, place: String) throws(TFLiteError) {
        let reader = FlexReader(bytes: bytes, place: place)
        guard bytes.count >= 3 else { throw reader.failure("\(bytes.count) bytes are too few") }
        let rootWidth = Int(bytes[bytes.count - 1])
        let rootType = Int(bytes[bytes.count - 2])
        guard rootType >> 2 == FlexReader.mapType else { throw reader.failure("it holds no map") }
        let width = 1 << (rootType & 3)
        let map = try reader.target(of: bytes.count - 2 - rootWidth, width: rootWidth)
        // Before the values: where the keys are, how wide their offsets are, how many there are.
        let count = try reader.size(at: map - width, width: width)
        guard count <= (bytes.count - map) / (width + 1) else { throw reader.failure("\(count) entries do not fit") }
        let keys = try reader.target(of: map - 3 * width, width: width)
        let keyWidth = try reader.size(at: map - 2 * width, width: width)
        guard count <= 1024 else { throw reader.failure("\(count) options are more than any operator has") }
        for index in 0..<count {
            let (offset, overflow) = index.multipliedReportingOverflow(by: keyWidth)
            guard !overflow, offset < bytes.count else {
                throw reader.failure("the key of entry \(index) lies outside")
            }
            let name = try reader.key(at: try reader.target(of: keys + offset, width: keyWidth))
            let type = Int(bytes[map + count * width + index])
            if let number = try reader.number(at: map + index * width, width: width, type: type) {
                values[name] = number
            }
        }
    }

    func number(_ name: String) -> Double? { values[name] }
}

private struct FlexReader {
    static let mapType = 9

    let bytes: UnsafeRawBufferPointer
    let place: String

    func failure(_ reason: String) -> TFLiteError { TFLiteError("\(place), custom options: \(reason)") }

    private func load(at position: Int, width: Int) throws(TFLiteError) -> UInt64 {
        guard [1, 2, 4, 8].contains(width) else { throw failure("a width of \(width) bytes") }
        guard position >= 0, position <= bytes.count - width else { throw failure("an offset leads outside") }
        var result: UInt64 = 0
        for byte in 0..<width { result |= UInt64(bytes[position + byte]) << UInt64(8 * byte) }
        return result
    }

    /// A length that may not exceed the buffer's.
    func size(at position: Int, width: Int) throws(TFLiteError) -> Int {
        let value = try load(at: position, width: width)
        guard value <= UInt64(bytes.count) else { throw failure("a length of \(value)") }
        return Int(value)
    }

    /// Where the backward offset at `position` leads to.
    func target(of position: Int, width: Int) throws(TFLiteError) -> Int {
        let offset = try size(at: position, width: width)
        guard offset <= position else { throw failure("an offset leads outside") }
        return position - offset
    }

    /// The text at `position` up to its zero byte.
    func key(at position: Int) throws(TFLiteError) -> String {
        let text = bytes[position...].prefix(64)
        guard let end = text.firstIndex(of: 0) else { throw failure("a name has no end") }
        return String(decoding: bytes[position..<end], as: UTF8.self)
    }

    /// The number of an entry; `nil` where its type is no number.
    func number(at position: Int, width: Int, type: Int) throws(TFLiteError) -> Double? {
        let isInline = type >> 2 < 4 || type >> 2 == 26
        let valueWidth = isInline ? width : 1 << (type & 3)
        let valuePosition = isInline || !(6...8).contains(type >> 2) ? position : try target(of: position, width: width)
        switch type >> 2 {
        case 1, 6:
            let shift = UInt64(64 - 8 * valueWidth)
            let bits = try load(at: valuePosition, width: valueWidth)
            return Double(Int64(bitPattern: bits << shift) >> Int64(shift))
        case 2, 7, 26: return Double(try load(at: valuePosition, width: valueWidth))
        case 3, 8:
            let bits = try load(at: valuePosition, width: valueWidth)
            switch valueWidth {
            case 2: return Double(Float(float16Bits: UInt16(bits)))
            case 4: return Double(Float(bitPattern: UInt32(bits)))
            case 8: return Double(bitPattern: bits)
            default: throw failure("a float of \(valueWidth) byte")
            }
        default: return nil
        }
    }
}
