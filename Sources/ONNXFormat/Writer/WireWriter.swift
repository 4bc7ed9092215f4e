// Protobuf's wire format, the other way than `WireReader`.
import Tensors

/// The bytes of one message while it is put together. Tensor data are not copied: they stay in their tensors until the file is written.
struct WireWriter {
    /// What comes before `tail`, in order.
    private var pieces: [Piece] = []
    private var tail: [UInt8] = []
    /// Bytes so far.
    private(set) var count = 0

    private enum Piece {
        case bytes([UInt8])
        case data(Tensor)
    }

    mutating func varint(_ field: Int, _ value: Int) {
        tag(field, 0)
        append(varint: UInt64(bitPattern: Int64(value)))
    }

    mutating func float(_ field: Int, _ value: Float) {
        tag(field, 5)
        let bits = value.bitPattern
        for byte in 0..<4 { append(UInt8(truncatingIfNeeded: bits >> (8 * byte))) }
    }

    mutating func string(_ field: Int, _ value: String) { bytes(field, Array(value.utf8)) }

    mutating func bytes(_ field: Int, _ value: [UInt8]) {
        tag(field, 2)
        append(varint: UInt64(value.count))
        append(value)
    }

    /// The memory of `tensor` as it is.
    mutating func data(_ field: Int, _ tensor: Tensor) {
        tag(field, 2)
        append(varint: UInt64(tensor.byteCount))
        append(.data(tensor), count: tensor.byteCount)
    }

    /// A message inside this one. Complexity: O(bytes without tensor data).
    mutating func message(_ field: Int, _ inner: WireWriter) {
        tag(field, 2)
        append(varint: UInt64(inner.count))
        for piece in inner.pieces {
            switch piece {
            case .bytes(let bytes): append(bytes)
            case .data(let tensor): append(piece, count: tensor.byteCount)
            }
        }
        append(inner.tail)
    }

    /// Calls `body` with all bytes in order, part by part.
    func forEachPart(_ body: (UnsafeRawBufferPointer) throws -> Void) rethrows {
        for piece in pieces {
            switch piece {
            case .bytes(let bytes): try bytes.withUnsafeBytes(body)
            case .data(let tensor): try tensor.withBytesOnce(body)
            }
        }
        try tail.withUnsafeBytes(body)
    }

    private mutating func tag(_ field: Int, _ wireType: Int) { append(varint: UInt64(field << 3 | wireType)) }

    private mutating func append(varint value: UInt64) {
        var rest = value
        while rest > 0x7f {
            append(UInt8(truncatingIfNeeded: rest) | 0x80)
            rest >>= 7
        }
        append(UInt8(truncatingIfNeeded: rest))
    }

    private mutating func append(_ byte: UInt8) {
        tail.append(byte)
        count += 1
    }

    private mutating func append(_ bytes: [UInt8]) {
        tail += bytes
        count += bytes.count
    }

    private mutating func append(_ piece: Piece, count size: Int) {
        pieces.append(.bytes(tail))
        pieces.append(piece)
        tail = []
        count += size
    }
}
