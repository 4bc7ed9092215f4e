// How long a radio may be on the air.

/// The part of each hour that a radio may send in (ETSI EN 300 220 asks for it below 1 GHz), and how long a packet takes.
public struct DutyCycle: Hashable, Sendable {
    /// Above 0, 1 at most.
    public var share: Double
    /// Milliseconds on the air: of any packet, and of each of its bytes.
    public var packetMilliseconds: Double
    public var byteMilliseconds: Double

    public init(share: Double, packetMilliseconds: Double, byteMilliseconds: Double) {
        (self.share, self.packetMilliseconds, self.byteMilliseconds) = (share, packetMilliseconds, byteMilliseconds)
    }

    func milliseconds(bytes: Int) -> Double { packetMilliseconds + Double(bytes) * byteMilliseconds }
}

/// What was on the air in the last hour. Times are milliseconds of one clock.
struct DutyAccount {
    private let duty: DutyCycle
    /// The oldest first.
    private var spent: [(at: Int, milliseconds: Double)] = []
    private var sum = 0.0
    private var usualAt = -Double.infinity

    private static let hour = 3_600_000
    /// What is not urgent takes this part, evenly: the rest of the hour is for what is.
    private static let usual = 0.7

    init(_ duty: DutyCycle) { self.duty = duty }

    private var limit: Double { duty.share * Double(Self.hour) }

    /// Milliseconds until a packet may go out.
    func wait(at now: Int, isUrgent: Bool) -> Int {
        // The longest packet there may be: which one comes is not known yet.
        let most = (isUrgent ? limit : limit * Self.usual) - longest
        var left = sum
        var wait = 0
        for packet in spent where left > most {
            left -= packet.milliseconds
            wait = max(packet.at + Self.hour - now, 0)
        }
        guard !isUrgent else { return wait }
        return max(wait, usualAt > Double(now) ? Int((usualAt - Double(now)).rounded(.up)) : 0)
    }

    private var longest: Double { spent.map(\.milliseconds).max() ?? 0 }

    mutating func send(bytes: Int, at now: Int) {
        while let oldest = spent.first, now - oldest.at >= Self.hour {
            sum -= oldest.milliseconds
            spent.removeFirst()
        }
        let taken = duty.milliseconds(bytes: bytes)
        spent.append((now, taken))
        sum += taken
        usualAt = max(usualAt, Double(now)) + taken / (duty.share * Self.usual)
    }
}
