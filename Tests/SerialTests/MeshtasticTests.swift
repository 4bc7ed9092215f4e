// Meshtastic's frames and messages, with Meshtastic's own classes as the other end.
import Foundation
import Peers
import TestSupport
import Testing

@testable import Serial

@Suite struct MeshtasticTests {
    private static let isPeerThere = PeerProgram.has("meshtastic")

    private static func hexadecimal(_ bytes: [UInt8]) -> String { bytes.map { String(format: "%02x", $0) }.joined() }

    private static func bytes(_ hexadecimal: String) -> [UInt8] {
        let digits = Array(hexadecimal.utf8)
        return stride(from: 0, to: digits.count - 1, by: 2).compactMap { index in
            UInt8(String(decoding: digits[index...index + 1], as: UTF8.self), radix: 16)
        }
    }

    private static func packet(_ random: inout SplitMix) -> MeshtasticPacket? {
        let count = Int.random(in: 1...MeshtasticPacket.mostBytes, using: &random)
        return MeshtasticPacket(
            payload: (0..<count).map { _ in UInt8.random(in: 0...255, using: &random) },
            number: UInt32.random(in: 1 ... .max, using: &random),
            destination: UInt32.random(in: 0 ... .max, using: &random),
            channel: UInt8.random(in: 0...7, using: &random), hops: UInt8.random(in: 1...7, using: &random))
    }

