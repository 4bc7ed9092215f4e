import COpenBLAS

/// How the engine uses OpenBLAS: one thread a call.
///
/// The engine's own threads share the bands of a product. OpenBLAS's threads would change the bits of a result with their number,
/// and take memory in each call.
enum BLAS {
    /// Set once for the process, before the first product.
    static let usesOneThread: Void = openblas_set_num_threads(1)
}
