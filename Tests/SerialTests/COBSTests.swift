// Packets between zeros.
import Foundation
import Peers
import TestSupport
import Testing

@testable import Serial

@Suite struct COBSTests {
    private static func packet(_ count: Int, _ random: inout SplitMix) -> [UInt8] {
        let most: UInt8 = Bool.random(using: &random) ? 255 : 3
        return (0..<count).map { _ in UInt8.random(in: 0...most, using: &random) }
    }

    private static func hexadecimal(_ bytes: [UInt8]) -> String { bytes.map { String(format: "%02x", $0) }.joined() }

    @Test("packets of all lengths come back, without a zero in them, and with 1 byte in 254 more")
    func roundTrip() throws {
        var random = SplitMix(state: 1)
        var reader = COBSReader()
        var faults: [Int] = []
        for count in 1...COBS.mostBytes {
            for packet in [Self.packet(count, &random), [UInt8](repeating: 1, count: count)] {
                let bytes = try #require(COBS.encoded(packet))
                let isRight =
                    bytes.last == 0 && !bytes.dropLast().contains(0) && bytes.count <= COBS.mostEncodedBytes(count)
                if !isRight || reader.read(bytes) != [packet] { faults.append(count) }
            }
        }
        #expect(faults.isEmpty && COBS.encoded([]) == nil)
        #expect(COBS.encoded([UInt8](repeating: 1, count: COBS.mostBytes + 1)) == nil)
        #expect(COBS.encoded([1, 2, 0, 3]) == [3, 1, 2, 2, 3, 0])
    }

    @Test(
        "Python's package makes the same of each packet",
        .enabled(if: PeerProgram.has("cobs"), "needs cobs: make peers"))
    func peer() throws {
        var random = SplitMix(state: 2)
        var packets = (1...600).map { Self.packet($0, &random) }
        packets += [253, 254, 255, 508, 509].map { [UInt8](repeating: 9, count: $0) }
        let output = try PeerProgram.output(
            script: "Peer/cobs_packets.py", input: packets.map { Self.hexadecimal($0) + "\n" }.joined())
        let ours = packets.compactMap { COBS.encoded($0) }.map { Self.hexadecimal($0.dropLast()) }
        #expect(output.split(separator: "\n").map(String.init) == ours)
    }

    @Test("over a serial line with noise, all packets come that noise did not hit", arguments: 1...3)
    func noise(seed: Int) throws {
        var random = SplitMix(state: UInt64(seed))
        let terminal = try PseudoTerminal()
        let port = try SerialPort(path: terminal.path, rate: 57_600)
        var reader = COBSReader()
        var (sent, came) = ([[UInt8]](), [[UInt8]]())
        for _ in 0..<200 {
            let packet = Self.packet(Int.random(in: 1...300, using: &random), &random)
            var bytes = try #require(COBS.encoded(packet))
            switch Int.random(in: 0..<5, using: &random) {
            case 0: bytes[Int.random(in: 0..<bytes.count - 1, using: &random)] ^= 0xff
            case 1: bytes.remove(at: Int.random(in: 0..<bytes.count - 1, using: &random))
            default: sent.append(packet)
            }
            var written = 0
            while written < bytes.count { written += try port.write(bytes[written...]) }
            came += reader.read(terminal.read(within: 1000))
        }
        while true {
            let rest = terminal.read(within: 50)
            if rest.isEmpty { break }
            came += reader.read(rest)
        }
        // What noise hit may come as something else, which the packet's own check refuses.
        var left = came[...]
        for packet in sent {
            guard let place = left.firstIndex(of: packet) else {
                Issue.record("seed \(seed): \(packet)")
                return
            }
            left = left[(place + 1)...]
        }
    }

    @Test("100,000 mutated pieces trap nothing, and the next packet comes")
    func hostile() throws {
        let seed: UInt64 = 3
        var random = SplitMix(state: seed)
        var reader = COBSReader()
        let packets = (1...40).compactMap { COBS.encoded(Self.packet($0 * 29, &random)) }
        var read = 0
        for _ in 0..<100_000 {
            var piece = Array(packets[Int.random(in: 0..<packets.count, using: &random)].prefix(60))
            piece[Int.random(in: 0..<piece.count, using: &random)] = UInt8.random(in: 0...255, using: &random)
            if Int.random(in: 0..<4, using: &random) == 0 { piece.append(0) }
            for packet in reader.read(piece) {
                read += 1
                if packet.isEmpty || packet.count > COBS.mostBytes { Issue.record("seed \(seed): \(packet)") }
            }
        }
        #expect(read > 1000 && reader.broken > 1000, "seed \(seed)")
        #expect(reader.read([0] + packets[0]).last == COBS.decoded(Array(packets[0].dropLast())))
    }
}
