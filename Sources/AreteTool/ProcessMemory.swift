// How much memory this process holds, as the system counts it.
import CPlatform
import Glibc

enum ProcessMemory {
    /// Bytes in RAM, shared ones included.
    static var residentBytes: Int {
        let fields = lines(of: "/proc/self/statm").first.map { $0.split(separator: " ") } ?? []
        return fields.count > 1 ? (Int(fields[1]) ?? 0) * sysconf(Int32(_SC_PAGESIZE)) : 0
    }

    /// Bytes in RAM, each page divided by the number of processes that share it; 0 where the system does not tell.
    static var proportionalBytes: Int {
        for line in lines(of: "/proc/self/smaps_rollup") where line.hasPrefix("Pss:") {
            let words = line.split(separator: " ")
            return words.count > 1 ? (Int(words[1]) ?? 0) * 1024 : 0
        }
        return 0
    }

    /// The part of `proportionalBytes` that `letGoOfCode` could give back.
    static var codeBytes: Int {
        #if DEBUG
            return 0
        #else
            var (isCode, bytes) = (false, 0)
            var path = [CChar](repeating: 0, count: Int(PATH_MAX))
            guard readlink("/proc/self/exe", &path, path.count - 1) > 0 else { return 0 }
            let program = String(decoding: path.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self)
            for line in lines(of: "/proc/self/smaps") {
                let words = line.split { $0 == " " || $0 == "\n" }
                if words.count > 5, words[1].count == 4 {
                    isCode = words[5...].joined(separator: " ") == program && !words[1].contains("w")
                } else if isCode, words.count > 1, words[0] == "Pss:" {
                    bytes += (Int(words[1]) ?? 0) * 1024
                }
            }
            return bytes
        #endif
    }

    /// Gives back the pages of code, of which most served to load the model; the next run brings its own in again. For after the
    /// first result, which it would delay.
    ///
    /// The system keeps mapped code in memory longer than anything else from files, so on a small machine pages that will not run
    /// again would push out what does. Not in debug builds: breakpoints lie in those pages.
    static func letGoOfCode() {
        #if !DEBUG
            arete_let_go_of_code()
        #endif
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
