// When a part has come into the view.
import Imaging
import TestSupport
import Testing

@testable import Vision

@Suite struct PartPresenceTests {
    /// What is seen while a bright part of `size` moves over a belt with noise, its left side at each of these places.
    private func sightings(
        _ places: [Int?], size: Int = 120, area: Double = 0.05, seed: UInt64 = 1
    ) throws -> [PartPresence.Sighting] {
        var random = SplitMix(state: seed)
        let presence = PartPresence(area: area)
        return try places.map { place in
            var bytes = [UInt8](repeating: 0, count: 320 * 240)
            for y in 0..<240 {
                for x in 0..<320 {
                    let isPart = place.map { x >= $0 && x < $0 + size && y >= 60 && y < 60 + size } ?? false
                    bytes[y * 320 + x] = UInt8((isPart ? 200 : 80) + Int.random(in: -4...4, using: &random))
                }
            }
            return try bytes.withUnsafeBytes { buffer in
                let format = try RawFormat(.grey, width: 320, height: 240)
                return try presence.sighting(in: try RawPicture(format, [buffer]))
            }
        }
    }

    @Test("a part is told once, when it is wholly in the view", arguments: 1...4)
    func once(seed: Int) throws {
        let way: [Int?] = [nil, nil, -90, -40, 10, 60, 110, 160, 250, 300, nil, nil, -90, 10, 60, nil]
        let seen = try sightings(way, seed: UInt64(seed))
        let parts = seen.indices.filter { seen[$0] == .part }
        #expect(parts == [5, 14], "seed \(seed): \(seen)")
        #expect(!seen.contains(.missed))
    }

    @Test("one that is gone before it was seen at rest is missed, not forgotten")
    func fast() throws {
        #expect(try sightings([nil, nil, 10, nil, nil]) == [.nothing, .nothing, .nothing, .missed, .nothing])
    }

    @Test("what is smaller than a part, or only noise, is nothing")
    func small() throws {
        let seen = try sightings([nil, 10, 30, 50, nil], size: 40)
        #expect(seen.allSatisfy { $0 == .nothing })
    }
}
