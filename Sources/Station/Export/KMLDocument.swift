// For globes.
import TAK
import Times

/// OGC KML 2.2: heights above mean sea level.
enum KMLDocument {
    static func text(_ detections: [ExportedDetection]) -> String {
        document(
            detections.map { detection in
                let percent = detection.confidence.map { "\(($0 * 100).rounded().digits) %" }
                let error = detection.error.map { "error \($0.rounded(.up).digits) m" }
                let verdict = detection.verdict == .none ? nil : detection.verdict.rawValue
                let words = [percent, error, detection.doubts.words, verdict].compactMap { $0 }.joined(separator: ", ")
                let point = XMLElement(
                    "Point", [],
                    mode(detection.height)
                        + [
                            XMLElement(
                                "coordinates",
                                text: place(detection.longitude, detection.latitude, detection.height))
                        ])
                return XMLElement(
                    "Placemark", [],
                    [
                        XMLElement("name", text: "\(detection.label) \(detection.sender)/\(detection.number)"),
                        XMLElement("description", text: words),
                    ] + span(detection.first, detection.last) + [point])
            })
    }

    static func text(_ flights: [ExportedFlight]) -> String {
        document(
            flights.filter { $0.places.count > 1 }.map { flight in
                let places = flight.places.map { place($0.longitude, $0.latitude, $0.height) }
                let line = XMLElement(
                    "LineString", [],
                    mode(flight.places.first?.height)
                        + [XMLElement("coordinates", text: places.joined(separator: " "))])
                let times = flight.places.compactMap(\.time)
                return XMLElement(
                    "Placemark", [],
                    [XMLElement("name", text: "\(flight.sender) \(flight.name ?? "camera \(flight.camera)")")]
                        + span(times.first, times.last) + [line])
            })
    }

    /// A placemark for each band, in the colours of the page's map.
    static func text(_ searched: SearchedBands) -> String {
        document(
            searched.bands.map { band in
                let colour = BandColour(band)
                let style = XMLElement(
                    "Style", [],
                    [
                        XMLElement(
                            "LineStyle", [],
                            [XMLElement("color", text: colour.kml(1)), XMLElement("width", text: "1")]),
                        XMLElement("PolyStyle", [], [XMLElement("color", text: colour.kml(colour.opacity))]),
                    ])
                let data = searched.figures(band).map { name, value in
                    XMLElement("Data", [XMLElement.Attribute("name", name)], [XMLElement("value", text: "\(value)")])
                }
                return XMLElement(
                    "Placemark", [],
                    [
                        XMLElement("name", text: band.title), style, XMLElement("ExtendedData", [], data),
                        XMLElement("MultiGeometry", [], band.patches.map { polygon(searched, $0) }),
                    ])
            })
    }

    private static func polygon(_ searched: SearchedBands, _ patch: GridPatch) -> XMLElement {
        func boundary(_ name: String, _ corners: [GridCorner]) -> XMLElement {
            let places = (corners + corners.prefix(1)).map { corner in
                let (longitude, latitude) = searched.place(corner)
                return place(longitude, latitude, nil)
            }
            let ring = XMLElement(
                "LinearRing", [], [XMLElement("coordinates", text: places.joined(separator: " "))])
            return XMLElement(name, [], [ring])
        }
        return XMLElement(
            "Polygon", [],
            [XMLElement("tessellate", text: "1"), boundary("outerBoundaryIs", patch.outline)]
                + patch.holes.map { boundary("innerBoundaryIs", $0) })
    }

    private static func document(_ placemarks: [XMLElement]) -> String {
        let document = XMLElement("Document", [], [XMLElement("name", text: "Arete")] + placemarks)
        let root = XMLElement("kml", [XMLElement.Attribute("xmlns", "http://www.opengis.net/kml/2.2")], [document])
        return "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n" + root.xml + "\n"
    }

    private static func place(_ longitude: Double, _ latitude: Double, _ height: Double?) -> String {
        "\(longitude),\(latitude)" + (height.map { ",\($0)" } ?? "")
    }

    private static func mode(_ height: Double?) -> [XMLElement] {
        height == nil ? [] : [XMLElement("altitudeMode", text: "absolute")]
    }

    private static func span(_ first: Int?, _ last: Int?) -> [XMLElement] {
        guard let first, let last else { return [] }
        let times = [("begin", first), ("end", max(first, last))].map { name, time in
            XMLElement(name, text: UTC.text(milliseconds: time))
        }
        return [XMLElement("TimeSpan", [], times)]
    }
}
