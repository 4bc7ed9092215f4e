// Which tracks the last bits of running numbers mean.
import CSealing
import Testing

@testable import Link

@Suite(.enabled(if: arete_sealing_absence() == nil, "needs libcrypto: scripts/setup.sh"))
struct TrackNumberTests {
    private func sighting(_ number: Int) -> TrackSighting {
        TrackSighting(
            id: number, objectClass: 0, score: 0.7,
            box: PictureBox(middleX: 0.5, middleY: 0.5, width: 0.1, height: 0.1))
    }

    /// Numbers that the receiver names, of one track each half second.
    private func numbers(from first: Int, count: Int, _ weather: LinkWeather, seed: Int) throws -> Set<Int> {
        let profile = LinkProfile(name: "radio", packetBytes: 233, bytesPerSecond: 1000)
        var link = try LinkSimulation(profile, weather, area: nil, seed: seed, newestTrack: first - 1)
        var named: Set<Int> = []
        for step in 0..<count * 25 + 3000 {
            // Nothing to see at first: contexts are told before any track.
            if step >= 500, (step - 500) % 25 == 0, (step - 500) / 25 < count {
                let number = first + (step - 500) / 25
                link.see(number, sighting(number))
                if number - first >= 10 { link.forget(number - 10) }
            }
            for report in try link.step() {
                if case .track(let track, _) = report { named.insert(track.number) }
            }
        }
        return named
    }

    @Test("the receiver names the numbers that the sender gave, wherever they begin", arguments: 1...3)
    func whole(seed: Int) throws {
        let weather = LinkWeather(bytesPerSecond: 1000, loss: 0.3, latency: 100...900)
        for first in [1, 700, 64_030_943, 1 << 31] {
            let named = try numbers(from: first, count: 40, weather, seed: seed)
            #expect(named == Set(first..<first + 40), "seed \(seed), from \(first)")
        }
    }

    @Test("a thin link with an area goes on after hundreds of tracks that nobody heard of")
    func thin() throws {
        let profile = LinkProfile(name: "radio", packetBytes: 233, carrierBytes: 28, bytesPerSecond: 60)
        let weather = LinkWeather(bytesPerSecond: 60, latency: 100...300, outage: 0..<20_000)
        let area = try #require(Area(origin: EarthPlace(latitude: 46.5, longitude: 8.1), base: 0))
        let first = 64_030_943
        var link = try LinkSimulation(profile, weather, area: area, seed: 5, newestTrack: first - 1)
        var named: Set<Int> = []
        for step in 0..<50 * 400 {
            if step < 300 {
                var seen = sighting(first + step)
                seen.position = GroundPosition(
                    place: EarthPlace(latitude: 46.51, longitude: 8.11), height: 10, error: 5)
                link.see(first + step, seen)
            }
            for report in try link.step() {
                if case .track(let track, _) = report { named.insert(track.number) }
            }
        }
        #expect(named.count > 150 && named.isSubset(of: first..<first + 300), "\(named.count)")
    }

    @Test("who was told of a track does not take another one with the same last bits for it")
    func same() throws {
        let profile = LinkProfile(name: "radio", packetBytes: 233, bytesPerSecond: 1000)
        let weather = LinkWeather(bytesPerSecond: 1000, latency: 100...300)
        let first = 5_000_000
        var link = try LinkSimulation(profile, weather, area: nil, seed: 6, newestTrack: first - 1)
        var named: Set<Int> = []
        for step in 0..<5000 {
            if step == 100 { link.see(first, sighting(first)) }
            // Numbers between them went to tracks that were gone before anybody told of them.
            if step == 1000 { link.see(first + 1024, sighting(first + 1024)) }
            for report in try link.step() {
                if case .track(let track, _) = report { named.insert(track.number) }
            }
        }
        #expect(named == [first, first + 1024], "\(named)")
    }

    @Test("pictures of tracks long ago, and beside old news, are those of their tracks")
    func pictures() throws {
        let profile = LinkProfile(name: "satellite", packetBytes: 340, bytesPerSecond: 1000)
        let weather = LinkWeather(bytesPerSecond: 1000, latency: 100...300, outage: 20_000..<80_000)
        let first = 5_000_000
        var link = try LinkSimulation(profile, weather, area: nil, seed: 7, newestTrack: first - 1)
        var shown: [Int: Int] = [:]
        for step in 0..<8000 {
            if step == 50 { for number in first..<first + 10 { link.see(number, sighting(number)) } }
            if step == 500 { for number in first + 10..<first + 900 { link.see(number, sighting(number)) } }
            // An alert of the outage is old when it is told.
            if step == 1200 {
                let happened = LinkTime(epoch: 1, milliseconds: link.now)
                for number in 0..<5 { link.tell(Alert(number: number, .rule(1, track: first + 3), happened: happened)) }
            }
            if step == 4100 || step == 5500 {
                for number in [first + 2, first + 700, first + 899] {
                    let bytes = [UInt8](repeating: UInt8((number - first) % 251), count: 120)
                    let chip = try #require(
                        ChipRecord(track: TrackTag(of: number), width: 16, height: 16, bytes: bytes))
                    link.tell(chip: chip, of: number)
                }
            }
            for report in try link.step() {
                guard case .chip(let track, let file) = report else { continue }
                shown[track] = Int(file[file.count - 1]) == 0 ? Int(file[file.count - 2]) : Int(file[file.count - 1])
            }
        }
        #expect(shown == [first + 2: 2, first + 700: 700 % 251, first + 899: 899 % 251], "\(shown)")
    }

    @Test("also when hundreds of tracks came while nothing passed")
    func outage() throws {
        let weather = LinkWeather(bytesPerSecond: 1000, latency: 100...300, outage: 30_000..<430_000)
        let first = 5_000_000
        let named = try numbers(from: first, count: 900, weather, seed: 4)
        #expect(named.subtracting(first..<first + 900).isEmpty)
        #expect(named == Set(first..<first + 900), "\(named.count)")
    }
}
