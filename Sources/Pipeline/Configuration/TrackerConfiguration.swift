// A pipeline's tracker as its file describes it.
import JSON
import Vision

/// How objects are followed; what is `nil` follows from the model's threshold or is the tracker's own.
public struct TrackerConfiguration: Sendable {
    public var sure: Float?
    public var doubtful: Float?
    public var confirmations: Int?
    public var memory: Double?
    public var overlap: Float?

    init(_ fields: JSONFields) throws(JSONError) {
        sure = try fields.number("sure_score", in: 0...1).map { Float($0) }
        doubtful = try fields.number("doubtful_score", in: 0...1).map { Float($0) }
        confirmations = try fields.integer("confirmations", in: 1...1000)
        memory = try fields.number("memory", in: 0...3600)
        overlap = try fields.number("overlap", in: 0...1).map { Float($0) }
        try fields.finish()
    }

    /// The tracker's options where the model reports detections from `threshold` on.
    func options(threshold: Float) -> TrackerOptions {
        var options = TrackerOptions()
        options.sure = sure ?? threshold
        options.doubtful = min(doubtful ?? options.doubtful, options.sure)
        options.confirmations = confirmations ?? options.confirmations
        options.memory = memory ?? options.memory
        options.overlap = overlap ?? options.overlap
        return options
    }
}
