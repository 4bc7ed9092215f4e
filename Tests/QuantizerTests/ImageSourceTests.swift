import Engine
import Foundation
import Graphs
import Imaging
import Tensors
import Testing
import Vision

@testable import Quantizer

@Suite struct ImageSourceTests {
    /// 4x4 pixels of grey, each ten times its row plus its column.
    private let image: Image

    init() throws {
        image = try Image(
            width: 4, height: 4, format: .grey, bytes: (0..<16).map { UInt8($0 / 4 * 10 + $0 % 4) })
    }

    @Test("views of an image are the whole, its mirror image, its quarters and larger parts, every second one mirrored")
    func views() {
        let views = ImageView.all.map { $0.of(image) }
        #expect(views.count == 10)
        #expect(views[0].bytes == image.bytes)
        #expect(views[1].bytes == [3, 2, 1, 0, 13, 12, 11, 10, 23, 22, 21, 20, 33, 32, 31, 30])
        let quarters: [[UInt8]] = [[0, 1, 10, 11], [23, 22, 33, 32], [2, 3, 12, 13], [21, 20, 31, 30]]
        #expect(views[2..<6].map(\.bytes) == quarters)
        #expect(views[6...].allSatisfy { $0.width == 3 && $0.height == 3 })
        #expect(views[6...].map(\.bytes[0]) == [0, 13, 1, 12])
    }

    @Test("an image of one pixel has views too")
    func tiny() throws {
        let pixel = try Image(width: 1, height: 1, format: .grey, bytes: [7])
        #expect(ImageView.all.allSatisfy { $0.of(pixel).bytes == [7] })
    }

    @Test("views fill up the samples where images are too few; images come first and none is left out")
    func counts() throws {
        let images = ["a", "b", "c"].map { CalibrationImage(path: $0) }
        func source(_ wanted: Int) throws -> ImageSource {
            try ImageSource(images, specification: try specification(), input: 0, wanted: wanted)
        }
        #expect(try source(1).count == 3)
        #expect(try source(8).count == 8)
        #expect(try source(1000).count == 30)
        #expect(try (0..<8).map { try source(8).name($0) } == ["a", "b", "c", "a", "b", "c", "a", "b"])
    }

    @Test("a sample is the view of its image, and the same view of its template, made into the inputs")
    func fills() throws {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent("\(UUID())")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let (path, template) = (
            folder.appendingPathComponent("a.png").path, folder.appendingPathComponent("b.png").path
        )
        try image.write(path: path)
        try Image(width: 4, height: 4, format: .grey, bytes: image.bytes.map { $0 + 100 }).write(path: template)
        var network = Network()
        let (first, second) = (network.input([1, 1, 4, 4]), network.input([1, 1, 4, 4]))
        network.graph.outputs = [try network.add(Binary(.add), [first, second], "sum")]
        let session = try Session(Executable(network.graph, options: Options()))
        let source = try ImageSource(
            [CalibrationImage(path: path, template: template)], specification: try specification(), input: 0,
            reference: 1, wanted: 2)
        let rows = try (0..<2).map { sample in
            try source.fill(session, sample: sample)
            return (0..<2).map { place in
                session.withInput(place) { Array($0.bindMemory(to: Float.self)[0..<4]) }
            }
        }
        #expect(rows == [[[0, 1, 2, 3], [100, 101, 102, 103]], [[3, 2, 1, 0], [103, 102, 101, 100]]])
        #expect(source.inputRange(0) != nil && source.inputRange(0) == source.inputRange(1))
    }

    @Test("templates come from annotations, and nothing else serves a network that compares")
    func templates() throws {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent("\(UUID())")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        for name in ["a.png", "b.png"] { try image.write(path: folder.appendingPathComponent(name).path) }
        let annotations = folder.appendingPathComponent("annotations.json").path
        func write(_ template: String) throws {
            try
                #"{"images": [{"id": 1, "file_name": "a.png"\#(template)}], "annotations": [], "categories": [{"id": 1, "name": "x"}]}"#
                .write(toFile: annotations, atomically: true, encoding: .utf8)
        }
        try write(#", "template": "b.png""#)
        let listed = try CalibrationFiles.list([annotations], comparing: true)
        #expect(listed.map { ($0.path as NSString).lastPathComponent } == ["a.png"])
        #expect(listed.map { (($0.template ?? "") as NSString).lastPathComponent } == ["b.png"])
        #expect(try CalibrationFiles.list([annotations]).map(\.template) == [nil])
        func reason(_ path: String) -> String {
            do {
                _ = try CalibrationFiles.list([path], comparing: true)
                return "nothing was wrong"
            } catch { return "\(error)" }
        }
        #expect(reason(folder.path).contains("compares each image with a template"))
        try write("")
        #expect(reason(annotations).contains("no template in the annotations"))
    }

    private func specification() throws -> InputSpecification {
        try InputSpecification(
            options: InputOptions(), defaults: InputOptions(),
            input: TensorPort("image", TensorType(.float32, [1, 1, 4, 4])))
    }
}
