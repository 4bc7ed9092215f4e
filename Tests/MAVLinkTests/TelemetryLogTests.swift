// Telemetry logs, whole and damaged.
import TestSupport
import Testing

@testable import MAVLink

@Suite struct TelemetryLogTests {
    private static let sender = MAVLinkFrame.Sender(system: 1, component: 1)
    private static let began = 1_777_629_600_000_000

    private static func record(_ index: Int) -> [UInt8] {
        let stamp = UInt64(began + index * 20_000)
        let frame = MAVLinkFrame(
            Heartbeat(customMode: UInt32(index), type: 2, autopilot: 3), sender: sender,
            sequence: UInt8(truncatingIfNeeded: index))
        return (0..<8).map { UInt8(truncatingIfNeeded: stamp >> (56 - 8 * $0)) } + frame.bytes
    }

    /// SYS_STATUS, which is not known here, with bytes in it that begin frames.
    private static func unknown(_ index: Int) -> [UInt8] {
        Array(record(index).prefix(8)) + [0xfd, 4, 0, 0, 9, 1, 1, 1, 0, 0, 0xfd, 0xfe, 0xfd, 0xfe, 0x55, 0xaa]
    }

    @Test("frames come with their times from a log that is read in any pieces", arguments: 1...5)
    func pieces(seed: Int) {
        var random = SplitMix(state: UInt64(seed))
        var bytes: [UInt8] = []
        for index in 0..<300 { bytes += index % 7 == 3 ? Self.unknown(index) : Self.record(index) }
        var reader = TelemetryLogReader()
        var read: [LoggedFrame] = []
        var place = 0
        while place < bytes.count {
            let end = min(place + Int.random(in: 1...100, using: &random), bytes.count)
            read += reader.read(bytes[place..<end])
            place = end
        }
        let wanted = (0..<300).filter { $0 % 7 != 3 }
        #expect(read.map { ($0.frame.message as? Heartbeat).map { Int($0.customMode) } } == wanted, "seed \(seed)")
        #expect(read.map(\.microseconds) == wanted.map { Self.began + $0 * 20_000 })
        #expect(reader.noise == 0 && reader.records == 300 && reader.unfinishedBytes == 0)
    }

    @Test("behind damage it goes on, and an end within a record is known", arguments: 1...5)
    func damage(seed: Int) {
        var random = SplitMix(state: UInt64(seed))
        var bytes: [UInt8] = []
        for index in 0..<100 {
            bytes += Self.record(index)
            if index % 10 == 9 { bytes += (0..<50).map { _ in UInt8.random(in: 0...255, using: &random) } }
        }
        var reader = TelemetryLogReader()
        let read = reader.read(bytes.dropLast(60))
        // Bytes by chance that begin as a long record hide some, never all that follow.
        #expect(read.count >= 80 && reader.noise > 0, "seed \(seed): \(read.count)")
        var cut = TelemetryLogReader()
        #expect(cut.read(Self.record(1) + Self.record(2).dropLast(3)).count == 1 && cut.unfinishedBytes > 0)
    }

    @Test("any bytes are no more than noise, and little of them is kept", arguments: 1...20)
    func noise(seed: Int) {
        var random = SplitMix(state: UInt64(seed))
        var reader = TelemetryLogReader()
        for _ in 0..<50 {
            let bytes = (0..<Int.random(in: 0...400, using: &random)).map { _ -> UInt8 in
                Bool.random(using: &random) ? 0xfd : UInt8.random(in: 0...255, using: &random)
            }
            _ = reader.read(bytes)
            #expect(reader.unfinishedBytes < 300)
        }
    }
}
