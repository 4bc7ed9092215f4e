// Outlines of cells against the cells.
import TestSupport
import Testing

@testable import Station

@Suite struct GridPatchTests {
    /// Cells of so many kinds, in blots of a size, a part of which are of the first kind: where most are, they go around
    /// others, and touch by corners.
    private static func drawn(_ random: inout SplitMix) throws -> KindGrid {
        let (columns, rows) = (Int.random(in: 1...24, using: &random), Int.random(in: 1...24, using: &random))
        let kinds = UInt8.random(in: 1...6, using: &random)
        let blot = Int.random(in: 1...4, using: &random)
        let first = Int.random(in: 0...9, using: &random)
        let across = columns / blot + 1
        let blots = (0..<across * (rows / blot + 1)).map { _ in
            Int.random(in: 0..<10, using: &random) < first ? 1 : UInt8.random(in: 0...kinds, using: &random)
        }
        let cells = (0..<columns * rows).map { cell in
            let (row, column) = (cell / columns, cell % columns)
            return blots[row / blot * across + column / blot]
        }
        return try #require(KindGrid(columns: columns, rows: rows, kinds: cells))
    }

    /// Twice the area, more than 0 against the clock: rows count to the south.
    private static func area(_ ring: [GridCorner]) -> Int {
        -ring.indices.reduce(0) { sum, place in
            let (one, other) = (ring[place], ring[(place + 1) % ring.count])
            return sum + one.column * other.row - other.column * one.row
        }
    }

    /// Whether the middle of a cell lies in a ring: how often a line to the east crosses it.
    private static func holds(_ ring: [GridCorner], _ column: Int, _ row: Int) -> Bool {
        ring.indices.filter { place in
            let (one, other) = (ring[place], ring[(place + 1) % ring.count])
            let isBeside = min(one.row, other.row) <= row && max(one.row, other.row) > row
            return one.column == other.column && one.column > column && isBeside
        }.count % 2 == 1
    }

    /// How many pieces there are, found by walking from cell to cell.
    private static func pieces(_ grid: KindGrid) -> Int {
        var isSeen = [Bool](repeating: false, count: grid.kinds.count)
        var count = 0
        for start in grid.kinds.indices where grid.kinds[start] > 0 && !isSeen[start] {
            count += 1
            var waiting = [start]
            isSeen[start] = true
            while let cell = waiting.popLast() {
                for (right, below) in [(1, 0), (-1, 0), (0, 1), (0, -1)] {
                    let (column, row) = (cell % grid.columns + right, cell / grid.columns + below)
                    let next = row * grid.columns + column
                    guard grid.kind(column, row) == grid.kinds[cell], !isSeen[next] else { continue }
                    isSeen[next] = true
                    waiting.append(next)
                }
            }
        }
        return count
    }

    @Test(
        "polygons hold the cells of their kind and no others, and are valid",
        arguments: [1, UInt64.random(in: 2 ... .max)])
    func exact(seed: UInt64) throws {
        print("seed \(seed)")
        var random = SplitMix(state: seed)
        for round in 0..<40 {
            let grid = try Self.drawn(&random)
            let patches = try #require(grid.patches(mostCorners: .max))
            let words = Comment(rawValue: "seed \(seed), round \(round): \(grid.columns) x \(grid.rows)")
            #expect(patches.count == Self.pieces(grid), words)
            for patch in patches {
                let holes = patch.holes.map(Self.area)
                #expect(Self.area(patch.outline) > 0 && holes.allSatisfy { $0 < 0 }, words)
                #expect(Self.area(patch.outline) + holes.reduce(0, +) == 2 * patch.cells, words)
                for ring in [patch.outline] + patch.holes {
                    #expect(Set(ring).count == ring.count && ring.count % 2 == 0, words)
                    let isRight = ring.indices.allSatisfy { place in
                        let (one, other) = (ring[place], ring[(place + 1) % ring.count])
                        let after = ring[(place + 2) % ring.count]
                        return (one.column == other.column) == (other.row == after.row)
                            && (one.row == other.row) == (other.column == after.column)
                    }
                    #expect(isRight, "a corner is none, or an edge is slanted: \(words)")
                }
            }
            var wrong = 0
            for row in 0..<grid.rows {
                for column in 0..<grid.columns {
                    let holding = patches.filter { patch in
                        Self.holds(patch.outline, column, row) && !patch.holes.contains { Self.holds($0, column, row) }
                    }.map(\.kind)
                    let kind = grid.kind(column, row)
                    if holding != (kind > 0 ? [kind] : []) { wrong += 1 }
                }
            }
            #expect(wrong == 0, words)
        }
    }

    @Test("a ring of cells that touches itself at a corner is an outline and a hole")
    func pinched() throws {
        // The hole in the middle touches what is outside by a corner.
        let kinds: [UInt8] = [
            1, 1, 1,
            1, 0, 1,
            1, 1, 0,
        ]
        let grid = try #require(KindGrid(columns: 3, rows: 3, kinds: kinds))
        let patches = try #require(grid.patches(mostCorners: 100))
        let patch = try #require(patches.first)
        #expect(patches.count == 1 && patch.cells == 7 && patch.outline.count == 6 && patch.holes.map(\.count) == [4])
        #expect(patch.holes.first?.contains(GridCorner(column: 2, row: 2)) == true)
        #expect(patch.outline.contains(GridCorner(column: 2, row: 2)))
    }

    @Test("more corners than are wanted are none, and a grid without cells has no patches")
    func bounded() throws {
        let board = (0..<10_000).map { UInt8(($0 + $0 / 100) % 2) }
        let grid = try #require(KindGrid(columns: 100, rows: 100, kinds: board))
        #expect(grid.patches(mostCorners: 19_999) == nil)
        #expect(grid.patches(mostCorners: 20_000)?.count == 5000)
        let empty = try #require(KindGrid(columns: 3, rows: 2, kinds: [UInt8](repeating: 0, count: 6)))
        #expect(empty.patches(mostCorners: 0)?.isEmpty == true)
        #expect(KindGrid(columns: 3, rows: 2, kinds: [1]) == nil && KindGrid(columns: 0, rows: 0, kinds: []) == nil)
    }
}
