/// A dense row-major tensor with values that never change.
///
/// Copies share the storage. Elements of int4 and uint4 take one byte each.
public struct Tensor: Sendable {
    public let type: TensorType
    private let storage: TensorStorage

    public var element: ElementType { type.element }
    public var shape: Shape { type.shape }
    public var elementCount: Int { type.shape.elementCount }
    public var byteCount: Int { type.byteCount }

    /// A tensor whose bytes `fill` writes (they start as zeros).
    /// - Throws: `TensorError.outOfMemory`.
    public init(_ type: TensorType, fill: (UnsafeMutableRawBufferPointer) -> Void = { _ in }) throws(TensorError) {
        guard type.byteCount != Int.max else { throw .outOfMemory(bytes: Int.max) }
        storage = try TensorStorage(byteCount: type.byteCount)
        fill(UnsafeMutableRawBufferPointer(start: storage.base, count: type.byteCount))
        self.type = type
    }

    /// A tensor whose bytes `fill` writes, all of them, when somebody first looks at them: never, where nobody does. `fill` may be
    /// called several times, and from any thread.
    /// - Throws: `TensorError.outOfMemory`.
    public static func deferred(
        _ type: TensorType, fill: @escaping @Sendable (UnsafeMutableRawBufferPointer) -> Void
    ) throws(TensorError) -> Tensor {
        guard type.byteCount != Int.max else { throw .outOfMemory(bytes: Int.max) }
        return Tensor(
            type: type, storage: try TensorStorage(byteCount: type.byteCount, deferred: DeferredFill(fill)))
    }

    /// A tensor of a copy of `bytes`.
    /// - Throws: `TensorError.sizeMismatch` when the type needs another number of bytes.
    public init(_ type: TensorType, bytes: UnsafeRawBufferPointer) throws(TensorError) {
        guard type.byteCount == bytes.count else { throw .sizeMismatch(type: type, bytes: bytes.count) }
        try self.init(type) { $0.copyMemory(from: bytes) }
    }

    /// A tensor over the bytes `range` of a mapped file: copied, when somebody looks at them, only where they are not aligned for
    /// the element type.
    /// - Throws: `TensorError.sizeMismatch` when the range has another size or reaches outside the file.
    public init(_ type: TensorType, file: MappedFile, range: Range<Int>) throws(TensorError) {
        guard range.lowerBound >= 0, range.upperBound <= file.bytes.count, type.byteCount == range.count else {
            throw .sizeMismatch(type: type, bytes: range.count)
        }
        if range.lowerBound % type.element.byteCount == 0 {
            self.init(type: type, storage: TensorStorage(file: file, range: range))
        } else {
            let copy = DeferredFill { $0.copyMemory(from: UnsafeRawBufferPointer(rebasing: file.bytes[range])) }
            self.init(
                type: type,
                storage: try TensorStorage(byteCount: range.count, deferred: copy, copied: (file, range)))
        }
    }

    /// A tensor of the given values; `values` must have as many elements as the shape.
    public init<Value: BitwiseCopyable>(
        _ element: ElementType, _ shape: Shape, _ values: [Value], quantization: Quantization? = nil
    ) throws(TensorError) {
        let type = TensorType(element, shape, quantization: quantization)
        let byteCount = values.count * MemoryLayout<Value>.stride
        guard type.byteCount == byteCount else { throw .sizeMismatch(type: type, bytes: byteCount) }
        try self.init(type) { target in values.withUnsafeBytes { target.copyMemory(from: $0) } }
    }

    /// A tensor over memory that lives as long as `owner`, not copied. The memory must hold `type.byteCount` bytes that never change.
    public init(_ type: TensorType, memory: UnsafeRawPointer, owner: any AnyObject & Sendable) {
        self.init(type: type, storage: TensorStorage(memory: memory, byteCount: type.byteCount, owner: owner))
    }

    private init(type: TensorType, storage: TensorStorage) {
        self.type = type
        self.storage = storage
    }

    /// The same bytes under another type of the same size (a reshape, another quantization); `nil` when sizes differ.
    public func reinterpreted(as type: TensorType) -> Tensor? {
        type.byteCount == self.type.byteCount ? Tensor(type: type, storage: storage) : nil
    }

