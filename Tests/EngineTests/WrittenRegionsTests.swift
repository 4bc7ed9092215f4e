// Parts of a buffer that several steps write.
import Testing

@testable import Engine

@Suite struct WrittenRegionsTests {
    private typealias Part = (place: CopyElimination.Place, bytes: Int)

    private func part(_ offset: Int, _ bytes: Int, rows: Rows? = nil) -> Part {
        (CopyElimination.Place(root: Buffer(index: 0), offset: offset, rows: rows), bytes)
    }

    private func regions(_ parts: [Part]) -> WrittenRegions {
        var regions = WrittenRegions()
        for part in parts { regions.add(part.place, bytes: part.bytes) }
        return regions
    }

    @Test("parts one behind another, and columns of the same rows, are told apart without comparing each with each")
    func counted() {
        let count = 1000
        let runs = (0..<count).map { part($0 * 7 % count * 12, 12) }
        let columns = (0..<count).map { part($0 * 7 % count * 4, 12, rows: Rows(bytes: 4, pitch: 4 * count)) }
        for parts in [runs, columns] {
            var regions = regions(parts)
            #expect(regions.areAlone().allSatisfy { $0 })
            #expect(regions.comparisonCount == 0)
        }
    }

    @Test("parts that share no byte in sight are those that a comparison of each with each finds", arguments: 1...200)
    func random(seed: UInt64) {
        var generator = Generator(state: seed)
        func draw(_ limit: Int) -> Int { Int(generator.next() % UInt64(limit)) }
        let pitches = [8 + draw(3), 8 + draw(3)]
        let parts = (0..<2 + draw(6)).map { _ in
            guard draw(4) > 0 else { return part(draw(60), 1 + draw(9)) }
            let rows = Rows(bytes: 1 + draw(3), pitch: pitches[draw(2)])
            return part(draw(30), rows.bytes * (1 + draw(4)), rows: rows)
        }
        var regions = regions(parts)
        let areAlone = regions.areAlone()
        for (index, own) in parts.enumerated() {
            let others = parts.indices.filter { $0 != index }
            #expect(areAlone[index] == others.allSatisfy { isApart(own, parts[$0]) }, "\(seed): \(parts)")
            if areAlone[index] {
                #expect(others.allSatisfy { bytes(own).isDisjoint(with: bytes(parts[$0])) }, "\(seed): \(parts)")
            }
        }
    }

    private func bytes(_ part: Part) -> Set<Int> {
        guard let rows = part.place.rows else { return Set(part.place.offset..<part.place.offset + part.bytes) }
        return Set((0..<part.bytes).map { part.place.offset + $0 / rows.bytes * rows.pitch + $0 % rows.bytes })
    }

    private func isApart(_ a: Part, _ b: Part) -> Bool {
        let (first, second) = (bytes(a), bytes(b))
        if let end = first.max(), end < b.place.offset { return true }
        if let end = second.max(), end < a.place.offset { return true }
        guard let rows = a.place.rows, let others = b.place.rows, rows.pitch == others.pitch else { return false }
        func columns(_ part: Part, _ rows: Rows) -> Set<Int>? {
            let start = part.place.offset % rows.pitch
            return start + rows.bytes <= rows.pitch ? Set(start..<start + rows.bytes) : nil
        }
        guard let own = columns(a, rows), let other = columns(b, others) else { return false }
        return own.isDisjoint(with: other)
    }
}
