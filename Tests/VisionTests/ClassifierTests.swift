import Tensors
import Testing

@testable import Vision

@Suite struct ClassifierTests {
    private func classes(
        _ text: String, _ tensor: Tensor, input: TensorPort = image(8, 8)
    ) throws -> [Classification] {
        let signature = ModelSignature(inputs: [input], outputs: [TensorPort("scores", tensor.type)])
        let classifier = try Classifier(preset: try preset(text), model: signature)
        return try withViews(signature.outputs, [tensor]) { try classifier.classes(in: $0[0]) }
    }

    @Test("shares are taken as they are, logits go through softmax, told apart by their sum")
    func scores() throws {
        let shares = try classes(#"{"task": "classify"}"#, try floats([1, 3], [0.2, 0.7, 0.1]))
        #expect(shares.map(\.classIndex) == [1, 0, 2] && shares[0].score == 0.7 && shares[0].label == "class 1")
        let logits = try classes(#"{"task": "classify", "labels": ["a", "b", "c"]}"#, try floats([1, 3], [0, 1, 2]))
        #expect(logits.map(\.label) == ["c", "b", "a"] && abs(logits[0].score - 0.6652409) < 1e-6)
        let forced = try classes(
            #"{"task": "classify", "classes": {"scores": "logits"}}"#, try floats([1, 2], [0, 1]))
        #expect(abs(forced[0].score - 0.7310586) < 1e-6)
        let kept = try classes(
            #"{"task": "classify", "classes": {"scores": "probabilities"}}"#, try floats([1, 2], [0.9, 0.8]))
        #expect(kept.map(\.score) == [0.9, 0.8])
    }

    @Test("a quantization to 0...1 tells shares, another one logits")
    func quantized() throws {
        func tensor(_ scale: Float, _ zero: Int32) throws -> Tensor {
            try Tensor(.int8, [1, 2], [Int8(-28), -128], quantization: Quantization(scale: scale, zeroPoint: zero))
        }
        #expect(try classes(#"{"task": "classify"}"#, try tensor(1 / 256, -128))[0].score == 100 / 256)
        #expect(try classes(#"{"task": "classify"}"#, try tensor(0.1, 0))[0].score > 0.999)
    }

    @Test("the best come first, as many as asked, lower classes first where scores are equal")
    func top() throws {
        let found = try classes(
            #"{"task": "classify", "classes": {"top": 3, "scores": "probabilities"}}"#,
            try floats([1, 5], [0.1, 0.4, 0.1, 0.4, 0]))
        #expect(found.map(\.classIndex) == [1, 3, 0])
    }

    @Test("numbers that are none never trap and never win")
    func hostile() throws {
        let found = try classes(#"{"task": "classify"}"#, try floats([1, 4], [.nan, 1, .infinity, -.infinity]))
        #expect(found.allSatisfy { !$0.score.isNaN })
        #expect(try classes(#"{"task": "classify"}"#, try floats([1, 2], [.nan, 0.5]))[0].classIndex == 1)
    }

    @Test("an output that is no row of scores, or has other classes than labels, is an error")
    func refuses() throws {
        let plain = #"{"task": "classify"}"#
        #expect(throws: VisionError.self) { try classes(plain, try floats([1, 2, 2], [0, 0, 0, 0])) }
        #expect(throws: VisionError.self) {
            try classes(#"{"task": "classify", "labels": ["a"]}"#, try floats([1, 2], [0, 0]))
        }
        #expect(throws: VisionError.self) {
            try classes(#"{"task": "classify", "classes": {"output": 1}}"#, try floats([1, 2], [0, 0]))
        }
        #expect(throws: VisionError.self) {
            try classes(plain, try floats([1, 2], [0, 0]), input: TensorPort("x", TensorType(.float32, [1, 9])))
        }
        #expect(try classes(plain, try floats([1, 2, 1, 1], [0, 1]))[0].classIndex == 1)
    }
}
