// Packets of a Meshtastic mesh.

/// Bytes that went, or shall go, through the mesh (meshtastic/protobufs, `MeshPacket` with a `Data` of PRIVATE_APP).
public struct MeshtasticPacket: Hashable, Sendable {
    /// A node's number; 0 in a packet that is to be sent: the radio's own.
    public var source: UInt32
    public var destination: UInt32
    /// Of the radio's list: the first is 0.
    public var channel: UInt8
    /// Anything but 0.
    public var number: UInt32
    /// How often it may be repeated on its way: 0 to 7.
    public var hops: UInt8
    public var payload: [UInt8]
    /// As it was heard; `nil` in a packet that is to be sent.
    public var signalToNoise: Float?
    /// dBm, as it was heard.
    public var strength: Int?

    /// All nodes.
    public static let everybody = UInt32.max
    /// `Constants.DATA_PAYLOAD_LEN`.
    public static let mostBytes = 233
    /// PRIVATE_APP of `PortNum`: for programs that know each other.
    static let port: UInt64 = 256

    private enum Field {
        static let (from, to, channel, decoded, id, signal, hops, strength) = (1, 2, 3, 4, 6, 8, 9, 12)
    }
    private enum DataField { static let (port, payload) = (1, 2) }

    /// - Returns: `nil` for an empty payload and for more than 233 bytes.
    public init?(
        payload: [UInt8], number: UInt32, destination: UInt32 = everybody, channel: UInt8 = 0, hops: UInt8 = 3
    ) {
        guard (1...Self.mostBytes).contains(payload.count) else { return nil }
        (source, self.destination, self.channel, self.number) = (0, destination, channel, number)
        (self.hops, self.payload, signalToNoise, strength) = (min(hops, 7), payload, nil, nil)
    }

    var bytes: [UInt8] {
        var data = WireWriter()
        data.number(DataField.port, Self.port)
        data.bytes(DataField.payload, payload)
        var packet = WireWriter()
        packet.fixed(Field.to, destination)
        if channel > 0 { packet.number(Field.channel, UInt64(channel)) }
        packet.bytes(Field.decoded, data.bytes)
        packet.fixed(Field.id, number)
        packet.number(Field.hops, UInt64(hops))
        return packet.bytes
    }

    /// Reads a `MeshPacket`; `nil` for those of other programs, those that the radio could not decrypt, and broken
    /// ones.
    init?(_ bytes: ArraySlice<UInt8>) {
        var reader = WireReader(bytes)
        var (source, destination, number): (UInt32, UInt32, UInt32) = (0, 0, 0)
        var (channel, hops): (UInt8, UInt8) = (0, 0)
        var (signal, strength): (Float?, Int?) = (nil, nil)
        var payload: [UInt8]?
        while let (field, value) = reader.next() {
            switch (Int(truncatingIfNeeded: field), value) {
            case (Field.from, .fixed(let value)): source = value
            case (Field.to, .fixed(let value)): destination = value
            case (Field.id, .fixed(let value)): number = value
            case (Field.channel, .number(let value)): channel = UInt8(truncatingIfNeeded: value)
            case (Field.hops, .number(let value)): hops = UInt8(truncatingIfNeeded: value)
            case (Field.signal, .fixed(let value)): signal = Float(bitPattern: value)
            case (Field.strength, .number(let value)): strength = Int(Int32(truncatingIfNeeded: value))
            case (Field.decoded, .bytes(let value)): payload = Self.payload(of: value)
            default: break
            }
        }
        guard !reader.isBroken, let payload else { return nil }
        (self.source, self.destination, self.number, self.payload) = (source, destination, number, payload)
        (self.channel, self.hops, signalToNoise, self.strength) = (channel, hops, signal, strength)
    }

    private static func payload(of data: ArraySlice<UInt8>) -> [UInt8]? {
        var reader = WireReader(data)
        var port: UInt64?
        var payload: [UInt8] = []
        while let (field, value) = reader.next() {
            switch (Int(truncatingIfNeeded: field), value) {
            case (DataField.port, .number(let value)): port = value
            case (DataField.payload, .bytes(let value)): payload = Array(value)
            default: break
            }
        }
        guard !reader.isBroken, port == Self.port, (1...mostBytes).contains(payload.count) else { return nil }
        return payload
    }
}
