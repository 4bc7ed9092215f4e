// Tensors whose bytes are computed when somebody looks at them.
import Synchronization
import Tensors
import Testing

/// Counts how often the bytes 0, 1, 2, ... are written.
private final class CountedFill: Sendable {
    private let calls = Atomic(0)
    var count: Int { calls.load(ordering: .relaxed) }

    func tensor(_ count: Int) throws -> Tensor {
        try Tensor.deferred(TensorType(.uint8, [count])) { bytes in
            self.calls.add(1, ordering: .relaxed)
            for index in bytes.indices { bytes[index] = UInt8(truncatingIfNeeded: index) }
        }
    }
}

@Suite struct DeferredTensorTests {
    @Test("nobody computes bytes that nobody looks at")
    func unseen() throws {
        let fill = CountedFill()
        let tensor = try fill.tensor(1 << 20)
        #expect(tensor.identity != 0)
        #expect(tensor.mapping == nil)
        #expect(tensor.reinterpreted(as: TensorType(.int8, [1 << 20]))?.identity == tensor.identity)
        #expect(fill.count == 0)
    }

    @Test("bytes are computed once, for all copies and types of a tensor", arguments: [1, 5000, 300_000])
    func seen(count: Int) throws {
        let fill = CountedFill()
        let tensor = try fill.tensor(count)
        let copy = try #require(tensor.reinterpreted(as: TensorType(.int8, [count])))
        let last = UInt8(truncatingIfNeeded: count - 1)
        #expect(tensor.withUnsafeBytes { $0[count - 1] } == last)
        #expect(copy.withUnsafeBytes { $0[count - 1] } == last)
        #expect(tensor.withBytesOnce { $0[count - 1] } == last)
        #expect(tensor.baseAddress == copy.baseAddress)
        #expect(fill.count == 1)
    }

    @Test("who looks once sees the bytes, and leaves the tensor as it was")
    func once() throws {
        let fill = CountedFill()
        let tensor = try fill.tensor(5000)
        #expect(tensor.withBytesOnce { Array($0) } == (0..<5000).map { UInt8(truncatingIfNeeded: $0) })
        #expect(fill.count == 1)
        #expect(tensor.withUnsafeBytes { $0[4999] } == UInt8(truncatingIfNeeded: 4999))
        #expect(fill.count == 2)
        let plain = try Tensor(.uint8, [3], [7, 8, 9] as [UInt8])
        #expect(plain.withBytesOnce { Array($0) } == [7, 8, 9])
    }

    @Test("threads that look at the same time see all bytes")
    func threads() async throws {
        let fill = CountedFill()
        let tensor = try fill.tensor(200_000)
        let sums = await withTaskGroup(of: Int.self) { group in
            for _ in 0..<8 { group.addTask { tensor.withUnsafeBytes { $0.reduce(0) { $0 + Int($1) } } } }
            return await group.reduce(into: [Int]()) { $0.append($1) }
        }
        #expect(Set(sums).count == 1)
        #expect(fill.count == 1)
    }

    @Test("more bytes than there can be are refused")
    func tooLarge() {
        #expect(throws: TensorError.self) {
            _ = try Tensor.deferred(TensorType(.uint8, [1 << 60])) { _ in }
        }
    }
}
