// Files that are their owner's alone.
import Glibc
import Synchronization

/// Makes files that nobody else may read from their first byte on. SQLite gives the files beside one the same rights.
enum PrivateFile {
    private static let making = Mutex(())

    /// Makes an empty one where there is none; one that is there stays as it is. Where that cannot be, who opens it says why.
    ///
    /// To be called before a file is opened: a descriptor that is closed takes the locks with it that SQLite holds on
    /// the same file (sqlite.org, "How To Corrupt An SQLite Database File", 2.2), and thus none is opened of a file that is there.
    static func make(_ path: String) {
        making.withLock { _ in
            guard access(path, F_OK) != 0, errno == ENOENT else { return }
            let descriptor = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
            if descriptor >= 0 { close(descriptor) }
        }
    }
}
