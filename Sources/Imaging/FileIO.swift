// Whole files in and out.

import Glibc
import Tensors

enum FileIO {
    /// The content of a regular file of at most `most` bytes.
    static func read(_ path: String, most: Int) throws(ImageError) -> [UInt8] {
        // Without O_NONBLOCK, opening a pipe nobody writes to would wait for ever.
        let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
        guard descriptor >= 0 else { throw .cannotRead(reason: reason()) }
        defer { close(descriptor) }
        var status = stat()
        guard fstat(descriptor, &status) == 0 else { throw .cannotRead(reason: reason()) }
        guard status.st_mode & S_IFMT == S_IFREG else { throw .cannotRead(reason: "not a regular file") }
        let size = Int(status.st_size)
        guard size <= most else { throw .cannotRead(reason: "\(size) bytes are more than the limit of \(most)") }
        var error: Int32 = 0
        let bytes = [UInt8](unsafeUninitializedCapacity: size) { buffer, count in
            while count < size {
                let got = Glibc.read(descriptor, buffer.baseAddress.map { $0 + count }, size - count)
                if got < 0, errno == EINTR { continue }
                if got < 0 { error = errno }
                if got <= 0 { break }
                count += got
            }
        }
        guard error == 0 else { throw .cannotRead(reason: reason(error)) }
        return bytes
    }

    /// Writes a file whole or not at all.
    static func write(_ bytes: [UInt8], to path: String, isPrivate: Bool) throws(ImageError) {
        do throws(AtomicFileError) {
            try AtomicFile.write(bytes, to: path, isPrivate: isPrivate)
        } catch {
            throw .cannotWrite(reason: error.description)
        }
    }

    private static func reason(_ error: Int32 = errno) -> String { String(cString: strerror(error)) }
}
