// Images written into a folder, each under a name of its own.
import Glibc
import Imaging
import Tensors

struct Album {
    private let folder: String
    private var taken: Set<String> = []

    /// Makes the folder where it is absent.
    init(folder: String) throws {
        var path = folder
        while path.count > 1, path.hasSuffix("/") { path.removeLast() }
        guard mkdir(path, 0o777) == 0 || errno == EEXIST else {
            throw TensorError.file(path: folder, reason: "cannot be made: " + String(cString: strerror(errno)))
        }
        self.folder = path
    }

    /// Writes `image` as PNG, named after the file `path`; the second of one name gets a number.
    mutating func add(_ path: String, _ image: Image) throws {
        let name = path.split(separator: "/").last.map(String.init) ?? "image"
        let stem = name.lastIndex(of: ".").flatMap { $0 == name.startIndex ? nil : String(name[..<$0]) } ?? name
        var unique = stem
        var number = 2
        while !taken.insert(unique).inserted {
            unique = "\(stem)-\(number)"
            number += 1
        }
        let file = "\(folder)/\(unique).png"
        do throws(ImageError) {
            try image.write(path: file)
        } catch {
            throw TensorError.file(path: file, reason: error.description)
        }
    }
}
