// A camera's mounting from known directions.
import Foundation
import TestSupport
import Testing

@testable import Vision

@Suite struct BoresightTests {
    private let lens = Lens(fx: 900, fy: 905, cx: 640, cy: 480, distortion: [-0.2, 0.05, 0.001, -0.001, 0])

    private func mounting(_ roll: Double, _ pitch: Double, _ yaw: Double) -> Boresight {
        Boresight(roll: roll, pitch: pitch, yaw: yaw, deviations: [0, 0, 0], rms: 0, observations: 1)
    }

    /// What a camera of this mounting sees, with errors of so many pixels.
    private func sightings(
        _ truth: Boresight, count: Int, noise: Double, using random: inout SplitMix
    ) throws -> [DirectionSighting] {
        try (0..<count).map { _ in
            let pixel = SIMD2(Double.random(in: 50...1230, using: &random), Double.random(in: 50...910, using: &random))
            let direction = try #require(truth.direction(pixel, through: lens))
            let seen = pixel + SIMD2(RenderedBoard.normal(&random), RenderedBoard.normal(&random)) * noise
            return DirectionSighting(
                pixel: seen, azimuth: atan2(direction.y, direction.x) * 180 / .pi,
                elevation: asin(-direction.z) * 180 / .pi)
        }
    }

    @Test(
        "roll, pitch and yaw come out as they are",
        arguments: [(0.0, 0.0, 0.0), (1.5, -20, 0.7), (179, -60, -170), (-90, 5, 90), (0.1, -89, 3)])
    func exact(roll: Double, pitch: Double, yaw: Double) throws {
        var random = SplitMix(state: 1)
        let truth = mounting(roll, pitch, yaw)
        let found = try Boresight(try sightings(truth, count: 6, noise: 0, using: &random), through: lens)
        #expect(abs(found.roll - roll) < 1e-6 && abs(found.pitch - pitch) < 1e-6 && abs(found.yaw - yaw) < 1e-6)
        #expect(found.rms < 1e-6 && found.observations == 6)
    }

    @Test("with errors they come out within four of the deviations told", arguments: 1...5)
    func noisy(seed: Int) throws {
        var random = SplitMix(state: UInt64(seed))
        let truth = mounting(2, -30, 1)
        let found = try Boresight(try sightings(truth, count: 12, noise: 1, using: &random), through: lens)
        let errors = [found.roll - 2, found.pitch + 30, found.yaw - 1]
        for (error, deviation) in zip(errors, found.deviations) {
            #expect(abs(error) < 4 * deviation && deviation < 0.2, "seed \(seed): \(error) of \(deviation)")
        }
        // A pixel is 1 / 900 of a radian, on two axes.
        #expect(found.rms > 0.03 && found.rms < 0.15, "seed \(seed): \(found.rms)")
    }

    @Test("right is a positive azimuth, up a positive elevation")
    func convention() throws {
        let straight = mounting(0, 0, 0)
        let right = try #require(straight.direction(SIMD2(900, 480), through: lens))
        #expect(right.x > 0 && right.y > 0.1)
        let up = try #require(straight.direction(SIMD2(640, 200), through: lens))
        #expect(up.z < -0.1)
        // A nose-up camera sees things above at its middle.
        let raised = try #require(mounting(0, 10, 0).direction(SIMD2(640, 480), through: lens))
        #expect(abs(asin(-raised.z) * 180 / .pi - 10) < 1e-9)
    }

    @Test("too few directions, or all in one place, determine nothing")
    func undetermined() throws {
        let one = DirectionSighting(pixel: SIMD2(640, 480), azimuth: 0, elevation: 0)
        #expect(throws: CalibrationError.tooFewDirections(found: 1)) { try Boresight([one], through: lens) }
        let near = DirectionSighting(pixel: SIMD2(642, 480), azimuth: 0.1, elevation: 0)
        #expect(throws: CalibrationError.tooNarrow) { try Boresight([one, near, one], through: lens) }
        // This model folds back at 38 pixels from the middle.
        let folded = Lens(fx: 100, fy: 100, cx: 640, cy: 480, distortion: [-1, 0, 0, 0, 0])
        let nowhere = DirectionSighting(pixel: SIMD2(690, 480), azimuth: 0.1, elevation: 0)
        #expect(throws: CalibrationError.outsideLens(observation: 2)) {
            try Boresight([one, nowhere], through: folded)
        }
    }

    private func read(_ text: String) throws -> [DirectionSighting] {
        try Array(text.utf8).withUnsafeBytes { try DirectionFile.sightings($0, source: "sun.csv") }
    }

    @Test("sightings are read from JSON and from rows")
    func files() throws {
        let wanted = [
            DirectionSighting(pixel: SIMD2(1, 2), azimuth: 3, elevation: 4),
            DirectionSighting(pixel: SIMD2(5.5, 6), azimuth: -7, elevation: 8),
        ]
        #expect(try read("x,y,azimuth,elevation\r\n1, 2, 3, 4\r\n5.5,6,-7,8\r\n") == wanted)
        let json = """
            {"observations": [{"x": 1, "y": 2, "azimuth": 3, "elevation": 4},
              {"x": 5.5, "y": 6, "azimuth": -7, "elevation": 8}]}
            """
        #expect(try read(json) == wanted)
        #expect(try read("") == [])
    }

    @Test(
        "what is no sighting is told by line",
        arguments: [
            ("1,2,3\n", "sun.csv line 1: 3 values where 4 are needed: x, y, azimuth, elevation"),
            ("1,2,3,4\n1,2,3,91\n", "sun.csv line 2: elevation '91' is no number from -90.0 to 90.0"),
            ("1,2,nan,4", "sun.csv line 1: azimuth 'nan' is no number from -360.0 to 360.0"),
            ("{}", "sun.csv line 1: \"observations\" is missing"),
            ("{\"observations\": [{\"x\": 1}]}", "sun.csv line 1: \"observations[0].y\" is missing"),
        ])
    func wrong(text: String, error: String) {
        do {
            _ = try read(text)
            Issue.record("read")
        } catch let failure {
            #expect("\(failure)" == error)
        }
    }
}
