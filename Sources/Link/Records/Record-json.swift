// Records for people and other programs.
import JSON

extension Record {
    /// What it says, with its kind; docs/link-format.md names the same members.
    public var json: JSONValue {
        let (kind, members) = told
        return JSONValue(.object([JSONMember("kind", JSONValue(kind))] + members))
    }

    private var told: (kind: String, members: [JSONMember]) {
        switch self {
        case .update(let record): ("update", record.members)
        case .track(let record): ("track", record.members)
        case .short(let record): ("short", record.members)
        case .context(let record): ("context", record.members)
        case .clock(let record):
            (
                "clock",
                [
                    .init("epochs_back", record.epochsBack), .init("began_ms", record.began),
                    .init("doubt_ms", record.doubt),
                ]
            )
        case .earlier(let record):
            (
                "earlier",
                [
                    .init("epochs_back", record.epochsBack), .init("seconds", record.seconds),
                    .init("track_base", record.trackBase),
                ]
            )
        case .gone(let record): ("gone", record.members)
        case .ellipse(let record): ("ellipse", record.members)
        case .motion(let record): ("motion", record.members)
        case .event(let record): ("event", record.members)
        case .part(let record): ("part", record.members)
        case .pose(let record): ("pose", record.members)
        case .health(let record): ("health", record.members)
        case .tally(let record): ("tally", [.init("packets", record.packets)])
        case .text(let record): ("text", [JSONMember("text", JSONValue(record.text))])
        case .chip(let record): ("chip", record.members)
        case .object(let record): ("object", record.members)
        case .piece(let record): ("piece", record.members)
        case .receipt(let record): ("receipt", record.members)
        case .request(let record): ("request", record.members)
        case .verdict(let record):
            ("verdict", [.init("track", record.track), JSONMember("verdict", JSONValue("\(record.verdict)"))])
        }
    }
}

extension JSONMember {
    fileprivate init(_ key: String, _ value: Int) { self.init(key, JSONValue(value)) }
    fileprivate init(_ key: String, _ value: Double) { self.init(key, JSONValue(value)) }
    /// `null` where it is not told.
    fileprivate init(_ key: String, _ value: Int?) { self.init(key, value.map { JSONValue($0) } ?? JSONValue(.null)) }
    fileprivate init(_ key: String, _ value: Double?) {
        self.init(key, value.map { JSONValue($0) } ?? JSONValue(.null))
    }
    fileprivate init(bytes: [UInt8]) { self.init("bytes", JSONValue(bytes.hexadecimal)) }
}

extension TrackTag { fileprivate var member: JSONMember { JSONMember("track", low) } }

extension Age { fileprivate var member: JSONMember { JSONMember("age", isOld ? nil : seconds) } }

extension Confidence { fileprivate var member: JSONMember { JSONMember("confidence", probability) } }

extension ErrorClass { fileprivate var member: JSONMember { JSONMember("error", metres) } }

extension GridPlace {
    fileprivate var members: [JSONMember] { [JSONMember("east", east), JSONMember("north", north)] }
}

extension GridHeight { fileprivate var member: JSONMember { JSONMember("height", metres) } }

extension PictureBox {
    fileprivate var member: JSONMember {
        let members = [
            JSONMember("x", middle.x), JSONMember("y", middle.y), JSONMember("width", width),
            JSONMember("height", height),
        ]
        return JSONMember("box", JSONValue(.object(members)))
    }
}

extension Area {
    fileprivate var member: JSONMember {
        let members = [
            JSONMember("latitude", origin.latitude), JSONMember("longitude", origin.longitude),
            JSONMember("base", base), JSONMember("datum", JSONValue("\(datum)")),
        ]
        return JSONMember("area", JSONValue(.object(members)))
    }
}

extension UpdateRecord {
    fileprivate var members: [JSONMember] {
        [
            track.member, age.member, JSONMember("low_east", place.east), JSONMember("low_north", place.north),
            confidence.member, error.member,
        ]
    }
}

extension TrackRecord {
    fileprivate var members: [JSONMember] {
        var members = [track.member, JSONMember("class", objectClass), confidence.member, age.member]
        if let position {
            let told = position.place.members + [position.height.member, position.error.member]
            members.append(JSONMember("position", JSONValue(.object(told))))
        }
        return members + [box.member]
    }
}

