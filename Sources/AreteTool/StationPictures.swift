// Pictures that a station receives, as files.
import Glibc
import Link
import Station
import Tensors

/// Writes pictures into a folder: `SENDER-track-4711-level-1.webp`, `SENDER-camera-0.webp`. A newer one replaces an older one.
struct StationPictures {
    private let folder: String

    /// - Throws: `UsageError` where the folder cannot be made.
    init(folder: String) throws {
        guard mkdir(folder, 0o700) == 0 || errno == EEXIST else {
            throw UsageError("--pictures \(folder): \(String(cString: strerror(errno)))")
        }
        self.folder = folder
    }

    /// - Throws: `AtomicFileError`.
    func write(_ file: [UInt8], as name: String, of sender: String) throws(AtomicFileError) {
        // Whoever named the sender did not name a place in the file system.
        let sender = sender.map { $0.isLetter || $0.isNumber || "-_.".contains($0) ? $0 : "_" }
        try AtomicFile.write(file, to: "\(folder)/\(String(sender))-\(name).webp")
    }
}
