/// Why a graph cannot be used: worded for the person who has the model file.
public struct GraphError: Error, Hashable, Sendable, CustomStringConvertible {
    public let description: String

    public init(_ description: String) { self.description = description }
    public init(_ origin: Node.Origin, _ reason: String) { description = "\(origin): \(reason)" }
}
