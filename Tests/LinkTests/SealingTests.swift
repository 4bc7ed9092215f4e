// Packets that only those with the key can make and read.
import CSealing
import TestSupport
import Testing

@testable import Link

@Suite(.enabled(if: arete_sealing_absence() == nil, "needs libcrypto: scripts/setup.sh"))
struct SealingTests {
    @Test("AES-CCM and HKDF are those of RFC 3610 (packet vector 1) and RFC 5869 (test case 3)")
    func published() throws {
        let key = try #require([UInt8](hexadecimal: "c0c1c2c3c4c5c6c7c8c9cacbcccdcecf"))
        let nonce = try #require([UInt8](hexadecimal: "00000003020100a0a1a2a3a4a5"))
        let head = Array(UInt8(0)..<8)
        let text = Array(UInt8(8)..<31)
        var sealed = [UInt8](repeating: 0, count: text.count + 8)
        #expect(arete_seal(key, nonce, head, head.count, text, text.count, &sealed) == ARETE_SEALING_OK)
        #expect(sealed.hexadecimal == "588c979a61c663d2f066d0c2c0f989806d5f6b61dac38417e8d12cfdf926e0")
        var back = [UInt8](repeating: 0, count: text.count)
        #expect(arete_unseal(key, nonce, head, head.count, sealed, text.count, &back) == ARETE_SEALING_OK)
        #expect(back == text)
        sealed[3] ^= 1
        #expect(arete_unseal(key, nonce, head, head.count, sealed, text.count, &back) == ARETE_SEALING_FORGED)

        let secret = [UInt8](repeating: 0x0b, count: 22)
        var derived = [UInt8](repeating: 0, count: 42)
        #expect(arete_derive_key(secret, secret.count, "", &derived, derived.count) == ARETE_SEALING_OK)
        let wanted = "8da4e775a563c18f715f802a063c5a31b8a11f5c5ee1879ec3454e5f3c738d2d9d201395faa4b61a96c8"
        #expect(derived.hexadecimal == wanted)

        var digest = [UInt8](repeating: 0, count: 32)
        #expect(arete_sha256(Array("abc".utf8), 3, &digest) == ARETE_SEALING_OK)
        #expect(digest.hexadecimal == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad")
    }

    private let sender = SenderID(0xdead_bee5)

    private func key(_ byte: UInt8 = 7, _ direction: PacketKey.Direction = .up) throws -> PacketKey {
        try PacketKey(secret: [UInt8](repeating: byte, count: 32), direction)
    }

    private func packet(
        _ epoch: UInt32, _ counter: UInt64, _ form: PacketForm = .compact, secret: UInt8 = 7, track: Int = 3
    ) throws -> [UInt8] {
        let gone = GoneRecord(track: TrackTag(of: track), reason: .lost, age: Age(seconds: 1))
        return try PacketSealer(sender: sender, key: key(secret), epoch: epoch).packet(
            Payload([.gone(gone)]), form, context: 5, number: PacketNumber(epoch: epoch, counter: counter))
    }

    private func opener(last: PacketNumber? = nil, mayBeBare: Bool = false) throws -> PacketOpener {
        var opener = PacketOpener()
        opener.add(sender, keys: [try key()], mayBeBare: mayBeBare, last: last)
        return opener
    }

    private func refusal(
        _ opener: inout PacketOpener, _ packet: [UInt8], carrier: SenderID? = nil, at now: Int = 0
    ) -> PacketRefusal? {
        do throws(PacketFailure) {
            _ = try opener.open(packet, carrier: carrier, at: now)
            return nil
        } catch {
            if case .refused(let refusal) = error { return refusal }
            Issue.record("\(error)")
            return nil
        }
    }

