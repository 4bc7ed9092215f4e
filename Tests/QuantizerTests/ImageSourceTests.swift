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
        let paths = ["a", "b", "c"]
        func source(_ wanted: Int) throws -> ImageSource {
            try ImageSource(paths: paths, specification: try specification(), input: 0, wanted: wanted)
        }
        #expect(try source(1).count == 3)
        #expect(try source(8).count == 8)
        #expect(try source(1000).count == 30)
        #expect(try (0..<8).map { try source(8).name($0) } == ["a", "b", "c", "a", "b", "c", "a", "b"])
    }

    @Test("a sample is the view of its image, made into the input")
    func fills() throws {
        let path = FileManager.default.temporaryDirectory.appendingPathComponent("\(UUID()).png").path
        defer { try? FileManager.default.removeItem(atPath: path) }
        try image.write(path: path)
        var network = Network()
        let input = network.input([1, 1, 4, 4])
        network.graph.outputs = [try network.add(Unary(.relu), [input], "relu")]
        let session = try Session(Executable(network.graph, options: Options()))
        let source = try ImageSource(paths: [path], specification: try specification(), input: 0, wanted: 2)
        let rows = try (0..<2).map { sample in
            try source.fill(session, sample: sample)
            return session.withInput(0) { Array($0.bindMemory(to: Float.self)[0..<4]) }
        }
        #expect(rows == [[0, 1, 2, 3], [3, 2, 1, 0]])
    }

    private func specification() throws -> InputSpecification {
        try InputSpecification(
            options: InputOptions(), defaults: InputOptions(),
            input: TensorPort("image", TensorType(.float32, [1, 1, 4, 4])))
    }
}
