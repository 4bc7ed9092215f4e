// Models of the world outside, where they are at hand.
import Foundation
import Graphs
import ONNXFormat
import Testing

/// Conformance data beside the package.
enum Shared {
    static func folder(_ name: String) -> String? {
        let path = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
            .appendingPathComponent("../../../shared/conformance/\(name)").standardizedFileURL.path
        for candidate in [path, "../shared/conformance/\(name)"] where FileManager.default.fileExists(atPath: candidate)
        {
            return candidate
        }
        return nil
    }

    static func models(in folder: String) throws -> [String] {
        try FileManager.default.contentsOfDirectory(atPath: folder).sorted()
            .map { "\(folder)/\($0)/model.onnx" }.filter { FileManager.default.fileExists(atPath: $0) }
    }
}

@Test("every model of the conformance data reads into a graph", arguments: ["onnx-node", "onnx-models"])
func conformanceModels(set: String) throws {
    guard let folder = Shared.folder(set) else {
        print("skipped: ../shared/conformance/\(set) is absent")
        return
    }
    let models = try Shared.models(in: folder)
    #expect(!models.isEmpty)
    for path in models {
        #expect(throws: Never.self, "\(path)") {
            var graph = try ONNXReader.read(path: path)
            _ = try graph.inferTypes()
        }
    }
    print("\(models.count) models of \(set) read")
}

@Test(
    "every model of the conformance data that is written and read again is written as the same bytes",
    arguments: [
        "onnx-node", "onnx-models",
    ])
func writtenConformanceModels(set: String) throws {
    guard let folder = Shared.folder(set) else {
        print("skipped: ../shared/conformance/\(set) is absent")
        return
    }
    for path in try Shared.models(in: folder) {
        #expect(throws: Never.self, "\(path)") {
            let bytes = try written(try ONNXReader.read(path: path))
            #expect(try written(try read(bytes)) == bytes, "\(path)")
        }
    }
}
