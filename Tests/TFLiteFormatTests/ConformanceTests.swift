// Trained models, where `../shared/conformance/models` is beside the package.
import Foundation
import Graphs
import TFLiteFormat
import Tensors
import Testing

private let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent().deletingLastPathComponent().appendingPathComponent("shared/conformance/models")

/// Paths of the trained models; empty where they are absent.
let trainedModels: [String] = {
    let names = (try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? []
    return names.sorted().flatMap { name in
        ["model.tflite", "model.published.tflite"].map {
            folder.appendingPathComponent(name).appendingPathComponent($0).path
        }
    }.filter { FileManager.default.fileExists(atPath: $0) }
}()

/// One line of a model's `trace_ref.csv`: an operator's output in the reference run.
private struct TraceLine: Hashable {
    var operatorIndex: Int
    var operatorName: String
    var tensor: Int
    var element: String
    var shape: String

    /// The lines of the file beside the model at `path`.
    static func lines(ofModel path: String) throws -> [TraceLine] {
        let file = URL(fileURLWithPath: path).deletingLastPathComponent().appendingPathComponent("case0/trace_ref.csv")
        return try String(contentsOf: file, encoding: .utf8).split(separator: "\n").dropFirst().compactMap { line in
            let fields = line.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
            guard fields.count >= 6, let index = Int(fields[0]), let tensor = Int(fields[3]) else { return nil }
            return TraceLine(
                operatorIndex: index, operatorName: fields[1], tensor: tensor, element: fields[4], shape: fields[5])
        }
    }
}

@Suite("Trained models")
struct ConformanceTests {
    @Test(
        "inference gives every tensor of the trained models its type in the reference run and its declared quantization"
    )
    func inferredTypes() throws {
        if trainedModels.isEmpty { return print("skipped: ../shared/conformance/models is not there") }
        for path in trainedModels {
            var graph = try TFLiteReader.read(path: path)
            let declared = graph
            let unknown = try graph.inferTypes()
            #expect(unknown.isEmpty, "\(path): \(unknown.map { graph.nodes[$0.node].origin })")
            var found: [Int: TraceLine] = [:]
            for node in graph.nodes {
                for id in node.outputs {
                    guard let tensor = graph[id].fileIndex, let type = graph[id].type else { continue }
                    let shape = type.shape.rank == 0 ? "" : type.shape.description
                    found[tensor] = TraceLine(
                        operatorIndex: node.origin.index, operatorName: node.origin.operatorName, tensor: tensor,
                        element: type.element.description, shape: shape)
                    #expect(type.quantization == declared[id].quantization, "\(path): tensor \(tensor)")
                }
            }
            for line in try TraceLine.lines(ofModel: path) {
                #expect(found[line.tensor] == line, "\(path): tensor \(line.tensor)")
            }
        }
    }

    @Test("the weights of trained models stay in the file, but for the few that two old files do not align")
    func mappedWeights() throws {
        if trainedModels.isEmpty { return print("skipped: ../shared/conformance/models is not there") }
        for path in trainedModels {
            let file = try MappedFile(path: path)
            let graph = try TFLiteReader.read(file: file)
            let constants = graph.values.compactMap(\.constant)
            let start = try #require(file.bytes.baseAddress)
            let copied = constants.filter { !(start..<start + file.bytes.count).contains($0.baseAddress) }
            #expect(copied.allSatisfy { $0.element.byteCount > 1 }, "\(path)")
            let copiedBytes: Int = copied.map(\.byteCount).reduce(0, +)
            let allBytes: Int = constants.map(\.byteCount).reduce(0, +)
            #expect(copiedBytes * 10 < allBytes, "\(path)")
        }
    }
}
