// Memory for weights in the kernels' own order.
import Glibc

/// Pieces of memory that are written once while a program is made and live as long as it does.
///
/// Pages come zeroed from the system, one after the other, with no heap in between: nothing is cleared twice, and what was reserved too
/// much costs no memory. Not for several threads at once while pieces are taken.
final class PackedMemory: @unchecked Sendable {
    private struct Region {
        var base: UnsafeMutableRawPointer
        var bytes: Int
        var used = 0
        /// Up to where the system was asked for memory, or need not be.
        var populated: Int

        /// Has memory stand ready for the next `size` bytes, and for a little more: asking takes as long as some pages.
        mutating func populate(_ size: Int) {
            guard used + size > populated else { return }
            let end = min(bytes, max(used + size, populated + PackedMemory.fewestPopulatedBytes))
            let page = sysconf(Int32(_SC_PAGESIZE))
            let stop = min(bytes, (end + page - 1) / page * page)
            Pages.populate(base + populated, stop - populated)
            populated = stop
        }
    }

    private var regions: [Region] = []
    private let expectedBytes: Int

    private static let alignment = 64
    /// What is reserved at least when more is taken than was expected.
    private static let fewestMoreBytes = 1 << 16
    /// What is asked for at least: small pieces share it.
    private static let fewestPopulatedBytes = 1 << 15

    /// - Parameter expectedBytes: about how much will be taken.
    init(expectedBytes: Int) { self.expectedBytes = max(0, min(expectedBytes, 1 << 32)) }

    deinit { for region in regions { munmap(region.base, region.bytes) } }

    /// Memory aligned to 64 bytes; `nil` when there is none. Complexity: O(1).
    func take(_ bytes: Int) -> UnsafeMutableRawPointer? {
        guard bytes >= 0, bytes < 1 << 40 else { return nil }
        let size = max(Self.alignment, (bytes + Self.alignment - 1) / Self.alignment * Self.alignment)
        if regions.last.map({ $0.bytes - $0.used < size }) ?? true {
            let expected = regions.isEmpty ? expectedBytes : max(expectedBytes / 8, Self.fewestMoreBytes)
            guard let region = Self.region(atLeast: max(size, expected)) else { return nil }
            regions.append(region)
        }
        let last = regions.count - 1
        // All of it is about to be written.
        regions[last].populate(size)
        let start = regions[last].base + regions[last].used
        regions[last].used += size
        return start
    }

    /// Gives back the last bytes of the piece taken last.
    func giveBack(_ bytes: Int) {
        guard bytes >= Self.alignment, let last = regions.indices.last else { return }
        regions[last].used -= min(bytes / Self.alignment * Self.alignment, regions[last].used)
    }

    /// Gives back what was reserved and not taken.
    func trim() {
        let page = sysconf(Int32(_SC_PAGESIZE))
        for index in regions.indices {
            let kept = max(page, (regions[index].used + page - 1) / page * page)
            guard kept < regions[index].bytes else { continue }
            munmap(regions[index].base + kept, regions[index].bytes - kept)
            regions[index].bytes = kept
        }
    }

    private static func region(atLeast bytes: Int) -> Region? {
        // No rounding to huge pages: to clear one takes longer than to pack the weights of a small network.
        let page = sysconf(Int32(_SC_PAGESIZE))
        let size = (bytes + page - 1) / page * page
        // Huge pages are so few that the first touch of each may find it; what is left over behind them is made of small ones.
        return Pages.map(size).map { Region(base: $0, bytes: size, populated: size / Pages.huge * Pages.huge) }
    }
}
