import Tensors

/// One output of a model as real numbers, read where it lies.
///
/// Valid while the memory it was made over is.
public struct OutputView {
    public let port: TensorPort
    private let bytes: UnsafeRawBufferPointer
    private let scale: Float
    private let zeroPoint: Int32

    /// - Throws: `VisionError.output` when type and memory disagree or the numbers cannot be read.
    public init(_ port: TensorPort, _ bytes: UnsafeRawBufferPointer) throws(VisionError) {
        guard bytes.count == port.type.byteCount else {
            throw .output(name: port.name, reason: "\(port.type) has \(port.type.byteCount) bytes, not \(bytes.count)")
        }
        (scale, zeroPoint) = try Self.quantization(of: port)
        self.port = port
        self.bytes = bytes
    }

    /// The step and zero of an output that can be read: one pair for the whole tensor, or (1, 0) for plain numbers.
    static func quantization(of port: TensorPort) throws(VisionError) -> (scale: Float, zeroPoint: Int32) {
        guard !port.type.element.isFloat, let quantization = port.type.quantization else { return (1, 0) }
        guard quantization.isPerTensor, quantization.scales.count == 1, quantization.zeroPoints.count == 1 else {
            throw .output(name: port.name, reason: "a quantization per channel is not read")
        }
        guard quantization.scale > 0, quantization.scale.isFinite else {
            throw .output(name: port.name, reason: "its quantization has scale \(quantization.scale)")
        }
        return (quantization.scale, quantization.zeroPoint)
    }

    var count: Int { port.type.shape.elementCount }

    /// The value of one element. `index` must lie inside the output.
    func real(_ index: Int) -> Float {
        switch port.type.element {
        case .float32: load(index, as: Float.self)
        case .uint8, .uint4, .bool: dequantized(Int64(load(index, as: UInt8.self)))
        case .int8, .int4: dequantized(Int64(load(index, as: Int8.self)))
        case .int16: dequantized(Int64(load(index, as: Int16.self)))
        case .uint16: dequantized(Int64(load(index, as: UInt16.self)))
        case .int32: dequantized(Int64(load(index, as: Int32.self)))
        case .uint32: dequantized(Int64(load(index, as: UInt32.self)))
        case .int64: dequantized(load(index, as: Int64.self))
        case .uint64: dequantized(Int64(clamping: load(index, as: UInt64.self)))
        case .float16: Float(float16Bits: load(index, as: UInt16.self))
        case .bfloat16: Float(bitPattern: UInt32(load(index, as: UInt16.self)) << 16)
        case .float64: Float(load(index, as: Double.self))
        }
    }

    private func load<T: BitwiseCopyable>(_ index: Int, as type: T.Type) -> T {
        precondition(index >= 0 && index < bytes.count / MemoryLayout<T>.stride)
        return bytes.loadUnaligned(fromByteOffset: index * MemoryLayout<T>.stride, as: type)
    }

    private func dequantized(_ value: Int64) -> Float { scale * Float(value.subtractingSaturating(Int64(zeroPoint))) }
}

extension Int64 {
    fileprivate func subtractingSaturating(_ other: Int64) -> Int64 {
        let (difference, overflow) = subtractingReportingOverflow(other)
        return overflow ? (self < 0 ? .min : .max) : difference
    }
}

/// A run of elements at a fixed distance from one another.
struct ElementRun: Hashable, Sendable {
    var first: Int
    var step: Int
    var count: Int
}

/// A threshold in the numbers that an output stores, so that elements are compared before they are dequantized.
struct StoredThreshold {
    /// Elements whose value is at least this pass.
    let real: Float
    /// For integers of up to 16 bits: the lowest stored value that passes.
    fileprivate let stored: Int
}

extension OutputView {
    /// The stored form of `real`. Complexity: O(1).
    func threshold(_ real: Float) -> StoredThreshold {
        guard let range = port.type.element.integerRange, port.type.element.byteCount <= 2 else {
            return StoredThreshold(real: real, stored: 0)
        }
        let guess = (Double(real) / Double(scale)).rounded(.up) + Double(zeroPoint)
        let lower = Double(range.lowerBound)
        var stored = Int(min(max(guess.isNaN ? lower : guess, lower), Double(range.upperBound) + 1))
        while stored > Int(range.lowerBound), dequantized(Int64(stored - 1)) >= real { stored -= 1 }
        while stored <= Int(range.upperBound), dequantized(Int64(stored)) < real { stored += 1 }
        return StoredThreshold(real: real, stored: stored)
    }

    /// Calls `body` with the place in `run` (0, 1, ...) of each element that reaches `threshold`. Elements that are not
    /// numbers never do. Complexity: O(count).
    func forEach(in run: ElementRun, reaching threshold: StoredThreshold, _ body: (Int) -> Void) {
        guard run.count > 0 else { return }
        let last = run.first + (run.count - 1) * run.step
        precondition(min(run.first, last) >= 0 && max(run.first, last) < count)
        func integers<T: FixedWidthInteger & BitwiseCopyable>(_: T.Type) {
            guard threshold.stored <= Int(T.max) else { return }
            let least = T(clamping: threshold.stored)
            var offset = run.first * MemoryLayout<T>.stride
            for place in 0..<run.count {
                if bytes.loadUnaligned(fromByteOffset: offset, as: T.self) >= least { body(place) }
                offset += run.step * MemoryLayout<T>.stride
            }
        }
        switch port.type.element {
        case .uint8, .uint4: integers(UInt8.self)
        case .int8, .int4: integers(Int8.self)
        case .int16: integers(Int16.self)
        case .uint16: integers(UInt16.self)
        case .float32:
            var offset = run.first * 4
            for place in 0..<run.count {
                if bytes.loadUnaligned(fromByteOffset: offset, as: Float.self) >= threshold.real { body(place) }
                offset += run.step * 4
            }
        default:
            for place in 0..<run.count where real(run.first + place * run.step) >= threshold.real { body(place) }
        }
    }
}
