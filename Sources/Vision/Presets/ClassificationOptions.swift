import JSON

/// How a classifier's output is read, as far as somebody has said so.
public struct ClassificationOptions: Hashable, Sendable {
    public enum Scores: String, CaseIterable, Sendable {
        /// Numbers that softmax makes shares of.
        case logits
        /// Shares already.
        case probabilities
        /// Told by the output: shares where it is quantized to 0...1, or where all numbers lie there and add up to 1.
        case auto
    }

    public var scores: Scores?
    /// The place of the output, where a model has several.
    public var output: Int?
    /// Classes reported for an image.
    public var top: Int?

    public init(scores: Scores? = nil, output: Int? = nil, top: Int? = nil) {
        self.scores = scores
        self.output = output
        self.top = top
    }

    /// Reads the `classes` block of a preset.
    init(_ fields: JSONFields) throws(JSONError) {
        scores = try fields.choice("scores")
        output = try fields.integer("output", in: 0...1000)
        top = try fields.integer("top", in: 1...100_000)
        try fields.finish()
    }
}
