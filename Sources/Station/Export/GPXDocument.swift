// For hand-held receivers.
import TAK
import Times

/// GPX 1.1: detections are way points, flights tracks.
enum GPXDocument {
    static func text(_ detections: [ExportedDetection]) -> String {
        document(
            detections.map { detection in
                let error = detection.error.map { "error \($0.rounded(.up).digits) m" }
                let words = [error, detection.doubts.words].compactMap { $0 }
                return point("wpt", detection.latitude, detection.longitude, detection.height, detection.last)
                    .adding("name", "\(detection.label) \(detection.sender)/\(detection.number)")
                    .adding("desc", words.isEmpty ? nil : words.joined(separator: ", "))
            })
    }

    static func text(_ flights: [ExportedFlight]) -> String {
        document(
            flights.map { flight in
                let places = flight.places.map { point("trkpt", $0.latitude, $0.longitude, $0.height, $0.time) }
                return XMLElement(
                    "trk", [],
                    [
                        XMLElement("name", text: "\(flight.sender) \(flight.name ?? "camera \(flight.camera)")"),
                        XMLElement("trkseg", [], places),
                    ])
            })
    }

    private static func document(_ elements: [XMLElement]) -> String {
        let root = XMLElement(
            "gpx",
            [
                XMLElement.Attribute("version", "1.1"), XMLElement.Attribute("creator", "Arete"),
                XMLElement.Attribute("xmlns", "http://www.topografix.com/GPX/1/1"),
            ], elements)
        return "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n" + root.xml + "\n"
    }

    /// The elements of a point have an order.
    private static func point(
        _ name: String, _ latitude: Double, _ longitude: Double, _ height: Double?, _ time: Int?
    ) -> XMLElement {
        XMLElement(
            name, [XMLElement.Attribute("lat", "\(latitude)"), XMLElement.Attribute("lon", "\(longitude)")]
        )
        .adding("ele", height.map { "\($0)" }).adding("time", time.map { UTC.text(milliseconds: $0) })
    }
}

extension XMLElement {
    /// With another element behind the others, where there is text for it.
    fileprivate func adding(_ name: String, _ text: String?) -> XMLElement {
        guard let text else { return self }
        var element = self
        element.children.append(XMLElement(name, text: text))
        return element
    }
}
