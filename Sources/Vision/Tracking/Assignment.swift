// Which track goes on with which detection.

/// Pairs rows with columns so that the sum of the paired values is as large as it can be.
enum Assignment {
    struct Pair: Equatable {
        var row: Int
        var column: Int
    }

    /// `values`: row after row, 0 where a row and a column may not be paired. Pairs are in the order of their rows.
    ///
    /// Rows and columns that are not joined by any chain of values over 0 are solved apart. Complexity: O(n^3) for the largest group of
    /// n rows and columns.
    static func best(_ values: [Double], rows: Int, columns: Int) -> [Pair] {
        var pairs: [Pair] = []
        for group in groups(values, rows: rows, columns: columns) {
            // The shorter side is assigned wholly; pairs without value are dropped afterwards.
            let isTall = group.rows.count > group.columns.count
            let (short, long) = isTall ? (group.columns, group.rows) : (group.rows, group.columns)
            let costs = short.map { s in long.map { l in -(isTall ? values[l * columns + s] : values[s * columns + l]) }
            }
            for (s, l) in cheapest(costs).enumerated() where costs[s][l] < 0 {
                pairs.append(isTall ? Pair(row: long[l], column: short[s]) : Pair(row: short[s], column: long[l]))
            }
        }
        return pairs.sorted { $0.row < $1.row }
    }

    private struct Group {
        var rows: [Int] = []
        var columns: [Int] = []
    }

    private static func groups(_ values: [Double], rows: Int, columns: Int) -> [Group] {
        var groups: [Group] = []
        var rowIsTaken = [Bool](repeating: false, count: rows)
        var columnIsTaken = [Bool](repeating: false, count: columns)
        for first in 0..<rows where !rowIsTaken[first] {
            var group = Group(rows: [first])
            rowIsTaken[first] = true
            var next = 0
            while next < group.rows.count {
                let row = group.rows[next]
                next += 1
                for column in 0..<columns where !columnIsTaken[column] && values[row * columns + column] > 0 {
                    columnIsTaken[column] = true
                    group.columns.append(column)
                    for other in 0..<rows where !rowIsTaken[other] && values[other * columns + column] > 0 {
                        rowIsTaken[other] = true
                        group.rows.append(other)
                    }
                }
            }
            if !group.columns.isEmpty {
                groups.append(Group(rows: group.rows.sorted(), columns: group.columns.sorted()))
            }
        }
        return groups
    }

    /// The column of each row at the least sum of costs, by shortest augmenting paths (Jonker and Volgenant); no more rows than columns.
    private static func cheapest(_ costs: [[Double]]) -> [Int] {
        let rows = costs.count
        let columns = costs[0].count
        // Row and column 0 stand for "none".
        var rowPrice = [Double](repeating: 0, count: rows + 1)
        var columnPrice = [Double](repeating: 0, count: columns + 1)
        var owner = [Int](repeating: 0, count: columns + 1)
        var previous = [Int](repeating: 0, count: columns + 1)
        for row in 1...rows {
            owner[0] = row
            var at = 0
            var least = [Double](repeating: .infinity, count: columns + 1)
            var isVisited = [Bool](repeating: false, count: columns + 1)
            repeat {
                isVisited[at] = true
                let current = owner[at]
                var step = Double.infinity
                var nearest = 0
                for column in 1...columns where !isVisited[column] {
                    let reduced = costs[current - 1][column - 1] - rowPrice[current] - columnPrice[column]
                    if reduced < least[column] {
                        least[column] = reduced
                        previous[column] = at
                    }
                    if least[column] < step {
                        step = least[column]
                        nearest = column
                    }
                }
                for column in 0...columns {
                    if isVisited[column] {
                        rowPrice[owner[column]] += step
                        columnPrice[column] -= step
                    } else {
                        least[column] -= step
                    }
                }
                at = nearest
            } while owner[at] != 0
            while at != 0 {
                owner[at] = owner[previous[at]]
                at = previous[at]
            }
        }
        var result = [Int](repeating: 0, count: rows)
        for column in 1...columns where owner[column] > 0 { result[owner[column] - 1] = column - 1 }
        return result
    }
}
