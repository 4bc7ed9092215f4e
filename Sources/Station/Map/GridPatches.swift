// Outlines of cells that are alike.

/// Cells of a grid with a kind each, the north-western first.
struct KindGrid {
    let columns: Int
    let rows: Int
    /// 0: none.
    let kinds: [UInt8]

    /// - Returns: `nil` where there are not as many kinds as cells.
    init?(columns: Int, rows: Int, kinds: [UInt8]) {
        guard columns > 0, rows > 0, kinds.count == columns * rows else { return nil }
        (self.columns, self.rows, self.kinds) = (columns, rows, kinds)
    }

    /// 0 beyond the edge, too.
    func kind(_ column: Int, _ row: Int) -> UInt8 {
        guard column >= 0, column < columns, row >= 0, row < rows else { return 0 }
        return kinds[row * columns + column]
    }
}

/// A corner of cells: 0, 0 is the grid's north-western one.
struct GridCorner: Hashable {
    var column: Int
    var row: Int
}

/// Cells of one kind that hang together by their sides.
struct GridPatch: Hashable {
    let kind: UInt8
    let cells: Int
    /// Against the clock, no corner twice; the first is not repeated at the end.
    var outline: [GridCorner] = []
    /// With the clock, as `outline`. They touch each other, and it, at single corners at most.
    var holes: [[GridCorner]] = []
}

extension KindGrid {
    /// All patches, the northern ones first. Where cells touch by a corner alone, patches end: each is a polygon as
    /// Simple Features (ISO 19125) and RFC 7946 have them.
    ///
    /// Complexity: O(cells); memory: a bit for each cell, and 20 bytes for each run of cells that are alike.
    ///
    /// - Parameter mostCorners: of all of them.
    /// - Returns: `nil` where there are more corners.
    func patches(mostCorners: Int) -> [GridPatch]? {
        var runs = CellRuns(self)
        var tracer = EdgeTracer(grid: self, mostCorners: mostCorners)
        var patches: [GridPatch] = []
        var known: [Int: Int] = [:]
        for row in 0..<rows {
            for number in runs.numbers(of: row) {
                let run = runs[number]
                for column in run.columns where tracer.wants(column, row, run.kind) {
                    let root = runs.root(number)
                    let patch = known[root] ?? patches.count
                    if patch == patches.count {
                        patches.append(GridPatch(kind: run.kind, cells: Int(runs[root].cells)))
                        known[root] = patch
                    }
                    for ring in tracer.rings(column, row, run.kind) {
                        if ring.isOutline {
                            patches[patch].outline = ring.corners
                        } else {
                            patches[patch].holes.append(ring.corners)
                        }
                    }
                    guard !tracer.isFull else { return nil }
                }
            }
        }
        return patches
    }
}

/// Cells of a row that are alike, one beside the other, and which of them hang together with others above and below.
private struct CellRuns {
    struct Run {
        let from: Int32
        let to: Int32
        /// The number of another run of the patch, or its own.
        var parent: Int32
        /// Of the patch, where it is its own parent.
        var cells: Int32
        let kind: UInt8

        var columns: Range<Int> { Int(from)..<Int(to) }
    }

    private var runs: [Run] = []
    /// The first of each row, and behind the last.
    private var begins = [0]

    subscript(number: Int) -> Run { runs[number] }

    func numbers(of row: Int) -> Range<Int> { begins[row]..<begins[row + 1] }

    init(_ grid: KindGrid) {
        for row in 0..<grid.rows {
            var column = 0
            while column < grid.columns {
                let (from, kind) = (column, grid.kinds[row * grid.columns + column])
                while column < grid.columns, grid.kinds[row * grid.columns + column] == kind { column += 1 }
                guard kind > 0 else { continue }
                runs.append(
                    Run(
                        from: Int32(from), to: Int32(column), parent: Int32(runs.count), cells: Int32(column - from),
                        kind: kind))
            }
            begins.append(runs.count)
            if row > 0 { join(numbers(of: row - 1), numbers(of: row)) }
        }
    }

