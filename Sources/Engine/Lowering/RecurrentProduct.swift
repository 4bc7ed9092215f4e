// Products of a recurrent layer's states with its weights: packed where these are constant, else by OpenBLAS.
import CKernels
import COpenBLAS
import Graphs
import Tensors

/// States [rows][depth] times the weights of some gates, which lie in rows of `depth`.
struct RecurrentProduct: @unchecked Sendable {
    let scratchBytes: Int
    /// Of a row of the result.
    let count: Int
    private let (rows, depth): (Int, Int)
    let weights: Buffer
    /// What multiplies with packed weights; `nil`: OpenBLAS does with those from row `first` on.
    private let call: PreparedCall?
    private let first: Int

    /// - Parameter matrix: the rows of weights, of all that input `index` has.
    init(
        _ site: Site, input index: Int, matrix: Range<Int>, rows: Int, depth: Int, _ builder: inout ProgramBuilder
    ) throws(OperatorFailure) {
        (self.rows, self.depth, count, first) = (rows, depth, matrix.count, matrix.lowerBound)
        let constant = site.optionalConstant(index)?.matrix(matrix, depth: depth)
        if rows > 0, let packed = PackedProduct(rows: rows, weights: constant, builder) {
            let (call, weights, scratchBytes) = try packed.prepare(&builder)
            (self.call, self.weights, self.scratchBytes) = (call, weights, scratchBytes)
        } else {
            if rows > 0 { try BLAS.load() }
            (call, weights, scratchBytes) = (nil, try site.input(index), 0)
        }
    }

    /// Writes [rows][count] to `result`. `scratch` is the calling thread's own.
    func multiply(
        _ state: UnsafePointer<Float>, into result: UnsafeMutablePointer<Float>, _ memory: Memory,
        _ scratch: UnsafeMutableRawPointer
    ) {
        guard rows > 0 else { return }
        if let call { return call.run(state, memory[weights], result, 0..<call.units, scratch) }
        arete_sgemm(
            CblasRowMajor, CblasNoTrans, CblasTrans, Int32(rows), Int32(count), Int32(depth), 1, state, Int32(depth),
            memory[weights, as: Float.self] + first * depth, Int32(depth), 0, result, Int32(count))
    }
}

extension Tensor {
    /// Some of the rows of `depth` floats that this tensor is made of; `nil` where it has none, or without memory.
    func matrix(_ rows: Range<Int>, depth: Int) -> Tensor? {
        guard element == .float32, depth > 0, !rows.isEmpty, rows.upperBound <= elementCount / depth else { return nil }
        let type = TensorType(.float32, [rows.count, depth])
        if type.byteCount == byteCount { return reinterpreted(as: type) }
        return withUnsafeBytes { bytes in
            let part = UnsafeRawBufferPointer(
                rebasing: bytes[rows.lowerBound * depth * 4..<rows.upperBound * depth * 4])
            return try? Tensor(type, bytes: part)
        }
    }
}
