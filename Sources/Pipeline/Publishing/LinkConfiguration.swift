// A thin link as a pipeline's file describes it.
import JSON
import Link

/// Where packets of the link format go, and what the link can carry.
public struct LinkConfiguration: Sendable {
    public var name: String
    public var place: PortPlace
    /// The path of the pairing's file.
    public var pairing: String
    public var profile: LinkProfile
    /// `nil`: no places are told.
    public var area: Area?
    /// Whether pictures of tracks and scenes are told.
    public var hasPictures: Bool
    /// Milliseconds from one scene of a camera to its next; `nil`: they are told when they are asked for.
    public var sceneEvery: Int?

    init(_ fields: JSONFields, _ folder: ConfigurationFolder) throws(JSONError) {
        name = try fields.outletName() ?? "link"
        place = try fields.portPlace("to", PortPlace.Carrier.allCases, folder, forms: PortPlace.forms)
        guard let path = try folder.path(fields, "pairing") else {
            throw fields.missing("pairing", "is missing: the file that 'arete link pair' made")
        }
        pairing = path
        let carrier = place.carrier
        let packet =
            try fields.integer("packet", in: 11...carrier.mostPacketBytes) ?? carrier.usualPacketBytes
        profile = LinkProfile(
            name: name, packetBytes: packet,
            carrierBytes: try fields.integer("carrier", in: 0...200) ?? place.headerBytes(of: packet),
            bytesPerSecond: try fields.number("rate", in: 1...1e8) ?? 1000,
            hasWayBack: try fields.bool("way_back") ?? true)
        if let refusal = profile.refusal { throw fields.failure("packet", refusal) }
        profile.duty = try fields.object("duty_cycle").map { block throws(JSONError) in try DutyCycle(block) }
        hasPictures = try fields.bool("pictures") ?? true
        let seconds = try fields.integer("scene_every", in: 0...86_400) ?? Self.usualSceneSeconds
        sceneEvery = seconds == 0 ? nil : seconds * 1000
        area = nil
        if let block = try fields.object("area") {
            guard let latitude = try block.number("latitude", in: -90...90),
                let longitude = try block.number("longitude", in: -180...180),
                let area = Area(
                    origin: EarthPlace(latitude: latitude, longitude: longitude),
                    base: try block.integer("base", in: -500...9000) ?? 0)
            else { throw fields.failure("area", "needs \"latitude\" and \"longitude\" off the poles") }
            try block.finish()
            self.area = area
        }
    }

    private static let usualSceneSeconds = 600
}

extension DutyCycle {
    fileprivate init(_ block: JSONFields) throws(JSONError) {
        guard let share = try block.number("share", in: 0.0001...1) else { throw block.missing("share") }
        guard let byteMilliseconds = try block.number("byte_ms", in: 0...10_000) else { throw block.missing("byte_ms") }
        self.init(
            share: share, packetMilliseconds: try block.number("packet_ms", in: 0...60_000) ?? 0,
            byteMilliseconds: byteMilliseconds)
        try block.finish()
    }
}
