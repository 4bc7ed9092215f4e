// Links that are slower than somebody wrote, and radios that may not always send.
import CSealing
import TestSupport
import Testing

@testable import Link

@Suite(.enabled(if: arete_sealing_absence() == nil, "needs libcrypto: scripts/setup.sh"))
struct PaceTests {
    private func walker(_ id: Int, _ step: Int) -> TrackSighting {
        let place = EarthPlace(latitude: 46.5 + Double(id) * 1e-3, longitude: 8 + Double(step) * 1e-7)
        return TrackSighting(
            id: id, objectClass: 0, score: 0.7, box: PictureBox(middleX: 0.5, middleY: 0.5, width: 0.1, height: 0.1),
            position: GroundPosition(place: place, height: 500, error: 5))
    }

    /// Thirty tracks for some minutes. Bytes a second sent in the last two, and how long a packet then waited in the link at most.
    private func run(_ profile: LinkProfile, _ weather: LinkWeather, seed: Int, minutes: Int = 8) throws -> (
        rate: Double, wait: Int, simulation: LinkSimulation
    ) {
        let area = try #require(Area(origin: EarthPlace(latitude: 46.5, longitude: 8), base: 0))
        var link = try LinkSimulation(profile, weather, area: area, seed: seed)
        var wait = 0
        for step in 0..<minutes * 3000 {
            if step % 50 == 0 { for id in 0..<30 { link.see(id, walker(id, step)) } }
            _ = try link.step()
            if step > (minutes - 2) * 3000 { wait = max(wait, link.backlog) }
        }
        let late = link.sentBytes.filter { $0.at > (minutes - 2) * 60_000 }.map(\.bytes).reduce(0, +)
        return (Double(late) / 120, wait, link)
    }

    @Test("a link that carries a fifth of what was written is found out, and used", arguments: [1, 2, 3])
    func slow(seed: Int) throws {
        let profile = LinkProfile(name: "radio", packetBytes: 233, bytesPerSecond: 300)
        let weather = LinkWeather(bytesPerSecond: 60, loss: 0.1, latency: 100...300)
        let (rate, wait, _) = try run(profile, weather, seed: seed)
        #expect(rate > 40 && rate < 66 && wait < 6000, "seed \(seed): \(rate) bytes a second, \(wait) ms")
    }

    @Test("loss and delay alone make nobody slower", arguments: [1, 2, 3])
    func lossy(seed: Int) throws {
        let profile = LinkProfile(name: "radio", packetBytes: 233, bytesPerSecond: 150)
        let weather = LinkWeather(bytesPerSecond: 1000, loss: 0.3, latency: 100...900)
        let (rate, _, _) = try run(profile, weather, seed: seed)
        #expect(rate > 140 && rate <= 151, "seed \(seed): \(rate) bytes a second")
    }

    @Test("a radio is on the air for its share of an hour at most, and alerts find room in it")
    func duty() throws {
        let duty = DutyCycle(share: 0.01, packetMilliseconds: 20, byteMilliseconds: 4)
        let profile = LinkProfile(
            name: "lora", packetBytes: 51, bytesPerSecond: 1000, hasWayBack: false, duty: duty)
        let area = try #require(Area(origin: EarthPlace(latitude: 46.5, longitude: 8), base: 0))
        var link = try LinkSimulation(
            profile, LinkWeather(bytesPerSecond: 1000, loss: 0, latency: 100...100), area: area, seed: 4)
        var delays: [Int] = []
        var happened: [Int: Int] = [:]
        for step in 0..<2 * 3600 * 50 {
            if step % 250 == 0 { for id in 0..<5 { link.see(id, walker(id, step)) } }
            // Ten in two hours.
            if step % 36_000 == 35_000 {
                let number = step / 36_000
                happened[number] = link.now
                let time = LinkTime(epoch: 1, milliseconds: link.now)
                link.tell(Alert(number: number, .rule(1, track: 1), happened: time))
            }
            for case .event(let number, _, _, _) in try link.step() {
                if let at = happened.removeValue(forKey: number) { delays.append(link.now - at) }
            }
        }
        #expect(delays.count == 10 && (delays.max() ?? .max) < 3000, "\(delays)")
        var worst = 0.0
        let sent = link.sentBytes
        for (index, first) in sent.enumerated() {
            let hour = sent[index...].prefix { $0.at < first.at + 3_600_000 }
            worst = max(worst, hour.reduce(0) { $0 + duty.milliseconds(bytes: $1.bytes) })
        }
        #expect(worst <= 36_000 && worst > 20_000, "\(worst) ms on the air in an hour")
    }
}
