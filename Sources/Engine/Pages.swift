// Large pieces of memory from the system.
import Glibc

/// Zeroed pages that belong to nobody else.
enum Pages {
    static let huge = 1 << 21

    /// `bytes` of memory that start where a huge page does, if they fill one; `nil` when there is no room. `munmap` gives it back.
    ///
    /// Where there is much to write, a fault for each small page costs as much as the writing: the system is asked for huge ones.
    static func map(_ bytes: Int) -> UnsafeMutableRawPointer? {
        guard bytes > 0, bytes < 1 << 46 else { return nil }
        let page = sysconf(Int32(_SC_PAGESIZE))
        let size = (bytes + page - 1) / page * page
        if size < huge {
            let mapped = mmap(nil, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0)
            return mapped == MAP_FAILED ? nil : mapped
        }
        // One huge page more, to cut the piece out of.
        let mapped = mmap(nil, size + huge, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0)
        guard let mapped, mapped != MAP_FAILED else { return nil }
        let skipped = -Int(bitPattern: mapped) & (huge - 1)
        if skipped > 0 { munmap(mapped, skipped) }
        if skipped < huge { munmap(mapped + skipped + size, huge - skipped) }
        madvise(mapped + skipped, size, Int32(MADV_HUGEPAGE))
        return mapped + skipped
    }

    /// Has the system find memory for all of `bytes` now, which is faster than at each first touch.
    static func populate(_ start: UnsafeMutableRawPointer, _ bytes: Int) {
        // Systems before Linux 5.14 do not know this; then the first run finds the memory page by page.
        let populateForWriting: Int32 = 23
        madvise(start, bytes, populateForWriting)
    }
}