extension ShortRecord {
    fileprivate var members: [JSONMember] {
        [track.member, JSONMember("class", objectClass), confidence.member, age.member, error.member] + place.members
    }
}

extension ContextRecord {
    fileprivate var members: [JSONMember] {
        var members = [JSONMember("number", number), JSONMember("camera", camera)]
        if let area { members.append(area.member) }
        return members + [
            JSONMember("names", Int(names)), JSONMember("model", Int(model)),
            JSONMember("newest_track", newestTrack),
        ]
    }
}

extension GoneRecord {
    fileprivate var members: [JSONMember] {
        [track.member, JSONMember("reason", JSONValue("\(reason)")), age.member]
    }
}

extension EllipseRecord {
    fileprivate var members: [JSONMember] {
        let doubts = doubts.names.map { JSONValue($0) }
        let ellipse = [
            track.member, JSONMember("major", major), JSONMember("minor", minor), JSONMember("bearing", bearing),
        ]
        return ellipse + (doubts.isEmpty ? [] : [JSONMember("doubts", JSONValue(doubts))])
    }
}

extension MotionRecord {
    fileprivate var members: [JSONMember] {
        [track.member, JSONMember("speed", speed), JSONMember("course", course)]
    }
}

extension EventRecord {
    fileprivate var members: [JSONMember] {
        [JSONMember("number", number), JSONMember("rule", rule), track.member, age.member]
    }
}

extension PartRecord {
    fileprivate var members: [JSONMember] {
        [
            JSONMember("number", number), JSONMember("good", JSONValue(isGood)),
            JSONMember("inspected", JSONValue(wasInspected)), JSONMember("reason", reason), age.member,
        ]
    }
}

extension PoseRecord {
    fileprivate var members: [JSONMember] {
        [age.member] + place.members + [
            height.member, JSONMember("yaw", yaw), JSONMember("pitch", pitch), JSONMember("view", view),
        ]
    }
}

extension CameraFaults {
    private static let names: [(CameraFaults, String)] = [
        (.dark, "dark"), (.overexposed, "overexposed"), (.blurred, "blurred"), (.frozen, "frozen"),
        (.covered, "covered"), (.moved, "moved"), (.lost, "lost"), (.behind, "behind"),
    ]

    /// In the order of their bits.
    public var names: [String] { Self.names.filter { contains($0.0) }.map(\.1) }
}

extension HealthRecord {
    fileprivate var members: [JSONMember] {
        [
            JSONMember("camera", camera), JSONMember("faults", JSONValue(faults.names.map { JSONValue($0) })),
            JSONMember("rate", rate), JSONMember("waiting", waiting), JSONMember("free", free),
            JSONMember("temperature", temperature), JSONMember("battery", battery),
        ]
    }
}

extension ChipRecord {
    fileprivate var members: [JSONMember] {
        [track.member, JSONMember("width", width), JSONMember("height", height), JSONMember(bytes: bytes)]
    }
}

extension ObjectRecord {
    fileprivate var members: [JSONMember] {
        [
            JSONMember("number", number), JSONMember("of", JSONValue("\(kind)")), JSONMember("level", level),
            track.member,
            JSONMember("size", size), JSONMember("pieces", pieces), JSONMember("width", width),
            JSONMember("height", height), JSONMember("check", check),
        ]
    }
}

extension PieceRecord {
    fileprivate var members: [JSONMember] {
        [JSONMember("object", object), JSONMember("index", index), JSONMember(bytes: bytes)]
    }
}

extension ReceiptRecord {
    fileprivate var members: [JSONMember] {
        [
            JSONMember("epoch", epoch), JSONMember("held", held.isOld ? nil : held.seconds),
            JSONMember("counters", JSONValue(counters.map { JSONValue($0) })),
        ]
    }
}

extension RequestRecord {
    fileprivate var members: [JSONMember] {
        func want(_ what: String, _ more: JSONMember...) -> [JSONMember] {
            [JSONMember("want", JSONValue(what))] + more
        }
        return switch self {
        case .track(let number): want("track", JSONMember("track", number))
        case .chip(let number, let level):
            want("chip", JSONMember("track", number), JSONMember("level", level))
        case .scene(let camera): want("scene", JSONMember("camera", camera))
        case .names: want("names")
        case .contexts: want("contexts")
        case .enough(let object): want("enough", JSONMember("object", object))
        case .object(let object): want("object", JSONMember("object", object))
        }
    }
}
