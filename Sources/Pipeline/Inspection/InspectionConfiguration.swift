// The inspection of parts as a pipeline's file describes it.
import Codes
import JSON
import Signals

/// Parts pass by, each gets a verdict, and bad ones are thrown out.
public struct InspectionConfiguration: Sendable {
    public enum Trigger: Sendable {
        /// Each frame shows a part.
        case frame
        /// A light barrier: the first frame taken `delay` nanoseconds after the edge, or later, shows the part.
        case gpio(GPIORequest, GPIOInput.Edge, delay: UInt64)
        /// A part that comes into an empty view is looked at when it covers most of it; `area` is the least share that is no noise.
        case motion(area: Double)
    }

    public enum Serial: Sendable {
        case counter(prefix: String)
        /// What stands in a file, which another program writes, when the verdict is given.
        case file(path: String)
        /// The code on the part's picture that begins so.
        ///
        /// `format`: the only kind that is looked for; `nil`: QR and bar codes.
        case code(prefix: String, format: CodeFormat?)
    }

    public var source: String
    public var trigger: Trigger
    /// What makes a part bad.
    public var defects: [DefectRule]
    /// What makes a part bad if it is not there.
    public var requirements: [RequirementRule]
    public var serial: Serial
    public var reject: RejectConfiguration?
    public var images: ImageKeeping?
    /// A record of each part, as JSON lines; `nil`: none.
    public var audit: String?

    /// Whether more is done with the pictures of parts than to judge them.
    var needsPictures: Bool {
        if case .code = serial { true } else { images != nil }
    }

    private enum TriggerName: String, CaseIterable { case frame, gpio, motion }
    private enum SerialName: String, CaseIterable { case counter, file, code }

    init(_ fields: JSONFields, _ folder: ConfigurationFolder, sources: [SourceConfiguration]) throws(JSONError) {
        let source = try fields.string("source") ?? sources[0].name
        self.source = source
        guard sources.count == 1 || fields.value("source") != nil else { throw fields.missing("source") }
        guard sources.contains(where: { $0.name == source }) else {
            throw fields.unknown("source", source, among: sources.map(\.name))
        }
        trigger = try Self.trigger(fields)
        defects = []
        let inspected = sources.filter { $0.name == source }
        for block in try fields.objects("defects") ?? [] { defects.append(try DefectRule(block, of: inspected)) }
        requirements = []
        for block in try fields.objects("required") ?? [] {
            requirements.append(try RequirementRule(block, of: inspected))
        }
        guard !defects.isEmpty || !requirements.isEmpty else {
            throw fields.failure("defects", "and \"required\" are empty: no part would ever be bad")
        }
        serial = try Self.serial(fields, folder)
        reject = try fields.object("reject").map { block throws(JSONError) in try RejectConfiguration(block) }
        images = try fields.object("images").map { block throws(JSONError) in try ImageKeeping(block, folder) }
        audit = try folder.path(fields, "audit")
        try fields.finish()
    }

    private static func trigger(_ fields: JSONFields) throws(JSONError) -> Trigger {
        guard let block = try fields.object("trigger") else { return .frame }
        guard let name: TriggerName = try block.choice("type") else {
            throw block.missing("type", "is missing: frame, gpio or motion")
        }
        let trigger: Trigger
        switch name {
        case .frame: trigger = .frame
        case .gpio:
            let edge: GPIOInput.Edge = try block.choice("edge") ?? .rising
            let delay = try block.number("delay_ms", in: 0...60_000) ?? 0
            trigger = .gpio(try GPIORequest(block), edge, delay: UInt64(delay * 1e6))
        case .motion: trigger = .motion(area: try block.number("area", in: 0.001...1) ?? 0.05)
        }
        try block.finish()
        return trigger
    }

    private static func serial(_ fields: JSONFields, _ folder: ConfigurationFolder) throws(JSONError) -> Serial {
        guard let block = try fields.object("serial") else { return .counter(prefix: "") }
        guard let name: SerialName = try block.choice("type") else {
            throw block.missing("type", "is missing: counter, file or code")
        }
        let serial: Serial
        switch name {
        case .counter: serial = .counter(prefix: try block.string("prefix") ?? "")
        case .file:
            guard let path = try folder.path(block, "path") else { throw block.missing("path") }
            serial = .file(path: path)
        case .code: serial = .code(prefix: try block.string("prefix") ?? "", format: try block.choice("format"))
        }
        try block.finish()
        return serial
    }
}

/// A kind of finding that makes a part bad.
public struct DefectRule: Sendable {
    /// The reason that is told.
    public var name: String
    /// Empty: all.
    public var labels: [String]
    public var leastScore: Float
    /// Findings of other sizes are no defects; `nil`: of any size.
    public var size: SizeLimits?
    /// So many findings are needed.
    public var leastCount: Int

