// For maps of web pages and GIS programs.
import JSON
import Times

/// RFC 7946: longitude and latitude of WGS 84; heights in metres above mean sea level, as the other exports have them.
enum GeoJSONDocument {
    static func text(_ detections: [ExportedDetection]) -> String {
        collection(
            detections.map { detection in
                let properties: JSONValue = [
                    "id": JSONValue(detection.id), "sender": JSONValue(detection.sender),
                    "label": JSONValue(detection.label), "confidence": .optional(detection.confidence),
                    "error_m": .optional(detection.error), "major_m": .optional(detection.ellipse?.major),
                    "minor_m": .optional(detection.ellipse?.minor),
                    "bearing_deg": .optional(detection.ellipse?.bearing),
                    "doubts": JSONValue(detection.doubts.names.map { JSONValue($0) }),
                    "first": time(detection.first), "last": time(detection.last),
                    "verdict": JSONValue(detection.verdict.rawValue),
                    "gone": JSONValue(detection.isGone),
                ]
                let place = position(detection.longitude, detection.latitude, detection.height)
                return feature("Point", place, properties)
            })
    }

    static func text(_ flights: [ExportedFlight]) -> String {
        // A line has two places at least.
        collection(
            flights.filter { $0.places.count > 1 }.map { flight in
                let places = flight.places.map { position($0.longitude, $0.latitude, $0.height) }
                let properties: JSONValue = [
                    "sender": JSONValue(flight.sender), "camera": JSONValue(flight.camera),
                    "name": .optional(flight.name), "times": JSONValue(flight.places.map { time($0.time) }),
                ]
                return feature("LineString", JSONValue(places), properties)
            })
    }

    /// A feature for each band, in the colours of the page's map: simplestyle-spec 1.1, which CalTopo follows, too.
    static func text(_ searched: SearchedBands) -> String {
        collection(
            searched.bands.map { band in
                let polygons = band.patches.map { patch in
                    JSONValue(([patch.outline] + patch.holes).map { ring(searched, $0) })
                }
                let colour = BandColour(band)
                let look = [
                    ("title", JSONValue(band.title)), ("fill", JSONValue(colour.web)),
                    ("fill-opacity", JSONValue(colour.opacity)), ("stroke", JSONValue(colour.web)),
                    ("stroke-width", 1),
                ]
                let members = look + searched.figures(band).map { ($0.name, JSONValue($0.value)) }
                let properties = JSONValue(.object(members.map { JSONMember($0, $1) }))
                return feature("MultiPolygon", JSONValue(polygons), properties)
            })
    }

    private static func ring(_ searched: SearchedBands, _ corners: [GridCorner]) -> JSONValue {
        JSONValue(
            (corners + corners.prefix(1)).map { corner in
                let place = searched.place(corner)
                return position(place.longitude, place.latitude, nil)
            })
    }

    private static func collection(_ features: [JSONValue]) -> String {
        let document: JSONValue = ["type": "FeatureCollection", "features": JSONValue(features)]
        return document.text + "\n"
    }

    private static func feature(_ kind: String, _ coordinates: JSONValue, _ properties: JSONValue) -> JSONValue {
        [
            "type": "Feature", "geometry": ["type": JSONValue(kind), "coordinates": coordinates],
            "properties": properties,
        ]
    }

    private static func position(_ longitude: Double, _ latitude: Double, _ height: Double?) -> JSONValue {
        JSONValue([JSONValue(longitude), JSONValue(latitude)] + (height.map { [JSONValue($0)] } ?? []))
    }

    private static func time(_ milliseconds: Int?) -> JSONValue {
        .optional(milliseconds.map { UTC.text(milliseconds: $0) })
    }
}
