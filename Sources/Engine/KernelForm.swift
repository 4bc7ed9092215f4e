// The prepared form of a kernel that is called row by row.

/// A value at one address for as long as a step may use it, so that no call copies it.
final class KernelForm<Value: BitwiseCopyable>: @unchecked Sendable {
    let pointer: UnsafePointer<Value>

    init(_ value: Value) {
        let memory = UnsafeMutablePointer<Value>.allocate(capacity: 1)
        memory.initialize(to: value)
        pointer = UnsafePointer(memory)
    }

    deinit { pointer.deallocate() }
}
