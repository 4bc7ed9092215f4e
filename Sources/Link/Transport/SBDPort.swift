// Packets through Iridium satellites.
import Serial

/// A satellite modem at a serial line: a packet at a time, minutes each where the sky is narrow.
public final class SBDPort: PacketPort {
    private var wire: SerialWire
    private var modem = SBDModem()
    private var packets: [[UInt8]] = []
    private var fault: SBDFault?
    private var now = 0
    private let peer: PacketPeer

    /// Milliseconds between two looks at whether an answer is overdue.
    private static let lookEvery = 1000

    init(_ wire: SerialWire) { (self.wire, peer) = (wire, PacketPeer(description: wire.path)) }

    public var descriptor: Int32 { wire.pollDescriptor }
    public var isReady: Bool { wire.isIdle && modem.isFree }
    public var trouble: String? { wire.trouble ?? fault.map { "\(wire.path): \($0)" } }

    public func turn(at now: Int) -> Int {
        self.now = now
        if wire.turn(at: now) { modem.restart() }
        exchange()
        return min(wire.pause, modem.nextTry.map { max($0 - now, 1) } ?? Self.lookEvery, Self.lookEvery)
    }

    private func exchange() {
        while true {
            let bytes = wire.read()
            if bytes.isEmpty { break }
            modem.take(bytes, at: now)
        }
        // A modem that is not plugged in is no silent one.
        if wire.trouble == nil { wire.write(modem.advance(to: now)) }
        for event in modem.takeEvents() {
            switch event {
            case .sent: fault = nil
            case .received(let packet): packets.append(packet)
            case .postponed(let found, _): fault = found
            }
        }
    }

    /// Where one waits for its next try, the newer one takes its place.
    public func send(_ packet: [UInt8], to peer: PacketPeer?) {
        if !modem.isFree { _ = modem.withdraw() }
        // One that is under way is not disturbed: this one is lost, as others are.
        try? modem.send(packet)
        exchange()
    }

    public func receive() -> (packet: [UInt8], peer: PacketPeer)? {
        if packets.isEmpty { exchange() }
        return packets.isEmpty ? nil : (packets.removeFirst(), peer)
    }
}
