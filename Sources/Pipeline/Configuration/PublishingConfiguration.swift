// Sinks in a file of their own.
import JSON
import Link
import Tensors

/// Where recorded results are published: `{"spool": "DIR", "sinks": [...]}` and perhaps `"vehicle"`, as in a pipeline's file.
public struct PublishingConfiguration: Sendable {
    public let path: String
    public var sinks: [SinkConfiguration] = []
    public var spool: String
    /// What carries the cameras; `nil`: nothing that tells of itself.
    public var vehicle: PortPlace?

    /// Reads the file at `path`; relative paths in it start from its folder.
    ///
    /// - Throws: `PipelineError.configuration` with line and key, `.file` when it cannot be read.
    public init(path: String) throws(PipelineError) {
        let file: MappedFile
        do throws(TensorError) { file = try MappedFile(path: path) } catch {
            throw .file(path: path, reason: error.reason)
        }
        try self.init(file.bytes, path: path)
        try Publication.check(sinks, vehicle: vehicle, path: path)
    }

    /// The same from bytes that came from the file at `path`; what it names is not looked at.
    init(_ bytes: UnsafeRawBufferPointer, path: String) throws(PipelineError) {
        do throws(JSONError) {
            let document = try JSONReader.read(bytes, source: path, limits: .configuration)
            try self.init(try JSONFields(document, source: path), path: path)
        } catch {
            throw .configuration(error)
        }
    }

    private init(_ fields: JSONFields, path: String) throws(JSONError) {
        self.path = path
        let folder = ConfigurationFolder(ofFile: path)
        guard let spool = try folder.path(fields, "spool") else {
            throw fields.missing("spool", "is missing: the folder where what was not acknowledged is kept")
        }
        self.spool = spool
        vehicle = try fields.vehicle(folder)
        for block in try fields.objects("sinks") ?? [] {
            // Before anything else of it is asked for.
            guard try block.string("type") != "lines" else {
                throw block.failure("type", "must be link, mavlink, mqtt, tak or webhook: lines go to nobody")
            }
            sinks.append(try SinkConfiguration(block, folder))
        }
        guard !sinks.isEmpty else { throw fields.missing("sinks", "are missing") }
        try fields.finish()
    }
}
