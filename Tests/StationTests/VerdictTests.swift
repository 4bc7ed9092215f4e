// What operators say, on its way to the box.
import Foundation
import JSON
import Peers
import Testing

@testable import Link
@testable import Station

@Suite struct VerdictTests {
    @Test("a box tells no more of what is a false alarm, and tells of it again when that does not hold")
    func dismissed() throws {
        let folder = try TestFolder("verdicts")
        let place = folder.path("store")
        var box = try PairedBox("drone")
        let station = try PairedBox.station(place, [box])
        let (board, desk) = (try StationBoard(place: place), try StationDesk(place: place))
        func latitude(_ number: Int) throws -> Double? {
            guard case .array(let tracks)? = try board.changes(since: 0)["tracks"]?.content else { return nil }
            let track = tracks.first { $0["track"]?.content == .integer(Int64(number)) }
            guard case .number(let latitude)? = track?["position"]?["latitude"]?.content else { return nil }
            return latitude
        }
        func walk(_ metres: ClosedRange<Int>) throws {
            for north in metres {
                box.see(1, north: Double(north))
                box.see(2, north: Double(north))
                _ = try box.run(1000, with: station)
            }
        }
        try walk(0...2)
        #expect(try desk.say(.false, of: 1, sender: box.id))
        _ = try box.run(2000, with: station)
        let before = try latitude(1)
        try walk(20...30)
        #expect(try latitude(1) == before)
        #expect(try latitude(2).map { $0 > PairedBox.area.latitude + 25 / 111_000 } == true)
        #expect(try desk.say(.none, of: 1, sender: box.id))
        _ = try box.run(2000, with: station)
        try walk(40...42)
        #expect(try latitude(1).map { $0 > PairedBox.area.latitude + 38 / 111_000 } == true)
    }

    @Test("a verdict is told three times, and again to a box that did not hear of it")
    func repeated() {
        var news = VerdictNews()
        news.say(.falseAlarm, of: 7, at: 0)
        news.say(.confirmed, of: 8, at: 0)
        var told: [Int: [Int]] = [:]
        for second in 0..<600 {
            let now = second * 1000
            if second == 300 {
                for track in [7, 8] { news.note(.update(.seen(track)), at: now) }
            }
            for verdict in news.due(at: now) {
                told[verdict.track, default: []].append(second)
                news.tell(verdict, at: now)
            }
            // The same again is nothing new.
            news.say(.falseAlarm, of: 7, at: now)
        }
        #expect(told == [7: [0, 10, 70, 300], 8: [0, 10, 70]])
        for track in 0..<1000 { news.say(.seen, of: track, at: 600_000) }
        #expect(news.due(at: 600_000).count == 256)
    }
}

extension ReceivedTrack {
    fileprivate static func seen(_ number: Int) -> ReceivedTrack {
        ReceivedTrack(
            number: number, camera: 0, objectClass: 0, seen: LinkTime(epoch: 1, milliseconds: 0),
            told: LinkTime(epoch: 1, milliseconds: 0))
    }
}
