// Messages for stock ground stations, as a pipeline's file describes them.
import JSON
import Link

/// A vehicle's link.
public struct MAVLinkConfiguration: Sendable {
    public var name: String
    public var place: PortPlace

    init(_ fields: JSONFields, _ folder: ConfigurationFolder) throws(JSONError) {
        name = try fields.outletName() ?? "mavlink"
        place = try fields.portPlace("to", [.mavlink], folder, forms: Self.forms)
    }

    fileprivate static let forms = "mavlink:DEVICE:RATE or mavlink:udp:HOST:PORT"
}

extension JSONFields {
    /// The place of a vehicle's autopilot.
    func vehicle(_ folder: ConfigurationFolder) throws(JSONError) -> PortPlace? {
        guard try string("vehicle") != nil else { return nil }
        return try portPlace("vehicle", [.mavlink], folder, forms: MAVLinkConfiguration.forms)
    }
}