    private mutating func join(_ above: Range<Int>, _ below: Range<Int>) {
        var (one, other) = (above.lowerBound, below.lowerBound)
        while one < above.upperBound, other < below.upperBound {
            let overlap = min(runs[one].to, runs[other].to) - max(runs[one].from, runs[other].from)
            if overlap > 0, runs[one].kind == runs[other].kind {
                let (low, high) = (root(one), root(other))
                if low != high {
                    runs[max(low, high)].parent = Int32(min(low, high))
                    runs[min(low, high)].cells += runs[max(low, high)].cells
                }
            }
            if runs[one].to < runs[other].to { one += 1 } else { other += 1 }
        }
    }

    /// The run that stands for its patch.
    mutating func root(_ number: Int) -> Int {
        var number = number
        while runs[number].parent != number {
            // Halves the way for the next one who asks.
            runs[number].parent = runs[Int(runs[number].parent)].parent
            number = Int(runs[number].parent)
        }
        return number
    }
}

/// Follows edges between cells of a kind, which lie on the left, and others.
private struct EdgeTracer {
    struct Ring {
        let corners: [GridCorner]
        let isOutline: Bool
    }

    let grid: KindGrid
    let mostCorners: Int
    /// Of all rings so far.
    private var corners = 0
    /// A bit for each cell whose southern edge was followed.
    private var followed: [UInt64]

    /// East, north, west, south: a quarter to the left each.
    private static let ways = [(1, 0), (0, -1), (-1, 0), (0, 1)]

    init(grid: KindGrid, mostCorners: Int) {
        (self.grid, self.mostCorners) = (grid, mostCorners)
        followed = [UInt64](repeating: 0, count: grid.columns * grid.rows / 64 + 1)
    }

    /// There were more corners than are wanted, and rings are not whole.
    var isFull: Bool { corners > mostCorners }

    /// Whether a cell's southern edge is one, and no ring has it yet: each ring has such an edge.
    func wants(_ column: Int, _ row: Int, _ kind: UInt8) -> Bool {
        guard grid.kind(column, row + 1) != kind else { return false }
        let bit = row * grid.columns + column
        return followed[bit / 64] & (1 << (bit % 64)) == 0
    }

    /// The ring with a cell's southern edge, and those that touch it at corners. Complexity: O(edges).
    mutating func rings(_ column: Int, _ row: Int, _ kind: UInt8) -> [Ring] {
        var rings: [Ring] = []
        var ring: [GridCorner] = []
        /// Where cells touch by a corner a ring may come again: it is cut there.
        var touched: [GridCorner: Int] = [:]
        let start = GridCorner(column: column, row: row + 1)
        var (here, way) = (start, 0)
        repeat {
            if way == 0 {
                let bit = (here.row - 1) * grid.columns + here.column
                followed[bit / 64] |= 1 << (bit % 64)
            }
            here.column += Self.ways[way].0
            here.row += Self.ways[way].1
            let (left, right) = ahead(here, way)
            guard left != kind || right == kind else { continue }
            way = (way + (left != kind ? 1 : 3)) % 4
            corners += 1
            if isFull { return [] }
            if left != kind, right == kind {
                if let place = touched[here] {
                    let loop = Array(ring[place...])
                    for corner in loop { touched[corner] = nil }
                    ring.removeSubrange(place...)
                    rings.append(Self.ring(loop))
                }
                touched[here] = ring.count
            }
            ring.append(here)
        } while here != start || way != 0
        rings.append(Self.ring(ring))
        return rings
    }

    /// The kinds of the cells on the left and on the right of the way from a corner.
    private func ahead(_ corner: GridCorner, _ way: Int) -> (left: UInt8, right: UInt8) {
        let (column, row) = (corner.column, corner.row)
        switch way {
        case 0: return (grid.kind(column, row - 1), grid.kind(column, row))
        case 1: return (grid.kind(column - 1, row - 1), grid.kind(column, row - 1))
        case 2: return (grid.kind(column - 1, row), grid.kind(column - 1, row - 1))
        default: return (grid.kind(column, row), grid.kind(column - 1, row))
        }
    }

    private static func ring(_ corners: [GridCorner]) -> Ring {
        var sum = 0
        var before = corners[corners.count - 1]
        for corner in corners {
            sum += before.column * corner.row - corner.column * before.row
            before = corner
        }
        // Rows count to the south.
        return Ring(corners: corners, isOutline: sum < 0)
    }
}
