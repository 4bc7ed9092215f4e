// Comparisons of quantized operands by their real values.
import CKernels
import Testing

@Suite struct QuantizedCompareTests {
    private func run(_ kind: arete_comparison, _ a: [Int8], _ b: [Int8], _ scales: (Float, Float)) -> [UInt8] {
        var comparison = arete_quantized_comparison()
        #expect(
            arete_quantized_comparison_prepare(
                &comparison, kind, ARETE_INT8, arete_affine(scale: scales.0, zero_point: 2),
                arete_affine(scale: scales.1, zero_point: -1)))
        let (x, y) = (a.map { UInt8(bitPattern: $0) }, b.map { UInt8(bitPattern: $0) })
        var output = [UInt8](repeating: 9, count: a.count)
        arete_quantized_compare_row(&comparison, x, 1, y, b.count == 1 ? 0 : 1, &output, a.count)
        return output
    }

    @Test("each comparison orders the real values of both operands, one of which may be for all")
    func ordersRealValues() {
        // Real values -1, 0, 1 against 0.
        let (a, b): ([Int8], [Int8]) = ([0, 2, 4], [-1])
        let cases: [(arete_comparison, [UInt8])] = [
            (ARETE_COMPARE_EQUAL, [0, 1, 0]), (ARETE_COMPARE_NOT_EQUAL, [1, 0, 1]), (ARETE_COMPARE_LESS, [1, 0, 0]),
            (ARETE_COMPARE_LESS_EQUAL, [1, 1, 0]), (ARETE_COMPARE_GREATER, [0, 0, 1]),
            (ARETE_COMPARE_GREATER_EQUAL, [0, 1, 1]),
        ]
        for (kind, expected) in cases { #expect(run(kind, a, b, (0.5, 0.25)) == expected) }
    }

    @Test("operands of different scales are equal where their real values are")
    func differentScales() {
        #expect(run(ARETE_COMPARE_EQUAL, [127, -128, 12], [61, -66, 4], (0.25, 0.5)) == [0, 1, 1])
    }

    @Test("values nearer than 1/512 are equal, and 16-bit operands are refused")
    func fixedPoint() {
        #expect(run(ARETE_COMPARE_EQUAL, [2, 3, 12], [-1, -1, -1], (0.001, 0.001)) == [1, 1, 0])
        var comparison = arete_quantized_comparison()
        let affine = arete_affine(scale: 1, zero_point: 0)
        #expect(!arete_quantized_comparison_prepare(&comparison, ARETE_COMPARE_LESS, ARETE_INT16, affine, affine))
    }
}
