// One process at a time.
import Glibc

/// Keeps everybody else from what stands in a file, for as long as it lives: the kernel gives it back when its process
/// ends, however that ends.
///
/// It is a lock on a file beside, which stays there: who removed it could let two in.
public final class SoleUse: Sendable {
    private let descriptor: Int32

    /// - Throws: `DatabaseError` where somebody has it already, and where the file beside cannot be made.
    public init(of path: String) throws(DatabaseError) {
        // By whatever name they came.
        descriptor = open(RealPath.of(path) + ".lock", O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw .failed(path, String(cString: strerror(errno))) }
        guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else {
            let reason = errno == EWOULDBLOCK ? "another process uses it" : String(cString: strerror(errno))
            close(descriptor)
            throw .failed(path, reason)
        }
    }

    deinit { close(descriptor) }
}
