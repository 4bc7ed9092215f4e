// A terrain model out of files.
import Glibc
import Synchronization

/// The SRTM tiles (.hgt) and GeoTIFFs of a folder.
///
/// Where several reach a place, the one with the nearest posts is asked first, and the others where it is void. Posts
/// are read when they are needed: the last 256 blocks of 129 x 129 stay, which is 17 MB, and 16 files stay open.
/// libgdal, which reads GeoTIFFs, keeps up to 64 MB of its own. Any thread may ask.
public final class TerrainFolder: HeightModel {
    /// What is wrong with files, one line each; 20 of them at most.
    public let troubles: [String]

    /// Where usable files lie.
    public let bounds: TerrainBounds
    private let files: [TerrainFile]
    /// Of each square degree, by the numbers of its corner: the files that reach there, the finest first.
    private let reaching: [Square: [Int]]
    private let cache: Mutex<PostCache>

    private struct Square: Hashable {
        let south: Int
        let west: Int
    }

    static let mostBlocks = 256
    private static let mostSquares = 1_000_000

    /// - Throws: `TerrainError` for a folder that cannot be listed, that holds no terrain, or none that can be used.
    public init(path: String) throws(TerrainError) {
        let listing = try FolderListing(path: path)
        guard let bounds = TerrainBounds(of: listing.files.filter { $0.damage == nil }.map(\.grid)) else {
            throw listing.troubles.first.map { .unusable($0) } ?? .empty(path)
        }
        self.bounds = bounds
        files = listing.files
        let more = listing.more > 0 ? ["\(path): \(listing.more) more files cannot be used"] : []
        troubles = listing.troubles + more
        reaching = Self.squares(of: files)
        cache = Mutex(PostCache(mostBlocks: Self.mostBlocks))
    }

    /// Each file's number in all squares that it reaches; of files that reach over half the earth, so many.
    private static func squares(of files: [TerrainFile]) -> [Square: [Int]] {
        var squares: [Square: [Int]] = [:]
        var told = 0
        let order = files.indices.sorted { files[$0].grid.rowStep < files[$1].grid.rowStep }
        for number in order {
            let (grid, rim) = (files[number].grid, files[number].rim)
            let souths = floored(grid.south - rim * grid.rowStep)...floored(grid.north + rim * grid.rowStep)
            let wests = floored(grid.west - rim * grid.columnStep)...floored(grid.east + rim * grid.columnStep)
            told += souths.count * wests.count
            guard told <= mostSquares else { break }
            for south in souths {
                for west in wests { squares[Square(south: south, west: west), default: []].append(number) }
            }
        }
        return squares
    }

    private static func floored(_ degrees: Double) -> Int { Int(degrees.rounded(.down)) }

    private func numbers(latitude: Double, longitude: Double) -> [Int] {
        guard abs(latitude) <= 90, abs(longitude) <= 180 else { return [] }
        return reaching[Square(south: Self.floored(latitude), west: Self.floored(longitude))] ?? []
    }

    /// Complexity: O(1) where the block is in memory, else it is read.
    public func height(latitude: Double, longitude: Double) -> Height {
        let numbers = numbers(latitude: latitude, longitude: longitude)
        guard !numbers.isEmpty else { return .missing }
        return cache.withLock { cache in
            var answer = Height.missing
            for number in numbers {
                let file = files[number]
                guard let cell = file.grid.cell(latitude: latitude, longitude: longitude, rim: file.rim) else {
                    continue
                }
                if let damage = file.damage ?? cache.damages[number] {
                    if answer == .missing { answer = .damaged(damage) }
                } else if let block = cache.block(PostBlock.Key(file: number, cell: cell), of: file) {
                    if let height = block.height(cell) { return .metres(height) }
                    answer = .void
                } else if answer == .missing {
                    answer = cache.damages[number].map { .damaged($0) } ?? .missing
                }
            }
            return answer
        }
    }

    public func spacing(latitude: Double, longitude: Double) -> Double? {
        for number in numbers(latitude: latitude, longitude: longitude) {
            let file = files[number]
            guard file.damage == nil, file.grid.cell(latitude: latitude, longitude: longitude, rim: file.rim) != nil
            else { continue }
            return file.grid.rowStep * metresPerDegree
        }
        return nil
    }

    /// Blocks in memory, for tests of its bound.
    var blockCount: Int { cache.withLock { $0.blockCount } }
}
