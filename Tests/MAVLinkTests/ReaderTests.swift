// Frames out of whatever a wire brings.
import TestSupport
import Testing

@testable import MAVLink

@Suite struct ReaderTests {
    private static let sender = MAVLinkFrame.Sender(system: 1, component: 100)

    private static func frame(_ index: Int, random: inout SplitMix) -> [UInt8] {
        let kind = MessageTable.all[index % MessageTable.all.count]
        var reader = PayloadReader((0..<kind.length).map { _ in UInt8.random(in: 0...255, using: &random) })
        return MAVLinkFrame(
            kind.init(from: &reader), sender: sender, sequence: UInt8(truncatingIfNeeded: index)
        ).bytes
    }

    /// MAV_TYPE and so on of message 1, SYS_STATUS, which is not known here.
    private static func unknown(sequence: UInt8) -> [UInt8] {
        [0xfd, 4, 0, 0, sequence, sender.system, sender.component, 1, 0, 0, 1, 2, 3, 4, 0x55, 0xaa]
    }

    @Test("the sum over 123456789 is that of CRC-16/MCRF4XX")
    func checksum() {
        var sum = MAVLinkChecksum()
        sum.add("123456789".utf8)
        #expect(sum.value == 0x6f91)
    }

    @Test("all frames come out of a stream that is cut anywhere, with noise between them", arguments: 1...5)
    func noise(seed: Int) {
        var random = SplitMix(state: UInt64(seed))
        var stream: [UInt8] = []
        var sent: [[UInt8]] = []
        for index in 0..<300 {
            let frame = Self.frame(index, random: &random)
            sent.append(frame)
            // Noise without a frame's first byte: behind one a frame may be taken for its payload.
            let noise = Int.random(in: 0...40, using: &random) - 20
            stream += (0..<max(noise, 0)).map { _ in UInt8.random(in: 0...0xfc, using: &random) }
            stream += frame
        }
        var reader = MAVLinkReader()
        var read: [[UInt8]] = []
        var place = 0
        while place < stream.count {
            let end = min(place + Int.random(in: 1...100, using: &random), stream.count)
            read += reader.read(stream[place..<end]).map(\.bytes)
            place = end
        }
        #expect(read == sent, "seed \(seed)")
        #expect(reader.counts.frames == 300 && reader.counts.lost.isEmpty)
    }

    @Test("after a frame that was cut, the next one is read, and a first byte alone hides none for ever")
    func resynchronisation() {
        var random = SplitMix(state: 1)
        let frames = (0..<20).map { Self.frame($0, random: &random) }
        var reader = MAVLinkReader()
        var read = reader.read([0xfd, 200] + frames[0].prefix(9)).count
        for frame in frames[1...] { read += reader.read(frame).count }
        #expect(read >= 17)
        // Frames whose bytes were changed are told, and not read.
        var changed = frames[1]
        changed[11] ^= 1
        var other = MAVLinkReader()
        #expect(other.read(changed + frames[2]).map(\.bytes) == [frames[2]])
        #expect(other.counts.badChecksums >= 1)
    }

    @Test("messages that are not known are passed over, and count in their sender's sequence")
    func unknown() {
        var random = SplitMix(state: 2)
        var reader = MAVLinkReader()
        let stream = Self.frame(0, random: &random) + Self.unknown(sequence: 1) + Self.frame(2, random: &random)
        #expect(reader.read(stream).count == 2)
        #expect(reader.counts.unknown == 1 && reader.counts.noise == 0 && reader.counts.lost.isEmpty)
    }

    @Test("lost frames are those that were left out, for each sender, and an older one or a restart is none")
    func lost() {
        var random = SplitMix(state: 3)
        var reader = MAVLinkReader()
        var lost: [MAVLinkFrame.Sender: Int] = [:]
        var sequences: [UInt8: UInt8] = [:]
        var isFirst: Set<UInt8> = [1, 2, 3]
        for _ in 0..<2000 {
            let system = UInt8.random(in: 1...3, using: &random)
            let sender = MAVLinkFrame.Sender(system: system, component: 1)
            let dropped = isFirst.remove(system) == nil ? Int.random(in: 0...9, using: &random) * 12 : 0
            if dropped > 0 { lost[sender, default: 0] += dropped }
            sequences[system, default: 0] &+= UInt8(dropped + 1)
            let message = RadioStatus(
                errors: 0, mended: 0, strength: 1, remoteStrength: 1, room: 99, noise: 1, remoteNoise: 1)
            let frame = MAVLinkFrame(message, sender: sender, sequence: sequences[system] ?? 0)
            _ = reader.read(frame.bytes)
        }
        #expect(reader.counts.lost == lost)
        for sequence: UInt8 in [10, 9, 9, 200, 201, 0, 1] {
            _ = reader.read(
                MAVLinkFrame(
                    Heartbeat(type: 18), sender: MAVLinkFrame.Sender(system: 9, component: 1), sequence: sequence
                ).bytes)
        }
        #expect(reader.counts.lost[MAVLinkFrame.Sender(system: 9, component: 1)] == 54)
    }

