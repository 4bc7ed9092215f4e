// Searched ground by how probable it is that who is there was found.
import Geolocation
import Link

/// What was searched, as polygons of bands of the probability of detection.
struct SearchedBands {
    /// Cells whose probability lies between two values; those of the lowest band were seen, however badly.
    struct Band {
        /// Percent: from the first one on, and below the other, which only the highest band reaches.
        let from: Int
        let to: Int
        let patches: [GridPatch]

        var cells: Int { patches.reduce(0) { $0 + $1.cells } }
    }

    /// The lowest first; those that no cell is in are left out.
    let bands: [Band]
    /// Metres a side.
    let cell: Double
    /// Square metres of all ground that was seen.
    let searched: Double
    /// Of that ground, 0 to 1.
    let mean: Double
    private let west: Double
    private let north: Double
    /// Degrees of a cell.
    private let across: Double
    private let down: Double

    /// Percent.
    static let bounds = [0, 10, 30, 50, 70, 90, 100]
    /// Some 3 MB of a file.
    static let mostCorners = 100_000

    /// Ground with more corners is told by larger cells, each with the mean of those in it (of ground that was not seen,
    /// nothing): as probable is it that a thing is found that may be anywhere in the cell.
    ///
    /// Complexity: O(cells of the picture): 17 ms for a hundred square kilometres, 1 s and 70 MB at the very worst.
    init(_ picture: SearchedPicture, mostCorners: Int = Self.mostCorners) {
        var grid = LevelGrid(picture)
        var found = grid.patches(mostCorners: mostCorners)
        while found == nil, grid.columns > 1 || grid.rows > 1 {
            grid = grid.halved
            found = grid.patches(mostCorners: mostCorners)
        }
        let patches = Dictionary(grouping: found ?? [], by: \.kind)
        bands = (1..<Self.bounds.count).compactMap { kind in
            patches[UInt8(kind)].map { Band(from: Self.bounds[kind - 1], to: Self.bounds[kind], patches: $0) }
        }
        (cell, mean) = (grid.cell, picture.meanProbability)
        // To a square decimetre: reckoned back from square kilometres, it is not quite whole.
        searched = (picture.squareKilometres * 1e8).rounded() / 100
        let corners = (picture.southWest, picture.northEast)
        let times = grid.cell / picture.cell
        across =
            (corners.1.longitude - corners.0.longitude).remainder(dividingBy: 360) / Double(picture.columns) * times
        down = (corners.1.latitude - corners.0.latitude) / Double(picture.rows) * times
        (west, north) = (corners.0.longitude, corners.0.latitude + down * Double(grid.rows))
    }

    /// Degrees to 1 cm. Beyond the date line longitudes go on, so that a polygon stays in one piece.
    func place(_ corner: GridCorner) -> (longitude: Double, latitude: Double) {
        func rounded(_ degrees: Double) -> Double { (degrees * 1e7).rounded() / 1e7 }
        return (
            rounded(west + across * Double(corner.column)), rounded(north - down * Double(corner.row))
        )
    }

    func squareMetres(_ cells: Int) -> Double { Double(cells) * cell * cell }
}

/// Probabilities of cells as a picture tells them.
private struct LevelGrid {
    let columns: Int
    let rows: Int
    let cell: Double
    /// 0: not seen; 1 to 255: the probability.
    let levels: [UInt8]

    init(_ picture: SearchedPicture) {
        (columns, rows, cell, levels) = (picture.columns, picture.rows, picture.cell, picture.pixels)
    }

    private init(columns: Int, rows: Int, cell: Double, levels: [UInt8]) {
        (self.columns, self.rows, self.cell, self.levels) = (columns, rows, cell, levels)
    }

    func patches(mostCorners: Int) -> [GridPatch]? {
        let kinds = (0...255).map { level -> UInt8 in
            guard level > 0 else { return 0 }
            return UInt8(SearchedBands.bounds.dropLast().filter { $0 * 255 <= level * 100 }.count)
        }
        return KindGrid(columns: columns, rows: rows, kinds: levels.map { kinds[Int($0)] })?
            .patches(mostCorners: mostCorners)
    }

    /// With cells of twice the side. Its south-western corner stays where it is.
    var halved: LevelGrid {
        let (columns, rows) = ((columns + 1) / 2, (rows + 1) / 2)
        // A row of cells that are not there, in the north.
        let above = rows * 2 - self.rows
        var levels = [UInt8](repeating: 0, count: columns * rows)
        for row in 0..<rows {
            for column in 0..<columns {
                var sum = 0
                for (right, below) in [(0, 0), (1, 0), (0, 1), (1, 1)] {
                    let (x, y) = (column * 2 + right, row * 2 + below - above)
                    if x < self.columns, y >= 0 { sum += Int(self.levels[y * self.columns + x]) }
                }
                // What was seen stays seen.
                levels[row * columns + column] = sum == 0 ? 0 : UInt8(max(1, (sum + 2) / 4))
            }
        }
        return LevelGrid(columns: columns, rows: rows, cell: cell * 2, levels: levels)
    }
}
