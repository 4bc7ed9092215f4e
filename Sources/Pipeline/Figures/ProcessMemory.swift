// How much memory this process holds, as the system counts it.
import Glibc

public enum ProcessMemory {
    /// Bytes in RAM, shared ones included.
    public static var residentBytes: Int {
        let fields = lines(of: "/proc/self/statm").first.map { $0.split(separator: " ") } ?? []
        return fields.count > 1 ? (Int(fields[1]) ?? 0) * sysconf(Int32(_SC_PAGESIZE)) : 0
    }

    /// Bytes in RAM, each page divided by the number of processes that share it; 0 where the system does not tell.
    public static var proportionalBytes: Int {
        for line in lines(of: "/proc/self/smaps_rollup") where line.hasPrefix("Pss:") {
            let words = line.split(separator: " ")
            return words.count > 1 ? (Int(words[1]) ?? 0) * 1024 : 0
        }
        return 0
    }

    private static func lines(of path: String) -> [String] {
        guard let stream = fopen(path, "r") else { return [] }
        defer { fclose(stream) }
        var lines: [String] = []
        var line = [CChar](repeating: 0, count: 256)
        while fgets(&line, Int32(line.count), stream) != nil {
            lines.append(String(decoding: line.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self))
        }
        return lines
    }
}
