// How well places are known, over a link.
import CSealing
import Testing

@testable import Link

@Suite(.enabled(if: arete_sealing_absence() == nil, "needs libcrypto: scripts/setup.sh"))
struct EllipseTests {
    private static let origin = EarthPlace(latitude: 46.5, longitude: 8.1)
    private let long = ErrorEllipse(major: 30, minor: 8, bearing: 135)

    private func sighting(
        _ id: Int, _ ellipse: ErrorEllipse?, error: Double = 25, doubts: PlaceDoubts = []
    ) -> TrackSighting {
        TrackSighting(
            id: id, objectClass: 0, score: 0.8, box: PictureBox(middleX: 0.5, middleY: 0.5, width: 0.1, height: 0.1),
            position: GroundPosition(
                place: Self.origin, height: 100, error: error, ellipse: ellipse, doubts: doubts))
    }

    private func link(
        rate: Double = 1000, hasWayBack: Bool = true, weather: LinkWeather? = nil
    ) throws -> LinkSimulation {
        let area = try #require(Area(origin: Self.origin))
        let profile = LinkProfile(name: "x", packetBytes: 233, bytesPerSecond: rate, hasWayBack: hasWayBack)
        return try LinkSimulation(profile, weather ?? LinkWeather(bytesPerSecond: rate * 1.2), area: area, seed: 3)
    }

    /// Sees tracks each second for some seconds; how often ellipses were told.
    private func see(
        _ sightings: [TrackSighting], for seconds: Int, _ link: inout LinkSimulation
    ) throws -> Int {
        var told = 0
        for step in 0..<seconds * 50 {
            if step % 50 == 0 { for sighting in sightings { link.see(sighting.id, sighting) } }
            let before = link.receiver.tracks.mapValues(\.ellipseTold)
            _ = try link.step()
            let after = link.receiver.tracks.mapValues(\.ellipseTold)
            told += after.count { $0.value != nil && before[$0.key] != $0.value }
        }
        return told
    }

    @Test("an ellipse comes with its track, once while it stays, and again when it is another one")
    func told() throws {
        var link = try link()
        #expect(try see([sighting(1, long)], for: 120, &link) == 1)
        let received = try #require(link.receiver.tracks[1]?.position?.ellipse)
        #expect(received.major >= 30 && received.major < 36 && received.minor >= 8 && received.minor < 9.6)
        #expect(abs(received.bearing - 135) < 3)
        let narrower = ErrorEllipse(major: 25, minor: 7, bearing: 120)
        #expect(try see([sighting(1, narrower)], for: 60, &link) == 0)
        let small = ErrorEllipse(major: 20, minor: 7, bearing: 120)
        #expect(try see([sighting(1, small, error: 17)], for: 60, &link) == 1)
        let turned = ErrorEllipse(major: 20, minor: 7, bearing: 170)
        #expect(try see([sighting(1, turned, error: 17)], for: 60, &link) == 1)
        // What is round has no direction.
        let round = ErrorEllipse(major: 10, minor: 9.5, bearing: 10)
        #expect(try see([sighting(1, round, error: 9.5)], for: 60, &link) == 1)
        let roundTurned = ErrorEllipse(major: 10, minor: 9.5, bearing: 100)
        #expect(try see([sighting(1, roundTurned, error: 9.5)], for: 60, &link) == 0)
        #expect(try #require(link.receiver.tracks[1]?.position?.ellipse).major < 12)
    }

    @Test("what makes a place doubtful comes with its ellipse, once, and is taken back when nothing does any more")
    func doubtful() throws {
        var link = try link()
        #expect(try see([sighting(1, long, doubts: [.flat, .low])], for: 60, &link) == 1)
        #expect(link.receiver.tracks[1]?.position?.doubts == [.flat, .low])
        // A position that comes with no ellipse for its size is not less doubtful.
        #expect(try see([sighting(1, long, error: 300, doubts: [.flat, .low])], for: 60, &link) == 0)
        #expect(link.receiver.tracks[1]?.position?.ellipse == nil)
        #expect(link.receiver.tracks[1]?.position?.doubts == [.flat, .low])
        #expect(try see([sighting(1, long)], for: 60, &link) == 1)
        #expect(link.receiver.tracks[1]?.position?.doubts == [])
    }