    /// The mapped file that the values lie in, and where; `nil` for values in memory of their own.
    public var mapping: (file: MappedFile, range: Range<Int>)? {
        guard let file = storage.file else { return nil }
        let start = UnsafeRawPointer(storage.address) - file.start
        return (file, start..<start + type.byteCount)
    }

    /// What of a file they are, mapped or copied; `nil` for values that come from elsewhere.
    public var fileRange: (file: MappedFile, range: Range<Int>)? { storage.copied ?? mapping }

    /// Where the values start, valid while this tensor or a copy of it lives.
    public var baseAddress: UnsafeRawPointer { UnsafeRawPointer(storage.base) }

    /// Tells this tensor's memory from any other's, without looking at it.
    public var identity: UInt { UInt(bitPattern: storage.address) }

    /// As `withUnsafeBytes`, for the last one who looks: bytes that are not written yet are written to memory that is given back
    /// afterwards.
    public func withBytesOnce<Result>(_ body: (UnsafeRawBufferPointer) throws -> Result) rethrows -> Result {
        defer { extendLifetime(storage) }
        return try storage.withBytesOnce {
            try body(UnsafeRawBufferPointer(start: $0.baseAddress, count: min($0.count, type.byteCount)))
        }
    }

    public func withUnsafeBytes<Result>(_ body: (UnsafeRawBufferPointer) throws -> Result) rethrows -> Result {
        defer { extendLifetime(storage) }
        return try body(UnsafeRawBufferPointer(start: storage.base, count: type.byteCount))
    }
}

/// Keeps `object` alive up to here.
@inline(never) private func extendLifetime(_ object: AnyObject) {}

extension Tensor {
    /// All values as integers; floats are truncated, those outside Int64 or not a number become 0. Complexity: O(n).
    public var integers: [Int64] {
        withUnsafeBytes { bytes in
            func all<T: BinaryInteger & BitwiseCopyable>(_: T.Type) -> [Int64] {
                bytes.bindMemory(to: T.self).map { Int64(truncatingIfNeeded: $0) }
            }
            switch element {
            case .bool, .uint8, .uint4: return all(UInt8.self)
            case .int8, .int4: return all(Int8.self)
            case .int16: return all(Int16.self)
            case .uint16: return all(UInt16.self)
            case .int32: return all(Int32.self)
            case .uint32: return all(UInt32.self)
            case .int64: return all(Int64.self)
            case .uint64: return all(UInt64.self)
            case .float16, .bfloat16, .float32, .float64:
                return doubles.map { Int64(exactly: $0.rounded(.towardZero)) ?? 0 }
            }
        }
    }

    /// All values as double precision numbers (integers beyond 2^53 are rounded). Complexity: O(n).
    public var doubles: [Double] {
        withUnsafeBytes { bytes in
            switch element {
            case .float32: bytes.bindMemory(to: Float.self).map(Double.init)
            case .float64: Array(bytes.bindMemory(to: Double.self))
            case .float16: bytes.bindMemory(to: UInt16.self).map { Double(Float(float16Bits: $0)) }
            case .bfloat16: bytes.bindMemory(to: UInt16.self).map { Double(Float(bitPattern: UInt32($0) << 16)) }
            case .uint64: bytes.bindMemory(to: UInt64.self).map { Double($0) }
            default: integers.map(Double.init)
            }
        }
    }

    /// All values as single precision numbers. Complexity: O(n).
    public var floats: [Float] {
        if element == .float32 { return withUnsafeBytes { Array($0.bindMemory(to: Float.self)) } }
        return doubles.map(Float.init)
    }
}

extension Float {
    /// The value of an IEEE 754 half-precision bit pattern (`Float16` does not exist on every platform).
    public init(float16Bits bits: UInt16) {
        let sign: Float = bits & 0x8000 != 0 ? -1 : 1
        let exponent = Int(bits >> 10) & 0x1f
        let fraction = Float(bits & 0x3ff)
        switch exponent {
        case 0: self = sign * fraction * 0x1p-24
        case 31: self = fraction == 0 ? sign * .infinity : .nan
        default: self = sign * (1 + fraction * 0x1p-10) * Float(sign: .plus, exponent: exponent - 15, significand: 1)
        }
    }
}