    @Test("a packet is opened once; another key, direction, bit or sender opens nothing")
    func once() throws {
        var opener = try opener()
        let good = try packet(1, 40)
        let opened = try opener.open(good, at: 800)
        #expect(opened.number == PacketNumber(epoch: 1, counter: 40) && opened.context == 5)
        #expect(Payload(bytes: opened.text).records.count == 1)
        #expect(refusal(&opener, good, at: 900) == .replayed)
        #expect(refusal(&opener, try packet(1, 41, secret: 8), at: 900) == .forged)
        for bit in 0..<good.count * 8 {
            var flipped = try packet(1, 42)
            flipped[bit / 8] ^= 0x80 >> UInt8(bit % 8)
            #expect(refusal(&opener, flipped, at: 100_000_000 + bit * 1000) != nil, "\(bit)")
        }
        var other = PacketOpener()
        other.add(sender, keys: [try key(7, .down)])
        #expect(refusal(&other, good) == .forged)
        opener.remove(sender)
        #expect(refusal(&opener, try packet(1, 50), at: 1000) == .forged)
    }

    @Test("packets of a revoked sender are known as such wherever they come, and nobody else's are")
    func revoked() throws {
        var opener = try opener()
        #expect(refusal(&opener, try packet(1, 40)) == nil)
        opener.add(sender, keys: [try key()], isRevoked: true)
        for (form, counter) in [(PacketForm.compact, 45), (.full, 6_000_000), (.compact, 6_000_010)] {
            let packet = try packet(1, UInt64(counter), form)
            #expect(refusal(&opener, packet, at: counter * 20) == .revoked)
            #expect(refusal(&opener, packet, at: counter * 20) == .revoked)
        }
        #expect(refusal(&opener, try packet(1, 6_000_020, secret: 8), at: 120_000_000) == .forged)
        opener.add(sender, keys: [try key()])
        #expect(refusal(&opener, try packet(1, 40, .full), at: 120_000_000) == .replayed)
        #expect(refusal(&opener, try packet(1, 6_000_030), at: 120_000_000) == nil)
    }

    @Test("a packet tells which key it came under, and a sealer may change its key without counting anew")
    func keys() throws {
        var opener = PacketOpener()
        opener.add(sender, keys: [try key(8), try key(7)])
        let sealer = PacketSealer(sender: sender, key: try key(7), epoch: 1)
        for (place, secret) in [UInt8(7), 8, 7].enumerated() {
            sealer.use(try key(secret))
            let packet = try #require(try sealer.packet(Payload([]), .full, context: 0, at: 0))
            let opened = try opener.open(packet.bytes, at: 0)
            #expect(try opened.key == key(secret) && opened.number.counter == UInt64(place))
        }
    }

    @Test("a full packet opens contact anywhere, and small ones go on from there")
    func contact() throws {
        var opener = try opener()
        #expect(refusal(&opener, try packet(900, 5_000_000)) == .forged)
        #expect(refusal(&opener, try packet(900, 5_000_010, .full)) == nil)
        #expect(refusal(&opener, try packet(900, 5_000_020), at: 200) == nil)
        #expect(refusal(&opener, try packet(900, 5_000_010, .full), at: 300) == .replayed)
        #expect(refusal(&opener, try packet(899, 6_000_000, .full), at: 300) == .replayed)
    }

    @Test("contact is there again after outages, restarts and with clocks that go wrong", arguments: 1...3)
    func outages(seed: Int) throws {
        var random = SplitMix(state: UInt64(seed))
        var opener = try opener()
        var (epoch, sent, received) = (UInt32(1), 0, 0)
        var now = 0
        var start = 0
        for _ in 0..<400 {
            let pause =
                switch Int.random(in: 0..<20, using: &random) {
                // A night without contact.
                case 0: Int.random(in: 0...70_000_000, using: &random)
                case 1..<4: Int.random(in: 0...3_600_000, using: &random)
                default: Int.random(in: 0...2000, using: &random)
                }
            now += pause
            if Int.random(in: 0..<30, using: &random) == 0 {
                epoch += UInt32.random(in: 1...3, using: &random)
                start = now - Int.random(in: 0...60_000, using: &random)
            }
            // Up to a tenth of a second late, on a clock that is 50 parts in a million slow.
            let there = now - start - (now - start) / 20_000
            let number = PacketNumber(epoch: epoch, counter: UInt64(there / 20))
            if Int.random(in: 0..<5, using: &random) == 0 { continue }
            sent += 1
            let packet = try packet(epoch, number.counter)
            if let opened = try? opener.open(packet, at: now + Int.random(in: 0...100, using: &random)) {
                #expect(opened.number == number, "seed \(seed)")
                received += 1
            } else {
                // Two packets in one step of 20 ms.
                #expect(pause < 20, "seed \(seed): \(number) after \(pause)")
            }
        }
        #expect(received > sent * 9 / 10)
    }

