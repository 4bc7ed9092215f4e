// Posts in memory.
import Glibc

/// A square of posts out of one file. It holds the first row and column of its neighbours, so that all four posts
/// around a place are in one.
struct PostBlock {
    let columns: Int
    let heights: [Float]

    /// Posts from one to the next.
    static let step = 128
    /// 67 kB each.
    static let mostPosts = (step + 1) * (step + 1)

    struct Key: Hashable {
        let file: Int
        let row: Int
        let column: Int

        init(file: Int, cell: PostCell) {
            (self.file, row, column) = (file, cell.row / PostBlock.step, cell.column / PostBlock.step)
        }
    }

    init(_ key: Key, of grid: PostGrid, from source: any PostSource) throws(PostFailure) {
        let (row, column) = (key.row * Self.step, key.column * Self.step)
        columns = min(Self.step + 1, grid.columns - column)
        heights = try source.posts(
            row: row, column: column, rows: min(Self.step + 1, grid.rows - row), columns: columns)
    }

    func height(_ cell: PostCell) -> Double? {
        let (top, left) = (cell.row / Self.step * Self.step, cell.column / Self.step * Self.step)
        return cell.height { heights[($0 - top) * columns + $1 - left] }
    }
}

/// The blocks and files that were used last.
struct PostCache {
    private var blocks: [PostBlock.Key: (block: PostBlock, use: Int)] = [:]
    private var sources: [Int: (source: any PostSource, use: Int)] = [:]
    /// By file, what was found when it was read.
    private(set) var damages: [Int: String] = [:]
    private var last: (key: PostBlock.Key, block: PostBlock)?
    private var uses = 0
    private let mostBlocks: Int

    private static let mostSources = 16

    init(mostBlocks: Int) { self.mostBlocks = mostBlocks }

    var blockCount: Int { blocks.count }

    /// - Returns: `nil` where it cannot be read; `damages` says why.
    mutating func block(_ key: PostBlock.Key, of file: TerrainFile) -> PostBlock? {
        if let last, last.key == key { return last.block }
        uses += 1
        if let index = blocks.index(forKey: key) {
            blocks.values[index].use = uses
            last = (key, blocks.values[index].block)
            return blocks.values[index].block
        }
        guard damages[key.file] == nil else { return nil }
        do {
            let block = try PostBlock(key, of: file.grid, from: source(key.file, file))
            if blocks.count >= mostBlocks, let oldest = blocks.min(by: { $0.value.use < $1.value.use }) {
                blocks[oldest.key] = nil
            }
            blocks[key] = (block, uses)
            last = (key, block)
            return block
        } catch {
            damages[key.file] = "\(file.name) \(error.reason)"
            sources[key.file] = nil
            return nil
        }
    }

    private mutating func source(_ number: Int, _ file: TerrainFile) throws(PostFailure) -> any PostSource {
        if let index = sources.index(forKey: number) {
            sources.values[index].use = uses
            return sources.values[index].source
        }
        let opened = try file.opened()
        if sources.count >= Self.mostSources, let oldest = sources.min(by: { $0.value.use < $1.value.use }) {
            sources[oldest.key] = nil
        }
        sources[number] = (opened, uses)
        return opened
    }
}