    private static func objects(_ text: String) throws -> [[String: Any]] {
        try text.split(separator: "\n").map { line in
            try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any] ?? [:]
        }
    }

    @Test(
        "Meshtastic's classes see in our messages what we mean, and we in theirs what they mean",
        .enabled(if: isPeerThere, "needs meshtastic: make peers"))
    func peer() throws {
        let seed: UInt64 = 11
        var random = SplitMix(state: seed)
        var radio = MeshtasticRadio(number: 4_000_000_000)
        let packets = (0..<300).compactMap { _ in Self.packet(&random) }
        let question = radio.advance(to: 0)
        #expect(Array(question.prefix(32)) == [UInt8](repeating: 0xc3, count: 32))
        var lines = packets.map { radio.bytes($0) }
        lines.append(Array(question.dropFirst(32)))
        lines.append(try #require(MeshtasticStream.framed(ToRadio.heartbeat.bytes)))
        let drawn = 600
        let output = try PeerProgram.output(
            script: "Peer/mesh_messages.py", ["\(seed)", "\(drawn)"],
            input: lines.map { Self.hexadecimal($0) + "\n" }.joined())
        let told = try Self.objects(output)
        #expect(told.count == lines.count + drawn)
        var faults: [String] = []
        for (packet, seen) in zip(packets, told) {
            let isRight =
                seen["kind"] as? String == "packet" && seen["to"] as? UInt32 == packet.destination
                && seen["id"] as? UInt32 == packet.number && seen["channel"] as? UInt8 == packet.channel
                && seen["hops"] as? UInt8 == packet.hops && seen["port"] as? Int == 256
                && seen["payload"] as? String == Self.hexadecimal(packet.payload) && seen["whole"] as? Bool == true
                && seen["ack"] as? Bool == false && seen["from"] as? Int == 0
            if !isRight { faults.append("\(seen) for \(packet)") }
        }
        #expect(told[300]["kind"] as? String == "want_config_id" && told[300]["number"] as? UInt32 == 4_000_000_000)
        #expect(told[301]["kind"] as? String == "heartbeat")
        var reader = MeshtasticStreamReader()
        for line in told.dropFirst(lines.count) {
            let frames = reader.read(Self.bytes(line["frame"] as? String ?? ""))
            guard let frame = frames.first, let message = FromRadio(frame), frames.count == 1 else {
                faults.append("\(line)")
                continue
            }
            if !Self.isSame(message, line) { faults.append("\(message) for \(line)") }
        }
        #expect(faults.isEmpty, "seed \(seed): \(faults.count), first \(faults.prefix(2))")
    }

    private static func isSame(_ message: FromRadio, _ line: [String: Any]) -> Bool {
        let (kind, number) = (line["kind"] as? String ?? "", line["number"] as? UInt32)
        switch message {
        case .packet(let packet):
            return kind == "packet" && packet.source == line["from"] as? UInt32
                && packet.destination == line["to"] as? UInt32 && packet.number == line["id"] as? UInt32
                && packet.channel == line["channel"] as? UInt8 && packet.hops == line["hops"] as? UInt8
                // Nobody writes a zero.
                && packet.signalToNoise ?? 0 == (line["snr"] as? Double).map { Float($0) }
                && packet.strength == line["rssi"] as? Int
                && hexadecimal(packet.payload) == line["payload"] as? String
        case .node(let value): return kind == "node" && value == number
        case .configured(let value): return kind == "configured" && value == number
        case .rebooted: return kind == "rebooted"
        case .room(let value): return kind == "room" && value == number.map { Int($0) }
        case .other: return kind == "other"
        }
    }

    @Test(
        "a program over Meshtastic's SerialInterface connects to our frames, hears our packet and is heard",
        .enabled(if: isPeerThere, "needs meshtastic: make peers"))
    func program() throws {
        let terminal = try PseudoTerminal()
        let program = PeerProgram.process(script: "Peer/mesh_program.py", [terminal.path])
        let (input, output) = (Pipe(), Pipe())
        (program.standardInput, program.standardOutput) = (input, output)
        program.standardError = FileHandle.nullDevice
        try program.run()
        defer {
            kill(program.processIdentifier, SIGKILL)
            program.waitUntilExit()
        }
        var packet = try #require(MeshtasticPacket(payload: [0, 1, 0x94, 0xc3, 255], number: 77, destination: 0x1234))
        packet.source = 0xabcd
        var reader = MeshtasticStreamReader()
        var answer: MeshtasticPacket?
        func write(_ message: WireWriter) { terminal.write(MeshtasticStream.framed(message.bytes) ?? []) }
        for _ in 0..<300 where answer == nil {
            let bytes = terminal.read(within: 100)
            // A terminal that nobody has opened yet is ready at once.
            if bytes.isEmpty { Thread.sleep(forTimeInterval: 0.05) }
            for frame in reader.read(bytes) {
                var fields = WireReader(frame[...])
                guard let (field, value) = fields.next() else { continue }
                if field == 3, case .number(let number) = value {
                    var (node, messages) = (WireWriter(), [WireWriter(), WireWriter(), WireWriter()])
                    node.number(1, 0x1234)
                    messages[0].bytes(3, node.bytes)
                    messages[1].number(7, number)
                    var heard = WireWriter()
                    heard.fixed(1, packet.source)
                    messages[2].bytes(2, heard.bytes + packet.bytes)
                    // Radios write lines for people in between.
                    terminal.write(Array("INFO  | 12:00:00 5 [Router] lines\n".utf8))
                    messages.forEach(write)
                } else if field == 1, case .bytes(let value) = value {
                    answer = MeshtasticPacket(value)
                }
            }
        }
        let said = String(decoding: output.fileHandleForReading.availableData, as: UTF8.self)
        #expect(answer?.payload == packet.payload + [0x21] && answer?.channel == 2 && answer?.destination == 0xabcd)
        #expect(said.contains("\(0xabcd) \(0x1234) 77 PRIVATE_APP 000194c3ff"), "\(said)")
    }

    @Test("a radio is asked until it answers, kept awake, and asked again when it started anew")
    func conversation() throws {
        var radio = MeshtasticRadio()
        func framed(_ field: Int, _ value: UInt64) -> [UInt8] {
            var writer = WireWriter()
            writer.number(field, value)
            return MeshtasticStream.framed(writer.bytes) ?? []
        }
        let question = radio.advance(to: 0)
        #expect(question.count > 32 && radio.advance(to: 29_999).isEmpty && radio.advance(to: 30_000) == question)
        #expect(radio.take(framed(7, 1)).isEmpty && !radio.isReady)
        #expect(radio.take(framed(7, UInt64(MeshtasticRadio.withoutNodes))) == [.ready(nil)] && radio.isReady)
        #expect(radio.advance(to: 329_999).isEmpty)
        let beat = radio.advance(to: 330_000)
        #expect(beat == [0x94, 0xc3, 0, 2, 0x3a, 0] && radio.advance(to: 330_001).isEmpty)
        // Nothing came since the last beat: perhaps it started anew.
        #expect(radio.advance(to: 630_000) == question && !radio.isReady)
        _ = radio.take(framed(7, UInt64(MeshtasticRadio.withoutNodes)))
        #expect(radio.take(framed(8, 1)) == [.restarted] && radio.advance(to: 630_001) == question)
    }

    @Test("frames come out of a stream that is cut anywhere, with lines for people between them", arguments: 1...3)
    func noise(seed: Int) throws {
        var random = SplitMix(state: UInt64(seed))
        var (stream, sent) = ([UInt8](), [[UInt8]]())
        for _ in 0..<300 {
            let packet = try #require(Self.packet(&random)).bytes
            sent.append(packet)
            // All bytes but the first of a frame.
            let noise = Int.random(in: 0...60, using: &random)
            stream += (0..<noise).map { _ in UInt8.random(in: 0x95...0xff, using: &random) }
            stream += try #require(MeshtasticStream.framed(packet))
        }
        var reader = MeshtasticStreamReader()
        var (read, place) = ([[UInt8]](), 0)
        while place < stream.count {
            let end = min(place + Int.random(in: 1...200, using: &random), stream.count)
            read += reader.read(stream[place..<end])
            place = end
        }
        #expect(read == sent, "seed \(seed)")
    }

    @Test("100,000 mutated pieces trap nothing, and the next frame comes")
    func hostile() throws {
        let seed: UInt64 = 5
        var random = SplitMix(state: seed)
        var radio = MeshtasticRadio()
        let packets = try (0..<30).map { _ in
            var writer = WireWriter()
            writer.bytes(2, try #require(Self.packet(&random)).bytes)
            return try #require(MeshtasticStream.framed(writer.bytes))
        }
        var heard = 0
        for _ in 0..<100_000 {
            var piece = packets[Int.random(in: 0..<packets.count, using: &random)]
            for _ in 0..<Int.random(in: 0...3, using: &random) {
                // Where lengths and tags stand, more often.
                let last = Bool.random(using: &random) ? min(30, piece.count) : piece.count
                piece[Int.random(in: 0..<last, using: &random)] = UInt8.random(in: 0...255, using: &random)
            }
            if Int.random(in: 0..<5, using: &random) == 0 {
                piece.removeLast(Int.random(in: 0..<piece.count, using: &random))
            }
            heard += radio.take(piece).count
        }
        #expect(heard > 1000 && radio.broken > 100, "seed \(seed)")
        _ = radio.take([UInt8](repeating: 0, count: 600))
        #expect(radio.take(packets[0]).count == 1, "seed \(seed)")
    }

    @Test("a packet has 1 to 233 bytes")
    func sizes() {
        #expect(MeshtasticPacket(payload: [], number: 1) == nil)
        let most = MeshtasticPacket(payload: [UInt8](repeating: 1, count: 233), number: 1)
        #expect(most != nil && most?.destination == MeshtasticPacket.everybody && most?.hops == 3)
        #expect(MeshtasticPacket(payload: [UInt8](repeating: 1, count: 234), number: 1) == nil)
    }
}