    @Test("packets without a tag are taken from those alone who may send such")
    func bare() throws {
        let packet = try packet(0, 77, .bare)
        var strict = try opener()
        #expect(refusal(&strict, packet, carrier: sender) == .unprotected)
        var lax = try opener(mayBeBare: true)
        #expect(refusal(&lax, packet) == .unprotected)
        #expect(refusal(&lax, packet, carrier: SenderID(9)) == .unprotected)
        #expect(refusal(&lax, packet, carrier: sender, at: 1500) == nil)
        #expect(refusal(&lax, packet, carrier: sender, at: 1600) == .replayed)
        #expect(packet.count == 3 + 4)
    }

    @Test("what an earlier run had is refused, and what follows is not")
    func earlierRun() throws {
        var opener = try opener(last: PacketNumber(epoch: 4, counter: 1000))
        #expect(refusal(&opener, try packet(4, 999, .full)) == .replayed)
        #expect(refusal(&opener, try packet(4, 1000, .full)) == .replayed)
        #expect(refusal(&opener, try packet(4, 1001)) == nil)
        #expect(refusal(&opener, try packet(5, 3)) == nil)
    }

    @Test("of packets in any order each comes in once, as long as 8,192 later ones did not", arguments: 1...3)
    func window(seed: Int) {
        var random = SplitMix(state: UInt64(seed))
        var window = ReplayWindow()
        var came: Set<PacketNumber> = []
        var sorted: [UInt64] = []
        var wrong = 0
        for round in 0..<30_000 {
            let counter = UInt64.random(in: 0...60_000, using: &random)
            let number = PacketNumber(epoch: 1, counter: counter)
            let isTooOld = sorted.count >= 8192 && counter < sorted[sorted.count - 8192]
            if window.isNew(number) != (!came.contains(number) && !isTooOld) { wrong += 1 }
            guard window.isNew(number), round % 3 > 0 else { continue }
            window.note(number)
            came.insert(number)
            sorted.insert(counter, at: sorted.firstIndex { $0 > counter } ?? sorted.count)
        }
        #expect(wrong == 0 && came.count > 9000, "seed \(seed)")
        #expect(!window.isNew(PacketNumber(epoch: 0, counter: 99_999)))
        #expect(window.isNew(PacketNumber(epoch: 2, counter: 0)))
    }

    @Test("counters rise by time, and by one where packets come faster; none comes twice")
    func counters() {
        var counter = PacketCounter(epoch: 3)
        let times = [0, 5, 10, 19, 20, 100, 100, 100, 101, 5000, 4900, 5001]
        let numbers = times.compactMap { counter.next(at: $0)?.counter }
        #expect(numbers == [0, 1, 2, 3, 4, 5, 6, 7, 8, 250, 251, 252])
        // They tell the time: no more than a second ahead of it.
        let many = (0..<100).compactMap { _ in counter.next(at: 6000)?.counter }
        #expect(many == Array(300...350))
        #expect(counter.next(at: Int.max / 2) == nil)
    }

    @Test("a flood of senseless packets is told as such, and costs a bounded time", arguments: [1])
    func flood(seed: Int) throws {
        var random = SplitMix(state: UInt64(seed))
        var opener = try opener()
        for id in 0..<20 { opener.add(SenderID(UInt32(id)), keys: [try key(UInt8(id + 20))]) }
        #expect(refusal(&opener, try packet(1, 1)) == nil)
        var refusals: [PacketRefusal: Int] = [:]
        for round in 0..<3000 {
            let count = Int.random(in: 0...60, using: &random)
            let packet = (0..<count).map { _ in UInt8.random(in: 0...255, using: &random) }
            if let refusal = refusal(&opener, packet, at: 20 + round / 2) { refusals[refusal, default: 0] += 1 }
        }
        #expect(refusals.values.reduce(0, +) == 3000 && refusals[.forged] ?? 0 > 500)
        // And a good one is still known.
        #expect(refusal(&opener, try packet(1, 101), at: 2021) == nil)
    }
}
