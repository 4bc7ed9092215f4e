// Matrix products with constant weights as fully connected layers.
import Tensors

extension Gemm {
    /// `weights` as the rows of a fully connected layer that computes this product, `nil` where no such layer does.
    func layerRows(_ weights: Tensor) -> Tensor? {
        guard alpha == 1, beta == 1, !transposesA else { return nil }
        return weights.layerRows(areTransposed: transposesB)
    }
}

extension MatMul {
    /// As in `Gemm`, for data of `rank` dimensions.
    func layerRows(_ weights: Tensor, rank: Int?) -> Tensor? {
        guard let rank, rank >= 2, !transposesA else { return nil }
        return weights.layerRows(areTransposed: transposesB)
    }
}

extension Tensor {
    /// A matrix of K x N, or N x K if `areTransposed`, as N rows of K with one scale or one for each row.
    fileprivate func layerRows(areTransposed: Bool) -> Tensor? {
        guard shape.rank == 2, let rows = areTransposed ? self : transposed([1, 0]),
            rows.type.quantization?.axis ?? 0 == 0
        else { return nil }
        return rows
    }
}
