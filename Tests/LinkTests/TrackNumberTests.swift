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

    @Test("also when hundreds of tracks came while nothing passed")
    func outage() throws {
        let weather = LinkWeather(bytesPerSecond: 1000, latency: 100...300, outage: 30_000..<430_000)
        let first = 5_000_000
        let named = try numbers(from: first, count: 900, weather, seed: 4)
        #expect(named.subtracting(first..<first + 900).isEmpty)
        #expect(named == Set(first..<first + 900), "\(named.count)")
    }
}
