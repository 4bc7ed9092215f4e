// Pairings on a disk, as they are now.
import Glibc

/// The pairings of files and folders, which may change while they are used: whoever holds them asks now and then what
/// became of them.
///
/// Of a folder, files whose names end in `.pairing` count. A file that can no longer be read, or is wrong, is told of,
/// and what it held before goes on.
public struct PairingFolder: Sendable {
    private struct File {
        var stamp: FileStamp?
        var pairing: Pairing?
    }

    private let places: [String]
    private var files: [String: File] = [:]
    /// Of each path, as it was told.
    private var told: [String: String] = [:]

    private static let ending = ".pairing"

    /// - Parameter places: files and folders.
    /// - Throws: `PairingError` for a file among them that is no pairing now, and for one that is not there.
    public init(_ places: [String]) throws(PairingError) {
        self.places = places
        for place in places {
            switch Self.names(in: place) {
            case .file: _ = try Pairing(path: place, mayBeRevoked: true)
            case .folder: break
            case .closed(let reason): throw .file(place, reason)
            }
        }
    }

    /// Reads what changed since it was last asked. Complexity: O(files), a look at each.
    ///
    /// - Returns: what is wrong, a line each: once, when it begins.
    public mutating func refresh() -> [PairingError] {
        var wrong: [String: PairingError] = [:]
        var found: [String: File] = [:]
        for place in places {
            switch Self.names(in: place) {
            case .file: look(at: place, &found, &wrong)
            case .folder(let names): for name in names { look(at: "\(place)/\(name)", &found, &wrong) }
            case .closed(let reason):
                wrong[place] = .file(place, reason)
                for (path, file) in files where path.hasPrefix(place + "/") { found[path] = file }
            }
        }
        files = found
        for (kept, left) in doubles { wrong[left] = .file(left, "has the sender of \(kept), and is left out") }
        let news = wrong.filter { told[$0.key] != $0.value.description }
        told = wrong.mapValues(\.description)
        return news.sorted { $0.key < $1.key }.map(\.value)
    }

    /// One of each sender. Where several files have the same, one that is revoked counts, else the first by its path.
    /// Senders that people gave one name have their ids behind it here.
    public var pairings: [Pairing] {
        let pairings = counting.values.compactMap { files[$0]?.pairing }
        let bearers = Dictionary(grouping: pairings, by: \.name)
        return pairings.map { (bearers[$0.name]?.count ?? 0) > 1 ? $0.namedApart() : $0 }.sorted { $0.name < $1.name }
    }

    /// The file that counts of each sender.
    private var counting: [SenderID: String] {
        var paths: [SenderID: String] = [:]
        for (path, file) in files.sorted(by: { $0.key < $1.key }) {
            guard let pairing = file.pairing else { continue }
            let isKnown = paths[pairing.sender].flatMap { files[$0]?.pairing }.map {
                $0.isRevoked || !pairing.isRevoked
            }
            if isKnown != true { paths[pairing.sender] = path }
        }
        return paths
    }

    private var doubles: [(kept: String, left: String)] {
        let counting = counting
        return files.compactMap { path, file in
            guard let sender = file.pairing?.sender, let kept = counting[sender], kept != path else { return nil }
            return (kept, path)
        }
    }

    /// A file that is gone is found no more.
    private func look(at path: String, _ found: inout [String: File], _ wrong: inout [String: PairingError]) {
        var file = files[path] ?? File()
        let stamp: FileStamp
        switch FileStamp.of(path) {
        case .success(let now): stamp = now
        case .failure(.absent): return
        case .failure(let error):
            wrong[path] = .file(path, error.description)
            found[path] = file
            return
        }
        defer { found[path] = file }
        // What was wrong is read again: it stands in nothing but the file.
        guard stamp != file.stamp || told[path] != nil else { return }
        file.stamp = stamp
        do throws(PairingError) { file.pairing = try Pairing(path: path, mayBeRevoked: true) } catch {
            wrong[path] = error
        }
    }

    private enum Place {
        case file
        case folder([String])
        case closed(String)
    }

    private static func names(in path: String) -> Place {
        guard let folder = opendir(path) else {
            return [ENOTDIR, ENOENT].contains(errno) ? .file : .closed(String(cString: strerror(errno)))
        }
        defer { closedir(folder) }
        var names: [String] = []
        while let entry = readdir(folder) {
            let name = withUnsafePointer(to: &entry.pointee.d_name) {
                $0.withMemoryRebound(to: CChar.self, capacity: Int(NAME_MAX) + 1) { String(cString: $0) }
            }
            if name.hasSuffix(ending), !name.hasPrefix(".") { names.append(name) }
        }
        return .folder(names)
    }
}

/// What changes with a file.
private struct FileStamp: Hashable, Sendable {
    private let device: dev_t
    private let node: ino_t
    private let size: off_t
    private let changed: [Int]

    enum Failure: Error, CustomStringConvertible {
        case absent
        case closed(String)

        var description: String {
            switch self {
            case .absent: "is not there"
            case .closed(let reason): reason
            }
        }
    }

    static func of(_ path: String) -> Result<FileStamp, Failure> {
        var status = stat()
        guard stat(path, &status) == 0 else {
            let reason = errno
            return .failure([ENOENT, ENOTDIR].contains(reason) ? .absent : .closed(String(cString: strerror(reason))))
        }
        return .success(FileStamp(status))
    }

    private init(_ status: stat) {
        (device, node, size) = (status.st_dev, status.st_ino, status.st_size)
        // When its bytes changed, and when its rights did.
        changed = [
            status.st_mtim.tv_sec, status.st_mtim.tv_nsec, status.st_ctim.tv_sec, status.st_ctim.tv_nsec,
        ]
    }
}
