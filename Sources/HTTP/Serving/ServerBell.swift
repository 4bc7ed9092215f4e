// Waking the server's thread.
import CPlatform
import Glibc

/// A descriptor that becomes readable when it is rung. Any thread may ring it.
final class ServerBell: Sendable {
    let descriptor = arete_new_bell()

    deinit { close(descriptor) }

    func ring() {
        var one: UInt64 = 1
        _ = write(descriptor, &one, MemoryLayout<UInt64>.size)
    }

    func silence() {
        var count: UInt64 = 0
        _ = read(descriptor, &count, MemoryLayout<UInt64>.size)
    }
}
