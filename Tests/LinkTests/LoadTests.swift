// Thirty tracks on a thin link, and what a rescuer sees of them.
import CSealing
import TestSupport
import Testing

@testable import Link

@Suite(.enabled(if: arete_sealing_absence() == nil, "needs libcrypto: scripts/setup.sh"))
struct LoadTests {
    /// People who walk: one more each 20 s, and the one who was there longest leaves.
    private struct Walkers {
        private var random: SplitMix
        private(set) var places: [Int: (place: EarthPlace, bearing: Double)] = [:]
        private(set) var appeared: [Int: Int] = [:]
        private let origin: EarthPlace
        private var next = 0

        init(seed: Int, around origin: EarthPlace) {
            random = SplitMix(state: UInt64(seed) &* 77)
            self.origin = origin
            for _ in 0..<30 { add(at: 0) }
        }

        mutating func add(at now: Int) {
            let place = EarthPlace(
                latitude: origin.latitude + Double.random(in: -0.02...0.02, using: &random),
                longitude: origin.longitude + Double.random(in: -0.02...0.02, using: &random))
            places[next] = (place, Double.random(in: 0...6.28, using: &random))
            appeared[next] = now
            next += 1
        }

        mutating func dropOldest() -> Int? {
            guard let oldest = places.keys.min() else { return nil }
            places[oldest] = nil
            return oldest
        }

        /// A second on, at 1.5 m/s, seen with an error of 3 m.
        mutating func sightings(hasEllipses: Bool) -> [TrackSighting] {
            places.keys.sorted().map { id in
                var (place, bearing) = places[id] ?? (origin, 0)
                bearing += Double.random(in: -0.3...0.3, using: &random)
                place.latitude += 1.5e-5 * Double(bearing > 3 ? 1 : -1) * 0.9
                place.longitude += 1e-5 * Double(bearing > 1.5 ? 1 : -1)
                places[id] = (place, bearing)
                let noise = 3e-5
                let seen = EarthPlace(
                    latitude: place.latitude + Double.random(in: -noise...noise, using: &random),
                    longitude: place.longitude + Double.random(in: -noise...noise, using: &random))
                let ellipse = ErrorEllipse(major: 9, minor: 4, bearing: Double(id % 180))
                return TrackSighting(
                    id: id, objectClass: 1, score: 0.8,
                    box: PictureBox(middleX: 0.5, middleY: 0.5, width: 0.02, height: 0.05),
                    position: GroundPosition(
                        place: seen, height: 1600, error: 8, ellipse: hasEllipses ? ellipse : nil))
            }
        }
    }

    struct Outcome {
        /// Milliseconds from when a track was seen first until the receiver had it.
        var delays: [Int] = []
        /// The same of alerts, by when they happened.
        var alerts: [(happened: Int, delay: Int)] = []
        var missingAlerts = 0
        /// Milliseconds since what the receiver knows of each track was so, second by second.
        var ages: [Int] = []
        var missing = 0
        /// Metres that the receiver's place of a track was off, at most, from where it was seen.
        var farthest = 0.0
        var bytesPerSecond = 0.0
        var bytesPerSighting = 0.0

        func percentile(_ values: [Int], _ part: Double) -> Int {
            let sorted = values.sorted()
            return sorted.isEmpty ? .max : sorted[min(Int(Double(sorted.count) * part), sorted.count - 1)]
        }
        var text: String {
            "alerts p50 \(percentile(alerts.map(\.delay), 0.5)) p95 \(percentile(alerts.map(\.delay), 0.95)) "
                + "max \(alerts.map(\.delay).max() ?? 0) ms, \(missingAlerts) missing; delay p50 \(percentile(delays, 0.5)) p95 \(percentile(delays, 0.95)) max \(delays.max() ?? 0) ms; "
                + "age p50 \(percentile(ages, 0.5)) p95 \(percentile(ages, 0.95)) ms; \(missing) missing; "
                + "\(bytesPerSecond) bytes/s, \(bytesPerSighting) bytes a report; off by \(farthest) m at most"
        }
    }

    private static let origin = EarthPlace(latitude: 46.55, longitude: 8.1)

