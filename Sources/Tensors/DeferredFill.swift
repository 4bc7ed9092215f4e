// Bytes that are computed when somebody first looks at them.
import Synchronization

/// Writes the bytes of one piece of memory, once, whoever asks first.
final class DeferredFill: Sendable {
    typealias Fill = @Sendable (UnsafeMutableRawBufferPointer) -> Void

    private let isDone = Atomic(false)
    /// Let go of when it has run, with all that it holds.
    private let fill: Mutex<Fill?>

    init(_ fill: @escaping Fill) { self.fill = Mutex(fill) }

    /// Has `bytes` written unless they are. Complexity: O(1) but for the first call.
    @inline(__always)
    func complete(_ bytes: UnsafeMutableRawBufferPointer) {
        if !isDone.load(ordering: .acquiring) { run(bytes) }
    }

    /// Writes what belongs there to other memory; `false` where the memory itself is written already.
    func write(to bytes: UnsafeMutableRawBufferPointer) -> Bool {
        guard !isDone.load(ordering: .acquiring), let found = fill.withLock({ $0 }) else { return false }
        found(bytes)
        return true
    }

    @inline(never)
    private func run(_ bytes: UnsafeMutableRawBufferPointer) {
        fill.withLock { fill in
            fill?(bytes)
            fill = nil
            isDone.store(true, ordering: .releasing)
        }
    }
}
