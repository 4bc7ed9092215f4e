// What a store tells its readers.
import Foundation
import Link
import Testing

@testable import Publishing

struct TrackStoreTests {
    private let folder = FileManager.default.temporaryDirectory.appendingPathComponent("store-\(UUID().uuidString)")
    private var path: String { folder.appendingPathComponent("numbers").path }

    private func store() throws -> TrackStore {
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        return try TrackStore(path: path)
    }

    private func sighting(_ id: Int, camera: Int = 0, class objectClass: Int = 0) -> TrackSighting {
        TrackSighting(
            camera: camera, id: id, objectClass: objectClass, score: 0.5,
            box: PictureBox(middleX: 0.5, middleY: 0.5, width: 0.1, height: 0.1))
    }

    @Test("each reader is told what changed since it asked last, tracks as they are now and events one by one")
    func changes() throws {
        defer { try? FileManager.default.removeItem(at: folder) }
        let store = try store()
        store.describe(cameras: ["north", "south"], classes: ["person", "dog"])
        let (quick, slow) = (StoreReader(store), StoreReader(store))
        #expect(quick.take().names?[.cameras] == ["north", "south"])
        store.see([sighting(7), sighting(8, class: 1)], source: "north")
        let seen = quick.take()
        #expect(seen.names == nil && seen.tracks.map(\.label) == ["person", "dog"] && seen.events.isEmpty)
        for score in 1...9 {
            var again = sighting(7)
            again.score = Double(score) / 10
            store.see([again], source: "north")
            store.fit(rule: "zone", camera: 0, id: 7)
        }
        store.lose(camera: 0, id: 8)
        store.lose(camera: 1, id: 8)
        #expect(quick.take().tracks.map(\.sighting.score) == [0.9, 0.5])
        let late = slow.take()
        #expect(late.names?[.rules] == ["zone"])
        #expect(late.tracks.map(\.end) == [nil, .lost] && late.events.count == 10 && late.missed == 0)
        let numbers = late.events.map(\.number)
        #expect(numbers == Array(numbers[0]..<numbers[0] + 10))
        guard case .gone(let track, .lost) = late.events[9].kind else {
            Issue.record("\(late.events[9])")
            return
        }
        #expect(track.number == seen.tracks[1].number)
        #expect(slow.take().tracks.isEmpty && quick.take().events.isEmpty)
    }

    @Test("numbers are given once, over restarts, and no two tracks that are told of have the same last bits")
    func numbers() throws {
        defer { try? FileManager.default.removeItem(at: folder) }
        var given: Set<Int> = []
        for _ in 0..<3 {
            let store = try store()
            let reader = StoreReader(store)
            // One that stays while thousands pass.
            store.see([sighting(-1)], source: "c")
            let staying = try #require(reader.take().tracks.first?.number)
            #expect(given.insert(staying).inserted)
            for id in 0..<2500 {
                store.see([sighting(-1), sighting(id)], source: "c")
                store.lose(camera: 0, id: id)
                let tracks = reader.take().tracks
                guard let number = tracks.map(\.number).max(), number > staying else { continue }
                if !given.insert(number).inserted || TrackTag(of: number) == TrackTag(of: staying) {
                    Issue.record("\(number) is given again")
                }
            }
        }
        #expect(given.count == 3 * 2501)
    }

    @Test("of more events than fit, the oldest are given up and counted, and nothing grows without end")
    func bounded() throws {
        defer { try? FileManager.default.removeItem(at: folder) }
        let store = try store()
        let (lazy, busy) = (StoreReader(store), StoreReader(store))
        var told = 0
        for part in 0..<12_000 {
            let judged = StoredPart(number: part, serial: "", isGood: true, wasInspected: true, reasons: [])
            store.judge(judged, source: "c")
            if part % 100 == 99 { told += busy.take().events.count }
        }
        #expect(told == 12_000)
        let rest = lazy.take()
        #expect(rest.missed + rest.events.count == 12_000 && rest.missed > 1000)
        guard case .part(let last) = rest.events.last?.kind else {
            Issue.record("no part")
            return
        }
        #expect(last.number == 11_999)
        for id in 0..<1500 { store.see([sighting(id)], source: "c") }
        #expect(lazy.take().tracks.count <= 1000)
    }

    @Test("a reader is woken, and a store may be written to from several threads")
    func threads() async throws {
        defer { try? FileManager.default.removeItem(at: folder) }
        let store = try store()
        let reader = StoreReader(store)
        _ = reader.take()
        await withTaskGroup(of: Void.self) { group in
            for camera in 0..<4 {
                group.addTask {
                    for id in 0..<50 {
                        let box = PictureBox(middleX: 0.5, middleY: 0.5, width: 0.1, height: 0.1)
                        let sighting = TrackSighting(camera: camera, id: id, objectClass: 0, score: nil, box: box)
                        store.see([sighting], source: "c\(camera)")
                    }
                }
            }
        }
        Readiness.wait(for: [reader.descriptor], milliseconds: 60_000)
        let tracks = reader.take().tracks
        #expect(tracks.count == 200 && Set(tracks.map(\.number)).count == 200)
    }
}
