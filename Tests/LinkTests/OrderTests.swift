// What comes first where a link carries less than there is to tell.
import Testing

@testable import Link

@Suite struct OrderTests {
    private let time = LinkTime(epoch: 5, milliseconds: 0)

    private func alert(_ number: Int, _ kind: Alert.Kind) -> Alert { Alert(number: number, kind, happened: time) }

    @Test(
        "alarms come first, then good parts, tracks that nobody has, what is gone: of each the newest first"
    )
    func order() throws {
        let id = SenderID(3)
        let key = try PacketKey(secret: [UInt8](repeating: 9, count: 32), .up)
        var sender = LinkSender(
            LinkProfile(name: "line", packetBytes: 1200, bytesPerSecond: 1e6),
            sealer: PacketSealer(sender: id, key: key, epoch: 5))
        sender.tell(CameraView(camera: 0, area: nil), at: 0)
        let sighting = TrackSighting(
            id: 0, objectClass: 1, score: nil, box: PictureBox(middleX: 0.5, middleY: 0.5, width: 0.1, height: 0.1))
        for number in 100..<110 { sender.see(number, sighting, at: 0) }
        for number in 104..<110 { sender.forget(number) }
        for number in 0..<30 {
            let kind: Alert.Kind =
                switch number % 5 {
                case 0, 1: .gone(track: number, .lost)
                case 2: .part(number: number, isGood: true, wasInspected: true, reason: nil)
                case 3: .part(number: number, isGood: false, wasInspected: true, reason: nil)
                default: .rule(1, track: number)
                }
            sender.tell(alert(number, kind))
        }
        let packet = try #require(try sender.packet(at: 0))
        var opener = PacketOpener()
        opener.add(id, keys: [key])
        var told: [String] = []
        for record in Payload(bytes: try opener.open(packet, at: 0).text).records {
            switch record {
            case .event(let event): told.append("alarm \(event.number)")
            case .part(let part): told.append("\(part.isGood ? "good" : "alarm") \(part.number)")
            case .track(let track): told.append("track \(track.track.low)")
            case .gone(let gone): told.append("gone \(gone.track.low)")
            default: break
            }
        }
        let numbers = (0..<30).reversed()
        var wanted = numbers.filter { $0 % 5 > 2 }.map { "alarm \($0)" }
        wanted += numbers.filter { $0 % 5 == 2 }.map { "good \($0)" }
        wanted += [103, 102, 101, 100, 109, 108, 107, 106, 105, 104].map { "track \($0)" }
        wanted += numbers.filter { $0 % 5 < 2 }.map { "gone \($0)" }
        #expect(told == wanted)
    }

    @Test("of more alerts than are repeated, the least important and oldest wait, and the others come back first")
    func backlog() {
        var backlog = AlertBacklog(most: 5)
        #expect(backlog.put(alert(3, .gone(track: 1, .lost))) == nil)
        #expect(backlog.put(alert(9, .rule(1, track: 1))) == nil)
        // Older than one that is there.
        #expect(backlog.put(alert(2, .rule(1, track: 1))) == nil)
        #expect(backlog.put(alert(5, .part(number: 1, isGood: true, wasInspected: true, reason: nil))) == nil)
        #expect(backlog.put(alert(4, .gone(track: 1, .lost))) == nil)
        #expect(backlog.put(alert(6, .rule(1, track: 1)))?.number == 3)
        #expect(backlog.put(alert(7, .gone(track: 1, .lost)))?.number == 4)
        backlog.remove(6)
        backlog.remove(1)
        #expect(backlog.count == 4)
        #expect((0..<5).map { _ in backlog.take()?.number } == [9, 2, 5, 7, nil])
    }

    @Test("a sender takes the least important alert back, of these the oldest")
    func takenBack() throws {
        let key = try PacketKey(secret: [UInt8](repeating: 9, count: 32), .up)
        var sender = LinkSender(
            LinkProfile(name: "line", packetBytes: 100, bytesPerSecond: 100),
            sealer: PacketSealer(sender: SenderID(3), key: key, epoch: 5))
        sender.tell(alert(8, .rule(1, track: 1)))
        sender.tell(alert(9, .gone(track: 1, .lost)))
        sender.tell(alert(7, .rule(1, track: 1)))
        #expect((0..<4).map { _ in sender.takeBack()?.number } == [9, 7, 8, nil])
    }
}
