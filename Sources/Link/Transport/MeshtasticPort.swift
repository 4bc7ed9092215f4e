// Packets through a Meshtastic mesh.
import Serial

/// A Meshtastic radio at a serial line. Packets go to all nodes of its first channel: who is not meant cannot open
/// them.
public final class MeshtasticPort: PacketPort {
    private var wire: SerialWire
    private var radio = MeshtasticRadio()
    private var packets: [(packet: [UInt8], peer: PacketPeer)] = []
    private var now = 0
    private var openedAt = 0
    /// When the last packet was written, until the radio says that nothing waits in it.
    private var writtenAt: Int?
    private var askedAt = 0
    /// Packets that it can take, and that it could at most.
    private var room = 1
    private var mostRoom = 0

    /// Milliseconds after which a radio that does not tell what waits in it has sent a packet: at the slowest setting
    /// but one, the longest is on the air for 7 seconds.
    private static let patience = 10_000
    private static let askEvery = 500
    /// Milliseconds that a radio may take to tell its settings before it is said that none answers.
    private static let courtesy = 5000
    /// What comes in while nobody asks for it.
    private static let mostPackets = 64

    init(_ wire: SerialWire) { self.wire = wire }

    public var descriptor: Int32 { wire.pollDescriptor }
    public var isReady: Bool { wire.isIdle && radio.isReady && writtenAt == nil }

    public var trouble: String? {
        wire.trouble
            ?? (radio.isReady || now - openedAt < Self.courtesy
                ? nil : "\(wire.path): no Meshtastic radio answers: is its serial console on (PROTO)?")
    }

    public func turn(at now: Int) -> Int {
        self.now = now
        if wire.turn(at: now) {
            radio.restart()
            forget()
            openedAt = now
        }
        read()
        wire.write(radio.advance(to: now))
        guard let writtenAt else { return min(wire.pause, Self.askEvery) }
        if now - writtenAt >= Self.patience {
            self.writtenAt = nil
        } else if now - askedAt >= Self.askEvery {
            ask()
        }
        return min(wire.pause, Self.askEvery)
    }

    private func forget() { (writtenAt, room, mostRoom) = (nil, 1, 0) }

    private func ask() {
        askedAt = now
        wire.write(radio.ask(at: now))
    }

    private func read() {
        while true {
            let bytes = wire.read()
            if bytes.isEmpty { return }
            for event in radio.take(bytes) { take(event) }
        }
    }

    private func take(_ event: MeshtasticRadio.Event) {
        switch event {
        // As long as nothing is written, it tells how much it can take at most.
        case .ready:
            writtenAt = now
            ask()
        case .restarted: forget()
        case .room(let free):
            (room, mostRoom) = (free, max(mostRoom, free))
            if free == mostRoom { writtenAt = nil }
        case .packet(let packet):
            guard packets.count < Self.mostPackets else { return }
            let digits = String(packet.source, radix: 16)
            let name = "!" + String(repeating: "0", count: 8 - digits.count) + digits
            packets.append((packet.payload, PacketPeer(description: name)))
        }
    }

    public func send(_ packet: [UInt8], to peer: PacketPeer?) {
        let number = UInt32.random(in: 1...UInt32.max)
        guard radio.isReady, room > 0, let packet = MeshtasticPacket(payload: packet, number: number) else { return }
        wire.write(radio.bytes(packet))
        (writtenAt, askedAt) = (now, now)
    }

    public func receive() -> (packet: [UInt8], peer: PacketPeer)? {
        if packets.isEmpty { read() }
        return packets.isEmpty ? nil : packets.removeFirst()
    }
}
