// Detections and flights for other programs.
import Database

/// What is written, and how.
public struct StationExport: Hashable, Sendable {
    public enum Content: String, CaseIterable, Sendable { case detections, flights }

    /// As their files end.
    public enum Format: String, CaseIterable, Sendable {
        /// RFC 7946.
        case geojson
        /// OGC KML 2.2.
        case kml
        /// GPX 1.1.
        case gpx
        /// RFC 4180, with a head.
        case csv

        public var mediaType: String {
            switch self {
            case .geojson: "application/geo+json"
            case .kml: "application/vnd.google-earth.kml+xml"
            case .gpx: "application/gpx+xml"
            case .csv: "text/csv; charset=utf-8"
            }
        }
    }

    public let content: Content
    public let format: Format

    /// `detections.kml` and the like; `nil` for what is none.
    public init?(fileName: String) {
        let parts = fileName.split(separator: ".", omittingEmptySubsequences: false).map(String.init)
        guard parts.count == 2, let content = Content(rawValue: parts[0]), let format = Format(rawValue: parts[1])
        else { return nil }
        (self.content, self.format) = (content, format)
    }

    public var fileName: String { "\(content.rawValue).\(format.rawValue)" }
}

extension StationBoard {
    /// A document in UTF-8. Complexity: O(rows).
    ///
    /// - Parameter verdict: of the detections that are wanted; `nil`: all.
    public func document(
        _ export: StationExport, verdict: StationVerdict? = nil
    ) throws(DatabaseError) -> String {
        switch export.content {
        case .detections:
            let detections = try detections(verdict)
            switch export.format {
            case .geojson: return GeoJSONDocument.text(detections)
            case .kml: return KMLDocument.text(detections)
            case .gpx: return GPXDocument.text(detections)
            case .csv: return CSVDocument.text(detections)
            }
        case .flights:
            let flights = try flights()
            switch export.format {
            case .geojson: return GeoJSONDocument.text(flights)
            case .kml: return KMLDocument.text(flights)
            case .gpx: return GPXDocument.text(flights)
            case .csv: return CSVDocument.text(flights)
            }
        }
    }
}
