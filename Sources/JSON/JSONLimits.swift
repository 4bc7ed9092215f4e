/// How much a document may ask of the machine that reads it.
public struct JSONLimits: Hashable, Sendable {
    /// Bytes of the document.
    public var bytes: Int
    /// Arrays and objects inside one another.
    public var depth: Int
    /// Values of any kind, each of which takes some tens of bytes in memory.
    public var values: Int

    public init(bytes: Int = 16 << 20, depth: Int = 64, values: Int = 1_000_000) {
        self.bytes = bytes
        self.depth = depth
        self.values = values
    }

    /// Enough for a configuration that a person writes.
    public static let configuration = JSONLimits(bytes: 1 << 20, depth: 32, values: 50_000)
}
