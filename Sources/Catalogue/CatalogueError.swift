// What is wrong with a catalogue or its models.

public struct CatalogueError: Error, CustomStringConvertible, Sendable {
    public let description: String

    init(_ description: String) { self.description = description }
}
