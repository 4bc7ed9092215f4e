/// Why an ONNX file cannot be used: worded for the person who has the file.
public struct ONNXError: Error, Hashable, Sendable, CustomStringConvertible {
    public let description: String

    public init(_ description: String) { self.description = description }

    /// What is wrong at byte `offset` of the file.
    init(offset: Int, _ reason: String) { description = "byte \(offset): \(reason)" }
}
