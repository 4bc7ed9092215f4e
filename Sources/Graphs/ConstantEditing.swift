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

    /// Axis i of the result is axis `permutation[i]` of this tensor; `nil` without memory. Complexity: O(n).
    func transposed(_ permutation: [Int]) -> Tensor? {
        var quantization = type.quantization
        if let axis = quantization?.axis { quantization?.axis = permutation.firstIndex(of: axis) }
        let result = Shape(permutation.map { shape[$0] })
        let strides = shape.strides
        let steps = permutation.map { strides[$0] * element.byteCount }
        let size = element.byteCount
        return try? Tensor(TensorType(element, result, quantization: quantization)) { target in
            withUnsafeBytes { source in
                guard let from = source.baseAddress, let to = target.baseAddress else { return }
                var index = [Int](repeating: 0, count: result.rank)
                var offset = 0
                for position in 0..<result.elementCount {
                    (to + position * size).copyMemory(from: from + offset, byteCount: size)
                    var axis = result.rank - 1
                    while axis >= 0 {
                        index[axis] += 1
                        offset += steps[axis]
                        if index[axis] < result[axis] { break }
                        offset -= steps[axis] * result[axis]
                        index[axis] = 0
                        axis -= 1
                    }
                }
            }
        }
    }
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
