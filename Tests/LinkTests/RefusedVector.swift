// Packets that no receiver takes, and why.
import JSON

@testable import Link

/// One of the refused packets of docs/link_vectors.json.
struct RefusedVector {
    var name: String
    var direction = PacketKey.Direction.up
    /// Where the receiver looks for packets that do not tell it.
    var number = PacketNumber(epoch: 3, counter: 1_000_000)
    /// What it took before.
    var taken: [[UInt8]] = []
    var packet: [UInt8]
    var reason: String
    /// Before the one that cannot be read, as JSON.
    var records: [String] = []

    var json: JSONValue {
        JSONValue(
            .object([
                JSONMember("name", JSONValue(name)), JSONMember("direction", JSONValue(direction.rawValue)),
                JSONMember("epoch", JSONValue(Int(number.epoch))),
                JSONMember("counter", JSONValue(Int(number.counter))),
                JSONMember("taken", JSONValue(taken.map { JSONValue($0.hexadecimal) })),
                JSONMember("packet", JSONValue(packet.hexadecimal)), JSONMember("reason", JSONValue(reason)),
                JSONMember("records", JSONValue(Payload(bytes: told).records.map(\.json))),
            ]))
    }

    /// The bytes of the records before the one that cannot be read.
    private var told: [UInt8] = []

    /// As published.
    init?(_ json: JSONValue) {
        func string(_ key: String) -> String? {
            if case .string(let text)? = json[key]?.content { text } else { nil }
        }
        func integer(_ key: String) -> Int? { json[key].flatMap { Int($0.text) } }
        func list(_ key: String) -> [JSONValue]? {
            if case .array(let values)? = json[key]?.content { values } else { nil }
        }
        func bytes(_ value: JSONValue) -> [UInt8]? {
            if case .string(let text) = value.content { [UInt8](hexadecimal: text) } else { nil }
        }
        guard let name = string("name"), let direction = string("direction").flatMap(PacketKey.Direction.init),
            let epoch = integer("epoch"), let counter = integer("counter"),
            let packet = string("packet").flatMap({ [UInt8](hexadecimal: $0) }), let reason = string("reason")
        else { return nil }
        (self.name, self.direction, self.packet, self.reason) = (name, direction, packet, reason)
        number = PacketNumber(epoch: UInt32(epoch), counter: UInt64(counter))
        taken = (list("taken") ?? []).compactMap(bytes)
        records = (list("records") ?? []).map(\.text)
    }

    private init(_ name: String, _ packet: [UInt8], _ reason: String, taken: [[UInt8]] = [], told: [UInt8] = []) {
        (self.name, self.packet, self.reason, self.taken, self.told) = (name, packet, reason, taken, told)
    }

    /// What a receiver says.
    func found(_ secret: [UInt8], _ sender: SenderID) throws -> (reason: String, records: [String]) {
        var opener = PacketOpener()
        opener.add(
            sender, keys: [try PacketKey(secret: secret, direction)],
            last: PacketNumber(epoch: number.epoch, counter: 0), cameAt: -number.milliseconds)
        for packet in taken { _ = try opener.open(packet, carrier: sender, at: 0) }
        let payload: Payload
        do throws(PacketFailure) {
            payload = Payload(bytes: try opener.open(packet, carrier: sender, at: 0).text)
        } catch {
            if case .refused(let refusal) = error { return (refusal.rawValue, []) }
            throw error
        }
        let records = payload.records.map(\.json.text)
        return switch payload.fault {
        case .short: ("short", records)
        case .unknownRecord: ("unknown", records)
        case .contradiction: ("contradiction", records)
        case .notAPacket, nil: ("none", records)
        }
    }

    // MARK: Which there are

    static func all(_ secret: [UInt8], _ sender: SenderID) throws -> [RefusedVector] {
        try Maker(secret: secret, sender: sender).all()
    }

    private struct Maker {
        let secret: [UInt8]
        let sender: SenderID

        private static let gone = Record.gone(GoneRecord(track: TrackTag(of: 17), reason: .lost, age: Age(seconds: 1)))

