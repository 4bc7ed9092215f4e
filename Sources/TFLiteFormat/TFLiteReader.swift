import Graphs
import Tensors

/// Reads .tflite files.
public enum TFLiteReader {
    /// The main subgraph of the file at `path`. Complexity: O(size of the flatbuffer without its weights, which stay in the file).
    /// - Throws: `TFLiteError` when the file cannot be opened, contradicts itself, or needs what is not supported.
    public static func read(path: String) throws(TFLiteError) -> Graph {
        let file: MappedFile
        do throws(TensorError) {
            file = try MappedFile(path: path)
        } catch {
            if case .file(_, let reason) = error { throw TFLiteError(reason) }
            throw TFLiteError("\(error)")
        }
        return try read(file: file)
    }

    /// The main subgraph of `file`, on whose memory the graph's constants lie.
    public static func read(file: MappedFile) throws(TFLiteError) -> Graph {
        try GraphBuilder(file).graph
    }
}
