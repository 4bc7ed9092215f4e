// Packets through a vehicle's own link.
import MAVLink

/// Packets in TUNNEL messages to all: autopilots and routers hand them on to each end.
public final class MAVLinkPort: PacketPort {
    private let end: MAVLinkEnd
    private var room: Double?

    /// An onboard computer of the first vehicle (MAV_COMP_ID_ONBOARD_COMPUTER).
    public static let sender = MAVLinkFrame.Sender(system: 1, component: 191)
    /// A station's system is not the vehicle's, and not 255 either: autopilots would take its signs of life for those
    /// of the ground station and not notice when that one is lost.
    static let station = MAVLinkFrame.Sender(system: 254, component: 191)

    private static let mostFrames = 64

    /// - Parameters:
    ///   - place: `mavlink:` and where.
    ///   - line: what is there.
    public init(_ place: PortPlace, over line: MAVLinkLine, isStation: Bool = false) {
        let sender = place.sender(isStation ? Self.station : Self.sender)
        end = MAVLinkEnd(line, sender: sender, type: Heartbeat.onboardController)
    }

    public var descriptor: Int32 { end.descriptor }
    public var isReady: Bool { end.isReady }
    public var trouble: String? { end.trouble }
    public func turn(at now: Int) -> Int { end.turn(at: now) }

    public func send(_ packet: [UInt8], to peer: PacketPeer?) {
        guard let tunnel = Tunnel(packet: packet, targetSystem: 0, targetComponent: 0) else { return }
        end.send(tunnel, to: peer)
    }

    public func receive() -> (packet: [UInt8], peer: PacketPeer)? {
        // Others' messages hold nobody up either.
        for _ in 0..<Self.mostFrames {
            guard let came = end.receive() else { break }
            let message = came.frame.message
            if let packet = (message as? Tunnel)?.packet { return (packet, came.peer) }
            if let radio = message as? RadioStatus, came.frame.sender == Self.radio {
                room = Double(min(radio.room, 100)) / 100
            }
        }
        return nil
    }

    /// As SiK radios name themselves.
    private static let radio = MAVLinkFrame.Sender(system: 51, component: 68)

    public func takeRoom() -> Double? {
        defer { room = nil }
        return room
    }
}
