// Results of a pipeline as it wrote them, to be sent.
import JSON
import Link

/// A line that `arete run` wrote.
public struct RecordedResult: Sendable {
    /// Seconds of the source's clock; `nil` for what has no time.
    public var time: Double?
    public var source: String
    /// Objects that are followed; `nil` where the line is no result of a frame.
    public var tracks: [TrackSighting]?
    /// Of classes, by their number.
    public var labels: [Int: String] = [:]
    /// A rule that fits an object, by its name.
    public var rule: (name: String, track: Int)?
    /// An object that has left.
    public var left: Int?
    public var part: StoredPart?

    /// Reads a line. Members that a link cannot carry are passed over; a track may have a `position` (`latitude`, `longitude`, `height`,
    /// `error` in metres) whoever wrote it.
    ///
    /// - Throws: `JSONError` with line and key.
    public init(_ line: String, source name: String) throws(JSONError) {
        let fields = try JSONFields(try JSONReader.read(line, source: name), source: name)
        time = try fields.number("time", in: -1e12...1e12)
        source = try fields.string("source") ?? ""
        if let list = try fields.objects("tracks") {
            let width = try fields.number("width", in: 1...1e6) ?? 1
            let height = try fields.number("height", in: 1...1e6) ?? 1
            var read: [TrackSighting] = []
            for track in list {
                let sighting = try Self.sighting(track, width, height)
                if let label = try track.string("label") { labels[sighting.objectClass] = label }
                read.append(sighting)
            }
            tracks = read
        }
        if let event = try fields.string("event"), let track = try fields.object("track"),
            let id = try track.integer("id")
        {
            if event == "left" { left = id } else if event != "appeared" { rule = (event, id) }
        }
        if let number = try fields.integer("part"), let verdict = try fields.string("verdict") {
            part = StoredPart(
                number: number, serial: try fields.string("serial") ?? "", isGood: verdict == "pass",
                wasInspected: true, reasons: try fields.strings("reasons") ?? [])
        }
    }

    private static func sighting(
        _ track: JSONFields, _ width: Double, _ height: Double
    ) throws(JSONError) -> TrackSighting {
        guard let id = try track.integer("id", in: 0...Int.max / 2) else { throw track.missing("id") }
        guard let box = try track.object("box") else { throw track.missing("box") }
        func side(_ key: String) throws(JSONError) -> Double { try box.number(key, in: -1e6...1e6) ?? 0 }
        let (x, y) = (try side("x"), try side("y"))
        let (w, h) = (try side("width"), try side("height"))
        var position: GroundPosition?
        var remark = try track.string("no_position")
        if let told = try track.object("position"), let latitude = try told.number("latitude", in: -90...90),
            let longitude = try told.number("longitude", in: -180...180)
        {
            position = GroundPosition(
                place: EarthPlace(latitude: latitude, longitude: longitude),
                height: try told.number("height", in: -500...9000), error: try told.number("error", in: 0...1e6) ?? 100,
                ellipse: try ellipse(told), doubts: try doubts(told))
            if told.keys.contains("ellipsoid_height") {
                position?.datum = .meanSeaLevel
                let above = try told.number("ellipsoid_height", in: -700...9200)
                if let above, let height = position?.height { position?.geoidHeight = above - height }
            }
            remark = try told.string("warning")
        }
        return TrackSighting(
            id: id, objectClass: try track.integer("class", in: 0...1_000_000) ?? TrackRecord.otherClass,
            score: try track.number("score", in: 0...1),
            box: PictureBox(
                middleX: (x + w / 2) / width, middleY: (y + h / 2) / height, width: w / width, height: h / height),
            position: position, positionRemark: remark)
    }

    private static func doubts(_ position: JSONFields) throws(JSONError) -> PlaceDoubts {
        var doubts: PlaceDoubts = []
        for name in try position.strings("doubts") ?? [] {
            guard let doubt = PlaceDoubts(name: name) else {
                throw position.failure("doubts", "has \"\(name)\", which is no doubt that is known")
            }
            doubts.insert(doubt)
        }
        return doubts
    }

    private static func ellipse(_ position: JSONFields) throws(JSONError) -> ErrorEllipse? {
        guard let told = try position.object("ellipse"), let major = try told.number("major", in: 0...1e6),
            let minor = try told.number("minor", in: 0...1e6), let bearing = try told.number("bearing", in: -360...360)
        else { return nil }
        return ErrorEllipse(major: major, minor: minor, bearing: bearing)
    }
}
