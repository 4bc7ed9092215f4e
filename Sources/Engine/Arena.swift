// The memory that holds the intermediate results of a program.
import Glibc

/// Zeroed memory aligned to 64 bytes, until `deallocate`.
struct Arena {
    let start: UnsafeMutableRawPointer
    private let bytes: Int

    /// Smaller ones come from the heap: finding pages and giving them back takes longer than a small program runs, and constants
    /// are folded by many of those.
    private static let fewestPageBytes = 1 << 16
    /// Larger ones come page by page as a run touches them, for the machine may not have all of it.
    private static let mostPopulatedBytes = 1 << 26

    /// - Throws: `.outOfMemory` when it is larger than the machine's memory.
    init(bytes: Int) throws(RunError) {
        self.bytes = max(bytes, 1)
        if self.bytes < Self.fewestPageBytes {
            start = .allocate(byteCount: self.bytes, alignment: 64)
            start.initializeMemory(as: UInt8.self, repeating: 0, count: self.bytes)
            return
        }
        if self.bytes > Self.mostPopulatedBytes {
            let physical = sysconf(Int32(_SC_PHYS_PAGES)) * sysconf(Int32(_SC_PAGESIZE))
            guard self.bytes < physical else { throw .outOfMemory(bytes: bytes) }
        }
        let mappedBytes = Self.mapped(self.bytes)
        guard let mapped = Pages.map(mappedBytes) else { throw .outOfMemory(bytes: bytes) }
        // A run writes all of it.
        if self.bytes <= Self.mostPopulatedBytes { Pages.populate(mapped, mappedBytes) }
        start = mapped
    }

    /// What fills most of a huge page gets all of it: the system finds one faster than hundreds of small ones.
    private static func mapped(_ bytes: Int) -> Int {
        bytes < Pages.huge && bytes >= Pages.huge / 4 * 3 ? Pages.huge : bytes
    }

    func deallocate() {
        if bytes < Self.fewestPageBytes { start.deallocate() } else { munmap(start, Self.mapped(bytes)) }
    }
}
