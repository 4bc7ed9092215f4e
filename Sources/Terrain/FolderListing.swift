// What lies in a folder of terrain.
import Glibc

/// The usable files of a folder, and what is wrong with the others.
struct FolderListing {
    private(set) var files: [TerrainFile] = []
    /// One line each.
    private(set) var troubles: [String] = []
    private(set) var more = 0

    private static let mostFiles = 16_384
    static let mostTroubles = 20

    /// - Throws: `TerrainError.folder` where it cannot be listed.
    init(path: String) throws(TerrainError) {
        for name in try Self.names(path).sorted() {
            guard files.count < Self.mostFiles else {
                complain("\(path): of more than \(Self.mostFiles) files the others are left out")
                break
            }
            take(name, in: path)
        }
    }

    private static func names(_ path: String) throws(TerrainError) -> [String] {
        guard let folder = opendir(path) else { throw .folder(path, reason: String(cString: strerror(errno))) }
        defer { closedir(folder) }
        var names: [String] = []
        while names.count < 4 * mostFiles, let entry = readdir(folder) {
            let name = withUnsafeBytes(of: entry.pointee.d_name) { bytes in
                String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
            }
            if !name.hasPrefix(".") { names.append(name) }
        }
        return names
    }

    private mutating func complain(_ trouble: String) {
        if troubles.count < Self.mostTroubles { troubles.append(trouble) } else { more += 1 }
    }

    private mutating func take(_ name: String, in folder: String) {
        let path = folder + "/" + name
        let lower = name.lowercased()
        if lower.hasSuffix(".hgt") {
            guard let tile = TileName(file: name) else {
                return complain("\(name) is not named as a tile is: its south-west corner, like N44W072.hgt")
            }
            var status = stat()
            guard stat(path, &status) == 0, status.st_mode & S_IFMT == S_IFREG else {
                return complain("\(name) is no file")
            }
            add(TerrainFile(tile: tile, path: path, bytes: Int(status.st_size)))
        } else if [".hgt.gz", ".hgt.zip", ".hgt.bz2"].contains(where: lower.hasSuffix), let tile = TileName(file: name)
        {
            add(TerrainFile(packed: tile, path: path))
        } else if lower.hasSuffix(".tif") || lower.hasSuffix(".tiff") {
            do {
                // It is opened again when it is read: folders hold more files than a program may have open.
                files.append(TerrainFile(geoTIFF: path, grid: try GeoTIFF(path: path).grid))
            } catch { complain("\(name): \(error.reason)") }
        }
    }

    private mutating func add(_ file: TerrainFile?) {
        guard let file else { return }
        if let damage = file.damage { complain(damage) }
        files.append(file)
    }
}
