// The door out of this room: a graph in, a file out.
import Graphs
import Tensors

/// Writes graphs as ONNX models (protobuf): standard operators wherever they have the meaning, version 17 of the operator set
/// or the first later one that has all that the graph needs.
///
/// The same graph gives the same bytes. Names of inputs, outputs, nodes and values stay; values that share a name, or have none,
/// get one. What no output depends on is left out.
public enum ONNXWriter {
    /// What files name as their producer.
    public static let producer = "arete"

    /// Most bytes of a file: the format of messages knows no more.
    static let mostBytes = Int(Int32.max)

    /// The file's bytes.
    ///
    /// - Parameter version: of the program, for the file's producer version.
    /// - Throws: `ONNXError` naming the operator that has no form in ONNX; `GraphError` for a graph whose types contradict each other.
    public static func bytes(_ graph: Graph, version: String) throws -> [UInt8] {
        let message = try message(graph, version)
        var bytes: [UInt8] = []
        bytes.reserveCapacity(message.count)
        message.forEachPart { bytes += $0 }
        return bytes
    }

    /// Writes the file at `path`, which is there whole or stays as it was. Tensors are not copied in memory.
    /// - Throws: as `bytes`, and `ONNXError` when the file cannot be written.
    public static func write(_ graph: Graph, to path: String, version: String) throws {
        let message = try message(graph, version)
        do throws(AtomicFileError) {
            try AtomicFile.write(to: path) { try message.forEachPart($0) }
        } catch {
            throw ONNXError("\(path) cannot be written: \(error)")
        }
    }

    /// The graph in ONNX's vocabulary, as it would be written: images with their channels first, activations by themselves, quantized
    /// operators as real ones between conversions. A graph that came from ONNX stays as it is.
    ///
    /// - Throws: `GraphError` for types that contradict each other, `ONNXError` naming an operator whose shapes are not known.
    public static func standardForm(_ graph: Graph) throws -> Graph { try StandardForm.graph(graph) }

    private static func message(_ graph: Graph, _ version: String) throws -> WireWriter {
        let message = try GraphWriter(try StandardForm.graph(graph)).model(producer: producer, version: version).message
        guard message.count <= mostBytes else {
            throw ONNXError(
                "the model would take \(message.count) bytes, an ONNX file holds at most \(mostBytes): leave out "
                    + "weights, or store them in fewer bits")
        }
        return message
    }
}
