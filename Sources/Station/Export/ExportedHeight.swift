// Heights as maps count them.
import Link

enum ExportedHeight {
    /// Metres above mean sea level of a table's rows; what counts from the ellipsoid is tens of metres beside that, and has none here.
    static func sql(_ table: String) -> String {
        "CASE WHEN \(table).datum = \(Area.Datum.ellipsoid.rawValue) THEN NULL ELSE \(table).height END"
    }
}
