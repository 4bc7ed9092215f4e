// Folders of images.
import Glibc

/// A folder of images: all that it holds, or those that annotations speak of.
public struct ImageFolder: Sendable {
    private let path: String

    /// What counts as an image in a folder.
    static let endings = ["jpg", "jpeg", "png", "webp", "ppm", "pgm"]
    /// More files in one folder are not looked at.
    private static let mostFiles = 1_000_000

    public init(_ path: String) { self.path = path }

    /// All images of the folder, by their names' order.
    /// - Throws: `EvaluationError.file` when it cannot be read or holds none.
    public func files() throws(EvaluationError) -> [String] {
        guard let folder = opendir(path) else {
            throw .file(path: path, reason: "cannot be read: \(String(cString: strerror(errno)))")
        }
        defer { closedir(folder) }
        var names: [String] = []
        while names.count < Self.mostFiles, let entry = readdir(folder) {
            let name = withUnsafePointer(to: &entry.pointee.d_name) {
                $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
            }
            let ending = name.split(separator: ".").last.map { $0.lowercased() } ?? ""
            if !name.hasPrefix("."), Self.endings.contains(ending) { names.append(name) }
        }
        guard !names.isEmpty else {
            throw .file(
                path: path, reason: "there is no image (\(Self.endings.joined(separator: ", "))) in this folder")
        }
        let base = path.hasSuffix("/") ? path : path + "/"
        return names.sorted().map { base + $0 }
    }

    /// The file of `image`: under its whole name, or under the last part of it.
    /// - Throws: `EvaluationError.file` when it is not there or may not be read.
    public func file(of image: AnnotatedImage) throws(EvaluationError) -> String {
        try file(image.fileName, "file_name", of: image)
    }

    /// The file of the template of `image`, found in the same way.
    /// - Throws: `EvaluationError.file` when the annotations name none, or as above.
    public func template(of image: AnnotatedImage) throws(EvaluationError) -> String {
        guard let name = image.template else {
            throw .file(
                path: image.fileName,
                reason: "has no template in the annotations, and the model compares each image with one")
        }
        return try file(name, "template", of: image)
    }

    /// Annotations come from anywhere, so nothing outside the folder is opened.
    private func file(
        _ name: String, _ key: String, of image: AnnotatedImage
    ) throws(EvaluationError) -> String {
        let parts = name.split(separator: "/", omittingEmptySubsequences: false)
        guard !name.hasPrefix("/"), !name.contains("\0"), !parts.contains(".."), let last = parts.last, !last.isEmpty
        else {
            throw .file(
                path: name,
                reason: "the \(key) of image \(image.id) must lead to a file inside the folder of the images")
        }
        let base = path.hasSuffix("/") ? path : path + "/"
        for candidate in [base + name, base + last] where access(candidate, R_OK) == 0 { return candidate }
        throw .file(
            path: base + name,
            reason:
                "cannot be read (\(String(cString: strerror(errno)))); --images is the folder that the annotations' file names start from"
        )
    }
}
