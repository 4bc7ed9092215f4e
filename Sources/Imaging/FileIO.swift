// Whole files in and out.

import Glibc

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

    /// Writes a file whole or not at all: a neighbour under a temporary name is renamed to `path` once it is complete.
    static func write(_ bytes: [UInt8], to path: String) throws(ImageError) {
        let temporary = "\(path).\(getpid())-\(UInt32.random(in: .min ... .max)).part"
        let descriptor = open(temporary, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o666)
        guard descriptor >= 0 else { throw .cannotWrite(reason: reason()) }
        var error: Int32 = 0
        var done = 0
        bytes.withUnsafeBytes { buffer in
            while done < buffer.count, error == 0 {
                let put = Glibc.write(descriptor, buffer.baseAddress.map { $0 + done }, buffer.count - done)
                if put >= 0 {
                    done += put
                } else if errno != EINTR {
                    error = errno
                }
            }
        }
        if close(descriptor) != 0, error == 0 { error = errno }
        if error == 0, rename(temporary, path) != 0 { error = errno }
        guard error == 0 else {
            unlink(temporary)
            throw .cannotWrite(reason: reason(error))
        }
    }

    private static func reason(_ error: Int32 = errno) -> String { String(cString: strerror(error)) }
}
