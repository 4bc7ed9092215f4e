// A Meshtastic radio at the end of a serial line.

/// Speaks with a radio: wakes it, asks for its settings so that it gives what it hears, keeps it awake, and begins
/// again where it started anew. It has no thread and no port: the caller carries the bytes.
///
/// All times are milliseconds of one clock that is never set.
public struct MeshtasticRadio: Sendable {
    public enum Event: Hashable, Sendable {
        /// It gives its packets from now on. Its own number comes with it.
        case ready(UInt32?)
        case packet(MeshtasticPacket)
        /// How many packets it can still take: with 0, wait.
        case room(Int)
        /// It started anew; packets that it had not sent are lost.
        case restarted
    }

    /// What it answers to; it may be any but 0.
    private let number: UInt32
    private var reader = MeshtasticStreamReader()
    private var node: UInt32?
    private var asked: Int?
    private var beat = 0
    private var wasHeard = false
    /// It told all its settings.
    public private(set) var isReady = false
    /// Frames that hold nothing that a radio says.
    public private(set) var broken = 0

    /// A radio with many nodes in its book takes some seconds to tell them.
    static let patience = 30_000
    /// Radios forget who does not speak for 15 minutes.
    static let heartbeat = 300_000

    /// Asks for the settings without the book of nodes, which is long (`SPECIAL_NONCE_ONLY_CONFIG` of the firmware;
    /// older ones tell all).
    public static let withoutNodes: UInt32 = 69_420

    public init(number: UInt32 = withoutNodes) { self.number = max(number, 1) }

    /// What to write now: the question for its settings at first, and again after the port was opened anew or nothing
    /// came for some minutes.
    public mutating func advance(to now: Int) -> [UInt8] {
        let isDue = now - beat >= Self.heartbeat
        // It may have started anew unheard. Radios of today answer each heartbeat.
        if isReady, isDue, !wasHeard { restart() }
        if !isReady, asked.map({ now - $0 >= Self.patience }) ?? true {
            (asked, beat) = (now, now)
            return MeshtasticStream.wake + framed(.wantConfiguration(number))
        }
        guard isDue else { return [] }
        (beat, wasHeard) = (now, false)
        return framed(.heartbeat)
    }

    /// What to write to hear at once how much it can still take. Radios of before 2023 do not answer.
    public mutating func ask(at now: Int) -> [UInt8] {
        beat = now
        return framed(.heartbeat)
    }

    /// The port was opened anew: what was asked is forgotten.
    public mutating func restart() {
        (reader, asked, isReady) = (MeshtasticStreamReader(), nil, false)
    }

    /// What to write for a packet.
    public func bytes(_ packet: MeshtasticPacket) -> [UInt8] { framed(.packet(packet)) }

    private func framed(_ message: ToRadio) -> [UInt8] { MeshtasticStream.framed(message.bytes) ?? [] }

    /// What came over the line.
    public mutating func take(_ bytes: some Sequence<UInt8>) -> [Event] {
        reader.read(bytes).compactMap { frame in
            guard let message = FromRadio(frame) else {
                broken += 1
                return nil
            }
            wasHeard = true
            switch message {
            case .packet(let packet): return .packet(packet)
            case .room(let free): return .room(free)
            case .node(let number):
                node = number
                return nil
            case .configured(let number):
                guard number == self.number else { return nil }
                isReady = true
                return .ready(node)
            case .rebooted:
                (asked, isReady) = (nil, false)
                return .restarted
            case .other: return nil
            }
        }
    }
}
