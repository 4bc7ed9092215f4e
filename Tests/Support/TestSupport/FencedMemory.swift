// Memory that ends where a page begins that nobody may touch: a kernel that reads or writes behind its rows stops there.
import Glibc

public final class FencedMemory {
    private let start: UnsafeMutableRawPointer
    private let capacity: Int
    private static let page = 4096

    public init(capacity: Int) throws {
        self.capacity = (capacity + Self.page - 1) / Self.page * Self.page
        let mapped = mmap(
            nil, self.capacity + Self.page, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0)
        guard let mapped, mapped != MAP_FAILED else { throw NoMemory() }
        start = mapped
        mprotect(mapped + self.capacity, Self.page, PROT_NONE)
    }

    deinit { munmap(start, capacity + Self.page) }

    public struct NoMemory: Error {}

    /// The elements, placed before the fence.
    public func holding<Element: BitwiseCopyable>(_ elements: [Element]) -> UnsafePointer<Element> {
        let bytes = elements.count * MemoryLayout<Element>.stride
        let target = start + (capacity - bytes)
        elements.withUnsafeBytes { if let base = $0.baseAddress { target.copyMemory(from: base, byteCount: bytes) } }
        return UnsafePointer(target.assumingMemoryBound(to: Element.self))
    }

    /// What `fill` makes of memory with room for `bytes` before the fence, and of the 64 bytes before them.
    public func filled(_ bytes: Int, _ fill: (UnsafeMutableRawPointer) -> Void) -> [UInt8] {
        let target = start + (capacity - bytes)
        memset(target - 64, 0xA5, bytes + 64)
        fill(target)
        return Array(UnsafeRawBufferPointer(start: target - 64, count: bytes + 64))
    }
}
