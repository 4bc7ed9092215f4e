import Tensors
import TestSupport
import Testing

@testable import Vision

/// Models and presets that nobody can vouch for: every combination is refused with an error or decoded to boxes inside the image.
@Suite struct HostileOutputTests {
    struct Subject: Sendable, CustomTestStringConvertible {
        var decoder: String
        /// Outputs that the decoder takes from a model with an input of 64x64 and two classes.
        var shapes: [Shape]
        var testDescription: String { decoder }
    }

    private static let subjects = [
        Subject(decoder: #"{"kind": "ssd"}"#, shapes: [[1, 20, 4], [1, 20], [1, 20], [1]]),
        Subject(decoder: #"{"kind": "ssd", "boxes": "xyxy", "background": true}"#, shapes: [[1, 20, 4], [1, 20, 3]]),
        Subject(
            decoder: #"{"kind": "ssd", "activation": "softmax", "anchors": {"strides": [16, 32], "ratios": [1]}}"#,
            shapes: [[1, 40, 4], [1, 40, 2]]),
        Subject(
            decoder: #"{"kind": "ssd", "boxes": "xywh", "anchors": {"strides": [8], "sizes": [[4]]}}"#,
            shapes: [[1, 64, 4], [1, 64, 2]]),
        Subject(decoder: #"{"kind": "yolov5"}"#, shapes: [[1, 20, 7]]),
        Subject(decoder: #"{"kind": "yolov5", "anchors": [[1, 2], [3, 4]]}"#, shapes: [[1, 4, 4, 7], [1, 7, 2, 2]]),
        Subject(decoder: #"{"kind": "yolov8"}"#, shapes: [[1, 6, 20]]),
        Subject(decoder: #"{"kind": "yolox"}"#, shapes: [[1, 84, 7]]),
        Subject(
            decoder: #"{"kind": "nanodet"}"#, shapes: [[64, 2], [64, 32], [16, 2], [16, 32], [4, 2], [4, 32]]),
        Subject(decoder: #"{"kind": "nanodet", "strides": [16, 32], "distance_bins": 2}"#, shapes: [[1, 20, 10]]),
        Subject(decoder: #"{"kind": "centre-heatmap"}"#, shapes: [[1, 4, 4, 2], [1, 4, 4, 4]]),
        Subject(
            decoder: #"{"kind": "centre-heatmap", "stride": 16, "boxes": "ltrb"}"#,
            shapes: [[1, 2, 4, 4], [1, 4, 4, 4]]),
        Subject(
            decoder: #"{"kind": "centre-heatmap", "outputs": {"size": 0, "offset": 1, "heatmap": 2}}"#,
            shapes: [[1, 4, 4, 2], [1, 4, 4, 2], [1, 4, 4, 2]]),
        Subject(decoder: #"{"kind": "efficientdet"}"#, shapes: [[1, 774, 4], [1, 774, 2]]),
        Subject(
            decoder: #"{"kind": "efficientdet", "anchors": {"levels": [4, 5], "scales": 1, "ratios": [1]}}"#,
            shapes: [[1, 4, 4, 4], [1, 4, 4, 2], [1, 2, 2, 4], [1, 2, 2, 2]]),
        Subject(decoder: #"{"kind": "fastestdet"}"#, shapes: [[1, 4, 4, 7]]),
    ]

    private static let strangers: [Shape] = [
        [], [0], [1], [4], [1, 0], [1, 4], [1, 20], [1, 20, 4], [1, 20, 6], [1, 6, 20], [20, 8], [16, 8], [4, 8],
        [16, 1],
        [1, 4, 4, 4], [1, 4, 4, 1], [1, 2, 4, 4], [1, 6, 4, 4], [1, 4, 4, 12], [1, 1, 4, 4, 6], [1, 64, 4], [1, 5, 2],
        [2, 20, 4], [1, 20, 0], [1 << 40, 1 << 40, 4], [1, -3, 4],
    ]

    private func noise(_ type: TensorType, _ random: inout SplitMix) throws -> Tensor {
        let kind = Int.random(in: 0..<3, using: &random)
        if kind == 0, type.element == .float32 {
            let numbers: [Float] = [.nan, .infinity, -.infinity, 1e38, -1e38, 0, 0.5, 1, -1, 30]
            return try Tensor(type) { memory in
                for index in 0..<memory.count / 4 {
                    memory.storeBytes(
                        of: numbers.randomElement(using: &random) ?? 0, toByteOffset: 4 * index, as: Float.self)
                }
            }
        }
        if kind == 1, type.element == .float32 {
            return try Tensor(type) { memory in
                for index in 0..<memory.count / 4 {
                    memory.storeBytes(of: .random(in: -3...3, using: &random), toByteOffset: 4 * index, as: Float.self)
                }
            }
        }
        return try Tensor(type) { memory in
            for index in memory.indices { memory[index] = .random(in: 0...255, using: &random) }
        }
    }

    @Test(
        "random outputs under random presets give boxes inside the image or an error, never a trap", arguments: subjects
    )
    func random(subject: Subject) throws {
        let seed: UInt64 = 0x5eed_0001
        var random = SplitMix(state: seed)
        var (decoded, boxes) = (0, 0)
        let labels = ["", #""labels": ["a", "b"], "#, #""labels": ["a"], "#]
        for round in 0..<90 {
            let text = #"{"task": "detect", \#(labels[round % 3])"decoder": \#(subject.decoder)}"#
            var preset = try preset(text)
            preset.detection.scoreThreshold = [nil, 0, 0.01, 1][Int.random(in: 0..<4, using: &random)]
            var shapes = subject.shapes
            if Bool.random(using: &random) {
                shapes[.random(in: 0..<shapes.count, using: &random)] =
                    Self.strangers.randomElement(using: &random) ?? []
            }
            var outputs: [(name: String, tensor: Tensor)] = []
            for (place, shape) in shapes.enumerated() {
                let elements: [ElementType] = [.float32, .float32, .float16, .uint8, .int8, .int16, .int32, .int64]
                var type = TensorType(elements.randomElement(using: &random) ?? .float32, shape)
                if type.byteCount > 1 << 20 { continue }
                if Bool.random(using: &random) { type.quantization = Quantization(scale: 0.01, zeroPoint: 3) }
                outputs.append(("o\(place)", try noise(type, &random)))
            }
            guard
                let found = try? detections(
                    preset, input: image(64, 64), outputs: outputs, imageWidth: 50, imageHeight: 40)
            else { continue }
            decoded += 1
            boxes += found.count
            for item in found {
                let box = item.box
                #expect(
                    box.x >= 0 && box.y >= 0 && box.right <= 50.001 && box.bottom <= 40.001 && box.width > 0
                        && box.height > 0,
                    "seed \(seed), round \(round): \(item)")
                #expect((0...1).contains(item.score) && item.classIndex >= 0, "seed \(seed), round \(round): \(item)")
            }
        }
        #expect(decoded > 20 && boxes > 0, "\(decoded) decoded, \(boxes) boxes")
    }

    @Test("a shape that does not fit is an error that names the output")
    func names() throws {
        func reason(_ text: String, _ outputs: [(String, Tensor)]) throws -> String {
            do {
                _ = try detections(
                    try preset(text), input: image(64, 64), outputs: outputs.map { (name: $0.0, tensor: $0.1) })
                return "no error"
            } catch let error as VisionError {
                return "\(error)"
            }
        }
        let yolo = #"{"task": "detect", "labels": ["a", "b"], "decoder": {"kind": "yolov8"}}"#
        #expect(
            try reason(yolo, [("probs", try floats([1, 20, 9], Array(repeating: 0, count: 180)))])
                == "output 'probs': float32[1x20x9] is not [1, 4 + classes, boxes] or [1, boxes, 4 + classes] (4 + 2 = 6 by the labels)"
        )
        #expect(try reason(yolo, []).contains("no output"))
        let named = #"{"task": "detect", "decoder": {"kind": "yolov8", "outputs": {"predictions": "boxs"}}}"#
        #expect(
            try reason(named, [("boxes", try floats([1, 2, 6], Array(repeating: 0, count: 12)))])
                == "decoder yolov8: \"outputs\" names 'boxs' for predictions; the model's outputs are 'boxes'")
    }

    @Test("a huge or senseless count of detections is cut to those there are")
    func counts() throws {
        let ssd = try preset(#"{"task": "detect", "decoder": {"kind": "ssd", "score_threshold": 0.1}}"#)
        for (count, expected) in [(Float(1e30), 2), (.infinity, 2), (.nan, 0), (-5, 0), (1, 1), (0.5, 0)] {
            let found = try detections(
                ssd, input: image(64, 64),
                outputs: [
                    ("b", try floats([1, 2, 4], [0, 0, 1, 1, 0, 0, 0.5, 0.5])), ("c", try floats([1, 2], [0, 1e9])),
                    ("s", try floats([1, 2], [0.5, 0.4])), ("n", try floats([1], [count])),
                ])
            // The class 1e9 is none.
            #expect(found.count == min(expected, 1), "\(count)")
        }
    }
}
