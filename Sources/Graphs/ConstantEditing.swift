// Constants in another order or under another type.
import Tensors

extension Tensor {
    /// The same values under another quantization. Complexity: O(1).
    func quantized(_ quantization: Quantization?) -> Tensor {
        var type = type
        type.quantization = quantization
        return reinterpreted(as: type) ?? self
    }

    /// The same values in another shape of as many elements; a quantization along an axis is given anew. Complexity: O(1).
    func reshaped(_ shape: Shape, quantization: Quantization?) -> Tensor? {
        reinterpreted(as: TensorType(element, shape, quantization: quantization))
    }

    /// Axis i of the result is axis `permutation[i]` of this tensor; `nil` without memory. Complexity: O(n), O(1) where no
    /// element moves.
    public func transposed(_ permutation: [Int]) -> Tensor? {
        var quantization = type.quantization
        if let axis = quantization?.axis { quantization?.axis = permutation.firstIndex(of: axis) }
        let result = Shape(permutation.map { shape[$0] })
        let type = TensorType(element, result, quantization: quantization)
        if Permutation.keepsElements(permutation, shape) { return reinterpreted(as: type) }
        let strides = shape.strides
        let axes = permutation.map { (size: shape[$0], step: strides[$0]) }.filter { $0.size != 1 }
        let write = { @Sendable (target: UnsafeMutableRawBufferPointer) in
            withBytesOnce { source in
                guard let from = source.baseAddress, let to = target.baseAddress else { return }
                gather(elementBytes: element.byteCount, from, axes, to)
            }
        }
        // Weights that the cache has packed already are never looked at.
        return try? type.byteCount < Self.fewestDeferredBytes
            ? Tensor(type, fill: write) : Tensor.deferred(type, fill: write)
    }

    /// Entry i along `axis` is entry `places[i]` of this tensor, as many as it has; `nil` without memory or where they do not fit.
    func picked(_ places: [Int], axis: Int) -> Tensor? {
        guard (0..<shape.rank).contains(axis), places.count == shape[axis],
            places.allSatisfy({ (0..<shape[axis]).contains($0) })
        else { return nil }
        var type = type
        if let quantization = type.quantization, quantization.axis == axis {
            let (scales, zeroPoints) = (quantization.scales, quantization.zeroPoints)
            guard scales.count == places.count else { return nil }
            type.quantization = Quantization(
                scales: places.map { scales[$0] }, zeroPoints: places.map { zeroPoints[$0] }, axis: axis)
        }
        let unit = Shape(Array(shape.dimensions[(axis + 1)...])).elementCount * element.byteCount
        return try? Tensor.deferred(type) { target in
            withBytesOnce { source in
                guard unit > 0 else { return }
                let row = places.count * unit
                guard let from = source.baseAddress, let to = target.baseAddress else { return }
                for start in stride(from: 0, to: target.count, by: row) {
                    if unit == 1 {
                        let (line, kept) = (
                            (from + start).assumingMemoryBound(to: UInt8.self),
                            (to + start).assumingMemoryBound(to: UInt8.self)
                        )
                        for (index, place) in places.enumerated() { kept[index] = line[place] }
                        continue
                    }
                    for (index, place) in places.enumerated() {
                        (to + start + index * unit).copyMemory(from: from + start + place * unit, byteCount: unit)
                    }
                }
            }
        }
    }

    /// Fewer bytes are written at once: to remember how would cost as much.
    private static var fewestDeferredBytes: Int { 4096 }
}

/// Orders of axes.
enum Permutation {
    static func identity(_ rank: Int) -> [Int] { Array(0..<rank) }

    static func inverse(_ permutation: [Int]) -> [Int] {
        var result = permutation
        for (index, axis) in permutation.enumerated() { result[axis] = index }
        return result
    }

    /// Transposing by `first`, then by `second`, at once.
    static func composed(_ first: [Int], _ second: [Int]) -> [Int] { second.map { first[$0] } }

    /// Whether elements of `shape` stay where they are in memory: only axes of size 1 move.
    static func keepsElements(_ permutation: [Int], _ shape: Shape) -> Bool {
        let others = permutation.filter { shape[$0] != 1 }
        return zip(others, others.dropFirst()).allSatisfy(<)
    }

    static func isIdentity(_ permutation: [Int]) -> Bool { permutation == identity(permutation.count) }
}
