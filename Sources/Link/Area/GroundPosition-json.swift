// Positions for people and other programs.
import JSON

extension GroundPosition {
    /// Degrees and metres; heights above mean sea level, unless nobody said what they count from.
    public var json: JSONValue { JSONValue(.object(members)) }

    /// With a word about what makes it doubtful; `nil`: nothing does.
    public func json(warning: String?) -> JSONValue {
        let more = warning.map { [JSONMember("warning", JSONValue($0))] } ?? []
        return JSONValue(.object(members + more))
    }

    private var members: [JSONMember] {
        func metres(_ value: Double?) -> JSONValue { value.map { rounded($0, 10) } ?? JSONValue(.null) }
        var members = [
            JSONMember("latitude", rounded(place.latitude, 1e7)),
            JSONMember("longitude", rounded(place.longitude, 1e7)),
            JSONMember("height", metres(height(above: .meanSeaLevel))),
        ]
        if datum != nil { members.append(JSONMember("ellipsoid_height", metres(height(above: .ellipsoid)))) }
        members.append(JSONMember("error", metres(error)))
        if let ellipse { members.append(JSONMember("ellipse", ellipse.json)) }
        if !doubts.isEmpty { members.append(JSONMember("doubts", JSONValue(doubts.names.map { JSONValue($0) }))) }
        return members
    }
}

extension ErrorEllipse {
    public var json: JSONValue {
        ["major": rounded(major, 10), "minor": rounded(minor, 10), "bearing": rounded(bearing, 10)]
    }
}

private func rounded(_ value: Double, _ steps: Double) -> JSONValue {
    let scaled = (value * steps).rounded() / steps
    return scaled.isFinite ? JSONValue(scaled) : JSONValue(.null)
}
