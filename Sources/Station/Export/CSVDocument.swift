// For spreadsheets.
import TAK
import Times

/// RFC 4180, a row each, with a head.
enum CSVDocument {
    static func text(_ detections: [ExportedDetection]) -> String {
        let head = [
            "id", "sender", "label", "confidence", "latitude", "longitude", "height_m", "error_m", "major_m", "minor_m",
            "bearing_deg", "doubts", "first", "last", "verdict", "gone",
        ]
        return lines(
            [head]
                + detections.map { detection in
                    [
                        detection.id, detection.sender, detection.label, number(detection.confidence),
                        "\(detection.latitude)", "\(detection.longitude)", number(detection.height),
                        number(detection.error), number(detection.ellipse?.major), number(detection.ellipse?.minor),
                        number(detection.ellipse?.bearing), detection.doubts.names.joined(separator: " "),
                        time(detection.first), time(detection.last), detection.verdict.rawValue, "\(detection.isGone)",
                    ]
                })
    }

    static func text(_ flights: [ExportedFlight]) -> String {
        let head = ["sender", "camera", "time", "latitude", "longitude", "height_m", "yaw_deg", "pitch_deg"]
        let rows = flights.flatMap { flight in
            flight.places.map { place in
                [
                    flight.sender, flight.name ?? "\(flight.camera)", time(place.time), "\(place.latitude)",
                    "\(place.longitude)", number(place.height), "\(place.yaw)", "\(place.pitch)",
                ]
            }
        }
        return lines([head] + rows)
    }

    private static func number(_ value: Double?) -> String { value.map { "\($0)" } ?? "" }
    private static func time(_ value: Int?) -> String { value.map { UTC.text(milliseconds: $0) } ?? "" }

    private static func lines(_ rows: [[String]]) -> String {
        rows.map { $0.map(field).joined(separator: ",") + "\r\n" }.joined()
    }

    /// By code points: a comma with an accent behind it is still a comma to who reads the document. Control characters
    /// are left out as in documents of XML.
    private static func field(_ text: String) -> String {
        let plain = String(String.UnicodeScalarView(text.unicodeScalars.filter(XMLElement.isWritable)))
        let safe = isFormula(plain) ? "'" + plain : plain
        guard safe.unicodeScalars.contains(where: { ",\"\n".unicodeScalars.contains($0) }) else { return safe }
        var quoted = "\""
        for scalar in safe.unicodeScalars {
            if scalar == "\"" { quoted += "\"" }
            quoted.unicodeScalars.append(scalar)
        }
        return quoted + "\""
    }

    /// Whether spreadsheets may run a text; numbers of this document do not come from others. Some programs look behind
    /// what is blank or not seen, and some, in eastern Asia, take wide signs for narrow ones.
    private static func isFormula(_ text: String) -> Bool {
        guard let begin = text.unicodeScalars.first else { return false }
        if begin == "\t" || begin == "\n" { return true }
        let first = text.unicodeScalars.first { scalar in
            let isSpace = scalar.properties.isWhitespace || scalar.properties.isDefaultIgnorableCodePoint
            return !isSpace && scalar.properties.generalCategory != .format
        }
        guard let first else { return false }
        if first == "-", first == begin { return Double(text) == nil }
        return "=+-@|\u{ff1d}\u{ff0b}\u{ff0d}\u{ff20}\u{ff5c}".unicodeScalars.contains(first)
    }
}
