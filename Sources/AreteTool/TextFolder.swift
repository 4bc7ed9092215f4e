// Text files that appear whole or not at all.
import Glibc
import Tensors

struct TextFolder {
    private let path: String

    /// Makes the folder where it is absent, before any work is done.
    init(_ folder: String) throws {
        var path = folder
        while path.count > 1, path.hasSuffix("/") { path.removeLast() }
        guard mkdir(path, 0o777) == 0 || errno == EEXIST else {
            throw TensorError.file(path: folder, reason: "cannot be made: " + String(cString: strerror(errno)))
        }
        // A file of that name is no folder to search in.
        guard access(path + "/.", W_OK | X_OK) == 0 else {
            throw TensorError.file(path: folder, reason: "cannot be written to: " + String(cString: strerror(errno)))
        }
        self.path = path
    }

    func write(_ text: String, as name: String) throws { try Self.write(text, to: "\(path)/\(name)") }

    static func write(_ text: String, to file: String) throws {
        do throws(AtomicFileError) {
            try AtomicFile.write(Array(text.utf8), to: file)
        } catch {
            throw TensorError.file(path: file, reason: "cannot be written: \(error)")
        }
    }
}
