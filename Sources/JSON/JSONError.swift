/// What is wrong with a document, and where: `preset.json line 7: "iou_threshold" must be a number, not a string`.
public struct JSONError: Error, Hashable, Sendable {
    /// The document's name, usually its path.
    public let source: String
    public let position: JSONPosition?
    public let reason: String

    public init(source: String, position: JSONPosition?, reason: String) {
        self.source = source
        self.position = position
        self.reason = reason
    }
}

extension JSONError: CustomStringConvertible {
    public var description: String {
        // Keys and values of the document stand in reasons.
        guard let position else { return "\(source): \(reason.onOneLine)" }
        return "\(source) line \(position.line): \(reason.onOneLine)"
    }
}
