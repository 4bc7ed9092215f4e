// DataMatrix codes, drawn.

/// A DataMatrix of one region (ISO/IEC 16022, ECC 200), letters in ASCII encodation.
public struct MatrixCode {
    /// Modules a side, with the finder's edges.
    public let side: Int
    /// Row by row, without the finder's edges; `nil` where nothing was placed.
    private var modules: [Bool?]
    private var inner: Int { side - 2 }

    private static let sizes: [(side: Int, data: Int, correction: Int)] = [
        (10, 3, 5), (12, 5, 7), (14, 8, 10), (16, 12, 12), (18, 18, 14), (20, 22, 18), (22, 30, 20), (24, 36, 24),
        (26, 44, 28),
    ]

    /// - Parameter text: of up to 44 ASCII letters.
    public init?(_ text: String) {
        var words = text.utf8.map { Int($0) + 1 }
        self.init(words: &words)
    }

    /// A code with these code words, which may mean anything or nothing.
    public init?(words: inout [Int]) {
        let count = words.count
        guard let size = Self.sizes.first(where: { $0.data >= count }) else { return nil }
        side = size.side
        if words.count < size.data { words.append(129) }
        while words.count < size.data {
            let pad = 130 + 149 * (words.count + 1) % 253
            words.append(pad > 254 ? pad - 254 : pad)
        }
        modules = [Bool?](repeating: nil, count: (size.side - 2) * (size.side - 2))
        place(words + Self.correction(of: words, count: size.correction))
    }

    /// Grey pixels with a quiet zone of two modules, `module` pixels each; `(side + 4) * module` a row.
    public func pixels(module: Int) -> [UInt8] {
        let rows = (-2..<side + 2).map { row in
            (-2..<side + 2).flatMap { column in [UInt8](repeating: isDark(row, column) ? 30 : 220, count: module) }
        }
        return rows.flatMap { row in (0..<module).flatMap { _ in row } }
    }

    private func isDark(_ row: Int, _ column: Int) -> Bool {
        guard (0..<side).contains(row), (0..<side).contains(column) else { return false }
        if column == 0 || row == side - 1 { return true }
        if row == 0 { return column.isMultiple(of: 2) }
        if column == side - 1 { return !row.isMultiple(of: 2) }
        return modules[(row - 1) * inner + column - 1] ?? false
    }

    /// The Reed-Solomon words over GF(256) with x^8 + x^5 + x^3 + x^2 + 1.
    private static func correction(of words: [Int], count: Int) -> [Int] {
        var powers = [1]
        while powers.count < 255 {
            let next = powers[powers.count - 1] * 2
            powers.append(next > 255 ? next ^ 0x12D : next)
        }
        var logarithms = [Int](repeating: 0, count: 256)
        for (index, power) in powers.enumerated() { logarithms[power] = index }
        func product(_ a: Int, _ b: Int) -> Int {
            a == 0 || b == 0 ? 0 : powers[(logarithms[a] + logarithms[b]) % 255]
        }
        // Highest power first, its 1 left out.
        var generator = [Int](repeating: 0, count: count)
        for root in 1...count {
            let known = generator
            for index in 0..<root {
                let left = index < root - 1 ? known[index] : 0
                let before = index == 0 ? 1 : known[index - 1]
                generator[index] = left ^ product(before, powers[root])
            }
        }
        var rest = [Int](repeating: 0, count: count)
        for word in words {
            let factor = word ^ rest[0]
            rest = Array(rest.dropFirst()) + [0]
            for index in 0..<count { rest[index] ^= product(factor, generator[index]) }
        }
        return rest
    }

    private mutating func place(_ words: [Int]) {
        let side = inner
        var left = words[...]
        func isFree(_ row: Int, _ column: Int) -> Bool { modules[row * side + column] == nil }
        var (row, column) = (4, 0)
        repeat {
            if row == side, column == 0 {
                set(left.popFirst() ?? 0, [(-1, 0), (-1, 1), (-1, 2), (0, -2), (0, -1), (1, -1), (2, -1), (3, -1)])
            }
            if row == side - 2, column == 0, side % 4 != 0 {
                set(left.popFirst() ?? 0, [(-3, 0), (-2, 0), (-1, 0), (0, -4), (0, -3), (0, -2), (0, -1), (1, -1)])
            }
            if row == side - 2, column == 0, side % 8 == 4 {
                set(left.popFirst() ?? 0, [(-3, 0), (-2, 0), (-1, 0), (0, -2), (0, -1), (1, -1), (2, -1), (3, -1)])
            }
            if row == side + 4, column == 2, side % 8 == 0 {
                set(left.popFirst() ?? 0, [(-1, 0), (-1, -1), (0, -3), (0, -2), (0, -1), (1, -3), (1, -2), (1, -1)])
            }
            repeat {
                if row < side, column >= 0, isFree(row, column) { setUtah(left.popFirst() ?? 0, row, column) }
                (row, column) = (row - 2, column + 2)
            } while row >= 0 && column < side
            (row, column) = (row + 1, column + 3)
            repeat {
                if row >= 0, column < side, isFree(row, column) { setUtah(left.popFirst() ?? 0, row, column) }
                (row, column) = (row + 2, column - 2)
            } while row < side && column >= 0
            (row, column) = (row + 3, column + 1)
        } while row < side || column < side
        if isFree(side - 1, side - 1) {
            modules[side * side - 1] = true
            modules[(side - 2) * side + side - 2] = true
        }
    }

    /// Places of a corner count from the far side where they are negative.
    private mutating func set(_ word: Int, _ places: [(Int, Int)]) {
        for (bit, place) in places.enumerated() {
            let row = place.0 < 0 ? place.0 + inner : place.0
            let column = place.1 < 0 ? place.1 + inner : place.1
            modules[row * inner + column] = word >> (7 - bit) & 1 == 1
        }
    }

    /// The usual shape of a word, its last bit at a place; what lies beyond an edge goes on at the other side.
    private mutating func setUtah(_ word: Int, _ row: Int, _ column: Int) {
        let shape = [(-2, -2), (-2, -1), (-1, -2), (-1, -1), (-1, 0), (0, -2), (0, -1), (0, 0)]
        let places = shape.map { place -> (Int, Int) in
            var (r, c) = (row + place.0, column + place.1)
            if r < 0 { (r, c) = (r + inner, c + 4 - (inner + 4) % 8) }
            if c < 0 { (r, c) = (r + 4 - (inner + 4) % 8, c + inner) }
            return (r, c)
        }
        set(word, places)
    }
}
