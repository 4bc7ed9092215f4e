// Pictures of parts on a bounded part of the disk.
import Capture
import Glibc
import Imaging
import Tensors

/// Keeps pictures as JPEG files; the oldest make way for new ones. For one thread at a time.
final class PictureStore {
    private let folder: String
    private let mostBytes: Int
    private let decoder = FrameDecoder()
    private var files: [(name: String, bytes: Int)] = []
    private var total = 0

    /// Names of its own files; others in the folder are left alone and not counted.
    private static let prefix = "part-"

    /// - Throws: `SinkFailure` when the folder cannot be made or read.
    init(_ keeping: ImageKeeping) throws(SinkFailure) {
        folder = keeping.folder
        mostBytes = keeping.mostBytes
        guard mkdir(folder, 0o755) == 0 || errno == EEXIST, let list = opendir(folder) else {
            throw SinkFailure(description: "\(keeping.folder): \(String(cString: strerror(errno)))")
        }
        defer { closedir(list) }
        var found: [(name: String, bytes: Int, time: Int)] = []
        while let entry = readdir(list) {
            let name = withUnsafeBytes(of: entry.pointee.d_name) { bytes in
                String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
            }
            var status = stat()
            guard name.hasPrefix(Self.prefix), name.hasSuffix(".jpg"), lstat("\(folder)/\(name)", &status) == 0,
                status.st_mode & S_IFMT == S_IFREG
            else { continue }
            found.append((name, Int(status.st_size), Int(status.st_mtim.tv_sec)))
        }
        files = found.sorted { ($0.time, $0.name) < ($1.time, $1.name) }.map { ($0.name, $0.bytes) }
        total = files.reduce(0) { $0 + $1.bytes }
    }

    /// Keeps a frame as a picture, the camera's own JPEG as it came.
    ///
    /// - Returns: the file's path.
    /// - Throws: `SinkFailure` when there is no picture or no room.
    func keep(_ frame: Frame, part: Int) throws(SinkFailure) -> String {
        let digits = String(part)
        let name = Self.prefix + String(repeating: "0", count: max(0, 9 - digits.count)) + digits + ".jpg"
        let path = "\(folder)/\(name)"
        do {
            let bytes = try jpeg(of: frame)
            while total + bytes.count > mostBytes, let oldest = files.first {
                unlink("\(folder)/\(oldest.name)")
                files.removeFirst()
                total -= oldest.bytes
            }
            try AtomicFile.write(bytes, to: path)
            files.append((name, bytes.count))
            total += bytes.count
            return path
        } catch {
            throw SinkFailure(description: "\(path): \(error)")
        }
    }

    private func jpeg(of frame: Frame) throws -> [UInt8] {
        if frame.format.format.isJPEG, let plane = frame.planes.first { return Array(plane) }
        return try decoder.withPicture(of: frame) { picture, _ in try Image(picture).jpeg() }
    }
}
