// What a link can carry.

/// A link's limits. Everything that is sent keeps to them.
public struct LinkProfile: Hashable, Sendable {
    /// What people call it.
    public var name: String
    /// Bytes that one packet holds.
    public var packetBytes: Int
    /// Bytes that the carrier adds to each packet: they count against the rate.
    public var carrierBytes: Int
    /// Bytes a second, on average and at most, one packet ahead.
    public var bytesPerSecond: Double
    /// The share of time that it may send in each hour, and how long packets are on the air; `nil`: always.
    public var duty: DutyCycle?
    /// Whether receipts and requests come back.
    public var hasWayBack: Bool
    /// Packets without a tag, where the carrier protects them.
    public var isBare: Bool
    /// The part of packets whose loss objects outlast where nobody tells how many are lost.
    public var expectedLoss: Double

    public init(
        name: String, packetBytes: Int, carrierBytes: Int = 0, bytesPerSecond: Double, hasWayBack: Bool = true,
        isBare: Bool = false, duty: DutyCycle? = nil, expectedLoss: Double = 0.2
    ) {
        (self.name, self.packetBytes, self.carrierBytes) = (name, packetBytes, carrierBytes)
        (self.bytesPerSecond, self.hasWayBack, self.isBare) = (bytesPerSecond, hasWayBack, isBare)
        (self.duty, self.expectedLoss) = (duty, expectedLoss)
    }

    /// Why nothing can be told over such a link; `nil` where it can.
    public var refusal: String? {
        guard bytesPerSecond > 0, bytesPerSecond.isFinite else {
            return "\(name): \(bytesPerSecond) bytes a second carry nothing"
        }
        let payload = isBare ? Self.leastPayload : ContextRecord.mostBytes
        guard payloadBytes(usualForm) >= payload else {
            let least = usualForm.overhead + payload
            return
                "\(name): a packet of \(packetBytes) bytes cannot say where its tracks are counted from: it needs \(least)"
        }
        return nil
    }

    /// The shortest record of a track.
    private static let leastPayload = 8

    var usualForm: PacketForm { isBare ? .bare : .compact }

    func payloadBytes(_ form: PacketForm) -> Int { min(packetBytes, Self.mostBytes) - form.overhead }

    /// Larger packets bring nothing on a thin link.
    private static let mostBytes = 1200

    /// Seconds of the link's time that a packet takes at most where the link could hold larger ones: what is urgent waits for the packet before it.
    private static let patience = 0.5

    /// Bytes for which nobody waits long.
    var quickBytes: Int { Int(min(bytesPerSecond, 1e6) / 10) }

    /// Bytes of records in one packet: what is urgent must not wait for it long.
    func usualPayloadBytes(_ form: PacketForm) -> Int {
        let quick = Int(min(bytesPerSecond, 1e6) * Self.patience) - carrierBytes - form.overhead
        return min(payloadBytes(form), max(quick, ContextRecord.mostBytes))
    }
}
