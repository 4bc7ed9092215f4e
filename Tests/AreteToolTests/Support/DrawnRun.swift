// Runs that no camera saw.
import Peers

extension TestFolder {
    /// A person for so many seconds, seen five times a second, with an alert each second.
    ///
    /// - Parameter position: as JSON; `nil`: nobody knows where it is.
    func write(_ name: String, personForSeconds seconds: Int, at position: String? = nil) throws {
        let lines = (0..<seconds * 5).flatMap { index -> [String] in
            let head = #""source": "c", "time": \#(Double(index) / 5), "width": 640, "height": 480"#
            let track =
                #"{"id": 1, "class": 1, "label": "person", "score": 0.9, "#
                + #""box": {"x": 64, "y": 48, "width": 64, "height": 96}"#
                + (position.map { ", \"position\": \($0)" } ?? "") + "}"
            let event = "{\(head), \"event\": \"zone\", \"track\": {\"id\": 1}}"
            return ["{\(head), \"tracks\": [\(track)]}"] + (index % 5 == 0 ? [event] : [])
        }
        try write(name, lines.joined(separator: "\n") + "\n")
    }
}