    @Test("100,000 mutated pieces of streams trap nothing, and little is kept")
    func hostile() {
        let seed: UInt64 = 77
        var random = SplitMix(state: seed)
        let frames = (0..<34).map { Self.frame($0, random: &random) }
        var reader = MAVLinkReader()
        var state = VehicleState(system: 1, autopilot: 100)
        var read = 0
        for turn in 0..<100_000 {
            var piece = frames[Int.random(in: 0..<frames.count, using: &random)]
            for _ in 0..<Int.random(in: 0...3, using: &random) {
                piece[Int.random(in: 0..<piece.count, using: &random)] = UInt8.random(in: 0...255, using: &random)
            }
            if Int.random(in: 0..<4, using: &random) == 0 {
                piece.removeLast(Int.random(in: 0..<piece.count, using: &random))
            }
            if Int.random(in: 0..<8, using: &random) == 0 { piece += Self.unknown(sequence: 3) }
            for frame in reader.read(piece) {
                read += 1
                state.take(frame, at: turn)
                if let tunnel = frame.message as? Tunnel { _ = tunnel.packet }
            }
            if turn % 16 == 0 { _ = state.pose(at: turn) }
        }
        #expect(read > 10_000, "seed \(seed)")
        #expect(reader.keptBytes < 300 && reader.counts.lost.count <= 64, "seed \(seed)")
    }

    @Test("the sizes on the wire that the format's description states")
    func sizes() throws {
        var channel = MAVLinkChannel(sender: Self.sender)
        let image = CameraTrackingImageStatus(left: 0.1, top: 0.2, right: 0.3, bottom: 0.4, status: 1, mode: 2)
        let place = CameraTrackingGeoStatus(latitude: 465_500_000, longitude: 81_000_000, altitude: 1500, status: 1)
        #expect(channel.frame(image).count == 43 && channel.frame(place).count == 61)
        let tunnel = Tunnel(packet: [UInt8](repeating: 7, count: 23), targetSystem: 255, targetComponent: 190)
        #expect(channel.frame(try #require(tunnel)).count == 40)
    }

    @Test("a packet goes through a tunnel as it is, and not more than 128 bytes")
    func tunnel() throws {
        for count in 1...128 {
            // Zeros at the end are cut off and come back.
            let packet = (0..<count).map { UInt8($0 % 3) }
            let tunnel = try #require(Tunnel(packet: packet, targetSystem: 0, targetComponent: 0))
            var reader = MAVLinkReader()
            let frames = reader.read(MAVLinkFrame(tunnel, sender: Self.sender, sequence: 0).bytes)
            #expect((frames.first?.message as? Tunnel)?.packet == packet)
        }
        #expect(Tunnel(packet: [], targetSystem: 0, targetComponent: 0) == nil)
        #expect(Tunnel(packet: [UInt8](repeating: 1, count: 129), targetSystem: 0, targetComponent: 0) == nil)
        var other = try #require(Tunnel(packet: [1], targetSystem: 0, targetComponent: 0))
        other.payloadType = 1
        #expect(other.packet == nil)
        other.payloadType = Tunnel.linkPackets
        other.payloadLength = 200
        #expect(other.packet == nil)
    }

    @Test("a text of any length comes back from its pieces, the last of which has a zero", arguments: 0...160)
    func texts(count: Int) {
        let text = String(repeating: "ä", count: count / 2) + (count % 2 == 1 ? "x" : "")
        let pieces = StatusText.pieces(of: text, severity: 4, number: 9)
        #expect(pieces.flatMap(\.text) == Array(text.utf8))
        #expect(pieces.map { Int($0.piece) } == Array(pieces.indices))
        #expect(pieces.count == 1 || pieces.last.map { $0.text.count < 50 } == true)
        #expect(pieces.allSatisfy { $0.number == (pieces.count == 1 ? 0 : 9) })
    }

    @Test("a camera tells what it is, refuses what it does not do, and is silent where others are meant")
    func camera() {
        let information = CameraInformation(
            bootMilliseconds: 1, flags: 3072, width: 640, height: 480, vendor: "Arete", model: "test")
        let camera = CameraComponent(sender: Self.sender, information: information)
        let station = MAVLinkFrame.Sender(system: 255, component: 190)
        func answers(_ command: UInt16, _ first: Float, system: UInt8 = 1, component: UInt8 = 100) -> [String] {
            let command = CommandLong(
                parameters: [first, 0, 0, 0, 0, 0, 0], command: command, targetSystem: system,
                targetComponent: component)
            return camera.answers(to: command, from: station).map { message in
                guard let answer = message as? CommandAck else { return "\(type(of: message))" }
                return "\(answer.command) \(answer.result) \(answer.targetSystem) \(answer.targetComponent)"
            }
        }
        #expect(answers(512, 259) == ["512 0 255 190", "CameraInformation"])
        #expect(answers(512, 259, system: 0, component: 0) == ["512 0 255 190", "CameraInformation"])
        #expect(answers(512, 260) == ["512 3 255 190"] && answers(512, .nan) == ["512 3 255 190"])
        #expect(answers(2000, 0) == ["2000 3 255 190"])
        #expect(answers(2000, 0, component: 0) == [] && answers(512, 259, system: 2) == [])
        #expect(answers(512, 259, component: 1) == [])
    }
}
