// One source's pictures, looked at tile by tile.
import Imaging
import Vision

/// Which tiles of a source's pictures are looked at, and what is found in all of them together. For one thread at a time.
final class TiledView {
    private let configuration: TileConfiguration
    private var grid: TileGrid?
    private var gate: TileGate?
    /// Found last: where objects are, the next picture is looked at too.
    private var found: [Detection] = []

    init(_ configuration: TileConfiguration) { self.configuration = configuration }

    /// How many tiles were looked at, and how many there are.
    struct Work {
        var looked = 0
        var all = 0
    }

    /// What the network finds in a picture.
    ///
    /// - Parameter levels: of the picture, where tiles without change are left out.
    func findings(
        in picture: RawPicture, _ levels: BlockLevels?, range: ClosedRange<UInt16>?, by network: Network
    ) throws -> (detections: [Detection], work: Work) {
        let grid = try grid(for: picture, network.specification)
        var chosen = Array(grid.tiles.indices)
        if let levels { chosen = gate?.choose(levels, following: found.map(\.box)) ?? chosen }
        var perTile = [[Detection]](repeating: [], count: grid.tiles.count)
        for index in chosen {
            let tile = grid.tiles[index]
            let part = try picture.cropped(x: tile.x, y: tile.y, width: tile.width, height: tile.height)
            // Where chroma is shared by pixels, the part begins at the next whole sample.
            let (across, down) = (part.format.sharedAcross, part.format.sharedDown)
            let left = Float((tile.x + across - 1) / across * across)
            let top = Float((tile.y + down - 1) / down * down)
            perTile[index] = try network.detections(in: part, range: range).map { detection in
                var moved = detection
                moved.box.x += left
                moved.box.y += top
                return moved
            }
        }
        let looksAtWhole = configuration.looksAtWhole && grid.tiles.count > 1
        let whole = looksAtWhole ? try network.detections(in: picture, range: range) : []
        found = TileMerge.merged(perTile, of: grid, whole: whole, count: network.mostDetections)
        return (found, Work(looked: chosen.count, all: grid.tiles.count))
    }

    private func grid(for picture: RawPicture, _ input: InputSpecification) throws(VisionError) -> TileGrid {
        if let grid, grid.width == picture.format.width, grid.height == picture.format.height { return grid }
        let grid = try TileGrid(
            width: picture.format.width, height: picture.format.height,
            tile: (configuration.width ?? input.width, configuration.height ?? input.height),
            overlap: configuration.overlap)
        self.grid = grid
        gate = configuration.refresh.map { TileGate(grid, refresh: $0) }
        found = []
        return grid
    }
}
