import Glibc

/// Bytes that a tensor lives in: memory of its own, or a region of a mapped file.
///
/// Read-only once a `Tensor` has been made of it.
public final class TensorStorage: @unchecked Sendable {
    let base: UnsafeMutableRawPointer
    let byteCount: Int
    private let owner: Owner

    private enum Owner {
        case heap
        case file(MappedFile)
    }

    /// Zeroed memory aligned to 64 bytes (one cache line, one zmm register).
    /// - Throws: `TensorError.outOfMemory`.
    init(byteCount: Int) throws(TensorError) {
        var pointer: UnsafeMutableRawPointer?
        guard byteCount < 1 << 40, posix_memalign(&pointer, 64, max(byteCount, 1)) == 0, let pointer else {
            throw .outOfMemory(bytes: byteCount)
        }
        memset(pointer, 0, byteCount)
        base = pointer
        self.byteCount = byteCount
        owner = .heap
    }

    /// The bytes `range` of `file`, not copied. The range must lie inside the file.
    init(file: MappedFile, range: Range<Int>) {
        base = UnsafeMutableRawPointer(mutating: file.bytes.baseAddress! + range.lowerBound)
        byteCount = range.count
        owner = .file(file)
    }

    deinit {
        if case .heap = owner { free(base) }
    }
}

/// Why a tensor could not be made.
public enum TensorError: Error, Hashable, Sendable {
    case outOfMemory(bytes: Int)
    case sizeMismatch(type: TensorType, bytes: Int)
    case file(path: String, reason: String)
}

extension TensorError: CustomStringConvertible {
    public var description: String {
        switch self {
        case .outOfMemory(let bytes): "no memory for a tensor of \(bytes) bytes"
        case .sizeMismatch(let type, let bytes): "a tensor \(type) needs \(type.byteCount) bytes, not \(bytes)"
        case .file(let path, let reason): "\(path): \(reason)"
        }
    }
}
