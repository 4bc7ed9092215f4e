// Pictures that a station asks for.
import Link
import Testing

@testable import Station

struct PictureWishTests {
    private func report(_ kind: ObjectRecord.Kind, of number: Int, level: Int = 0) throws -> Report {
        let record = try #require(
            ObjectRecord(
                number: 1, kind: kind, level: level, track: TrackTag(of: number), size: 10, pieces: 1, width: 8,
                height: 8, check: 0))
        return .object(record, track: number, bytes: [])
    }

    @Test("a request is repeated, more and more rarely, until what it asks for has come")
    func repeated() throws {
        var wishes = PictureWishes()
        let wish = RequestRecord.chip(number: 5, level: 2)
        let isTaken = wishes.add(wish, at: 0)
        #expect(isTaken)
        let asked = stride(from: 0, through: 320_000, by: 1000).filter { !wishes.due(at: $0).isEmpty }
        #expect(asked == [0, 10_000, 30_000, 70_000, 150_000, 310_000])
        wishes.note(try report(.chip, of: 6, level: 2))
        wishes.note(try report(.scene, of: 5))
        let stillWanted = wishes.due(at: 620_000)
        #expect(stillWanted == [wish])
        wishes.note(try report(.chip, of: 5, level: 2))
        let wanted = wishes.due(at: 1_000_000)
        #expect(wanted.isEmpty)
    }

    @Test("a smaller picture than the one asked for ends the request, as it is the best there is")
    func smaller() throws {
        var wishes = PictureWishes()
        for level in [3, 0] { _ = wishes.add(.chip(number: 5, level: level), at: 0) }
        wishes.note(try report(.chip, of: 5, level: 1))
        let first = wishes.due(at: 0)
        #expect(first == [.chip(number: 5, level: 0)])
        wishes.note(.chip(track: 5, file: []))
        let others = wishes.due(at: 100_000)
        #expect(others.isEmpty)
        _ = wishes.add(.scene(camera: 3), at: 100_000)
        wishes.note(try report(.scene, of: 3))
        let scenes = wishes.due(at: 100_000)
        #expect(scenes.isEmpty)
    }

    @Test("nobody asks for ever, and not for more than can be told")
    func bounded() {
        var wishes = PictureWishes()
        let taken = (0..<100).filter { wishes.add(.chip(number: $0, level: 1), at: 0) }
        #expect(taken.count == 64)
        let all = wishes.due(at: 0)
        #expect(all.count == 64)
        let late = wishes.due(at: 1_800_000)
        #expect(late.isEmpty)
    }
}
