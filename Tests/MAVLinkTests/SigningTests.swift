// Who is let in.
import Testing

@testable import MAVLink

@Suite struct SigningTests {
    private static let sender = MAVLinkFrame.Sender(system: 1, component: 1)
    private static let minute: UInt64 = 6_000_000
    private static let now = SigningTime(steps: 1 << 40)

    private static func key(_ byte: UInt8) throws -> SigningKey {
        try #require(SigningKey([UInt8](repeating: byte, count: 32)))
    }

    private static func channel(_ byte: UInt8, link: UInt8 = 0, _ time: SigningTime = now) throws -> MAVLinkChannel {
        MAVLinkChannel(sender: sender, signing: MAVLinkSigning(key: try key(byte), link: link, time: time))
    }

    private static let radio = RadioStatus(
        errors: 0, mended: 0, strength: 200, remoteStrength: 190, room: 90, noise: 1, remoteNoise: 1)

    @Test("times count from 2015, never go back, and end at 48 bits")
    func times() {
        #expect(SigningTime(unixMicroseconds: 1_420_070_400_000_000).steps == 0)
        #expect(SigningTime(unixMicroseconds: 1_420_070_401_000_000).steps == 100_000)
        #expect(SigningTime(unixMicroseconds: .min).steps == 0)
        #expect(SigningTime(unixMicroseconds: .max).steps == 1 << 48 - 1)
        #expect(SigningTime(steps: .max).next.steps == 1 << 48 - 1)
        #expect(SigningTime(bytes: Self.now.bytes) == Self.now)
    }

    @Test("a signed frame is taken once; another key's, a changed one and an unsigned one never")
    func verdicts() throws {
        var (one, two) = (try Self.channel(1), try Self.channel(1))
        let frame = one.frame(Heartbeat(type: 18))
        #expect(two.read(frame).count == 1 && two.read(frame).isEmpty)
        var other = try Self.channel(2, SigningTime(steps: Self.now.steps + 9))
        #expect(two.read(other.frame(Heartbeat(type: 18))).isEmpty)
        var open = MAVLinkChannel(sender: Self.sender)
        #expect(two.read(open.frame(Heartbeat(type: 18))).isEmpty)
        #expect(two.refused == [.old: 1, .forged: 1, .unsigned: 1])
        // What radios put into the stream has no signature, and a key that is not known cannot be checked.
        #expect(two.read(open.frame(Self.radio)).count == 1)
        #expect(open.read(frame).count == 1)
        // No byte of the signature, and none that it covers, can be changed.
        for index in frame.indices.dropFirst(10 + 2) {
            var changed = one.frame(Heartbeat(type: 18))
            changed[index] ^= 4
            if !two.read(changed).isEmpty { Issue.record("byte \(index)") }
        }
    }

    @Test("each link counts for itself, and a new one may lag by a minute")
    func streams() throws {
        var station = try Self.channel(1)
        var first = try Self.channel(1, link: 1, SigningTime(steps: Self.now.steps + 1000))
        #expect(station.read(first.frame(Heartbeat(type: 18))).count == 1)
        #expect(station.signing?.time.steps == Self.now.steps + 1001)
        var second = try Self.channel(1, link: 2, SigningTime(steps: Self.now.steps + 1000 - Self.minute))
        #expect(station.read(second.frame(Heartbeat(type: 18))).count == 1)
        var third = try Self.channel(1, link: 3, SigningTime(steps: Self.now.steps + 999 - Self.minute))
        #expect(station.read(third.frame(Heartbeat(type: 18))).isEmpty)
        // What a station sends then is later than all that it heard.
        #expect(second.read(station.frame(Heartbeat(type: 18))).count == 1)
        station.signing?.advance(to: SigningTime(steps: 0))
        #expect(station.signing?.time.steps == Self.now.steps + 1002)
    }

    @Test("a key has 32 bytes and is printed by nobody")
    func secret() throws {
        #expect(SigningKey([1, 2, 3]) == nil)
        let key = try Self.key(0xab)
        var dumped = ""
        dump(key, to: &dumped)
        for text in ["\(key)", String(reflecting: key), dumped] { #expect(!text.contains("171"), "\(text)") }
    }
}
