// Who sends under a pairing.
import Glibc
import Tensors

/// Keeps everybody else on this machine from sending under a pairing for as long as it lives, and remembers beside its file the last epoch that was begun
/// under it: a sender with another spool goes on counting, and no two packets are encrypted alike.
public final class PairingUse: Sendable {
    /// The last epoch that is known; `nil` for the first use.
    public let lastEpoch: UInt32?
    private let path: String
    private let descriptor: Int32

    /// - Throws: `PairingError` where somebody has it already.
    public init(of path: String) throws(PairingError) {
        self.path = path
        descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
        guard descriptor >= 0 else { throw .file(path, String(cString: strerror(errno))) }
        guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else {
            let reason = errno == EWOULDBLOCK ? "another process sends under it" : String(cString: strerror(errno))
            close(descriptor)
            throw .file(path, reason)
        }
        let text = (try? MappedFile(path: Self.book(path))).map { String(decoding: $0.bytes, as: UTF8.self) }
        lastEpoch = text.flatMap { UInt32($0.prefix { $0.isNumber }) }
    }

    deinit { close(descriptor) }

    private static func book(_ path: String) -> String { path + ".epoch" }

    private var isFolderWritable: Bool {
        access(path.lastIndex(of: "/").map { String(path[...$0]) } ?? ".", W_OK) == 0
    }

    /// Brings an epoch to the disk, before the first packet in it.
    ///
    /// - Throws: `PairingError` where that fails; not where the folder is not for this program to write in: there each spool counts alone.
    public func begin(_ epoch: UInt32) throws(PairingError) {
        do throws(AtomicFileError) {
            try AtomicFile.write(Array("\(epoch)\n".utf8), to: Self.book(path))
        } catch {
            guard isFolderWritable else { return }
            throw .file(Self.book(path), error.description)
        }
    }
}
