import Tensors
import TestSupport
import Testing

@testable import Vision

@Suite struct OutputTests {
    @Test("comparing stored numbers with a threshold is comparing real ones, for every type and threshold")
    func thresholds() throws {
        var random = SplitMix(state: 11)
        for element: ElementType in [.uint8, .int8, .int16, .uint16, .int32, .float32, .float16] {
            for _ in 0..<40 {
                let scale = Float.random(in: 1e-4...1, using: &random)
                let zero =
                    element.integerRange.map { Int32.random(in: Int32(max(-300, $0.lowerBound))...255, using: &random) }
                    ?? 0
                let bytes = (0..<64 * element.byteCount).map { _ in UInt8.random(in: 0...255, using: &random) }
                let quantization = element.isFloat ? nil : Quantization(scale: scale, zeroPoint: zero)
                let type = TensorType(element, [64], quantization: quantization)
                let tensor = try bytes.withUnsafeBytes { try Tensor(type, bytes: $0) }
                try withViews([TensorPort("o", type)], [tensor]) { views in
                    let view = views[0]
                    let pick = view.real(Int.random(in: 0..<64, using: &random))
                    for threshold in [pick, pick.nextUp, pick.nextDown, 0.3, 0, -1e30, 1e30, .infinity, -.infinity]
                    where !threshold.isNaN {
                        var reached: [Int] = []
                        view.forEach(
                            in: ElementRun(first: 63, step: -3, count: 21), reaching: view.threshold(threshold)
                        ) {
                            reached.append($0)
                        }
                        let expected = (0..<21).filter { view.real(63 - 3 * $0) >= threshold }
                        #expect(reached == expected, "\(type) scale \(scale) zero \(zero) threshold \(threshold)")
                    }
                }
            }
        }
    }

    @Test("outputs that cannot be read are errors")
    func unreadable() throws {
        let tensor = try Tensor(.int8, [2], [Int8(1), 2])
        func view(_ type: TensorType) throws {
            _ = try withViews([TensorPort("o", type)], [tensor]) { $0.count }
        }
        try view(tensor.type)
        #expect(throws: VisionError.self) { try view(TensorType(.int8, [3])) }
        #expect(throws: VisionError.self) { try view(TensorType(.int8, [1 << 62, 1 << 62])) }
        for quantization in [
            Quantization(scale: .nan, zeroPoint: 0), Quantization(scale: 0, zeroPoint: 0),
            Quantization(scale: -1, zeroPoint: 0),
            Quantization(scales: [1, 2], zeroPoints: [0, 0], axis: 0),
            Quantization(scales: [], zeroPoints: [], axis: 0),
        ] {
            #expect(throws: VisionError.self) { try view(TensorType(.int8, [2], quantization: quantization)) }
        }
    }
}
