// The door of this room: a path in, a graph out.
import Graphs
import Tensors

/// Reads ONNX models (protobuf), operator sets 7 and later.
///
/// Every byte is taken as hostile: what is wrong with a file is said in one `ONNXError`. Weights are mapped where their alignment
/// allows it; the file stays mapped while the graph or a tensor of it lives.
public enum ONNXReader {
    /// The graph of the model at `path`, with rounding by ONNX's convention.
    ///
    /// External data are looked for in the model's folder only.
    /// - Throws: `ONNXError`, or `TensorError` when the file cannot be opened.
    public static func read(path: String) throws -> Graph {
        try read(file: MappedFile(path: path))
    }

    /// The graph of a model in `file`; external data are looked for in the folder of the file's path only.
    /// - Throws: `ONNXError`.
    public static func read(file: MappedFile) throws -> Graph {
        let model = try MessageReader(bytes: file.bytes).model()
        let decoder = TensorDecoder(file: file, external: ExternalData(modelPath: file.path))
        return try GraphBuilder(model, decoder: decoder).build()
    }
}
