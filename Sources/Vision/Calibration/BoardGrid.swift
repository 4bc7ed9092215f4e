// Saddle points put in order: the rows and columns of a board, grown from one of them.
import Glibc

/// Which saddle point lies in which cell of a grid that grows as far as it finds corners.
struct BoardGrid {
    struct Cell: Hashable {
        var column: Int
        var row: Int

        func moved(_ step: Cell, _ times: Int = 1) -> Cell {
            Cell(column: column + times * step.column, row: row + times * step.row)
        }
    }

    private static let steps = [
        Cell(column: 1, row: 0), Cell(column: 0, row: 1), Cell(column: -1, row: 0), Cell(column: 0, row: -1),
    ]
    /// How far from where it is expected a corner may lie, in parts of the way to it.
    private static let tolerance = 0.3
    /// The cosine of how far the first way out of a corner may turn from its edge.
    private static let leastCosine = 0.92

    private let points: [SaddlePoint]
    private(set) var cells: [Cell: Int] = [:]
    private var taken: Set<Int> = []
    private let isClockwise: Bool

    /// Grows from point `seed`, whose rising edge becomes a row. Complexity: O(cells * points).
    init(from seed: Int, among points: [SaddlePoint]) {
        self.points = points
        let (rising, falling) = (points[seed].rising, points[seed].falling)
        isClockwise = SIMD2(cos(rising), sin(rising)).cross(SIMD2(cos(falling), sin(falling))) > 0
        let limit = Chessboard.sides.upperBound + 2
        place(seed, Cell(column: 0, row: 0))
        var waiting = [Cell(column: 0, row: 0)]
        while let cell = waiting.popLast() {
            for step in Self.steps {
                let next = cell.moved(step)
                guard cells[next] == nil, abs(next.column) <= limit, abs(next.row) <= limit,
                    let index = neighbour(of: cell, towards: step)
                else { continue }
                place(index, next)
                waiting.insert(next, at: 0)
            }
        }
    }

    private mutating func place(_ index: Int, _ cell: Cell) {
        cells[cell] = index
        taken.insert(index)
    }

    private func place(_ cell: Cell) -> SIMD2<Double>? { cells[cell].map { points[$0].place } }

    private func neighbour(of cell: Cell, towards step: Cell) -> Int? {
        guard let index = cells[cell] else { return nil }
        if let way = expectedWay(from: cell, towards: step) {
            return nearest(to: points[index].place + way, within: Self.tolerance * way.length, beside: index)
        }
        let direction = direction(of: cell, index, isAlongRow: step.row == 0)
        return nearestAhead(of: index, along: direction * Double(step.column + step.row))
    }

    /// Forward along the row or column by the point's own edge, which runs both ways: the way that turns from rows to
    /// columns as the seed's do.
    private func direction(of cell: Cell, _ index: Int, isAlongRow: Bool) -> SIMD2<Double> {
        let isEven = (cell.column + cell.row).isMultiple(of: 2)
        let angle = isAlongRow == isEven ? points[index].rising : points[index].falling
        let direction = SIMD2(cos(angle), sin(angle))
        let across = Cell(column: isAlongRow ? 0 : 1, row: isAlongRow ? 1 : 0)
        guard let known = way(through: cell, across) else { return direction }
        let turn = isAlongRow ? direction.cross(known) : known.cross(direction)
        return (turn > 0) == isClockwise ? direction : -direction
    }

    private func way(through cell: Cell, _ step: Cell) -> SIMD2<Double>? {
        guard let here = place(cell) else { return nil }
        if let next = place(cell.moved(step)) { return next - here }
        return place(cell.moved(step, -1)).map { here - $0 }
    }

    /// The way to the next corner, as the corners around have it.
    private func expectedWay(from cell: Cell, towards step: Cell) -> SIMD2<Double>? {
        guard let here = place(cell) else { return nil }
        if let back = place(cell.moved(step, -1)) {
            let way = here - back
            guard let further = place(cell.moved(step, -2)) else { return way }
            let before = back - further
            let ratio = way.length / max(before.length, 1e-9)
            return way * min(max(ratio, 0.8), 1.25)
        }
        let side = Cell(column: step.row, row: step.column)
        for sign in [1, -1] {
            let beside = cell.moved(side, sign)
            if let from = place(beside), let to = place(beside.moved(step)) { return to - from }
        }
        return nil
    }

    private func nearest(to place: SIMD2<Double>, within distance: Double, beside index: Int) -> Int? {
        var best: (index: Int, distance: Double)?
        for (other, point) in points.enumerated() {
            let away = (point.place - place).length
            guard away <= min(best?.distance ?? distance, distance), !taken.contains(other),
                points[index].fitsBeside(point)
            else { continue }
            best = (other, away)
        }
        return best?.index
    }

    private func nearestAhead(of index: Int, along direction: SIMD2<Double>) -> Int? {
        var best: (index: Int, distance: Double)?
        for (other, point) in points.enumerated() where other != index && !taken.contains(other) {
            let way = point.place - points[index].place
            let distance = way.length
            guard distance < best?.distance ?? .infinity, way.dot(direction) >= Self.leastCosine * distance,
                points[index].fitsBeside(point)
            else { continue }
            best = (other, distance)
        }
        return best?.index
    }

    /// The points of the one whole rectangle of `columns` x `rows` cells, row by row; `nil` where there is none or more
    /// than one.
    func rectangle(columns: Int, rows: Int) -> [Int]? {
        var found: [Int]?
        let sizes = columns == rows ? [(columns, rows)] : [(columns, rows), (rows, columns)]
        for (across, down) in sizes {
            for corner in cells.keys {
                guard let indices = indices(from: corner, across: across, down: down) else { continue }
                guard found == nil else { return nil }
                found = across == columns ? indices : Self.transposed(indices, across: across, down: down)
            }
        }
        return found
    }

    private func indices(from corner: Cell, across: Int, down: Int) -> [Int]? {
        var indices: [Int] = []
        for row in 0..<down {
            for column in 0..<across {
                guard let index = cells[Cell(column: corner.column + column, row: corner.row + row)] else { return nil }
                indices.append(index)
            }
        }
        return indices
    }

    private static func transposed(_ indices: [Int], across: Int, down: Int) -> [Int] {
        (0..<across).flatMap { column in (0..<down).map { indices[$0 * across + column] } }
    }
}

extension SIMD2<Double> {
    var length: Double { (self * self).sum().squareRoot() }
    func dot(_ other: SIMD2<Double>) -> Double { (self * other).sum() }
    func cross(_ other: SIMD2<Double>) -> Double { x * other.y - y * other.x }
}
