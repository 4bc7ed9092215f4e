import Arete
import Foundation
import Testing

@testable import AreteTool

@Suite struct ConvertCommandTests {
    private func run(_ words: [String]) throws {
        try ConvertCommand.run(try ParsedArguments(words, form: ConvertCommand.form))
    }

    @Test("a conversion must say which file to write")
    func usage() {
        #expect(throws: UsageError.self) { try run(["model.tflite"]) }
        #expect(throws: UsageError.self) { try run(["-o", "model.onnx"]) }
        #expect(throws: UsageError.self) { try run(["a.tflite", "-o", "b.onnx", "--shape", "x"]) }
    }

    @Test("a model that cannot be read leaves no file behind")
    func absent() throws {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent(UUID().uuidString)
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let model = folder.appendingPathComponent("model.tflite").path
        try Data("no model at all".utf8).write(to: URL(fileURLWithPath: model))
        #expect(throws: ModelError.self) { try run([model, "-o", folder.path + "/model.onnx"]) }
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path) == ["model.tflite"])
    }

    @Test("an ONNX model is converted to the file that is named")
    func converted() throws {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent(UUID().uuidString)
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        // version 8, operator set 17, y = Abs(x) with x and y float[n].
        let info: (UInt8) -> [UInt8] = { [10, 1, $0, 18, 11, 10, 9, 8, 1, 18, 5, 10, 3, 18, 1, 110] }
        var node: [UInt8] = [10, 1, 120, 18, 1, 121, 34, 3]
        node += Array("Abs".utf8)
        var graph: [UInt8] = [10, UInt8(node.count)]
        for part in [node, [18, 1, 103, 90, 16], info(120), [98, 16], info(121)] { graph += part }
        var bytes: [UInt8] = [8, 8, 66, 2, 16, 17, 58, UInt8(graph.count)]
        bytes += graph
        let (source, result) = (folder.path + "/a.onnx", folder.path + "/b.onnx")
        try Data(bytes).write(to: URL(fileURLWithPath: source))
        try run([source, "-o", result])
        #expect(try Model(path: result).graph.inputs.map(\.dimensions) == [[.symbolic("n")]])
        try run([source, "-o", result, "--shape", "x=4"])
        #expect(try Model(path: result).graph.inputs.map(\.dimensions) == [[.fixed(4)]])
    }
}
