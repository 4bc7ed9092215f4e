import Foundation
import TestSupport
import Testing

@testable import Vision

@Suite struct PresetTests {
    private func reason(_ text: String) -> String {
        do {
            _ = try preset(text)
            return "no error"
        } catch {
            return "\(error)"
        }
    }

    @Test("every key of a preset is read")
    func reads() throws {
        let preset = try preset(
            #"""
            {"task": "detect", "labels": ["open", "short"],
             "input": {"width": 640, "height": 480, "colour": "grey", "layout": "nchw", "resize": "letterbox", "align": "top-left",
              "filter": "area", "pad": 255, "scale": 0.5, "mean": [0.1], "std": [2]},
             "decoder": {"kind": "centre-heatmap", "stride": 8, "boxes": "ltrb", "score_threshold": 0.25, "iou_threshold": 0.6,
              "class_agnostic": true, "max_detections": 7, "max_candidates": 70, "outputs": {"heatmap": 0, "boxes": 1}}}
            """#)
        #expect(preset.task == .detect && preset.labels == ["open", "short"] && preset.label(1) == "short")
        #expect(preset.label(2) == "class 2" && preset.label(-1) == "class -1")
        #expect(
            preset.input
                == InputOptions(
                    width: 640, height: 480, colour: .grey, layout: .nchw, resize: .letterbox, align: .topLeft,
                    filter: .area,
                    pad: 255, scale: 0.5, mean: [0.1], std: [2]))
        #expect(
            preset.detection
                == DetectionOptions(
                    scoreThreshold: 0.25, overlapThreshold: 0.6, classAgnostic: true, mostDetections: 7,
                    mostCandidates: 70))
        #expect(preset.decoder is CentreHeatmapOptions)
        let classify = try read(#"{"task": "classify", "classes": {"scores": "logits", "output": 1, "top": 3}}"#)
        #expect(
            classify.classification == ClassificationOptions(scores: .logits, output: 1, top: 3)
                && classify.decoder == nil)
    }

    private func read(_ text: String) throws -> Preset { try preset(text) }

    @Test("a wrong preset is an error that names line, key and what is known")
    func wrong() {
        #expect(
            reason("{\"task\": \"segment\"}")
                == "preset.json line 1: \"task\" is \"segment\"; known are detect and classify")
        #expect(reason("{}").contains("\"task\" is missing"))
        #expect(reason("{\"task\": \"detect\"}").contains("\"decoder\" is missing"))
        #expect(
            reason("{\"task\": \"detect\",\n \"decoder\": {\"kind\": \"yolo5\"}}")
                == "preset.json line 2: \"decoder.kind\" is \"yolo5\" (did you mean \"yolov5\"?); known are centre-heatmap, efficientdet, "
                + "fastestdet, nanodet, ssd, yolov5, yolov8 and yolox")
        #expect(
            reason("{\"task\": \"detect\", \"decoder\": {\"kind\": \"ssd\",\n\"iuo_threshold\": 0.5}}")
                == "preset.json line 2: unknown key \"decoder.iuo_threshold\" (did you mean \"iou_threshold\"?)")
        #expect(
            reason("{\"task\": \"detect\", \"decoder\": {\"kind\": \"ssd\", \"score_threshold\": 2}}").contains(
                "between 0.0 and 1.0"))
        #expect(reason("{\"task\": \"classify\", \"input\": {\"mean\": [1, 2]}}").contains("1 or 3 numbers"))
        #expect(reason("{\"task\": \"classify\", \"input\": {\"std\": [0]}}").contains("input.std"))
        #expect(reason("{\"task\": \"classify\", \"decoder\": {}}").contains("unknown key \"decoder\""))
        #expect(reason("{\"task\": \"classify\", \"labels\": []}").contains("empty"))
        for path in ["/etc/passwd", "../x", "a/../../x", ""] {
            #expect(reason("{\"task\": \"classify\", \"labels\": \"\(path)\"}").contains("beside the preset"))
        }
        #expect(throws: VisionError.self) { try Preset.detector(kind: "yolo9000") }
        #expect(Preset.decoderKinds.allSatisfy { (try? Preset.detector(kind: $0)) != nil })
    }

    @Test("a damaged preset is read or refused, never a trap")
    func mutations() throws {
        let seed: UInt64 = 0x9e5e
        var random = SplitMix(state: seed)
        let texts = [
            #"{"task": "detect", "labels": ["a"], "input": {"width": 64, "mean": [1, 2, 3], "pad": 3}, "decoder": {"kind": "ssd", "boxes": "yxhw", "divisors": [10, 10, 5, 5], "anchors": {"strides": [16, 32], "ratios": [1, 2], "min_scale": 0.2}}}"#,
            #"{"task": "detect", "decoder": {"kind": "yolov5", "anchors": [[10, 13], [30, 61]], "units": "auto", "outputs": {"predictions": [0, "b"]}}}"#,
            #"{"task": "detect", "decoder": {"kind": "nanodet", "strides": [8, 16], "distance_bins": 8, "cell_centre": 0.5}}"#,
        ]
        let spice = Array("0123456789-e.,:[]{}\"".utf8)
        var accepted = 0
        for _ in 0..<2000 {
            var bytes = Array(texts[Int.random(in: 0..<texts.count, using: &random)].utf8)
            for _ in 0..<Int.random(in: 1...2, using: &random) {
                let place = Int.random(in: 0..<bytes.count, using: &random)
                bytes[place] = spice[Int.random(in: 0..<spice.count, using: &random)]
            }
            guard let preset = try? bytes.withUnsafeBytes({ try Preset.read($0, source: "p", folder: "/nowhere/") })
            else { continue }
            accepted += 1
            let outputs = [
                ("b", try floats([1, 20, 4], Array(repeating: 0.5, count: 80))),
                ("s", try floats([1, 20, 1], Array(repeating: 0.5, count: 20))),
            ]
            _ = try? detections(preset, input: image(64, 64), outputs: outputs.map { (name: $0.0, tensor: $0.1) })
        }
        #expect(accepted > 50, "seed \(seed)")
    }

    @Test("labels come from a list, or from a file beside the preset, plain or numbered")
    func labels() throws {
        #expect(LabelList.parse("cat\n dog \r\n\nbird\n\n") == ["cat", "dog", "", "bird"])
        #expect(LabelList.parse("0 person\n2: car\n3  stop sign\n") == ["person", "class 1", "car", "stop sign"])
        #expect(LabelList.parse("3 cats\ndog") == ["3 cats", "dog"])
        #expect(LabelList.parse("") == nil && LabelList.parse("\n\n") == nil && LabelList.parse("99999999 x") == nil)
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent(UUID().uuidString)
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        func write(_ name: String, _ text: String) throws {
            try Data(text.utf8).write(to: folder.appendingPathComponent(name))
        }
        try write("labels.txt", "a\nb\n")
        try write("preset.json", #"{"task": "classify", "labels": "labels.txt"}"#)
        #expect(try PresetLocator.preset(forModel: folder.path + "/net.onnx")?.labels == ["a", "b"])
        try write("net.preset.json", #"{"task": "classify", "labels": ["x"]}"#)
        #expect(try PresetLocator.preset(forModel: folder.path + "/net.onnx")?.labels == ["x"])
        #expect(try PresetLocator.preset(forModel: folder.path + "/other.onnx")?.labels == ["a", "b"])
        #expect(try PresetLocator.preset(forModel: folder.path + "/none/net.onnx") == nil)
        try write("bad.preset.json", #"{"task": "classify", "labels": "none.txt"}"#)
        #expect(throws: VisionError.self) { try PresetLocator.preset(forModel: folder.path + "/bad.onnx") }
    }

    @Test("the preset is looked for by the model's name, then in its folder")
    func candidates() {
        #expect(
            PresetLocator.candidates(forModel: "a/b.c/net.tflite")
                == ["a/b.c/net.preset.json", "a/b.c/net.tflite.preset.json", "a/b.c/preset.json"])
        #expect(PresetLocator.candidates(forModel: "net") == ["net.preset.json", "preset.json"])
        #expect(PresetLocator.candidates(forModel: ".onnx") == [".onnx.preset.json", "preset.json"])
    }
}
