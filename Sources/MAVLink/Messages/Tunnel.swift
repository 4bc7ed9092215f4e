// Any bytes, through MAVLink.

/// TUNNEL (385): bytes that only their receiver understands.
public struct Tunnel: MAVLinkMessage {
    public static let id: UInt32 = 385
    public static let crcExtra: UInt8 = 147
    public static let length = 133

    /// Who understands them; 32,768 and more are private.
    public var payloadType: UInt16
    /// 0: all.
    public var targetSystem: UInt8
    /// 0: all.
    public var targetComponent: UInt8
    /// How many of the bytes count; more than 128 is wrong.
    public var payloadLength: UInt8
    /// 128; the rest is zeros.
    public var payload: [UInt8]

    /// Ours: packets of the link format (docs/link-format.md). MAVLink registers none from 32,768 on.
    public static let linkPackets: UInt16 = 0xa7e7
    public static let mostBytes = 128

    /// Carries one packet of a link.
    ///
    /// - Returns: `nil` for an empty packet and for more than 128 bytes.
    public init?(packet: [UInt8], targetSystem: UInt8, targetComponent: UInt8) {
        guard (1...Self.mostBytes).contains(packet.count) else { return nil }
        payloadType = Self.linkPackets
        (self.targetSystem, self.targetComponent) = (targetSystem, targetComponent)
        payloadLength = UInt8(truncatingIfNeeded: packet.count)
        payload = packet
    }

    /// The packet; `nil` where this carries something else, or nothing.
    public var packet: [UInt8]? {
        let count = Int(payloadLength)
        guard payloadType == Self.linkPackets, (1...Self.mostBytes).contains(count), count <= payload.count else {
            return nil
        }
        return Array(payload[..<count])
    }
}

extension Tunnel {
    public init(from reader: inout PayloadReader) {
        payloadType = reader.integer()
        targetSystem = reader.integer()
        targetComponent = reader.integer()
        payloadLength = reader.integer()
        payload = reader.bytes(Self.mostBytes)
    }

    public func write(to writer: inout PayloadWriter) {
        writer.write(payloadType)
        writer.write(targetSystem)
        writer.write(targetComponent)
        writer.write(payloadLength)
        writer.write(payload, count: Self.mostBytes)
    }
}