    @Test("an ellipse that is lost comes again, and who restarts is told anew")
    func lost() throws {
        var lossy = try link(weather: LinkWeather(bytesPerSecond: 1200, loss: 0.6))
        let sightings = (1...8).map { sighting($0, long) }
        _ = try see(sightings, for: 150, &lossy)
        #expect(lossy.receiver.tracks.values.allSatisfy { $0.position?.ellipse != nil })
        var link = try link()
        _ = try see(sightings, for: 20, &link)
        link.forgetAll()
        _ = try see(sightings, for: 60, &link)
        #expect(link.receiver.tracks.count == 8)
        #expect(link.receiver.tracks.values.allSatisfy { $0.position?.ellipse != nil })
    }

    @Test("where nobody answers it is told some times, then with what is told anew for those who come later")
    func oneWay() throws {
        var link = try link(hasWayBack: false)
        let told = try see([sighting(1, long)], for: 600, &link)
        #expect((4...15).contains(told), "\(told)")
    }

    @Test("an ellipse without a position, outside the area or of a track that nobody knows is not told")
    func untold() throws {
        var link = try link()
        var far = sighting(1, long)
        far.position?.place.latitude += 1
        var nowhere = sighting(2, long)
        nowhere.position = nil
        #expect(try see([far, nowhere, sighting(3, nil)], for: 30, &link) == 0)
        #expect(link.receiver.tracks.count == 3)
        #expect(link.receiver.tracks.values.allSatisfy { $0.position?.ellipse == nil })
    }

    @Test("a position that is known much worse or better than an ellipse tells no longer has it")
    func outdated() {
        #expect(ErrorClass.upTo50.mayBelong(to: long) && ErrorClass.upTo20.mayBelong(to: long))
        #expect(!ErrorClass.upTo5.mayBelong(to: long) && !ErrorClass.upTo100.mayBelong(to: long))
        #expect(!ErrorClass.more.mayBelong(to: long))
        #expect(ErrorClass.upTo2.mayBelong(to: ErrorEllipse(major: 0.5, minor: 0.5, bearing: 0)))
        #expect(ErrorClass.more.mayBelong(to: ErrorEllipse(major: 26_000, minor: 50, bearing: 0)))
    }

    @Test("thirty walkers with ellipses on 60 bytes a second are told of no later than without")
    func load() throws {
        let radio = LinkProfile(name: "radio", packetBytes: 233, bytesPerSecond: 60)
        let weather = LinkWeather(bytesPerSecond: 60, loss: 0.1)
        let outcome = try LoadTests.run(radio, weather, seconds: 600, seed: 1, hasEllipses: true)
        #expect(outcome.missing == 0 && outcome.missingAlerts == 0, "\(outcome.text)")
        #expect(outcome.percentile(outcome.delays, 0.95) <= 2000, "\(outcome.text)")
        #expect(outcome.percentile(outcome.ages, 0.95) <= 10_000, "\(outcome.text)")
        #expect(outcome.bytesPerSecond <= 60.5, "\(outcome.text)")
    }

    @Test("a height is told above what the area counts from, and not where that is not known")
    func heights() throws {
        let (sea, ellipsoid) = (Area.Datum.meanSeaLevel, Area.Datum.ellipsoid)
        var position = GroundPosition(place: Self.origin, height: 500, error: 3, datum: sea, geoidHeight: 48)
        let above = try #require(Area(origin: Self.origin, datum: ellipsoid))
        let level = try #require(Area(origin: Self.origin, datum: sea))
        #expect(above.told(position)?.height.metres == 548 && level.told(position)?.height.metres == 500)
        #expect(position.counted(from: ellipsoid).counted(from: sea) == position)
        position.geoidHeight = nil
        #expect(above.told(position)?.height.metres == nil && level.told(position)?.height.metres == 500)
        position.datum = nil
        #expect(above.told(position)?.height.metres == 500 && level.told(position)?.height.metres == 500)
    }
}
