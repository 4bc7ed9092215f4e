import Engine
import Graphs
import Imaging
import Tensors
import Testing
import Vision

@testable import AreteTool

/// A detector that compares, from two pictures to detections.
@Suite struct ReferenceRunTests {
    /// Its score in each pixel is how much brighter the image is than the reference.
    private func run(_ options: [String] = []) throws -> DetectionRun {
        var graph = Graph(name: "difference", convention: .onnx)
        let shape: Shape = [1, 1, 16, 16]
        let inputs = ["image", "reference"].map { name in
            let id = graph.add(Value(name: name, type: TensorType(.float32, shape)))
            graph.inputs.append(Input(value: id, dimensions: shape.dimensions.map { .fixed($0) }))
            return id
        }
        let heatmap = graph.append(
            Binary(.subtract), inputs, outputs: [Value(name: "heatmap")],
            origin: .init(index: 0, operatorName: "Sub", nodeName: "difference"))[0]
        let boxes = graph.append(
            Concat(axis: 1), [ValueID?](repeating: inputs[1], count: 4), outputs: [Value(name: "boxes")],
            origin: .init(index: 1, operatorName: "Concat", nodeName: "sides"))[0]
        graph.outputs = [heatmap, boxes]
        let json = #"""
            {"task": "detect", "labels": ["brighter"],
             "input": {"colour": "grey", "layout": "nchw", "scale": 0.00392156862745098, "reference": "reference"},
             "decoder": {"kind": "centre-heatmap", "stride": 1, "boxes": "ltrb", "score_threshold": 0.5,
                         "outputs": {"heatmap": 0, "boxes": 1}}}
            """#
        let preset = try Array(json.utf8).withUnsafeBytes { try Preset.read($0, source: "test", folder: "") }
        let arguments = try ParsedArguments(["model", "image"] + options, form: DetectCommand.form)
        return try DetectionRun(
            session: try Session(Executable(graph, options: Options())), preset: preset,
            tiling: try TileOptions(arguments))
    }

    private func picture(_ pixels: [UInt8], width: Int = 16) throws -> Image {
        try Image(width: width, height: 16, format: .grey, bytes: pixels)
    }

    @Test("what differs from the reference is found, and nothing where they are alike")
    func compares() throws {
        let run = try run()
        #expect(run.needsReference)
        let sound = [UInt8](repeating: 100, count: 256)
        var damaged = sound
        damaged[5 * 16 + 9] = 250
        let reference = try picture(sound)
        #expect(try run.detect(picture(sound), reference: reference).detections.isEmpty)
        let found = try run.detect(picture(damaged), reference: reference).detections
        #expect(found.count == 1 && abs((found.first?.score ?? 0) - 150 / 255.0) < 1e-3)
        let box = try #require(found.first?.box)
        #expect(abs(box.x + box.width / 2 - 9.5) < 1e-3 && abs(box.y + box.height / 2 - 5.5) < 1e-3)
    }

    @Test("tiles find what shrinking the picture hides, once and in its place, and compare with the reference's tile")
    func tiles() throws {
        let sound = [UInt8](repeating: 100, count: 60 * 40)
        var damaged = sound
        // The second lies where tiles overlap.
        for (x, y) in [(55, 3), (14, 13)] { damaged[y * 60 + x] = 250 }
        let reference = try Image(width: 60, height: 40, format: .grey, bytes: sound)
        let image = try Image(width: 60, height: 40, format: .grey, bytes: damaged)
        #expect(try run().detect(image, reference: reference).detections.isEmpty)
        for options in [["--tiles", "auto"], ["--tiles", "16x16", "--overlap", "0.5", "--whole"]] {
            let found = try run(options).detect(image, reference: reference).detections
            let places = found.map { [$0.box.x + $0.box.width / 2, $0.box.y + $0.box.height / 2] }
            #expect(Set(places) == [[55.5, 3.5], [14.5, 13.5]], "\(options)")
        }
    }

    @Test("options of tiles that make no sense are usage errors")
    func wrongTiles() throws {
        for wrong in [
            ["--overlap", "0.1"], ["--whole"], ["--tiles", "0x5"], ["--tiles", "auto", "--overlap", "0.9"],
        ] {
            #expect(throws: UsageError.self, "\(wrong)") { _ = try run(wrong) }
        }
        let tiny = try run(["--tiles", "2x2"])
        let image = try picture([UInt8](repeating: 0, count: 256))
        #expect(throws: VisionError.self) { _ = try tiny.detect(image, reference: image) }
    }

    @Test("a missing reference, and one of another size, are errors that say so")
    func missing() throws {
        let run = try run()
        let image = try picture([UInt8](repeating: 0, count: 256))
        let narrow = try picture([UInt8](repeating: 0, count: 128), width: 8)
        for reference in [nil, narrow] {
            #expect(throws: VisionError.self) { try run.detect(image, reference: reference) }
        }
    }
}
