// Packets through radios that carry any bytes.
import Serial

/// A serial line with packets between zeros, for SiK, RFD900, E22 and others in transparent mode, and for a cable.
public final class COBSPort: PacketPort {
    private var wire: SerialWire
    private var reader = COBSReader()
    private var packets: [[UInt8]] = []
    private let peer: PacketPeer

    init(_ wire: SerialWire) { (self.wire, peer) = (wire, PacketPeer(description: wire.path)) }

    public var descriptor: Int32 { wire.pollDescriptor }
    public var isReady: Bool { wire.isIdle }
    public var trouble: String? { wire.trouble }

    public func turn(at now: Int) -> Int {
        if wire.turn(at: now) {
            reader = COBSReader()
            // Ends what noise, or the one before, has begun.
            wire.write([0])
        }
        return wire.pause
    }

    public func send(_ packet: [UInt8], to peer: PacketPeer?) {
        if let bytes = COBS.encoded(packet) { wire.write(bytes) }
    }

    public func receive() -> (packet: [UInt8], peer: PacketPeer)? {
        while packets.isEmpty {
            let bytes = wire.read()
            if bytes.isEmpty { return nil }
            packets = reader.read(bytes)
        }
        return (packets.removeFirst(), peer)
    }
}
