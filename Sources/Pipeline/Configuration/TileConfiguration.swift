// Tiles as a pipeline's file describes them.
import JSON
import Vision

/// How large pictures are looked at part by part.
public struct TileConfiguration: Sendable {
    /// In pixels of the picture; `nil`: as large as the model's input.
    public var width: Int?
    public var height: Int?
    /// The share that neighbours have in common.
    public var overlap: Double
    /// Whether the whole picture is looked at too, for large objects.
    public var looksAtWhole: Bool
    /// Tiles in which nothing changes are looked at once in so many pictures; `nil`: all of them in each.
    public var refresh: Int?

    init(_ fields: JSONFields) throws(JSONError) {
        width = try fields.integer("width", in: 16...16384)
        height = try fields.integer("height", in: 16...16384)
        guard (width == nil) == (height == nil) else { throw fields.failure("width", "and \"height\" go together") }
        overlap = try fields.number("overlap", in: TileGrid.overlaps) ?? 0.2
        looksAtWhole = try fields.bool("whole") ?? false
        refresh = try fields.integer("refresh", in: 1...100_000)
        try fields.finish()
    }
}
