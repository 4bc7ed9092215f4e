// Messages for stock ground stations, as a pipeline's file describes them.
import JSON
import Link

/// A vehicle's link.
public struct MAVLinkConfiguration: Sendable {
    public var name: String
    public var place: PortPlace

    init(_ fields: JSONFields) throws(JSONError) {
        name = try fields.outletName() ?? "mavlink"
        place = try fields.portPlace("to", [.mavlink], forms: "mavlink:DEVICE:RATE or mavlink:udp:HOST:PORT")
    }
}
