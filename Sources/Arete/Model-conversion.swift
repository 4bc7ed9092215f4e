// A model in another format.
import Engine
import Graphs
import ONNXFormat
import Tensors

extension Model {
    /// Writes the network as an ONNX file at `path`, which is there whole or stays as it was.
    ///
    /// - Parameters:
    ///   - shapes: as in `executable`. Without them what an ONNX file leaves open stays open; of a TFLite file nothing does.
    ///   - producerVersion: what the file names as the version of its producer.
    /// - Throws: `ModelError` naming the operator that has no form in ONNX, or the reason why the file cannot be written.
    public func writeONNX(
        to path: String, shapes: [String: Shape] = [:], producerVersion: String
    ) throws(ModelError) {
        do {
            var graph = graph
            if !shapes.isEmpty || graph.convention == .tflite { try graph.fixInputShapes(shapes) }
            // Shapes that a TFLite file computes are known now, as the operators that become others need them.
            if graph.convention == .tflite { try graph.foldConstants() }
            try ONNXWriter.write(graph, to: path, version: producerVersion)
        } catch let error as ModelError {
            throw error
        } catch {
            throw ModelError(path: self.path, reason: "\(error)")
        }
    }
}
