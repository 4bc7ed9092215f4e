// What a sender remembers.
import Database
import Foundation
import TestSupport
import Testing

@testable import Link

@Suite struct SpoolTests {
    private let folder: URL
    private var path: String { folder.appendingPathComponent("spool.sqlite").path }

    init() throws {
        folder = FileManager.default.temporaryDirectory.appendingPathComponent("spool-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    }

    private func sighting(_ class: Int, position: Bool = true) -> TrackSighting {
        let place = EarthPlace(latitude: 46.5123456, longitude: -8.25)
        return TrackSighting(
            id: 4, objectClass: `class`, score: 0.75,
            box: PictureBox(middleX: 0.3, middleY: 0.6, width: 0.1, height: 0.2),
            position: position
                ? GroundPosition(
                    place: place, height: 1500.5, error: 8, ellipse: ErrorEllipse(major: 9, minor: 4, bearing: 130),
                    doubts: .grazing) : nil)
    }

    private static let alerts: [Alert.Kind] = [
        .rule(3, track: 17), .part(number: 5, isGood: false, wasInspected: true, reason: 2),
        .part(number: 6, isGood: true, wasInspected: true, reason: nil), .gone(track: 9, .dismissed),
    ]

    @Test("each run has an epoch of its own, the first one by the time")
    func epochs() throws {
        defer { try? FileManager.default.removeItem(at: folder) }
        let first = try LinkSpool(path: path).epoch
        for run in 1...5 { #expect(try LinkSpool(path: path).epoch == first + UInt32(run)) }
        let other = try LinkSpool(path: folder.appendingPathComponent("other.sqlite").path)
        // Seconds: one that is made later begins later.
        #expect((first...first + 60).contains(other.epoch))
    }

    @Test("a spool that somebody uses is refused, and given back when he ends")
    func used() throws {
        defer { try? FileManager.default.removeItem(at: folder) }
        let first = try LinkSpool(path: path)
        #expect(throws: DatabaseError.failed(path, "another process uses it")) { _ = try LinkSpool(path: path) }
        first.put(Alert(number: 1, .rule(1, track: 1), happened: LinkTime(epoch: first.epoch, milliseconds: 0)))
    }

    @Test("a spool is given back when it is let go")
    func givenBack() throws {
        defer { try? FileManager.default.removeItem(at: folder) }
        for _ in 0..<3 { _ = try LinkSpool(path: path) }
    }

    @Test("what was committed and nobody has is there after a restart, the rest is not")
    func restored() throws {
        defer { try? FileManager.default.removeItem(at: folder) }
        var before: LinkSpool? = try LinkSpool(path: path)
        let epoch = try #require(before).epoch
        func time(_ milliseconds: Int) -> LinkTime { LinkTime(epoch: epoch, milliseconds: milliseconds) }
        try fill(try #require(before), time)
        // Not committed: as if the power went.
        before = nil
        let spool = try LinkSpool(path: path)
        let unsent = try spool.unsent()
        #expect(unsent.alerts.map(\.number) == [0, 2, 3])
        #expect(unsent.alerts.map(\.kind) == [0, 2, 3].map { Self.alerts[$0] })
        #expect(unsent.alerts.map(\.happened) == [time(0), time(200), time(300)])
        #expect(unsent.tracks.count == 1 && unsent.tracks[0].number == 7 && unsent.tracks[0].seen == time(3))
        var wanted = sighting(3)
        wanted.id = -1
        #expect(unsent.tracks[0].sighting == wanted)
        #expect(unsent.clocks.map(\.epoch) == [epoch] && unsent.clocks[0].began == 1_790_000_000_000)
    }

    private func fill(_ spool: LinkSpool, _ time: (Int) -> LinkTime) throws {
        for (number, kind) in Self.alerts.enumerated() {
            spool.put(Alert(number: number, kind, happened: time(number * 100)))
        }
        for class_ in 1...3 { spool.put(7, sighting(class_), seen: time(class_)) }
        spool.put(8, sighting(5, position: false), seen: time(9))
        spool.put(clock: spool.epoch, began: 1_790_000_000_000, doubt: 20)
        #expect(spool.waiting == 7)
        try spool.commit()
        #expect(spool.waiting == 0)
        spool.remove(.alert(number: 1))
        spool.remove(.track(number: 8))
        try spool.commit()
        spool.put(Alert(number: 99, .gone(track: 1, .lost), happened: time(5)))
    }

    @Test("a spool that is full gives up the oldest and counts it; newer alerts stay")
    func full() throws {
        defer { try? FileManager.default.removeItem(at: folder) }
        let dropped = try filled()
        #expect(dropped > 5000)
        let kept = try LinkSpool(path: path, mostBytes: 120_000).unsent().alerts.map(\.number)
        #expect(kept.count + dropped == 20_000 && kept == Array((20_000 - kept.count)..<20_000))
        #expect(kept.count > 500)
    }

    /// Puts in more than fits. Returns how many were given up.
    private func filled(_ count: Int = 20_000, kind: (Int) -> Alert.Kind = { .rule(1, track: $0) }) throws -> Int {
        let spool = try LinkSpool(path: path, mostBytes: 120_000)
        let time = LinkTime(epoch: spool.epoch, milliseconds: 0)
        for number in 0..<count {
            spool.put(Alert(number: number, kind(number), happened: time))
            if number % 500 == 499 { try spool.commit() }
        }
        return spool.dropped
    }

    /// What a sender had when it was killed. Returns its epoch.
    private func leave(track: Int) throws -> UInt32 {
        let spool = try LinkSpool(path: path)
        spool.put(track, sighting(2), seen: LinkTime(epoch: spool.epoch, milliseconds: 90_000))
        let happened = LinkTime(epoch: spool.epoch, milliseconds: 91_000)
        spool.put(Alert(number: 0, .rule(4, track: track), happened: happened))
        spool.put(clock: spool.epoch, began: 1_790_000_000_000, doubt: 16)
        try spool.commit()
        return spool.epoch
    }

    @Test("of what a full spool gives up, what is gone goes before alarms")
    func least() throws {
        defer { try? FileManager.default.removeItem(at: folder) }
        let dropped = try filled(10_000) { $0 % 20 == 0 ? .rule(1, track: $0) : .gone(track: $0, .lost) }
        let kept = try LinkSpool(path: path, mostBytes: 120_000).unsent().alerts
        #expect(kept.count + dropped == 10_000 && dropped > 1000)
        #expect(kept.filter { $0.importance == .alarm }.count == 500)
    }

    @Test("a sender that was killed goes on in a new epoch: what nobody had arrives, with its time and its track")
    func handedOver() throws {
        defer { try? FileManager.default.removeItem(at: folder) }
        let secret = [UInt8](repeating: 9, count: 32)
        let id = SenderID(77)
        let profile = LinkProfile(name: "radio", packetBytes: 233, bytesPerSecond: 300)
        let area = Area(origin: EarthPlace(latitude: 46.5, longitude: -8.3), base: 1000)
        let first = 5000
        let before = try leave(track: first + 3)
        let spool = try LinkSpool(path: path)
        let unsent = try spool.unsent()
        let sealer = PacketSealer(sender: id, key: try PacketKey(secret: secret, .up), epoch: spool.epoch)
        var sender = LinkSender(profile, sealer: sealer)
        sender.tell(CameraView(camera: 0, area: area), at: 0)
        for track in unsent.tracks { sender.restore(track.number, track.sighting, seen: track.seen) }
        for alert in unsent.alerts { sender.tell(alert) }
        for clock in unsent.clocks { sender.tell(clock: clock.epoch, began: clock.began, doubt: clock.doubt) }
        var opener = PacketOpener()
        opener.add(id, keys: [try PacketKey(secret: secret, .up)])
        var receiver = LinkReceiver()
        var reports: [Report] = []
        for now in stride(from: 0, to: 5000, by: 20) {
            while let packet = try sender.packet(at: now) {
                if let opened = try? opener.open(packet, at: now) { reports += try receiver.take(opened).reports }
            }
        }
        let track = try #require(receiver.tracks[first + 3])
        #expect(track.seen.epoch == before && abs(track.seen.milliseconds - 90_000) <= 1000)
        #expect(track.position?.height == 1500 && track.objectClass == 2)
        let events = reports.compactMap { report -> (rule: Int, track: Int, at: LinkTime)? in
            if case .event(_, let rule, let track, let at) = report { (rule, track, at) } else { nil }
        }
        let event = try #require(events.first)
        #expect(event.rule == 4 && event.track == first + 3 && event.at.epoch == before)
        #expect(abs(event.at.milliseconds - 91_000) <= 200)
        let utc = try #require(receiver.utc(event.at))
        #expect(abs(utc.milliseconds - 1_790_000_091_000) <= 200)
    }
}
