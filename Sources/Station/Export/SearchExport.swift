// Searched ground for other programs.

/// How searched ground is written: as polygons, which way points and spreadsheets have none of.
enum SearchExport: String, CaseIterable, Sendable {
    case geojson
    case kml

    private var format: StationExport.Format {
        switch self {
        case .geojson: .geojson
        case .kml: .kml
        }
    }

    var mediaType: String { format.mediaType }
    var fileName: String { "area.\(rawValue)" }

    /// A document in UTF-8. Complexity: O(corners).
    func document(_ searched: SearchedBands) -> String {
        switch self {
        case .geojson: GeoJSONDocument.text(searched)
        case .kml: KMLDocument.text(searched)
        }
    }
}
