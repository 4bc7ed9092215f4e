import Imaging
import Tensors
import Testing

@testable import Vision

/// The outputs that trained models gave for photographs, decoded. Faces were checked against three models and by eye, as were cars
/// and dogs; a decoder that reads a channel, an anchor or a unit wrongly finds none of them.
@Suite(.enabled(if: Conformance.isPresent, Comment(rawValue: Conformance.skipped))) struct TrainedModelTests {
    struct Case: CustomTestStringConvertible, Sendable {
        var model: String
        var preset: String
        /// Class, least score and box of detections that must be there, in pixels of the input.
        var expected: [(classIndex: Int, score: Float, box: Box)]
        /// How many detections there are.
        var count: Int
        var testDescription: String { model }
    }

    private static func at(_ classIndex: Int, _ score: Float, _ x: Float, _ y: Float, _ w: Float, _ h: Float) -> (
        Int, Float, Box
    ) {
        (classIndex, score, Box(x: x, y: y, width: w, height: h))
    }

    private static let blazeFace = #"""
        {"task": "detect", "labels": ["face"], "decoder": {"kind": "ssd", "score_threshold": 0.5, "boxes": "xywh",
         "divisors": [128, 128, 128, 128], "exponential": false,
         "anchors": {"strides": [8, 16, 16, 16], "ratios": [1], "fixed_size": true}}}
        """#

    static let cases = [
        Case(
            model: "models/yolov5n_640_i8", preset: #"{"task": "detect", "decoder": {"kind": "yolov5"}}"#,
            expected: [at(2, 0.76, 191, 350, 37, 52), at(2, 0.66, 459, 288, 17, 26), at(2, 0.61, 265, 341, 32, 34)],
            count: 10),
        Case(
            model: "models/ssd_mobilenet_v2_fpnlite_320_i8", preset: #"{"task": "detect", "decoder": {"kind": "ssd"}}"#,
            expected: [at(6, 0.99, 0, 0, 320, 302)], count: 1),
        Case(
            model: "models/ssd_lstm_traffic_256_u8", preset: #"{"task": "detect", "decoder": {"kind": "ssd"}}"#,
            expected: [at(1, 0.43, 216, 143, 39, 48), at(1, 0.39, 69, 149, 71, 49)], count: 3),
        Case(
            model: "models/dbface_256_i8",
            preset: #"""
                {"task": "detect", "labels": ["face"],
                 "decoder": {"kind": "centre-heatmap", "boxes": "ltrb", "cell_centre": 0, "peaks": true}}
                """#,
            expected: [at(0, 0.74, 51, 83, 30, 40), at(0, 0.67, 79, 39, 23, 31), at(0, 0.65, 149, 73, 11, 16)], count: 9
        ),
        Case(
            model: "models/blazeface_front_128_i8", preset: blazeFace, expected: [at(0, 0.8, 24.7, 42.9, 16.8, 16.8)],
            count: 1),
        Case(
            model: "models/face_short_range_128_f16", preset: blazeFace,
            expected: [at(0, 0.57, 24.8, 40.7, 19.4, 19.4)], count: 1),
        Case(
            model: "models/fastestdet_person_i8",
            preset:
                #"{"task": "detect", "labels": ["person"], "decoder": {"kind": "fastestdet", "score_threshold": 0.5}}"#,
            expected: [at(0, 0.87, 11, 12, 183, 205)], count: 1),
        Case(
            model: "onnx-models/fastestdet_352",
            preset: #"{"task": "detect", "decoder": {"kind": "fastestdet", "score_threshold": 0.5}}"#,
            expected: [at(7, 0.81, 80, 233, 67, 75), at(7, 0.7, 176, 230, 37.5, 38)], count: 7),
        Case(
            model: "onnx-models/nanodet_m_320", preset: #"{"task": "detect", "decoder": {"kind": "nanodet"}}"#,
            expected: [at(2, 0.73, 94.5, 180, 20, 21.7), at(2, 0.65, 133, 171, 15, 19)], count: 4),
        Case(
            model: "onnx-models/nanodet_m_320_qdq_int8", preset: #"{"task": "detect", "decoder": {"kind": "nanodet"}}"#,
            expected: [at(2, 0.71, 94.5, 180, 20, 21.7), at(2, 0.63, 133, 171, 15, 19)], count: 4),
        Case(
            model: "onnx-models/yolox_nano_416", preset: #"{"task": "detect", "decoder": {"kind": "yolox"}}"#,
            expected: [at(16, 0.91, 88, 27, 121, 213), at(16, 0.83, 279, 141, 125, 158)], count: 2),
        Case(
            model: "onnx-models/ultraface_rfb_320",
            preset:
                #"{"task": "detect", "labels": ["face"], "decoder": {"kind": "ssd", "boxes": "xyxy", "background": true}}"#,
            expected: [at(0, 0.99, 285, 62.5, 15.5, 21), at(0, 0.98, 66.2, 75.3, 28.4, 41.9)], count: 8),
        Case(
            model: "onnx-models/ultraface_rfb_320_qdq_int8",
            preset: #"""
                {"task": "detect", "labels": ["face"],
                 "decoder": {"kind": "ssd", "boxes": "xywh", "background": true, "activation": "none",
                  "anchors": {"strides": [8, 16, 32, 64], "sizes": [[10, 16, 24], [32, 48], [64, 96], [128, 192, 256]]}}}
                """#,
            expected: [at(0, 0.99, 285, 62.5, 15.5, 21), at(0, 0.98, 66.2, 75.3, 28.4, 41.9)], count: 8),
    ]

    @Test("stored outputs of trained detectors decode to what is on the photograph", arguments: cases)
    func detects(example: Case) throws {
        let model = try Conformance.model(example.model)
        let found = try detections(try preset(example.preset), model.signature, model.outputs)
        #expect(found.count == example.count)
        for expected in example.expected {
            let match = found.first {
                $0.classIndex == expected.classIndex && $0.box.overlap(with: expected.box) > 0.85
            }
            #expect((match?.score ?? 0) >= expected.score, "\(expected) is not among \(found)")
        }
    }

    @Test("stored outputs of trained classifiers give the classes of their photographs")
    func classifies() throws {
        // ImageNet with a background class in front: 89 macaw, 282 tabby cat.
        for (name, classes) in [("mobilenet_v2_224_u8", [89]), ("mobilenet_v1_075_192_u8", [282, 283, 286])] {
            let model = try Conformance.model("models/" + name)
            let classifier = try Classifier(preset: .classifier, model: model.signature)
            let found = try withViews(model.signature.outputs, model.outputs) { try classifier.classes(in: $0[0]) }
            #expect(classes.contains(found[0].classIndex), "\(name): \(found)")
            #expect(found.count == 5 && found[0].score > 0.3)
        }
    }

    @Test("a photograph becomes the stored input of a model within the difference of resizing")
    func preprocesses() throws {
        let photographs = Conformance.folder.deletingLastPathComponent().appendingPathComponent("images")
        for (name, file, options) in [
            (
                "models/dbface_256_i8", "group_people.jpg",
                InputOptions(
                    resize: .stretch, filter: .area, scale: 1 / 255.0, mean: [0.408, 0.447, 0.47],
                    std: [0.289, 0.274, 0.278])
            ),
            ("models/vww_96_i8", "man_squat.jpg", InputOptions(resize: .stretch, filter: .area)),
            ("models/vww_96_16x8", "man_squat.jpg", InputOptions(resize: .stretch, filter: .area, scale: 1 / 255.0)),
            (
                "models/mobilenet_v2_224_i8_nchw", "beach_kites_people.jpg",
                InputOptions(resize: .stretch, filter: .area)
            ),
            ("models/person_detect_i8", "man_squat.jpg", InputOptions(resize: .stretch, filter: .area)),
        ] {
            let model = try Conformance.model(name)
            let specification = try InputSpecification(
                options: options, defaults: InputOptions(), input: model.signature.inputs[0])
            let picture = try Image.read(path: photographs.appendingPathComponent(file).path)
            let input = try Tensor(model.signature.inputs[0].type) { memory in
                _ = try? Preprocessor(specification).fill(memory, from: picture)
            }
            let (ours, theirs) = (input.doubles, model.inputs[0].doubles)
            let difference = zip(ours, theirs).reduce(0) { $0 + abs($1.0 - $1.1) } / Double(ours.count)
            let spread = (theirs.max() ?? 0) - (theirs.min() ?? 0)
            #expect(difference < 0.01 * spread, "\(name): \(difference) of \(spread)")
        }
    }
}
