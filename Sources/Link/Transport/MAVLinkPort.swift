// Packets through a vehicle's own link.
import MAVLink

/// Packets in TUNNEL messages to all: autopilots and routers hand them on to each end.
public final class MAVLinkPort: PacketPort {
    private let end: MAVLinkEnd

    /// An onboard computer of the first vehicle (MAV_COMP_ID_ONBOARD_COMPUTER).
    static let sender = MAVLinkFrame.Sender(system: 1, component: 191)
    /// A station's system is not the vehicle's, and not 255 either: autopilots would take its signs of life for those
    /// of the ground station and not notice when that one is lost.
    static let station = MAVLinkFrame.Sender(system: 254, component: 191)

    private static let mostFrames = 64

    init(_ end: MAVLinkEnd) { self.end = end }

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
            guard let (frame, peer) = end.receive() else { break }
            if let packet = (frame.message as? Tunnel)?.packet { return (packet, peer) }
        }
        return nil
    }
}
