// Logs of databases that are open when the program ends.
import CSQLite
import Glibc
import Synchronization

/// SQLite moves what a log has into the tables when the last connection is closed. Threads that run until the program ends never close theirs: then that is
/// done here, so that the file alone has all.
enum OpenLogs {
    /// Connections of each file.
    private static let counts = Mutex<[String: Int]>([:])
    private static let isWatching: Bool = atexit { OpenLogs.empty() } == 0

    static func add(_ path: String) {
        _ = isWatching
        counts.withLock { $0[path, default: 0] += 1 }
    }

    static func remove(_ path: String) {
        counts.withLock { counts in
            let left = (counts[path] ?? 1) - 1
            counts[path] = left > 0 ? left : nil
        }
    }

    /// Takes as long as a database that is in use may be waited for, at most, for each.
    static func empty() {
        for path in counts.withLock({ Array($0.keys) }) {
            var opened: OpaquePointer?
            // One that was removed meanwhile is not made anew.
            if arete_sqlite_open(path, &opened, SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX) == SQLITE_OK, let opened {
                arete_sqlite_exec(opened, "PRAGMA wal_checkpoint(TRUNCATE)")
            }
            arete_sqlite_close(opened)
        }
    }
}
