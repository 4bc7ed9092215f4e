// Packed weights on disk, so that the next run need not pack them again.
import CPlatform
import Glibc
import Tensors

/// A folder of packed weights, one file a model, instruction set, options and build of the engine.
///
/// A run never fails because of it: what cannot be read, is damaged, or belongs to someone else is packed again, and what cannot be
/// written is not kept. Files appear whole or not at all, so any number of processes may use one folder at a time; their pages are
/// shared between those processes.
public struct WeightCache: Sendable, Hashable {
    public var directory: String
    /// The most bytes that the folder should hold; the files that were not used for longest go first.
    public var byteLimit: Int

    public init(directory: String, byteLimit: Int = 1 << 28) {
        self.directory = directory
        self.byteLimit = byteLimit
    }

    /// The user's own: `$XDG_CACHE_HOME/arete`, else `~/.cache/arete`; `nil` where neither is known.
    public static var ofUser: WeightCache? {
        func path(_ name: String) -> String? {
            guard let value = getenv(name).map({ String(cString: $0) }), value.hasPrefix("/") else { return nil }
            return value
        }
        if let cache = path("XDG_CACHE_HOME") { return WeightCache(directory: cache + "/arete") }
        return path("HOME").map { WeightCache(directory: $0 + "/.cache/arete") }
    }

    /// Models with fewer bytes of weights are packed faster than a file is opened and checked.
    static let fewestBytes = 1 << 20

    private static let suffix = ".weights"
    private static let unfinishedSuffix = ".tmp"

    /// The folder, ready for use, with its seed; `nil` when it cannot be used. Makes it if it is not there.
    func open() -> Folder? {
        guard makeDirectories() else { return nil }
        var status = stat()
        // In a folder that others may write to, anything could be anything.
        guard lstat(directory, &status) == 0, status.st_mode & S_IFMT == S_IFDIR, isTrusted(status),
            let seed = seed()
        else { return nil }
        return Folder(cache: self, seed: seed)
    }

    /// Whether nobody but this user can have written the file.
    private func isTrusted(_ status: stat) -> Bool { status.st_uid == geteuid() && status.st_mode & 0o022 == 0 }

    private func makeDirectories() -> Bool {
        // Whether it is a folder is looked at later.
        if directory.hasPrefix("/"), access(directory, F_OK) == 0 { return true }
        var path = ""
        for part in directory.split(separator: "/") {
            path += "/" + part
            if mkdir(path, 0o700) != 0, errno != EEXIST { return false }
        }
        return directory.hasPrefix("/") && !path.isEmpty
    }

    /// The folder's secret number, chosen when it is first used.
    private func seed() -> ContentHash.Seed? {
        let path = directory + "/seed"
        for _ in 0..<2 {
            if let (descriptor, size) = openTrusted(path) {
                defer { close(descriptor) }
                var words: [UInt64] = [0, 0]
                // Zeros are what is left of a seed that was not on the disk when the power failed.
                if size == 16, read(descriptor, &words, 16) == 16, words != [0, 0] {
                    return ContentHash.Seed(first: words[0], second: words[1])
                }
                unlink(path)
            }
            let bytes = [UInt64.random(in: 0...UInt64.max), UInt64.random(in: 0...UInt64.max)].withUnsafeBytes {
                Array($0)
            }
            // Whoever was faster has made the seed that counts.
            guard write(bytes, [], [], to: path, replaces: false, syncs: false) || access(path, F_OK) == 0 else {
                return nil
            }
        }
        return nil
    }

