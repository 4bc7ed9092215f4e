// Pieces that repair the loss of others.
import Glibc

/// A Reed-Solomon code across the pieces of an object: whichever pieces come, as many as it was cut into give it back.
///
/// The code is systematic, by Cauchy's matrix: repair piece `i`, from the number of pieces on, is the sum over all pieces `k` of piece `k` times the inverse of `i xor k`,
/// byte by byte, the last piece filled up with zeros. Every square part of that matrix has an inverse (Blömer et al., "An XOR-based erasure-resilient coding scheme", 1995).
enum ErasureCode {
    private static func factor(_ repair: Int, _ piece: Int) -> UInt8 { GaloisField.inverse(UInt8(repair ^ piece)) }

    /// Complexity: O(bytes).
    ///
    /// - Parameter index: from the number of pieces to 255.
    static func repairPiece(_ index: Int, of pieces: [[UInt8]]) -> [UInt8] {
        var sum = [UInt8](repeating: 0, count: pieces.first?.count ?? 0)
        for (number, piece) in pieces.enumerated() { GaloisField.add(factor(index, number), times: piece, to: &sum) }
        return sum
    }

    /// All pieces, each `bytes` long, from those that came, by index; `nil` where too few did. Complexity: O(m^2 x bytes + m^3) for m pieces missing.
    static func pieces(_ count: Int, of bytes: Int, from came: [Int: [UInt8]]) -> [[UInt8]]? {
        func filled(_ piece: [UInt8]) -> [UInt8] {
            Array(piece.prefix(bytes)) + [UInt8](repeating: 0, count: max(bytes - piece.count, 0))
        }
        var pieces = (0..<count).map { came[$0].map(filled) }
        let missing = pieces.indices.filter { pieces[$0] == nil }
        let repairs = came.keys.filter { (count..<256).contains($0) }.sorted().prefix(missing.count)
        guard repairs.count == missing.count else { return nil }
        // What the repair pieces say of those that are missing alone.
        var sums = repairs.map { repair in
            var sum = filled(came[repair] ?? [])
            for (number, piece) in pieces.enumerated() {
                if let piece { GaloisField.add(factor(repair, number), times: piece, to: &sum) }
            }
            return sum
        }
        var matrix = repairs.map { repair in missing.map { factor(repair, $0) } }
        solve(&matrix, &sums)
        for (row, number) in missing.enumerated() { pieces[number] = sums[row] }
        return pieces.compactMap { $0 }
    }

    /// Gauss and Jordan's elimination: no part of Cauchy's matrix is singular, so a pivot is always there.
    private static func solve(_ matrix: inout [[UInt8]], _ sums: inout [[UInt8]]) {
        for column in matrix.indices {
            guard let pivot = (column..<matrix.count).first(where: { matrix[$0][column] != 0 }) else { return }
            matrix.swapAt(column, pivot)
            sums.swapAt(column, pivot)
            let scale = GaloisField.inverse(matrix[column][column])
            matrix[column] = matrix[column].map { GaloisField.product($0, scale) }
            sums[column] = sums[column].map { GaloisField.product($0, scale) }
            for row in matrix.indices where row != column {
                let factor = matrix[row][column]
                let (pivotRow, pivotSum) = (matrix[column], sums[column])
                GaloisField.add(factor, times: pivotRow, to: &matrix[row])
                GaloisField.add(factor, times: pivotSum, to: &sums[row])
            }
        }
    }

    /// How many repair pieces bring an object across that nobody asks for pieces of.
    ///
    /// - Parameters:
    ///   - loss: the part of packets that is lost, each by itself.
    ///   - failure: how often it may fail.
    static func repairCount(pieces: Int, loss: Double, failure: Double = 0.001) -> Int {
        let loss = min(max(loss, 0), 0.9)
        var repairs = 0
        while pieces + repairs < 256, shortfall(pieces, pieces + repairs, loss) > failure { repairs += 1 }
        return min(repairs, 256 - pieces)
    }

    /// How often fewer than `wanted` of `sent` packets come.
    private static func shortfall(_ wanted: Int, _ sent: Int, _ loss: Double) -> Double {
        guard loss > 0 else { return 0 }
        var sum = 0.0
        for came in 0..<wanted {
            let ways = lgamma(Double(sent + 1)) - lgamma(Double(came + 1)) - lgamma(Double(sent - came + 1))
            sum += exp(ways + Double(came) * log(1 - loss) + Double(sent - came) * log(loss))
        }
        return sum
    }
}
