// What this process takes of the machine.
import Glibc

/// Zero where /proc does not tell.
public struct ProcessFigures: Sendable {
    public var processorSeconds: Double
    public var residentBytes: Int
    public var openDescriptors: Int

    /// As it is now.
    public static var now: ProcessFigures {
        var time = timespec()
        clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time)
        return ProcessFigures(
            processorSeconds: Double(time.tv_sec) + Double(time.tv_nsec) * 1e-9,
            residentBytes: ProcessMemory.residentBytes,
            openDescriptors: openDescriptors)
    }

    private static var openDescriptors: Int {
        guard let folder = opendir("/proc/self/fd") else { return 0 }
        defer { closedir(folder) }
        var count = 0
        while readdir(folder) != nil { count += 1 }
        // ".", ".." and the folder's own.
        return max(0, count - 3)
    }
}
