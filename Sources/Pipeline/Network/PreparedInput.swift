// A picture as a model takes it.

/// The bytes of one input. Its memory goes back to the store when the last owner lets go.
final class PreparedInput: @unchecked Sendable {
    let bytes: UnsafeMutableRawBufferPointer
    private let store: InputStore

    fileprivate init(_ bytes: UnsafeMutableRawBufferPointer, _ store: InputStore) {
        self.bytes = bytes
        self.store = store
    }

    deinit { store.takeBack(bytes) }
}

/// Memory for inputs of one size, made when more are under way than ever before.
final class InputStore: @unchecked Sendable {
    private let byteCount: Int
    private let free = Monitor<[UnsafeMutableRawBufferPointer]>([])

    init(byteCount: Int) { self.byteCount = byteCount }

    deinit { free.change { for bytes in $0 { bytes.deallocate() } } }

    func input() -> PreparedInput {
        let bytes = free.change { $0.popLast() } ?? .allocate(byteCount: byteCount, alignment: 64)
        return PreparedInput(bytes, self)
    }

    fileprivate func takeBack(_ bytes: UnsafeMutableRawBufferPointer) { free.change { $0.append(bytes) } }
}
