// Files that are whole or not there.
import Glibc

public enum AtomicFile {
    /// Writes a file at `path`: to one beside it first, which takes its place when all bytes are on the disk.
    ///
    /// What was at `path` before stays as it was when something fails. A link is followed: what it points to is replaced.
    /// - Parameters:
    ///   - isPrivate: its owner alone reads it, from its first byte on.
    ///   - forEachPart: calls what it is given with all bytes in order, part by part.
    /// - Throws: `AtomicFileError` when the system refuses; the file that was there is then untouched.
    public static func write(
        to path: String, isPrivate: Bool = false,
        forEachPart: ((UnsafeRawBufferPointer) throws -> Void) throws -> Void
    ) throws(AtomicFileError) {
        let path = target(of: path)
        let temporary = "\(path).\(getpid())-\(UInt32.random(in: .min ... .max)).part"
        let descriptor = open(temporary, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, isPrivate ? 0o600 : 0o666)
        guard descriptor >= 0 else { throw AtomicFileError(errno) }
        do {
            try forEachPart { try write($0, to: descriptor) }
            guard fsync(descriptor) == 0 else { throw AtomicFileError(errno) }
        } catch {
            close(descriptor)
            unlink(temporary)
            throw error as? AtomicFileError ?? AtomicFileError(EIO)
        }
        guard close(descriptor) == 0, rename(temporary, path) == 0 else {
            let error = AtomicFileError(errno)
            unlink(temporary)
            throw error
        }
        synchronizeFolder(of: path)
    }

    /// Writes a file of these bytes, as the other does.
    public static func write(
        _ bytes: [UInt8], to path: String, isPrivate: Bool = false
    ) throws(AtomicFileError) {
        try write(to: path, isPrivate: isPrivate) { write in try bytes.withUnsafeBytes(write) }
    }

    /// The path itself, or where it leads to if it is a link.
    private static func target(of path: String) -> String {
        guard let resolved = realpath(path, nil) else { return path }
        defer { free(resolved) }
        return String(cString: resolved)
    }

    private static func write(_ bytes: UnsafeRawBufferPointer, to descriptor: Int32) throws {
        var rest = bytes
        while let start = rest.baseAddress, rest.count > 0 {
            let count = Glibc.write(descriptor, start, rest.count)
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { throw AtomicFileError(errno) }
            rest = UnsafeRawBufferPointer(rebasing: rest[count...])
        }
    }

    /// So that the new name outlives a power cut; the file is whole either way, so a folder that cannot be opened is no failure.
    private static func synchronizeFolder(of path: String) {
        let slash = path.lastIndex(of: "/")
        let folder = slash.map { $0 == path.startIndex ? "/" : String(path[..<$0]) } ?? "."
        let descriptor = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard descriptor >= 0 else { return }
        fsync(descriptor)
        close(descriptor)
    }
}

/// Why a file could not be written, in the system's words.
public struct AtomicFileError: Error, Hashable, Sendable, CustomStringConvertible {
    public let description: String

    init(_ number: Int32) { description = String(cString: strerror(number)) }
}
