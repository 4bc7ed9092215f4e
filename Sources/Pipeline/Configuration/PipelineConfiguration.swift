// A pipeline as its file describes it; docs/pipelines.md tells of every key, docs/pipeline.schema.json is for editors.
import JSON
import Link
import Tensors
import Vision

/// Sources, a model, what is made of its findings, and where results go.
public struct PipelineConfiguration: Sendable {
    /// The file's path.
    public let path: String
    public var sources: [SourceConfiguration]
    public var model: ModelConfiguration
    /// `nil`: pictures are looked at as a whole.
    public var tiles: TileConfiguration?
    /// `nil`: detections stay without ids.
    public var tracker: TrackerConfiguration?
    public var rules: [RuleConfiguration]
    public var sinks: [SinkConfiguration]
    /// The folder where links keep what nobody has acknowledged; `nil` where there is no link.
    public var spool: String?
    /// Where the autopilot of the vehicle is that carries the cameras; `nil`: nothing that tells of itself carries them.
    public var vehicle: PortPlace?
    /// A log that is played in its place.
    public var flight: FlightConfiguration?
    /// Whether a way out tells pictures of what is followed.
    var hasPictures: Bool {
        sinks.contains { if case .link(let link) = $0 { link.hasPictures } else { false } }
    }
    /// `nil`: nobody judges parts.
    public var inspection: InspectionConfiguration?
    /// Where figures are served; `nil`: nowhere.
    public var metrics: ListenAddress?

    /// Reads the file at `path`; relative paths in it start from its folder.
    ///
    /// - Throws: `PipelineError.configuration` with line and key, `.file` when it cannot be read.
    public static func read(path: String) throws(PipelineError) -> PipelineConfiguration {
        let file: MappedFile
        do throws(TensorError) {
            file = try MappedFile(path: path)
        } catch {
            throw .file(path: path, reason: error.reason)
        }
        return try read(file.bytes, path: path)
    }

    /// The same from bytes that came from the file at `path`.
    public static func read(_ bytes: UnsafeRawBufferPointer, path: String) throws(PipelineError)
        -> PipelineConfiguration
    {
        do throws(JSONError) {
            let document = try JSONReader.read(bytes, source: path, limits: .configuration)
            return try PipelineConfiguration(try JSONFields(document, source: path), path: path)
        } catch {
            throw .configuration(error)
        }
    }

    private init(_ fields: JSONFields, path: String) throws(JSONError) {
        self.path = path
        let folder = ConfigurationFolder(ofFile: path)
        // For editors, which find the schema by it.
        _ = try fields.string("$schema")
        sources = try Self.sources(fields, folder)
        guard let model = try fields.object("model") else { throw fields.missing("model") }
        self.model = try ModelConfiguration(model, folder)
        tiles = try fields.object("tiles").map { block throws(JSONError) in try TileConfiguration(block) }
        if tiles?.refresh != nil, let mover = sources.first(where: \.moves) {
            throw fields.failure(
                "tiles", "cannot leave tiles out (\"refresh\"): all of what source \"\(mover.name)\" shows changes")
        }
        tracker = try fields.object("tracker").map { block throws(JSONError) in try TrackerConfiguration(block) }
        rules = []
        for block in try fields.objects("rules") ?? [] {
            let rule = try RuleConfiguration(block, of: sources)
            guard !rules.contains(where: { $0.name == rule.name }) else {
                throw block.failure("name", "\"\(rule.name)\" stands twice")
            }
            rules.append(rule)
        }
        guard rules.isEmpty || tracker != nil else {
            throw fields.failure("rules", "are about objects that are followed; add \"tracker\": {}")
        }
        inspection = nil
        if let block = try fields.object("inspection") {
            let inspection = try InspectionConfiguration(block, folder, sources: sources)
            let source = inspection.source
            guard sources.contains(where: { $0.name == source && $0.frames == .every }) else {
                throw fields.failure(
                    "inspection", "needs \"frames\": \"every\" of source \"\(source)\": no part may be left out")
            }
            self.inspection = inspection
        }
        sinks = []
        for block in try fields.objects("sinks") ?? [] { sinks.append(try SinkConfiguration(block, folder)) }
        spool = try folder.path(fields, "spool")
        flight = try FlightConfiguration(fields, folder)
        vehicle = flight == nil ? try fields.vehicle(folder) : nil
        guard spool != nil || (vehicle == nil && !sinks.contains(where: { $0.outletName != nil })) else {
            throw fields.missing("spool", "is missing: the folder where what was not acknowledged is kept")
        }
        try checkGeolocation(fields)
        metrics = try fields.object("metrics").map { block throws(JSONError) in try ListenAddress(block) }
        try fields.finish()
    }

    /// Cameras on one engine at most: each is a thread and holds pictures.
    private static let mostSources = 64

    private static func sources(_ fields: JSONFields, _ folder: ConfigurationFolder) throws(JSONError)
        -> [SourceConfiguration]
    {
        guard let blocks = try fields.objects("sources") else { throw fields.missing("sources") }
        guard !blocks.isEmpty else { throw fields.failure("sources", "is empty") }
        guard blocks.count <= mostSources else {
            throw fields.failure("sources", "are \(blocks.count); \(mostSources) at most")
        }
        var sources: [SourceConfiguration] = []
        for (index, block) in blocks.enumerated() {
            let source = try SourceConfiguration(block, folder, place: index)
            guard !sources.contains(where: { $0.name == source.name }) else {
                throw block.failure("name", "\"\(source.name)\" stands twice")
            }
            sources.append(source)
        }
        return sources
    }
}
