// How much a core keeps near.
import Glibc

enum SecondCache {
    /// Bytes of a core's second-level cache; a usual size where the system does not tell.
    static let bytes: Int = {
        let told = sysconf(Int32(_SC_LEVEL2_CACHE_SIZE))
        return told > 0 ? max(1 << 18, min(told, 1 << 22)) : 1 << 19
    }()
}
