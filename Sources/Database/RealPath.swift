// Where a file really is.
import Glibc

/// One path for all that lead to a file by symbolic links, be it there or not yet.
enum RealPath {
    /// As the kernel has it.
    private static let mostLinks = 40

    /// Where there is no such folder, `path` itself.
    static func of(_ path: String) -> String {
        var path = path
        for _ in 0..<mostLinks {
            if let real = resolved(path) { return real }
            guard let target = target(path) else { break }
            path = target.hasPrefix("/") ? target : folder(path) + target
        }
        let above = folder(path)
        guard let real = resolved(above.isEmpty ? "." : above) else { return path }
        return (real == "/" ? "" : real) + "/" + String(decoding: path.utf8.dropFirst(above.utf8.count), as: UTF8.self)
    }

    private static func resolved(_ path: String) -> String? {
        guard let pointer = realpath(path, nil) else { return nil }
        defer { free(pointer) }
        return String(cString: pointer)
    }

    /// Of a link that leads to nothing yet.
    private static func target(_ path: String) -> String? {
        var bytes = [CChar](repeating: 0, count: Int(PATH_MAX))
        let count = readlink(path, &bytes, Int(PATH_MAX))
        return count > 0 ? String(decoding: bytes[..<count].map { UInt8(bitPattern: $0) }, as: UTF8.self) : nil
    }

    /// With the slash at its end; empty where there is none.
    private static func folder(_ path: String) -> String {
        path.utf8.lastIndex(of: UInt8(ascii: "/")).map { String(path[...$0]) } ?? ""
    }
}
