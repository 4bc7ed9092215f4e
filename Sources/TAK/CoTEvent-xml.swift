// Events as XML.
import Times

extension CoTEvent {
    /// As it goes to a server, or to others as a datagram: one document.
    public var xml: String {
        var text = "<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?>"
        element.write(to: &text)
        return text
    }

    var element: XMLElement {
        XMLElement(
            "event",
            [
                .init("version", "2.0"), .init("uid", uid), .init("type", type.rawValue), .init("how", how.rawValue),
                .init("time", UTC.text(milliseconds: time)), .init("start", UTC.text(milliseconds: start)),
                .init("stale", UTC.text(milliseconds: stale)),
            ], [point.element, XMLElement("detail", [], detail)])
    }

    private var detail: [XMLElement] {
        var elements: [XMLElement] = []
        if let contact { elements.append(contact.element) }
        if let track { elements.append(track.element) }
        return elements + untypedDetail
    }

    /// What the protobuf form has no fields for.
    var untypedDetail: [XMLElement] {
        var elements: [XMLElement] = []
        if let remarks { elements.append(XMLElement("remarks", text: remarks)) }
        elements += links.map(\.element)
        if let sensor { elements.append(sensor.element) }
        if let image { elements.append(image.element) }
        return elements + others
    }

    /// Reads a document.
    ///
    /// - Throws: `TAKError.event` for what is no event.
    public init(xml bytes: some Collection<UInt8>) throws(TAKError) {
        try self.init(XMLReader.read(bytes))
    }

    init(_ element: XMLElement) throws(TAKError) {
        guard element.name == "event" else { throw .event("<\(element.name.prefix(40))> is no event") }
        guard let uid = element["uid"], let type = element["type"] else {
            throw .event("the event has no uid or no type")
        }
        func time(_ name: String) -> Int? { element[name].flatMap { UTC.milliseconds(of: $0) } }
        guard let told = time("time"), let start = time("start"), let stale = time("stale") else {
            throw .event("the event's time, start or stale is missing or no time")
        }
        guard let point = element.child("point").flatMap(CoTPoint.init) else { throw .event("the event is nowhere") }
        self.init(
            uid: uid, type: CoTType(rawValue: type), how: How(rawValue: element["how"] ?? ""), time: told, start: start,
            stale: stale, point: point)
        for child in element.child("detail")?.children ?? [] { take(child) }
    }

    /// Takes an element of a detail: what does not hold what it must stays with the others, as it is.
    mutating func take(_ element: XMLElement) {
        switch element.name {
        case "contact" where contact == nil && element["callsign"] != nil:
            contact = Contact(callsign: element["callsign"] ?? "", endpoint: element["endpoint"])
        case "track" where track == nil:
            track = Track(speed: element.number("speed"), course: element.number("course"))
        case "remarks" where remarks == nil:
            remarks = element.text
        case "link" where element["uid"] != nil && element["relation"] != nil:
            links.append(
                Link(
                    uid: element["uid"] ?? "", type: element["type"].map { CoTType(rawValue: $0) },
                    relation: element["relation"] ?? ""))
        case "sensor" where sensor == nil:
            sensor = Sensor(element)
        case "image" where image == nil:
            guard let read = Image(element) else { fallthrough }
            image = read
        default:
            others.append(element)
        }
    }
}

/// A number with so many digits after the point as there are of use.
private func text(_ value: Double, digits: Double) -> String {
    let scaled = (value * digits).rounded()
    return scaled.isFinite ? "\(scaled / digits)" : "0"
}

private func centi(_ value: Double?) -> String? { value.flatMap { $0.isFinite ? text($0, digits: 100) : nil } }

extension CoTPoint {
    fileprivate var element: XMLElement {
        // 1e-7 degrees are a centimetre.
        XMLElement(
            "point",
            [
                .init("lat", text(latitude, digits: 1e7)), .init("lon", text(longitude, digits: 1e7)),
                .init("hae", centi(height) ?? "9999999"), .init("ce", centi(circularError) ?? "9999999"),
                .init("le", centi(linearError) ?? "9999999"),
            ])
    }

    fileprivate init?(_ element: XMLElement) {
        guard let latitude = element.number("lat"), let longitude = element.number("lon") else { return nil }
        self.init(
            latitude: latitude, longitude: longitude, height: element.number("hae"),
            circularError: element.number("ce"), linearError: element.number("le"))
    }
}

extension CoTEvent.Contact {
    fileprivate var element: XMLElement {
        XMLElement("contact", optional: [("callsign", callsign), ("endpoint", endpoint)])
    }
}

extension CoTEvent.Track {
    var element: XMLElement { XMLElement("track", optional: [("speed", centi(speed)), ("course", centi(course))]) }
}

extension CoTEvent.Link {
    fileprivate var element: XMLElement {
        XMLElement("link", optional: [("uid", uid), ("type", type?.rawValue), ("relation", relation)])
    }
}

extension CoTEvent.Sensor {
    fileprivate var element: XMLElement {
        XMLElement(
            "sensor",
            optional: [
                ("azimuth", centi(azimuth)), ("elevation", centi(elevation)), ("roll", centi(roll)),
                ("fov", centi(view)), ("vfov", centi(verticalView)), ("range", centi(range)), ("model", model),
            ])
    }

    fileprivate init(_ element: XMLElement) {
        self.init(
            azimuth: element.number("azimuth"), elevation: element.number("elevation"), roll: element.number("roll"),
            view: element.number("fov"), verticalView: element.number("vfov"), range: element.number("range"),
            model: element["model"])
    }
}

extension CoTEvent.Image {
    fileprivate var element: XMLElement {
        XMLElement(
            "image",
            optional: [
                ("mime", mediaType), ("size", "\(bytes.count)"), ("width", width.map(String.init)),
                ("height", height.map(String.init)),
            ], text: Base64.text(bytes))
    }

    fileprivate init?(_ element: XMLElement) {
        guard let bytes = Base64.bytes(element.text) else { return nil }
        self.init(
            bytes: bytes, mediaType: element["mime"] ?? "", width: element["width"].flatMap { Int($0) },
            height: element["height"].flatMap { Int($0) })
    }
}
