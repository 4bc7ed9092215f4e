import COpenBLAS
import Graphs

/// How the engine uses OpenBLAS: one thread a call.
///
/// The engine's own threads share the bands of a product. OpenBLAS's threads would change the bits of a result with their number,
/// and take memory in each call.
enum BLAS {
    private static let isLoaded = arete_blas_load()

    /// Makes `arete_sgemm` ready; to be called while a step is made that uses it.
    /// - Throws: `.invalid` where the library is not installed.
    static func load() throws(OperatorFailure) {
        guard isLoaded else {
            throw .invalid("this product needs OpenBLAS, and libopenblas.so.0 is not installed (Debian: libopenblas0)")
        }
    }
}