    /// Opens a regular file of this user's.
    private func openTrusted(_ path: String) -> (descriptor: Int32, size: Int)? {
        let descriptor = Glibc.open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK)
        guard descriptor >= 0 else { return nil }
        var status = stat()
        guard fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFREG, isTrusted(status) else {
            close(descriptor)
            return nil
        }
        return (descriptor, Int(status.st_size))
    }

    /// A folder that is known to be usable.
    struct Folder: Sendable {
        let cache: WeightCache
        let seed: ContentHash.Seed

        /// Where the weights of that name are.
        func path(_ name: ContentHash) -> String { cache.directory + "/" + name.hexadecimal + WeightCache.suffix }

        /// Whether there is a file of that name, whatever it holds.
        func mayHave(_ name: ContentHash) -> Bool { access(path(name), F_OK) == 0 }

        /// The pieces that were kept under `name`, if they are what was written for `key`. Complexity: O(bytes).
        func read(_ name: ContentHash, key: ContentHash) -> (file: MappedFile, pieces: [Range<Int>])? {
            guard let (descriptor, _) = cache.openTrusted(path(name)) else { return nil }
            defer { close(descriptor) }
            guard let file = try? MappedFile(descriptor: descriptor, path: path(name)) else { return nil }
            file.bringIn()
            guard let content = WeightFile(file.bytes, key: key, seed: seed) else { return nil }
            // For the order in which files go; once an hour tells that well enough.
            var status = stat()
            if fstat(descriptor, &status) == 0, time(nil) - status.st_mtim.tv_sec > 3600 { futimens(descriptor, nil) }
            return (file, content.pieces)
        }

        /// Keeps `pieces` for `key` if that is possible, and removes old files where there are too many.
        func write(_ name: ContentHash, key: ContentHash, _ pieces: [UnsafeRawBufferPointer]) {
            let (head, offsets, fileBytes) = WeightFile.head(of: pieces, key: key, seed: seed)
            guard fileBytes <= cache.byteLimit else { return }
            if cache.write(head, pieces, offsets, to: path(name), replaces: true) { cache.removeOldFiles() }
        }
    }

    // MARK: Writing

    /// Writes a file that is seen whole or not at all. Where one is there already, it is replaced or left.
    private func write(
        _ head: [UInt8], _ pieces: [UnsafeRawBufferPointer], _ offsets: [Int], to path: String, replaces: Bool,
        syncs: Bool = true
    ) -> Bool {
        let name = path + "." + String(UInt64.random(in: 0...UInt64.max), radix: 16) + Self.unfinishedSuffix
        let descriptor = Glibc.open(name, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0o600)
        guard descriptor >= 0 else { return false }
        var isWritten = head.withUnsafeBytes { writeAll(descriptor, $0, at: 0) }
        for (piece, offset) in zip(pieces, offsets) where isWritten {
            isWritten = writeAll(descriptor, piece, at: offset)
        }
        isWritten = isWritten && (!syncs || fsync(descriptor) == 0)
        isWritten = close(descriptor) == 0 && isWritten
        if isWritten { isWritten = replaces ? rename(name, path) == 0 : link(name, path) == 0 }
        if !isWritten || !replaces { unlink(name) }
        return isWritten
    }

    private func writeAll(_ descriptor: Int32, _ bytes: UnsafeRawBufferPointer, at offset: Int) -> Bool {
        var done = 0
        while done < bytes.count {
            guard let start = bytes.baseAddress else { return false }
            let count = pwrite(descriptor, start + done, bytes.count - done, off_t(offset + done))
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { return false }
            done += count
        }
        return true
    }

    /// Removes the files that were not used for longest until the folder is within its limit, and what a crash left unfinished.
    private func removeOldFiles() {
        guard let folder = opendir(directory) else { return }
        defer { closedir(folder) }
        var files: [(path: String, used: Int, bytes: Int)] = []
        while let entry = readdir(folder) {
            let name = withUnsafePointer(to: &entry.pointee.d_name) { tuple in
                tuple.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
            }
            let path = directory + "/" + name
            var status = stat()
            guard name.hasSuffix(Self.suffix) || name.hasSuffix(Self.unfinishedSuffix), lstat(path, &status) == 0,
                status.st_mode & S_IFMT == S_IFREG
            else { continue }
            let used = status.st_mtim.tv_sec
            if name.hasSuffix(Self.unfinishedSuffix) {
                // Writing takes seconds; after an hour nobody does any more.
                if time(nil) - used > 3600 { unlink(path) }
            } else {
                files.append((path, used, Int(status.st_size)))
            }
        }
        var total = files.reduce(0) { $0 + $1.bytes }
        for file in files.sorted(by: { ($0.used, $0.path) < ($1.used, $1.path) }) where total > byteLimit {
            unlink(file.path)
            total -= file.bytes
        }
    }
}
