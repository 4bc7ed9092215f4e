// Which pictures a link tells, and when.
import Database
import Imaging
import Link
import TestSupport
import Testing

@testable import Publishing

struct PictureTests {
    private func track(_ number: Int, firstSeen: Int, end: GoneRecord.Reason? = nil) -> StoredTrack {
        let box = PictureBox(middleX: 0.5, middleY: 0.5, width: 0.1, height: 0.1)
        var track = StoredTrack(
            number: number, source: "gate", label: "person",
            sighting: TrackSighting(id: number, objectClass: 0, score: 0.9, box: box), firstSeen: firstSeen,
            lastSeen: firstSeen)
        track.end = end
        return track
    }

    private func subjects(_ list: inout PictureList, at now: Int, scenes: [Int: Int] = [:]) -> [PictureList.Picture] {
        var found: [PictureList.Picture] = []
        while let picture = list.next(at: now, underWay: 0, scenes: scenes, isTaken: { _ in true }) {
            found.append(picture)
        }
        return found
    }

    @Test("each track is shown once, two seconds after it came; before others the one that something happened to")
    func order() {
        var list = PictureList(sceneEvery: nil)
        for number in 1...3 { list.see(track(number, firstSeen: number * 1000)) }
        #expect(subjects(&list, at: 2000).isEmpty)
        list.hasAlert(1)
        #expect(subjects(&list, at: 2100).map(\.subject) == [.track(1, level: 0)])
        list.see(track(1, firstSeen: 1000))
        list.hasAlert(1)
        #expect(subjects(&list, at: 60_000).map(\.subject) == [.track(3, level: 0), .track(2, level: 0)])
        // Who has left is shown at once.
        list.see(track(4, firstSeen: 60_000))
        list.see(track(4, firstSeen: 60_000, end: .lost))
        #expect(subjects(&list, at: 60_001).map(\.subject) == [.track(4, level: 0)])
    }

    @Test("a track of which there is no picture yet waits for it")
    func late() {
        var list = PictureList(sceneEvery: nil)
        for number in 1...2 { list.see(track(number, firstSeen: 0)) }
        list.hasAlert(2)
        let none = list.next(at: 5000, underWay: 0, scenes: [:], isTaken: { _ in false })
        let other = list.next(at: 5000, underWay: 0, scenes: [:], isTaken: { $0 == 1 })
        #expect(none == nil && other?.subject == .track(1, level: 0))
        #expect(subjects(&list, at: 5000).map(\.subject) == [.track(2, level: 0)])
    }

    @Test("what somebody asked for comes first, also where there is room for nothing else, and once")
    func wishes() {
        var list = PictureList(sceneEvery: nil)
        list.see(track(1, firstSeen: 0))
        for _ in 0..<3 { list.wish(.chip(number: 9, level: 2)) }
        list.wish(.scene(camera: 1))
        list.wish(.names)
        let first = list.next(at: 9000, underWay: 7, scenes: [:], isTaken: { _ in true })
        #expect(first == PictureList.Picture(subject: .track(9, level: 2), isWished: true))
        let second = list.next(at: 9000, underWay: 7, scenes: [:], isTaken: { _ in true })
        #expect(second == PictureList.Picture(subject: .scene(camera: 1), isWished: true))
        #expect(list.next(at: 9000, underWay: 7, scenes: [:], isTaken: { _ in true }) == nil)
        #expect(list.next(at: 9000, underWay: 0, scenes: [:], isTaken: { _ in true })?.subject == .track(1, level: 0))
    }

    @Test("many that somebody asked for wait until those on their way are there")
    func patient() {
        var list = PictureList(sceneEvery: nil)
        list.wish(.chip(number: 9, level: 2))
        let none = list.next(at: 9000, underWay: 8, scenes: [:], isTaken: { _ in true })
        #expect(none == nil)
        #expect(subjects(&list, at: 9000).map(\.subject) == [.track(9, level: 2)])
    }

    @Test("a scene follows the one before when its time has come and there is a newer one")
    func scenes() {
        var list = PictureList(sceneEvery: 600_000)
        let first = subjects(&list, at: 0, scenes: [0: 1, 1: 2]).map(\.subject)
        #expect(first == [.scene(camera: 0), .scene(camera: 1)])
        #expect(subjects(&list, at: 599_999, scenes: [0: 3, 1: 4]).isEmpty)
        #expect(subjects(&list, at: 600_000, scenes: [0: 3, 1: 2]).map(\.subject) == [.scene(camera: 0)])
        var silent = PictureList(sceneEvery: nil)
        #expect(subjects(&silent, at: 0, scenes: [0: 1]).isEmpty)
    }

    @Test("of very many tracks the last ones are shown")
    func many() {
        var list = PictureList(sceneEvery: nil)
        for number in 0..<1000 { list.see(track(number, firstSeen: 0)) }
        for number in 0..<100 { list.wish(.chip(number: number, level: 1)) }
        let shown = subjects(&list, at: 5000)
        #expect(shown.count == 64 + 256 && shown[64].subject == .track(999, level: 0))
    }

    @Test("an album keeps the best picture of each track, the last of each camera, and not more than it may")
    func album() throws {
        let album = Album()
        let (small, large) = (
            try Image(width: 8, height: 8, format: .rgb), try Image(width: 16, height: 16, format: .rgb)
        )
        #expect(album.portrait(of: 1) == nil && album.wants(1, quality: 0.1))
        album.keep(small, of: 1, quality: 1)
        #expect(!album.wants(1, quality: 1.1) && album.wants(1, quality: 1.3))
        album.keep(large, of: 1, quality: 2)
        #expect(album.portrait(of: 1)?.width == 16)
        album.keep(scene: small, of: 3)
        let before = album.sceneOrders[3] ?? 0
        album.keep(scene: large, of: 3)
        #expect(album.scene(of: 3)?.width == 16 && album.sceneOrders[3] ?? 0 > before)
        let picture = try Image(width: 256, height: 256, format: .rgb)
        for number in 2..<200 { album.keep(picture, of: number, quality: 1) }
        let kept = (1..<200).filter { album.portrait(of: $0) != nil }
        #expect(kept.count == Album.mostBytes / picture.bytes.count && kept.last == 199 && kept.first ?? 0 > 100)
    }

    @Test("a scene fits a kilobyte and a half")
    func scene() throws {
        var random = SplitMix(state: 5)
        let bytes = (0..<192 * 108 * 3).map { _ in UInt8.random(in: 0...255, using: &random) }
        let noise = try Image(width: 192, height: 108, format: .rgb, bytes: bytes)
        let file = try #require(try ChipMaker.scene(of: noise))
        let shown = try Image.decode(file)
        #expect(file.count < 1500 && shown.width == 192 && shown.height == 108, "\(file.count)")
    }
}
