// Paths as a configuration names them.
import JSON

/// The folder of a configuration's file, where its relative paths start.
struct ConfigurationFolder {
    private let folder: String

    init(ofFile path: String) {
        folder = path.lastIndex(of: "/").map { String(path[...$0]) } ?? ""
    }

    /// The path that must stand under `path`.
    func file(_ fields: JSONFields) throws(JSONError) -> String {
        guard let path = try path(fields, "path") else { throw fields.missing("path") }
        return path
    }

    /// The path under `key`; `nil` where there is none.
    func path(_ fields: JSONFields, _ key: String) throws(JSONError) -> String? {
        guard let path = try fields.string(key) else { return nil }
        guard !path.isEmpty, !path.contains("\0") else { throw fields.failure(key, "is no path") }
        return self.path(path)
    }

    /// A path as the file names it.
    func path(_ path: String) -> String { path.hasPrefix("/") ? path : folder + path }
}
