// A pipeline's model as its file describes it.
import JSON

/// The network that looks at all pictures, and how it runs.
public struct ModelConfiguration: Sendable {
    public var file: String
    /// `nil`: what lies beside the model.
    public var preset: String?
    /// A picture of the thing as it should be, for models that compare.
    public var reference: String?
    /// In place of the preset's.
    public var scoreThreshold: Double?
    public var overlapThreshold: Double?
    public var mostDetections: Int?
    /// Threads that share one run.
    public var threads: Int?
    public var isExact: Bool

    init(_ fields: JSONFields, _ folder: ConfigurationFolder) throws(JSONError) {
        guard let file = try folder.path(fields, "file") else { throw fields.missing("file") }
        self.file = file
        preset = try folder.path(fields, "preset")
        reference = try folder.path(fields, "reference")
        scoreThreshold = try fields.number("score_threshold", in: 0...1)
        overlapThreshold = try fields.number("iou_threshold", in: 0...1)
        mostDetections = try fields.integer("max_detections", in: 1...100_000)
        threads = try fields.integer("threads", in: 1...256)
        isExact = try fields.bool("exact") ?? false
        try fields.finish()
    }
}