        func sealed(
            _ text: [UInt8], _ form: PacketForm = .compact, secret other: [UInt8]? = nil,
            _ direction: PacketKey.Direction = .up, sender id: SenderID? = nil, epoch: UInt32 = 3
        ) throws -> [UInt8] {
            let (id, number) = (id ?? sender, PacketNumber(epoch: epoch, counter: 1_000_000))
            let head = PacketHead(form, context: 5, sender: id, number: number).bytes
            guard form != .bare else { return head + text }
            let key = try PacketKey(secret: other ?? secret, direction)
            return head + (try key.seal(text, head: head, nonce: PacketNonce(sender: id, number: number)))
        }

        func all() throws -> [RefusedVector] {
            let text = Payload([Self.gone]).bytes
            return try broken(text) + forged(text) + repeated(text) + unreadable()
        }

        func broken(_ text: [UInt8]) throws -> [RefusedVector] {
            let (good, full) = (try sealed(text), try sealed(text, .full))
            var (none, other) = (good, full)
            none[0] &= 0x3f
            other[0] ^= 1
            return [
                RefusedVector("nothing", [], "malformed"), RefusedVector("form 0", none, "malformed"),
                RefusedVector("a packet that ends before its tag", Array(good.prefix(10)), "malformed"),
                RefusedVector("a full packet that ends before its tag", Array(full.prefix(21)), "malformed"),
                RefusedVector("two senders in one head", other, "malformed"),
                RefusedVector(
                    "a bare packet of a sender that must encrypt", try sealed(text, .bare), "unprotected"),
            ]
        }

        func forged(_ text: [UInt8]) throws -> [RefusedVector] {
            let good = try sealed(text)
            func turned(_ place: Int, _ bit: UInt8) -> [UInt8] {
                var packet = good
                packet[place] ^= bit
                return packet
            }
            let stranger = SenderID(sender.value ^ 0x100)
            return [
                RefusedVector("a tag with another bit", turned(good.count - 1, 1), "forged"),
                RefusedVector("a text with another bit", turned(3, 0x80), "forged"),
                RefusedVector("a head with another context", turned(0, 0x08), "forged"),
                RefusedVector("a packet without its last byte", Array(good.dropLast()), "forged"),
                RefusedVector(
                    "under another sender's secret", try sealed(text, secret: secret.reversed()), "forged"),
                RefusedVector("the other way's", try sealed(text, .compact, .down), "forged"),
                RefusedVector("of a stranger", try sealed(text, .full, sender: stranger), "forged"),
            ]
        }

        func repeated(_ text: [UInt8]) throws -> [RefusedVector] {
            let (good, full) = (try sealed(text), try sealed(text, .full))
            return [
                RefusedVector("the same again", good, "replayed", taken: [good]),
                RefusedVector("the same number in another form", full, "replayed", taken: [good]),
                RefusedVector("from an earlier epoch", try sealed(text, .full, epoch: 2), "replayed", taken: [full]),
            ]
        }

        /// Their tags are right: what stands before the record that cannot be read counts.
        func unreadable() throws -> [RefusedVector] {
            let before = Payload([Self.gone]).bytes
            func payload(_ write: (inout BitWriter) -> Void) -> [UInt8] {
                var writer = BitWriter()
                Self.gone.write(to: &writer)
                write(&writer)
                return writer.bytes
            }
            let cut = payload { $0.write(0, bits: 10) }
            let later = payload {
                $0.write(0b11_11111, bits: 7)
                $0.write(0, bits: 16)
            }
            let contradiction = payload {
                // An update whose position is none.
                $0.write(0, bits: 39)
                $0.write(7, bits: 3)
            }
            let filling = payload { $0.write(1, bits: 6) }
            return [
                RefusedVector("the end inside a record", try sealed(cut), "short", told: before),
                RefusedVector("a record of a later version", try sealed(later), "unknown", told: before),
                RefusedVector(
                    "an update without a position", try sealed(contradiction), "contradiction", told: before),
                RefusedVector("filling that is not zero", try sealed(filling), "contradiction", told: before),
            ]
        }
    }
}
