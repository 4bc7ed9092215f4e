// Events in version 1 of the TAK protocol (takmessage.proto, cotevent.proto and detail.proto of ATAK).

extension CoTEvent {
    /// A datagram for everybody in a network: `BF 01 BF` and a TakMessage.
    public var meshPacket: [UInt8] { [0xbf, 1, 0xbf] + takMessage }

    /// For a stream to a server that has agreed to version 1: `BF`, the size as a varint, and a TakMessage.
    public var streamPacket: [UInt8] {
        let message = takMessage
        var size = ProtobufWriter()
        size.varint(UInt64(message.count))
        return [0xbf] + size.bytes + message
    }

    private var takMessage: [UInt8] {
        var event = ProtobufWriter()
        event.text(1, type.rawValue)
        event.text(5, uid)
        event.number(6, UInt64(max(time, 0)))
        event.number(7, UInt64(max(start, 0)))
        event.number(8, UInt64(max(stale, 0)))
        event.text(9, how.rawValue)
        event.double(10, point.latitude)
        event.double(11, point.longitude)
        event.double(12, point.height ?? CoTPoint.unknown)
        event.double(13, point.circularError ?? CoTPoint.unknown)
        event.double(14, point.linearError ?? CoTPoint.unknown)
        event.message(15, detailMessage)
        var message = ProtobufWriter()
        message.message(2, event.bytes)
        return message.bytes
    }

    private var detailMessage: [UInt8] {
        var detail = ProtobufWriter()
        var rest = untypedDetail
        var trackMessage: [UInt8]?
        if let track {
            if let speed = track.speed, let course = track.course {
                var fields = ProtobufWriter()
                fields.double(1, speed)
                fields.double(2, course)
                trackMessage = fields.bytes
            } else {
                // Zero would be a speed or course too.
                rest.insert(track.element, at: 0)
            }
        }
        detail.text(1, rest.map(\.xml).joined())
        if let contact {
            var fields = ProtobufWriter()
            fields.text(1, contact.endpoint)
            fields.text(2, contact.callsign)
            detail.message(2, fields.bytes)
        }
        if let trackMessage { detail.message(7, trackMessage) }
        return detail.bytes
    }

    /// Reads a datagram of somebody in the network, in either form.
    ///
    /// - Throws: `TAKError.event` for what is no event.
    public init(datagram bytes: [UInt8]) throws(TAKError) {
        guard bytes.first == 0xbf else {
            try self.init(xml: bytes)
            return
        }
        guard bytes.count >= 3, bytes[1] == 1, bytes[2] == 0xbf else {
            throw .event("the datagram is not of version 1 of the TAK protocol")
        }
        try self.init(takMessage: bytes[3...])
    }

    /// Reads a TakMessage, without what stands before it.
    init(takMessage bytes: ArraySlice<UInt8>) throws(TAKError) {
        var reader = ProtobufReader(bytes)
        var event: ArraySlice<UInt8>?
        while let (field, value) = try reader.next() {
            if field == 2, case .bytes(let found) = value { event = found }
        }
        guard let event else { throw .event("the TAK message holds no event") }
        try self.init(cotEvent: event)
    }

    private init(cotEvent bytes: ArraySlice<UInt8>) throws(TAKError) {
        var reader = ProtobufReader(bytes)
        var (type, uid, how) = ("", "", "")
        var (times, place) = ([UInt64](repeating: 0, count: 3), [Double](repeating: 0, count: 5))
        var detail: ArraySlice<UInt8> = []
        while let (field, value) = try reader.next() {
            switch field {
            case 1: type = value.text
            case 5: uid = value.text
            case 6, 7, 8: times[Int(field) - 6] = value.number
            case 9: how = value.text
            case 10...14: place[Int(field) - 10] = value.double
            case 15: detail = value.bytes
            default: break
            }
        }
        guard !uid.isEmpty, !type.isEmpty else { throw .event("the event has no uid or no type") }
        guard
            let point = CoTPoint(
                latitude: place[0], longitude: place[1], height: place[2], circularError: place[3],
                linearError: place[4])
        else { throw .event("the event is nowhere") }
        let told = times.map { Int(clamping: $0) }
        self.init(
            uid: uid, type: CoTType(rawValue: type), how: How(rawValue: how), time: told[0], start: told[1],
            stale: told[2], point: point)
        try take(detail: detail)
    }

    private mutating func take(detail bytes: ArraySlice<UInt8>) throws(TAKError) {
        var reader = ProtobufReader(bytes)
        while let (field, value) = try reader.next() {
            switch field {
            case 1: for element in try XMLReader.fragment(Array(value.bytes)) { take(element) }
            case 2: take(try Self.element("contact", ["endpoint", "callsign"], value.bytes))
            case 3: take(try Self.element("__group", ["name", "role"], value.bytes))
            case 4: take(try Self.element("precisionlocation", ["geopointsrc", "altsrc"], value.bytes))
            case 5: take(try Self.element("status", ["battery"], value.bytes))
            case 6: take(try Self.element("takv", ["device", "platform", "os", "version"], value.bytes))
            case 7:
                var (fields, track) = (ProtobufReader(value.bytes), Track(speed: 0, course: 0))
                while let (field, value) = try fields.next() {
                    if field == 1, value.double.isFinite { track.speed = value.double }
                    if field == 2, value.double.isFinite { track.course = value.double }
                }
                self.track = track
            default: break
            }
        }
    }

    /// The XML element of which a message is the other form.
    private static func element(
        _ name: String, _ attributes: [String], _ bytes: ArraySlice<UInt8>
    ) throws(TAKError) -> XMLElement {
        var (reader, element) = (ProtobufReader(bytes), XMLElement(name))
        while let (field, value) = try reader.next() {
            guard field >= 1, field <= attributes.count else { continue }
            let attribute = attributes[Int(field) - 1]
            guard element[attribute] == nil else { continue }
            if case .number(let number) = value {
                element.attributes.append(.init(attribute, "\(number)"))
            } else {
                element.attributes.append(.init(attribute, value.text))
            }
        }
        return element
    }
}
