import Glibc

/// Bytes that a tensor lives in: memory of its own, or a region of a mapped file.
///
/// Read-only once a `Tensor` has been made of it.
public final class TensorStorage: @unchecked Sendable {
    /// Where the bytes are, or will be once somebody looks at them.
    let address: UnsafeMutableRawPointer
    let byteCount: Int
    private let owner: Owner
    /// What writes the bytes, where they are not written from the start.
    private let deferred: DeferredFill?
    /// What of a file the bytes are a copy of.
    let copied: (file: MappedFile, range: Range<Int>)?

    /// Where the bytes are, written.
    var base: UnsafeMutableRawPointer {
        deferred?.complete(UnsafeMutableRawBufferPointer(start: address, count: byteCount))
        return address
    }

    private enum Owner {
        case heap
        /// Pages of its own, which start as zeros and go back to the system at once.
        case pages
        case file(MappedFile)
        case other(any AnyObject & Sendable)
    }

    /// From here on pages are cheaper than heap memory that must be cleared.
    private static let fewestPageBytes = 1 << 18

    /// Memory aligned to 64 bytes (one cache line, one zmm register): zeroed, or as `deferred` writes all of it once somebody looks.
    /// - Parameter copied: what of a file `deferred` copies.
    /// - Throws: `TensorError.outOfMemory`.
    init(byteCount: Int, deferred: DeferredFill? = nil, copied: (file: MappedFile, range: Range<Int>)? = nil)
        throws(TensorError)
    {
        var pointer: UnsafeMutableRawPointer?
        guard byteCount < 1 << 40 else { throw .outOfMemory(bytes: byteCount) }
        self.byteCount = byteCount
        self.deferred = deferred
        self.copied = copied
        if byteCount >= Self.fewestPageBytes {
            let pages = mmap(nil, byteCount, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0)
            guard let pages, pages != MAP_FAILED else { throw .outOfMemory(bytes: byteCount) }
            address = pages
            owner = .pages
            return
        }
        guard posix_memalign(&pointer, 64, max(byteCount, 1)) == 0, let pointer else {
            throw .outOfMemory(bytes: byteCount)
        }
        if deferred == nil { memset(pointer, 0, byteCount) }
        address = pointer
        owner = .heap
    }

    /// Memory that lives as long as `owner`, not copied.
    init(memory: UnsafeRawPointer, byteCount: Int, owner: any AnyObject & Sendable) {
        address = UnsafeMutableRawPointer(mutating: memory)
        (deferred, copied) = (nil, nil)
        self.byteCount = byteCount
        self.owner = .other(owner)
    }

    /// The bytes `range` of `file`, not copied. The range must lie inside the file.
    init(file: MappedFile, range: Range<Int>) {
        address = UnsafeMutableRawPointer(mutating: file.bytes.baseAddress! + range.lowerBound)
        (deferred, copied) = (nil, nil)
        byteCount = range.count
        owner = .file(file)
    }

    deinit {
        switch owner {
        case .heap: free(address)
        case .pages: munmap(address, byteCount)
        case .file, .other: break
        }
    }

    /// The bytes for somebody who looks at them once: those that are not written yet are written to memory of `body`'s own.
    func withBytesOnce<Result>(_ body: (UnsafeRawBufferPointer) throws -> Result) rethrows -> Result {
        guard let deferred, let copy = malloc(max(byteCount, 1)) else {
            return try body(UnsafeRawBufferPointer(start: base, count: byteCount))
        }
        defer { free(copy) }
        let bytes = UnsafeMutableRawBufferPointer(start: copy, count: byteCount)
        guard deferred.write(to: bytes) else { return try body(UnsafeRawBufferPointer(start: base, count: byteCount)) }
        return try body(UnsafeRawBufferPointer(bytes))
    }

    /// The mapped file that the bytes lie in.
    var file: MappedFile? { if case .file(let file) = owner { file } else { nil } }
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

extension TensorError {
    /// What is wrong, without the path that the caller names itself.
    public var reason: String {
        if case .file(_, let reason) = self { reason } else { description }
    }
}
