// What a program says to its Meshtastic radio, and the radio to it.

/// What goes to the radio (meshtastic/protobufs, `ToRadio`).
enum ToRadio {
    case packet(MeshtasticPacket)
    /// Asks for its settings, after which it gives the packets that it hears; the number comes back at their end.
    case wantConfiguration(UInt32)
    case heartbeat

    private enum Field { static let (packet, wantConfiguration, heartbeat) = (1, 3, 7) }

    var bytes: [UInt8] {
        var writer = WireWriter()
        switch self {
        case .packet(let packet): writer.bytes(Field.packet, packet.bytes)
        case .wantConfiguration(let number): writer.number(Field.wantConfiguration, UInt64(number))
        case .heartbeat: writer.bytes(Field.heartbeat, [])
        }
        return writer.bytes
    }
}

/// What comes from the radio (meshtastic/protobufs, `FromRadio`), as far as it is of use here.
enum FromRadio: Equatable {
    case packet(MeshtasticPacket)
    /// The radio's own number.
    case node(UInt32)
    /// All settings were told.
    case configured(UInt32)
    case rebooted
    /// How many packets it can still take.
    case room(Int)
    /// Anything else.
    case other

    private enum Field { static let (packet, node, configured, rebooted, queue) = (2, 3, 7, 8, 11) }
    private enum NodeField { static let number = 1 }
    private enum QueueField { static let free = 2 }

    /// `nil` for bytes that are no such message.
    init?(_ bytes: [UInt8]) {
        var reader = WireReader(bytes[...])
        var found = FromRadio.other
        while let (field, value) = reader.next() {
            switch (Int(truncatingIfNeeded: field), value) {
            case (Field.packet, .bytes(let value)): found = MeshtasticPacket(value).map { .packet($0) } ?? .other
            case (Field.node, .bytes(let value)):
                found = .node(UInt32(truncatingIfNeeded: Self.number(NodeField.number, in: value)))
            case (Field.configured, .number(let value)): found = .configured(UInt32(truncatingIfNeeded: value))
            case (Field.rebooted, .number(let value)): if value != 0 { found = .rebooted }
            case (Field.queue, .bytes(let value)): found = .room(Int(clamping: Self.number(QueueField.free, in: value)))
            default: break
            }
        }
        if reader.isBroken { return nil }
        self = found
    }

    /// A number of a message; 0, which nobody writes, where it is not there.
    private static func number(_ field: Int, in bytes: ArraySlice<UInt8>) -> UInt64 {
        var reader = WireReader(bytes)
        var found: UInt64 = 0
        while let (number, value) = reader.next() {
            if case .number(let value) = value, Int(truncatingIfNeeded: number) == field { found = value }
        }
        return found
    }
}