    static func run(
        _ profile: LinkProfile, _ weather: LinkWeather, seconds: Int, seed: Int, hasEllipses: Bool = false
    ) throws -> Outcome {
        let area = try #require(Area(origin: origin, base: 1000))
        var link = try LinkSimulation(profile, weather, area: area, seed: seed)
        var walkers = Walkers(seed: seed, around: origin)
        var outcome = Outcome()
        var numbers: [Int: Int] = [:]
        var shown: [Int: Int] = [:]
        var seenPlaces: [Int: [Int: EarthPlace]] = [:]
        var alerts: [Int: Int] = [:]
        var reports = 0
        for step in 0..<seconds * 50 {
            if step % 1000 == 999 {
                walkers.add(at: link.now)
                let alert = step
                alerts[alert] = link.now
                let time = LinkTime(epoch: 1, milliseconds: link.now)
                link.tell(Alert(number: alert, .rule(3, track: numbers.values.max() ?? 0), happened: time))
                if let gone = walkers.dropOldest() { link.forget(gone) }
            }
            if step % 50 == 0 {
                for sighting in walkers.sightings(hasEllipses: hasEllipses) {
                    let number = sighting.id
                    link.see(number, sighting)
                    numbers[sighting.id] = number
                    seenPlaces[number, default: [:]][link.now] = sighting.position?.place
                }
                for (id, _) in walkers.places {
                    guard let number = numbers[id], let track = link.receiver.tracks[number], link.now > 20_000 else {
                        continue
                    }
                    outcome.ages.append(link.now - track.seen.milliseconds)
                }
            }
            for report in try link.step() {
                switch report {
                case .track(let track, _):
                    if shown[track.number] == nil { shown[track.number] = link.now }
                    reports += 1
                    outcome.farthest = max(outcome.farthest, distance(track, seenPlaces, area))
                case .update(let track):
                    reports += 1
                    outcome.farthest = max(outcome.farthest, distance(track, seenPlaces, area))
                case .event(let number, let rule, _, let happened):
                    // Repeated ones come again.
                    guard let known = alerts.removeValue(forKey: number) else { continue }
                    if rule != 3 || abs(happened.milliseconds - known) > 1000 { Issue.record("\(number): \(happened)") }
                    outcome.alerts.append((known, link.now - known))
                default: break
                }
            }
        }
        outcome.missingAlerts = alerts.values.count { $0 < link.now - 60_000 }
        for (id, at) in walkers.appeared where at < link.now - 60_000 {
            guard let number = numbers[id], let time = shown[number] else {
                outcome.missing += 1
                continue
            }
            if at > 0 { outcome.delays.append(time - at) }
        }
        let bytes = link.sentBytes.reduce(0) { $0 + $1.bytes }
        outcome.bytesPerSecond = Double(bytes) / Double(seconds)
        outcome.bytesPerSighting = Double(bytes) / Double(max(reports, 1))
        return outcome
    }

    /// From where it was seen at the time that the receiver was told, to a fifth of a second.
    private static func distance(_ track: ReceivedTrack, _ seen: [Int: [Int: EarthPlace]], _ area: Area) -> Double {
        guard let place = track.position?.place, let grid = area.grid(place), let all = seen[track.number],
            let nearest = all.min(by: {
                abs($0.key - track.seen.milliseconds) < abs($1.key - track.seen.milliseconds)
            }), let wanted = area.grid(nearest.value)
        else { return .infinity }
        let (east, north) = (Double(grid.east - wanted.east), Double(grid.north - wanted.north))
        return (east * east + north * north).squareRoot()
    }

    @Test(
        "30 tracks and a new one each 20 s on 60 bytes/s with 10 % loss: shown in 2 s and at most 10 s old at p95",
        arguments: [true, false], 1...2)
    func goal(hasWayBack: Bool, seed: Int) throws {
        let profile = LinkProfile(name: "radio", packetBytes: 233, bytesPerSecond: 60, hasWayBack: hasWayBack)
        let outcome = try Self.run(
            profile, LinkWeather(bytesPerSecond: 60, loss: 0.1), seconds: 1800, seed: seed)
        #expect(outcome.missing == 0 && outcome.farthest < 2, "\(outcome.text)")
        #expect(outcome.percentile(outcome.delays, 0.95) <= 2000, "\(outcome.text)")
        #expect(outcome.percentile(outcome.ages, 0.95) <= 10_000, "\(outcome.text)")
        #expect(outcome.bytesPerSecond <= 60.5, "\(outcome.text)")
    }

    @Test(
        "what happens is told through loss, doubles, disorder and two minutes of silence", arguments: [60.0, 300, 3000])
    func outage(rate: Double) throws {
        let profile = LinkProfile(name: "radio", packetBytes: 233, bytesPerSecond: rate)
        let silence = 300_000..<420_000
        let weather = LinkWeather(
            bytesPerSecond: rate, loss: 0.2, doubled: 0.05, latency: 100...900, outage: silence)
        let outcome = try Self.run(profile, weather, seconds: 900, seed: 3)
        #expect(outcome.missing == 0 && outcome.missingAlerts == 0 && outcome.farthest < 2, "\(outcome.text)")
        #expect(outcome.bytesPerSecond <= rate * 1.002, "\(outcome.text)")
        let usual = outcome.alerts.filter { !silence.contains($0.happened) }.map(\.delay)
        #expect(outcome.percentile(usual, 0.9) <= 4000, "\(usual)")
        let late = outcome.alerts.filter { silence.contains($0.happened) }
        #expect(late.count == 6)
        for alert in late { #expect(alert.happened + alert.delay - silence.upperBound < 15_000, "\(late)") }
    }
}
