// Tensor data in files beside the model.
import Glibc
import Tensors

/// Maps the files that a model names for its tensors, each once; only files inside the model's folder.
final class ExternalData {
    private let folder: String
    private var files: [String: MappedFile] = [:]

    /// - Parameter modelPath: where the model lies.
    init(modelPath: String) {
        let slash = modelPath.lastIndex(of: "/")
        folder = slash.map { $0 == modelPath.startIndex ? "/" : String(modelPath[..<$0]) } ?? "."
    }

    /// The file and the bytes of it that the entries of `tensor` name.
    /// - Parameter byteCount: how many bytes the tensor needs.
    func region(_ tensor: TensorMessage, byteCount: Int) throws -> (file: MappedFile, range: Range<Int>) {
        let subject = "external data of '\(tensor.name)'"
        guard let location = tensor.external["location"] else { throw ONNXError("\(subject): no location is given") }
        let file = try file(location, subject)
        let offset = try number(tensor.external["offset"] ?? "0", "offset", subject)
        let length = try tensor.external["length"].map { try number($0, "length", subject) } ?? byteCount
        guard length == byteCount else { throw ONNXError("\(subject): \(length) bytes are given, \(byteCount) needed") }
        guard offset <= file.bytes.count, length <= file.bytes.count - offset else {
            throw ONNXError(
                "\(subject): bytes \(offset) and on reach outside '\(location)' of \(file.bytes.count) bytes")
        }
        return (file, offset..<(offset + length))
    }

    private func number(_ text: String, _ key: String, _ subject: String) throws -> Int {
        guard let value = Int(text), value >= 0 else {
            throw ONNXError("\(subject): \(key) '\(text)' is no number of bytes")
        }
        return value
    }

    private func file(_ location: String, _ subject: String) throws -> MappedFile {
        if let file = files[location] { return file }
        let parts = location.split(separator: "/", omittingEmptySubsequences: false)
        guard !location.hasPrefix("/"), !parts.contains(".."), !parts.contains(""), !location.contains("\0"),
            !location.contains("\\")
        else { throw ONNXError("\(subject): '\(location)' is no path inside the model's folder") }
        let path = folder == "/" ? "/" + location : folder + "/" + location
        guard let base = resolved(folder), let real = resolved(path) else {
            throw ONNXError("\(subject): cannot open '\(location)': \(String(cString: strerror(errno)))")
        }
        guard real.hasPrefix(base == "/" ? base : base + "/") else {
            throw ONNXError("\(subject): '\(location)' leads outside the model's folder")
        }
        let file = try MappedFile(path: real)
        files[location] = file
        return file
    }

    private func resolved(_ path: String) -> String? {
        guard let pointer = realpath(path, nil) else { return nil }
        defer { free(pointer) }
        return String(cString: pointer)
    }
}
