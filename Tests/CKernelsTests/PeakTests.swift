// The loops that measure the peak do the arithmetic that they are paid for.
import CKernels
import Testing

@Suite("Peak loops")
struct PeakTests {
    static let sets = (0..<ARETE_ISA_COUNT.rawValue).map { arete_isa($0) }.filter {
        arete_isa_available($0) && $0 != ARETE_ISA_SCALAR
    }

    /// Bytes of a vector and vectors of a tile's row.
    private static func shape(_ set: arete_isa) -> (vector: Int, columns: Int) {
        set.rawValue >= ARETE_ISA_AVX512VNNI.rawValue ? (64, 4) : (32, 2)
    }

    @Test("a set without loops of its own does nothing")
    func none() {
        var sink: Int32 = 5
        let operands = [UInt8](repeating: 1, count: Int(ARETE_PEAK_TILE_BYTES))
        #expect(arete_peak_registers(ARETE_ISA_SCALAR, 10, &sink) == 0)
        #expect(arete_peak_tile(ARETE_ISA_SCALAR, 10, operands, &sink) == 0)
        #expect(sink == 5)
    }

    @Test("register loops multiply and count 12 vectors a round", arguments: sets)
    func registers(set: arete_isa) {
        var sink: Int32 = 0
        #expect(arete_peak_registers(set, 7, &sink) == 7 * 12 * Self.shape(set).vector)
        // Bytes 4 3 2 1 against 8 7 6 5.
        #expect(sink == 7 * 12 * (4 * 8 + 3 * 7 + 2 * 6 + 1 * 5))
    }

    @Test("tile loops multiply every row by every column of their operands", arguments: sets)
    func tile(set: arete_isa) {
        let (vector, columns) = Self.shape(set)
        let count = Int(ARETE_PEAK_TILE_BYTES)
        let operands = UnsafeMutableRawBufferPointer.allocate(byteCount: count, alignment: 64)
        defer { operands.deallocate() }
        for index in 0..<count { operands[index] = UInt8((index * 7 + index / 50) % 61) }
        var expected: Int32 = 0
        for (row, depth) in (0..<6).flatMap({ row in (0..<48).map { (row, $0) } }) {
            for (column, byte) in (0..<columns).flatMap({ column in (0..<4).map { (column, $0) } }) {
                let weight = operands[6 * 192 + (depth * columns + column) * vector + byte]
                expected += Int32(operands[row * 192 + depth * 4 + byte]) * Int32(weight)
            }
        }
        var sink: Int32 = 0
        let done = arete_peak_tile(set, 3, operands.bindMemory(to: UInt8.self).baseAddress, &sink)
        #expect(done == 3 * 48 * 6 * columns * vector)
        #expect(sink == 3 * expected)
    }
}
