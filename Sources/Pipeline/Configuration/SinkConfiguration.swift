// A sink as a pipeline's file describes it.
import JSON
import Link

/// Where results go.
public enum SinkConfiguration: Sendable {
    /// JSON lines into a file, or to standard output.
    case lines(LinesConfiguration)
    /// Packets of the link format, over a thin link.
    case link(LinkConfiguration)
    /// MAVLink messages that ground stations show.
    case mavlink(MAVLinkConfiguration)
    /// JSON to an MQTT broker.
    case mqtt(BrokerConfiguration)
    /// Cursor-on-Target events for people with TAK.
    case tak(TAKConfiguration)
    /// Events, each posted to a server.
    case webhook(WebhookConfiguration)

    /// Whether its lines go to standard output.
    public var writesToStandardOutput: Bool {
        switch self {
        case .lines(let lines): lines.path == nil
        case .link, .mavlink, .mqtt, .tak, .webhook: false
        }
    }

    /// What those are called that read the store, which `Publishers` opens; `nil` for others.
    var outletName: String? {
        switch self {
        case .lines: nil
        case .link(let link): link.name
        case .mavlink(let mavlink): mavlink.name
        case .mqtt(let broker): broker.name
        case .tak(let tak): tak.name
        case .webhook(let hook): hook.name
        }
    }

    /// The line or place in the network that packets of its own go to; `nil` for others.
    var portPlace: PortPlace? {
        switch self {
        case .link(let link): link.place
        case .mavlink(let mavlink): mavlink.place
        case .lines, .mqtt, .tak, .webhook: nil
        }
    }

    /// The MAVLink line that it needs; `nil` for others.
    var mavlinkPlace: PortPlace? { portPlace?.carrier == .mavlink ? portPlace : nil }

    private enum Kind: String, CaseIterable { case lines, link, mavlink, mqtt, tak, webhook }

    init(_ fields: JSONFields, _ folder: ConfigurationFolder) throws(JSONError) {
        guard let kind: Kind = try fields.choice("type") else {
            throw fields.missing("type", "is missing: lines, link, mavlink, mqtt, tak or webhook")
        }
        switch kind {
        case .lines: self = .lines(try LinesConfiguration(fields, folder))
        case .link: self = .link(try LinkConfiguration(fields, folder))
        case .mavlink: self = .mavlink(try MAVLinkConfiguration(fields, folder))
        case .mqtt: self = .mqtt(try BrokerConfiguration(fields, folder))
        case .tak: self = .tak(try TAKConfiguration(fields, folder))
        case .webhook: self = .webhook(try WebhookConfiguration(fields, folder))
        }
        try fields.finish()
    }
}

/// How results are written as JSON lines.
public struct LinesConfiguration: Sendable {
    public enum What: String, CaseIterable, Sendable {
        /// A line for each frame, and one for each event.
        case all
        /// Frames on which something was found, and events.
        case found
        case events
    }

    /// The name of a sink without a file.
    public static let standardOutput = "standard output"

    /// `nil`: standard output.
    public var path: String?
    public var what: What
    /// Whether lines tell how long each stage took: then two runs never write the same.
    public var hasTimes: Bool
    /// Bytes from which a file becomes `FILE.1` in place of the one before, and a new one is begun.
    public var mostBytes: Int?

    init(_ fields: JSONFields, _ folder: ConfigurationFolder) throws(JSONError) {
        guard let word = try fields.string("file") else {
            throw fields.missing("file", "is missing: a path, or - for standard output")
        }
        path = word == "-" ? nil : try folder.path(fields, "file")
        what = try fields.choice("what") ?? .all
        hasTimes = try fields.bool("times") ?? false
        mostBytes = try fields.integer("max_megabytes", in: 1...1_000_000).map { $0 * 1_000_000 }
        guard path != nil || mostBytes == nil else { throw fields.failure("max_megabytes", "is for files") }
    }
}