    init(_ fields: JSONFields, of sources: [SourceConfiguration]) throws(JSONError) {
        name = try RuleConfiguration.name(fields)
        labels = try fields.strings("labels") ?? []
        leastScore = Float(try fields.number("min_score", in: 0...1) ?? 0)
        size = try SizeLimits.read(fields, of: sources)
        leastCount = try fields.integer("min_count", in: 1...100_000) ?? 1
        try fields.finish()
    }
}

/// What a good part has.
public struct RequirementRule: Sendable {
    /// The reason that is told where it is not so.
    public var name: String
    public var label: String
    public var leastScore: Float
    /// What each must have; `nil`: any size.
    public var size: SizeLimits?
    public var count: ClosedRange<Int>

    init(_ fields: JSONFields, of sources: [SourceConfiguration]) throws(JSONError) {
        name = try RuleConfiguration.name(fields)
        guard let label = try fields.string("label") else { throw fields.missing("label") }
        self.label = label
        leastScore = Float(try fields.number("min_score", in: 0...1) ?? 0)
        size = try SizeLimits.read(fields, of: sources)
        let least = try fields.integer("min_count", in: 0...100_000) ?? 1
        let most = try fields.integer("max_count", in: 0...100_000) ?? .max
        guard least <= most else { throw fields.failure("max_count", "is \(most), less than \"min_count\"") }
        count = least...most
        try fields.finish()
    }
}

/// How bad parts are thrown out.
public struct RejectConfiguration: Sendable {
    public enum Output: Sendable {
        case gpio(GPIORequest)
        case modbus(ModbusRequest)
    }

    public var output: Output
    /// Milliseconds that the output is active.
    public var pulse: Int
    /// Milliseconds from the trigger until the output is active, where the part is then; `nil`: at once.
    public var at: Int?
    /// Milliseconds from the trigger within which the output must be active; later is an alarm.
    public var deadline: Int

    /// Milliseconds that another machine may take to answer. Setting a coil waits for two answers at most: what is left is for the part.
    var patience: Int { min(max(deadline / 4, 10), 1000) }

    private enum OutputName: String, CaseIterable { case gpio, modbus }
    /// Milliseconds by which an output is late, even if all is well.
    private static let usualLateness = 20

    init(_ fields: JSONFields) throws(JSONError) {
        guard let name: OutputName = try fields.choice("type") else {
            throw fields.missing("type", "is missing: gpio or modbus")
        }
        switch name {
        case .gpio: output = .gpio(try GPIORequest(fields))
        case .modbus: output = .modbus(try ModbusRequest(fields))
        }
        pulse = try fields.integer("pulse_ms", in: 1...60_000) ?? 50
        at = try fields.integer("at_ms", in: 0...600_000)
        deadline = try fields.integer("deadline_ms", in: 1...600_000) ?? at.map { $0 + Self.usualLateness } ?? 1000
        guard at ?? 0 <= deadline else { throw fields.failure("deadline_ms", "is before \"at_ms\"") }
        try fields.finish()
    }
}

/// Which parts' pictures are kept.
public struct ImageKeeping: Sendable {
    public enum What: String, CaseIterable, Sendable { case rejects, all }

    public var folder: String
    public var what: What
    /// The oldest pictures make way when all together have more bytes.
    public var mostBytes: Int

    init(_ fields: JSONFields, _ folder: ConfigurationFolder) throws(JSONError) {
        guard let path = try folder.path(fields, "folder") else { throw fields.missing("folder") }
        self.folder = path
        what = try fields.choice("what") ?? .rejects
        guard let megabytes = try fields.integer("max_megabytes", in: 1...100_000_000) else {
            throw fields.missing("max_megabytes", "is missing: how much of the disk pictures may fill")
        }
        mostBytes = megabytes * 1_000_000
        try fields.finish()
    }
}

extension GPIORequest {
    /// The keys of a line, whatever it is for.
    fileprivate init(_ fields: JSONFields) throws(JSONError) {
        guard let chip = try fields.string("chip") else {
            throw fields.missing("chip", "is missing, such as /dev/gpiochip0")
        }
        guard let line = try fields.integer("line", in: 0...100_000) else { throw fields.missing("line") }
        self.init(chip: chip, line: line, isActiveLow: try fields.bool("active_low") ?? false)
        bias = try fields.choice("bias")
        debounce = Int((try fields.number("debounce_ms", in: 0...10_000) ?? 0) * 1000)
    }
}

extension ModbusRequest {
    fileprivate init(_ fields: JSONFields) throws(JSONError) {
        guard let host = try fields.string("host") else { throw fields.missing("host") }
        guard let coil = try fields.integer("coil", in: 0...65535) else { throw fields.missing("coil") }
        self.init(host: host, coil: coil)
        port = try fields.integer("port", in: 1...65535) ?? port
        unit = try fields.integer("unit", in: 0...255) ?? unit
        guard unit < 248 || unit == 255 else { throw fields.failure("unit", "is \(unit): 248 to 254 mean nothing") }
    }
}
