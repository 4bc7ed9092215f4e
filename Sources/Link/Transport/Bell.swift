// Waking who waits.
import CPlatform
import Glibc

/// A descriptor that becomes readable when it is rung. Any thread may ring it.
public final class Bell: Sendable {
    public let descriptor = arete_new_bell()

    public init() {}

    deinit { close(descriptor) }

    public func ring() {
        var one: UInt64 = 1
        _ = write(descriptor, &one, MemoryLayout<UInt64>.size)
    }

    public func silence() {
        var count: UInt64 = 0
        _ = read(descriptor, &count, MemoryLayout<UInt64>.size)
    }
}
