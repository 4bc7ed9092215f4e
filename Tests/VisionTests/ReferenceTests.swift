import Tensors
import Testing

@testable import Vision

/// Models that compare an image with a picture of the same thing as it should be.
@Suite struct ReferenceTests {
    private static let picture = TensorType(.float32, [1, 1, 16, 16])

    private func detector(_ inputs: [(String, TensorType)], reference: String?) throws -> Detector {
        let json =
            #"{"task": "detect", "labels": ["a"], "input": {"colour": "grey", "layout": "nchw"}, "#
            + #""decoder": {"kind": "centre-heatmap", "stride": 8, "boxes": "ltrb"}}"#
        var preset = try Array(json.utf8).withUnsafeBytes { try Preset.read($0, source: "test", folder: "") }
        preset.input.reference = reference
        let outputs = [
            TensorPort("heatmap", TensorType(.float32, [1, 1, 2, 2])),
            TensorPort("boxes", TensorType(.float32, [1, 4, 2, 2])),
        ]
        return try Detector(
            preset: preset, model: ModelSignature(inputs: inputs.map { TensorPort($0.0, $0.1) }, outputs: outputs))
    }

    @Test("the reference is the input that the preset names, wherever it stands; the image is the other one")
    func places() throws {
        let inputs = [("image", Self.picture), ("template", Self.picture)]
        let behind = try detector(inputs, reference: "template")
        #expect(behind.imageInput == 0 && behind.referenceInput == 1)
        let before = try detector(inputs.reversed(), reference: "template")
        #expect(before.imageInput == 1 && before.referenceInput == 0)
        #expect(try detector(inputs, reference: nil).referenceInput == nil)
    }

    @Test("a reference that the model does not have, or that is unlike the image, is told by name")
    func wrong() throws {
        let other = TensorType(.float32, [1, 1, 8, 8])
        for (inputs, named) in [
            ([("image", Self.picture)], "template"), ([("image", Self.picture), ("template", other)], "template"),
            ([("image", Self.picture)], "image"),
        ] {
            do {
                _ = try detector(inputs, reference: named)
                Issue.record("no error for \(inputs)")
            } catch {
                #expect("\(error)".contains("'\(named)'"))
            }
        }
    }

    @Test("presets name the reference as a string")
    func preset() throws {
        func read(_ reference: String) throws -> Preset {
            let json =
                #"{"task": "detect", "input": {"reference": \#(reference)}, "decoder": {"kind": "yolov8"}}"#
            return try Array(json.utf8).withUnsafeBytes { try Preset.read($0, source: "test", folder: "") }
        }
        #expect(try read(#""template""#).input.reference == "template")
        #expect(throws: VisionError.self) { try read("1") }
    }
}
