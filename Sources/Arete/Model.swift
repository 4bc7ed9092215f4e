import Engine
import Graphs
import ONNXFormat
import TFLiteFormat
import Tensors

public typealias Options = Engine.Options
public typealias Arithmetic = Engine.Arithmetic
public typealias InstructionSet = Engine.InstructionSet
public typealias WeightCache = Engine.WeightCache
public typealias Session = Engine.Session
public typealias Tensor = Tensors.Tensor
public typealias TensorType = Tensors.TensorType
public typealias ElementType = Tensors.ElementType
public typealias Shape = Tensors.Shape
public typealias Quantization = Tensors.Quantization

/// A neural network from a TFLite or ONNX file.
///
///     let model = try Model(path: "model.tflite")
///     let session = try model.session(options: Options(threads: 2))
///     try session.setInput(0, to: image)
///     try session.run()
///     let scores = try session.output(0).floats
public struct Model: Sendable {
    public let path: String
    /// The network as the file describes it.
    public let graph: Graph
    private let file: MappedFile

    /// Reads the file at `path`; its content tells the format. Weights stay in the mapped file.
    /// - Throws: `ModelError` with one line that says what is wrong with the file.
    public init(path: String) throws(ModelError) {
        self.path = path
        do {
            file = try MappedFile(path: path)
            let isTFLite = file.bytes.count >= 8 && file.bytes[4..<8].elementsEqual("TFL3".utf8)
            graph = try isTFLite ? TFLiteReader.read(file: file) : ONNXReader.read(file: file)
        } catch TensorError.file(_, let reason) {
            throw ModelError(path: path, reason: reason)
        } catch {
            throw ModelError(path: path, reason: "\(error)")
        }
    }

    /// The graph prepared for inputs of given shapes.
    ///
    /// - Parameter shapes: by input name; inputs that are left out take the shape of the file. A first dimension that the
    ///   file leaves open becomes 1 (one image), every other one must be given.
    /// - Throws: `ModelError` when shapes do not fit or an operator cannot be computed.
    public func executable(options: Options = Options(), shapes: [String: Shape] = [:]) throws(ModelError) -> Executable
    {
        var graph = graph
        do throws(GraphError) {
            try graph.setInputShapes(shapes)
            return try Executable(graph, options: options, file: file)
        } catch {
            throw ModelError(path: path, reason: error.description)
        }
    }

    /// A session for inputs of given shapes; see `executable`.
    public func session(options: Options = Options(), shapes: [String: Shape] = [:]) throws(ModelError) -> Session {
        let executable = try executable(options: options, shapes: shapes)
        do throws(RunError) { return try Session(executable) } catch {
            throw ModelError(path: path, reason: error.description)
        }
    }
}

/// Why a model cannot be used, with the file's path: one line for the person who runs it.
public struct ModelError: Error, Sendable, CustomStringConvertible {
    public let path: String
    public let reason: String

    public init(path: String, reason: String) {
        self.path = path
        self.reason = reason
    }

    public var description: String { "\(path): \(reason)" }
}
